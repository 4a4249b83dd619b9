"""The worker as a child process, with one thread that reads its replies and one that reads its stderr."""

import logging
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable
from typing import Final

from aw_engine.errors import BackendError, WorkerDied
from aw_engine.inference import wire

_log = logging.getLogger(__name__)
_STDERR_LINES: Final = 200


class WorkerProcess:
    """A running worker. `on_reply` and `on_death` are called on the reading thread, the latter once, last."""

    def __init__(
        self,
        command: list[str],
        on_reply: Callable[[wire.Reply], None],
        on_death: Callable[["WorkerProcess", WorkerDied | BackendError], None],
    ) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        self.pid: Final = self._process.pid
        self.stderr: Final[deque[str]] = deque(maxlen=_STDERR_LINES)
        self._writing = threading.Lock()
        self._on_reply = on_reply
        self._on_death = on_death
        self._drain = threading.Thread(target=self._drain_stderr, name="aw-worker-stderr", daemon=True)
        self._reader = threading.Thread(target=self._read, name="aw-worker-replies", daemon=True)
        self._drain.start()
        self._reader.start()

    def send(self, frame: bytes) -> None:
        """Write a frame; block while the pipe is full. A dead worker is reported by `on_death` only."""
        pipe = self._process.stdin
        with self._writing:
            try:
                if pipe is not None and not pipe.closed:
                    pipe.write(frame)
                    pipe.flush()
            except (OSError, ValueError):  # it died: the reading thread knows, or will in a moment
                return

    def kill(self) -> None:
        """Kill the process, without waiting for its end."""
        self._process.kill()

    def wait(self, seconds: float) -> bool:
        """Wait until the process has ended and `on_death` has been called."""
        self._reader.join(seconds)
        return not self._reader.is_alive()

    def _read(self) -> None:
        pipe = self._process.stdout
        if pipe is None:
            return
        problem: BackendError | None = None
        try:
            while (reply := wire.read_reply(pipe.fileno())) is not None:
                self._on_reply(reply)
        except BackendError as error:
            problem = error
            self._process.kill()
        code = self._process.wait()
        self._drain.join(1.0)
        for stream in (self._process.stdin, pipe):
            if stream is not None:
                _close_quietly(stream)
        self._on_death(self, problem or WorkerDied(_obituary(code)))

    def _drain_stderr(self) -> None:
        pipe = self._process.stderr
        if pipe is None:
            return
        with pipe:
            for line in pipe:
                text = line.decode(errors="replace").rstrip()
                self.stderr.append(text)
                _log.debug("worker: %s", text)


def worker_command() -> list[str]:
    """The command line that starts a worker with this interpreter."""
    return [sys.executable, "-m", "aw_engine.inference.worker"]


def _obituary(code: int) -> str:
    if code < 0:
        name = signal.Signals(-code).name if -code in set(signal.Signals) else "unknown"
        likely = ", likely out of memory" if -code == getattr(signal, "SIGKILL", 9) else f", {name}"
        cause = f"signal {-code}{likely}"
    else:
        cause = f"exit code {code}"
    return f"The model process ended ({cause}). Your text is unchanged; it restarts with the next run."


def _close_quietly(stream: object) -> None:
    try:
        stream.close()  # type: ignore[attr-defined]
    except OSError:  # unsent bytes for a process that is gone
        return
