"""How fast the language server answers an editor: at the start, during a run at full load, and on cancel.

Prints a table with the target of each row. The editor here is a pipe, the model the one that ships;
`didChange` is timed up to the answer of a request sent right behind it, having none of its own.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import threading
import time
from itertools import count
from os import environ
from pathlib import Path
from statistics import quantiles
from typing import Any

import psutil

URI = "file:///tmp/bench.md"
PARAGRAPH = (
    "Due to the fact that nobody wrote anything down, we often recieved the same questions again and again, "
    "and and the answers was very different each time. It are kept in [one folder](https://a.org/log) now."
)
DOCUMENT = "\n\n".join([PARAGRAPH] + [f"{PARAGRAPH} This is paragraph {number}." for number in range(2, 200)])
RUN = {"textDocument": {"uri": URI}, "position": {"line": 0, "character": 5}, "n": 64, "generations": 12}
PAUSE = 0.03  # seconds between questions, so that they meet every part of a run
STILL = 0.05  # seconds without processor time after which the worker is idle


class Editor:
    """A server and what it has answered, with the moment of each answer."""

    def __init__(self) -> None:
        self._home = tempfile.TemporaryDirectory()
        places = {f"XDG_{name}_HOME": self._home.name for name in ("STATE", "DATA", "CACHE", "CONFIG")}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "aw_server", "--stdio"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**environ, **places},
        )
        self._numbers = count(1)
        self._answers: dict[int, tuple[float, dict[str, Any]]] = {}
        self._news = threading.Condition()
        threading.Thread(target=self._listen, daemon=True).start()

    def send(self, method: str, params: Any, number: int | None = None) -> float:
        """When it was sent."""
        message = {"jsonrpc": "2.0", "method": method, "params": params}
        body = json.dumps(message if number is None else {**message, "id": number}).encode()
        now = time.perf_counter()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        self.process.stdin.flush()
        return now

    def request(self, method: str, params: Any) -> tuple[int, float]:
        number = next(self._numbers)
        return number, self.send(method, params, number)

    def answer(self, number: int) -> tuple[float, dict[str, Any]]:
        """When it came, and what it was."""
        with self._news:
            if not self._news.wait_for(lambda: number in self._answers, timeout=300):
                raise TimeoutError("no answer within five minutes")
            return self._answers[number]

    def ask(self, method: str, params: Any) -> tuple[float, dict[str, Any]]:
        """Seconds until the answer, and the answer."""
        number, sent = self.request(method, params)
        came, message = self.answer(number)
        return came - sent, message

    def initialize(self) -> None:
        self.ask("initialize", {"processId": None, "rootUri": None, "capabilities": {}})
        self.send("initialized", {})
        document = {"uri": URI, "languageId": "markdown", "version": 0, "text": DOCUMENT}
        self.send("textDocument/didOpen", {"textDocument": document})

    def begin(self) -> tuple[int, psutil.Process]:
        """A run that keeps the worker busy, and the worker."""
        number, _ = self.request("aw/evolve", {**RUN, "seed": next(self._numbers)})
        while True:
            _, message = self.ask("aw/status", {})
            status = message["result"]
            if number in self._answers:
                raise RuntimeError("the run ended before it could be measured")
            if status["state"] == "working" and "workerPid" in status:
                return number, psutil.Process(status["workerPid"])

    def works(self, number: int) -> bool:
        """Whether this request still waits for its answer."""
        return number not in self._answers

    def close(self) -> None:
        self.ask("shutdown", None)
        self.send("exit", None)
        self.process.wait(10)
        self._home.cleanup()

    def _listen(self) -> None:
        stream = self.process.stdout
        assert stream is not None
        while header := stream.readline():
            length = int(header.partition(b":")[2])
            while stream.readline().strip():
                pass
            message = json.loads(stream.read(length))
            with self._news:
                if "method" not in message:
                    self._answers[message["id"]] = (time.perf_counter(), message)
                    self._news.notify_all()


def starts(times: int) -> tuple[list[float], float]:
    """Seconds from the process' start to the answer to `initialize`, and megabytes resident then."""
    seconds, resident = [], 0.0
    for _ in range(times):
        began = time.perf_counter()
        editor = Editor()
        editor.initialize()
        came, _ = editor.answer(1)
        seconds.append(came - began)
        resident = max(resident, psutil.Process(editor.process.pid).memory_info().rss / 1e6)
        editor.close()
    return seconds, resident


