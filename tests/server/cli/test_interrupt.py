"""Ctrl-C and closed pipes, met by the real program with the real model."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import psutil
import pytest

from aw_server.cli.exits import Exit
from support.program import EXAMPLE
from support.waiting import until

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are not there")


class Terminal:
    """A process on a pseudo-terminal of 80 columns, and what it has written so far."""

    def __init__(self, arguments: list[str], environment: dict[str, str], folder: Path) -> None:
        import fcntl
        import pty
        import struct
        import termios

        self.ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 80, 0, 0))
        self.process = subprocess.Popen(
            [sys.executable, "-m", "aw_server", *arguments],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            cwd=folder,
            env={**environment, "TERM": "xterm-256color"},
        )
        os.close(theirs)
        self.said = ""

    def read_until(self, words: str | None) -> str:
        """Everything so far, once `words` are there; None reads to the end."""
        while words is None or words not in self.said:
            try:
                more = os.read(self.ours, 65536)
            except OSError:
                more = b""
            if not more:
                break
            self.said += more.decode(errors="replace")
        assert words is None or words in self.said
        return self.said


Start = Callable[..., AbstractContextManager[Terminal]]


@pytest.fixture
def terminal(environment: dict[str, str], tmp_path: Path) -> Start:
    @contextmanager
    def start(*arguments: str) -> Iterator[Terminal]:
        running = Terminal(list(arguments), environment, tmp_path)
        try:
            yield running
        finally:
            running.process.kill()
            running.process.wait()
            os.close(running.ours)

    return start


def long(model: Path) -> tuple[str, ...]:
    plan = ("--n", "64", "--generations", "3")  # ends by itself in seconds, too late for any test
    return ("evolve", str(EXAMPLE), "--paragraph", "2", *plan, "--model", str(model))


@pytest.fixture
def reporting(
    environment: dict[str, str], tmp_path: Path, model_path: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """A long run that reports its events on standard output."""
    command = [sys.executable, "-m", "aw_server", *long(model_path), "--jsonl"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, cwd=tmp_path
    ) as process:
        yield process


DURING_IMPORTS = """
import signal, sys
from aw_server.__main__ import main

class CtrlC:
    def find_spec(self, name, path=None, target=None):
        if name == "click":
            signal.raise_signal(signal.SIGINT)

signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it
sys.meta_path.insert(0, CtrlC())
sys.argv[1:] = ["evolve", "draft.md"]
main()
"""


def test_one_while_the_program_starts_ends_it_without_a_traceback(environment: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", DURING_IMPORTS], env=environment, capture_output=True, check=False
    )
    assert done.returncode == -signal.SIGINT
    assert done.stdout == done.stderr == b""


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, Exit.INTERRUPTED), (signal.SIGTERM, Exit.TERMINATED)]
)
def test_the_first_one_prints_the_best_so_far(
    reporting: subprocess.Popen[bytes], number: signal.Signals, code: Exit
) -> None:
    assert reporting.stdout is not None
    while json.loads(reporting.stdout.readline())["type"] != "leaderboard":
        pass
    reporting.send_signal(number)
    began = time.monotonic()
    rest = reporting.stdout.read()
    assert reporting.wait() == code
    assert time.monotonic() - began < 5
    last = json.loads(rest.splitlines()[-1])
    assert last["type"] == "finished"
    assert last["result"]["status"] == "cancelled"
    assert len(last["result"]["candidates"]) > 1
    assert all(each["provisional"] for each in last["result"]["candidates"])


def test_on_a_terminal_progress_goes_and_the_ranking_stays(terminal: Start, model_path: Path) -> None:
    with terminal(*long(model_path)) as running:
        assert "generation 1/3" in running.read_until("comparisons")
        running.process.send_signal(signal.SIGINT)
        said = running.read_until(None)
        assert running.process.wait() == Exit.INTERRUPTED
    assert "above your text" in said or "ranked first" in said
    assert "provisional" in said
    assert "Traceback" not in said
    assert said.rindex("\x1b[?25h") > said.rindex("\x1b[?25l")  # the cursor is back


def waiting_for_its_worker(pid: int) -> Callable[[], bool]:
    """Whether the program's own thread, asked again and again, has stopped using the processor."""
    used: list[float] = []

    def asked() -> bool:
        used.append(next(each.user_time for each in psutil.Process(pid).threads() if each.id == pid))
        return len(used) > 6 and used[-1] == used[-6]

    return asked


def test_the_second_one_ends_at_once_and_leaves_no_process(terminal: Start, model_path: Path) -> None:
    with terminal(*long(model_path)) as running:
        running.read_until("generation 1/3")
        workers = psutil.Process(running.process.pid).children(recursive=True)
        assert workers
        for worker in workers:
            worker.suspend()
        until(waiting_for_its_worker(running.process.pid), "the program to wait")
        # Now the first Ctrl-C cannot end the run.
        running.process.send_signal(signal.SIGINT)
        running.read_until("once more to end at once")
        running.process.send_signal(signal.SIGINT)
        assert running.process.wait(timeout=5) == Exit.INTERRUPTED
        for worker in workers:
            if worker.is_running():
                worker.resume()
        _, alive = psutil.wait_procs(workers, timeout=5)
        assert not alive


def test_a_reader_that_goes_away_ends_the_run_quietly(reporting: subprocess.Popen[bytes]) -> None:
    assert reporting.stdout is not None
    assert reporting.stderr is not None
    reporting.stdout.readline()
    reporting.stdout.close()
    said = reporting.stderr.read()
    assert reporting.wait() == Exit.PIPE_CLOSED
    assert said == b""


def test_no_colour_is_sent_where_none_is_wanted(
    environment: dict[str, str], terminal: Start, model_path: Path
) -> None:
    environment["NO_COLOR"] = "1"
    with terminal(
        "evolve", str(EXAMPLE), "-p", "2", "--plan", "quick", "--quiet", "-m", str(model_path)
    ) as running:
        said = running.read_until(None)
    assert "\x1b[3" not in said.replace("\x1b[3m", "")
    assert "{+received+}" in " ".join(said.split())
