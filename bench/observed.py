"""The worker, keeping notes: a JSON line for each batch and for each buffer that llama.cpp allocates.

python bench/observed.py NOTES
"""

import json
import re
import sys
import time
from collections import Counter
from collections.abc import Sequence
from math import inf
from pathlib import Path
from threading import Lock
from typing import Any, Final, TextIO

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

_BUFFER: Final = re.compile(r"(KV|compute|output) buffer size *= *([\d.]+) MiB")


class Notes(Struct, frozen=True):
    """What a worker did since some line: seconds with any context inside llama.cpp, by the clock and of the
    processor; and the buffers of all its contexts in bytes, at the end."""

    batches: int
    tokens: int
    seconds: float
    processor: float
    buffers: dict[str, float]


def command(notes: Path) -> Sequence[str]:
    """What to start for a worker that keeps its notes there."""
    return [sys.executable, __file__, str(notes)]


def read(notes: Path, start: int = 0) -> tuple[Notes, int]:
    """The notes from line `start` on (of buffers the latest anywhere), and how many lines there are now."""
    lines = [json.loads(line) for line in notes.read_text().splitlines()]
    batches = [line for line in lines[start:] if "tokens" in line]
    held: dict[int, dict[str, float]] = {}
    for line in lines:
        if "buffer" in line:
            held.setdefault(line["context"], {})[line["buffer"]] = line["bytes"]
        elif "closed" in line:
            del held[line["closed"]]
    buffers: Counter[str] = Counter()
    for each in held.values():
        buffers.update(each)
    return Notes(
        batches=len(batches),
        tokens=sum(line["tokens"] for line in batches),
        seconds=_covered([line["seconds"] for line in batches]),
        processor=_covered([line["processor"] for line in batches]),
        buffers=dict(buffers),
    ), len(lines)


def _covered(spans: Sequence[tuple[float, float]]) -> float:
    """The length of all spans (start, end) together, where they overlap once."""
    length, reached = 0.0, -inf
    for start, end in sorted(spans):
        length += max(0.0, end - max(start, reached))
        reached = max(reached, end)
    return length


def _observe(out: TextIO) -> None:
    from aw_engine.inference.llama import Log
    from aw_engine.inference.llama_context import Context

    writing = Lock()

    def note(line: dict[str, Any]) -> None:
        with writing:
            out.write(json.dumps(line) + "\n")
            out.flush()

    opened, closed, decode, take = (
        Context.__init__,
        Context.close,
        Context.decode,
        Log._take,
    )
    numbers: dict[Context, int] = {}
    outputs: list[float] = []  # bytes, by context

    def observed_open(self: Context, *arguments: Any) -> None:
        numbers[self] = len(outputs)
        outputs.append(0.0)
        opened(self, *arguments)

    def observed_close(self: Context) -> None:
        note({"closed": numbers.pop(self)})
        closed(self)

    def observed_decode(self: Context) -> NDArray[np.float32]:
        tokens, number = self.batch.size, numbers[self]
        # llama.cpp enlarges this buffer without a word.
        rows = int(np.count_nonzero(self.batch.wanted[:tokens]))
        if (needed := 4.0 * rows * self.model.size) > outputs[number]:
            outputs[number] = needed
            note({"context": number, "buffer": "output", "bytes": needed})
        began, spent = time.perf_counter(), time.process_time()
        logits = decode(self)
        note(
            {
                "tokens": tokens,
                "seconds": (began, time.perf_counter()),
                "processor": (spent, time.process_time()),
            }
        )
        return logits

    def observed_take(self: Log, level: int, text: bytes | None, data: int | None) -> None:
        if found := _BUFFER.search((text or b"").decode(errors="replace")):
            number, size = len(outputs) - 1, float(found[2]) * 2**20
            note({"context": number, "buffer": found[1], "bytes": size})
            outputs[number] = size if found[1] == "output" else outputs[number]
        take(self, level, text, data)

    # The product has no place for an observer, and shall not pay for one.
    Context.__init__ = observed_open  # type: ignore[assignment,method-assign]
    Context.close = observed_close  # type: ignore[method-assign]
    Context.decode = observed_decode  # type: ignore[method-assign]
    Log._take = observed_take  # type: ignore[assignment,method-assign]


if __name__ == "__main__":
    import os

    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # before the library is loaded, as the worker does
    with Path(sys.argv[1]).open("a") as file:
        _observe(file)
        from aw_engine.inference import worker

        worker.main()
