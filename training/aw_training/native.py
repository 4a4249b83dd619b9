"""llama.cpp as the training uses it: silent, unless something fails."""

from __future__ import annotations

import ctypes
import sys

import llama_cpp

__all__ = ["llama_cpp", "silence"]

_ERROR = 4


def silence() -> None:
    """Let llama.cpp say on stderr what went wrong and nothing else; it would tell of every tensor."""
    llama_cpp.llama_log_set(_callback, ctypes.c_void_p(0))


def _tell(level: int, text: bytes | None, _: int | None) -> None:
    if level == _ERROR:
        sys.stderr.write((text or b"").decode(errors="replace"))


# llama.cpp keeps only its address.
_callback = llama_cpp.llama_log_callback(_tell)