def under_load(editor: Editor, times: int) -> dict[str, list[float]]:
    """Seconds of each kind of answer while a run works."""
    number, _ = editor.begin()
    place = {"line": 0, "character": 5}
    actions = {
        "textDocument": {"uri": URI},
        "range": {"start": place, "end": {"line": 0, "character": 40}},
        "context": {"diagnostics": [], "triggerKind": 2},
    }
    seconds: dict[str, list[float]] = {"codeAction": [], "didChange": []}
    for version in range(1, times + 1):
        if not editor.works(number):
            number, _ = editor.begin()
        taken, message = editor.ask("textDocument/codeAction", actions)
        if "result" in message:
            seconds["codeAction"].append(taken)
        text = {"text": f"{DOCUMENT}\n\nVersion {version}.\n"}
        named = {"uri": URI, "version": version}
        sent = editor.send("textDocument/didChange", {"textDocument": named, "contentChanges": [text]})
        probe, _ = editor.request("aw/results", {"jobId": "none"})
        seconds["didChange"].append(editor.answer(probe)[0] - sent)
        time.sleep(PAUSE)
    editor.send("$/cancelRequest", {"id": number})
    editor.answer(number)
    return seconds


def cancels(editor: Editor, times: int) -> tuple[list[float], list[float]]:
    """Seconds from `$/cancelRequest` to the answer, and to the worker's last stroke of work."""
    answered, idle = [], []
    for _ in range(times):
        number, worker = editor.begin()
        sent = editor.send("$/cancelRequest", {"id": number})
        used, last = _used(worker), sent
        while (now := time.perf_counter()) - last < STILL:
            if (latest := _used(worker)) > used:
                used, last = latest, now
            time.sleep(0.002)
        answered.append(editor.answer(number)[0] - sent)
        idle.append(last - sent)
    return answered, idle


def _used(worker: psutil.Process) -> float:
    times = worker.cpu_times()
    return times.user + times.system


def row(name: str, values: list[float], target: float, unit: str = "ms", scale: float = 1e3) -> str:
    """One line of the table; the target holds for the 99th percentile, or the worst where there are few."""
    if not values:
        return f"{name:34} {'—':>9} {'—':>9} {target:>7.0f} {unit}"
    middle, high = (
        (quantiles(values, n=100)[49], quantiles(values, n=100)[98])
        if len(values) >= 100
        else (sorted(values)[len(values) // 2], max(values))
    )
    verdict = "" if high * scale <= target else "  over"
    return f"{name:34} {middle * scale:9.1f} {high * scale:9.1f} {target:>7.0f} {unit}{verdict}"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--requests", type=int, default=300, help="of each kind while a run works")
    parser.add_argument("--starts", type=int, default=5)
    parser.add_argument("--cancels", type=int, default=5)
    parser.add_argument("--json", type=Path, help="write the measured values there, too")
    options = parser.parse_args()
    seconds, resident = starts(options.starts)
    editor = Editor()
    editor.initialize()
    load = under_load(editor, options.requests)
    answered, idle = cancels(editor, options.cancels)
    editor.close()
    print(f"{'':34} {'p50':>9} {'p99':>9} {'target':>7}")
    print(row("initialize, from process start", seconds, 400))
    print(row("resident before the first run", [resident], 70, "MB", 1))
    print(row("codeAction while a run works", load["codeAction"], 30))
    print(row("didChange while a run works", load["didChange"], 30))
    print(row("cancel: best so far answered", answered, 150))
    print(row("cancel: worker idle", idle, 100))
    if options.json:
        values = {"initialize": seconds, "residentMB": resident, **load, "cancel": answered, "idle": idle}
        options.json.write_text(json.dumps(values, indent=1) + "\n")


if __name__ == "__main__":
    main()
