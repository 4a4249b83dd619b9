"""The worker, keeping notes: a JSON line for each batch and for each buffer that llama.cpp allocates.

python bench/observed.py NOTES
"""

import json
import re
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, TextIO

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

_BUFFER: Final = re.compile(r"(KV|compute|output) buffer size *= *([\d.]+) MiB")


class Notes(Struct, frozen=True):
    """What a worker did since `Observed.begin`; seconds inside llama.cpp, buffers in bytes at the end."""

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
    buffers = {line["buffer"]: line["bytes"] for line in lines if "buffer" in line}
    return Notes(
        batches=len(batches),
        tokens=sum(line["tokens"] for line in batches),
        seconds=sum(line["seconds"] for line in batches),
        processor=sum(line["processor"] for line in batches),
        buffers=buffers,
    ), len(lines)


def _observe(out: TextIO) -> None:
    from aw_engine.inference import llama

    def note(line: dict[str, Any]) -> None:
        out.write(json.dumps(line) + "\n")
        out.flush()

    decode, take = llama.Context.decode, llama.Log._take
    output = 0.0

    def observed_decode(self: llama.Context) -> NDArray[np.float32]:
        nonlocal output
        tokens = self.batch.size
        # llama.cpp enlarges this buffer without a word.
        rows = int(np.count_nonzero(self.batch.wanted[:tokens]))
        if (needed := 4.0 * rows * self.model.size) > output:
            output = needed
            note({"buffer": "output", "bytes": output})
        began, spent = time.perf_counter(), time.process_time()
        logits = decode(self)
        note(
            {
                "tokens": tokens,
                "seconds": time.perf_counter() - began,
                "processor": time.process_time() - spent,
            }
        )
        return logits

    def observed_take(self: llama.Log, level: int, text: bytes | None, data: int | None) -> None:
        nonlocal output
        if found := _BUFFER.search((text or b"").decode(errors="replace")):
            size = float(found[2]) * 2**20
            note({"buffer": found[1], "bytes": size})
            output = size if found[1] == "output" else output
        take(self, level, text, data)

    # The product has no place for an observer, and shall not pay for one.
    llama.Context.decode = observed_decode  # type: ignore[method-assign]
    llama.Log._take = observed_take  # type: ignore[assignment,method-assign]


if __name__ == "__main__":
    import os

    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # before the library is loaded, as the worker does
    with Path(sys.argv[1]).open("a") as file:
        _observe(file)
        from aw_engine.inference import worker

        worker.main()
