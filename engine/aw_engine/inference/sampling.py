"""Arithmetic on rows of logits, and the grammar that keeps placeholders."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from aw_engine.errors import BackendError

_BLOCK = 1 << 17  # numbers at a time: half a megabyte stays in a core's cache


def log_normalisers(rows: NDArray[np.float32]) -> NDArray[np.float64]:
    """Natural log of the sum of exponentials of each row (shape `(n, vocabulary)` -> `(n,)`).

    :raises BackendError: if any is not finite.
    """
    count, width = rows.shape
    out = np.empty(count, dtype=np.float64)
    step = max(1, _BLOCK // width)
    buffer = np.empty((min(step, count), width), dtype=np.float32)
    for start in range(0, count, step):
        block = rows[start : start + step]
        scratch = buffer[: len(block)]
        peak = block.max(axis=1)
        np.subtract(block, peak[:, None], out=scratch)
        np.exp(scratch, out=scratch)
        out[start : start + step] = np.log(scratch.sum(axis=1)) + peak
    if not np.isfinite(out).all():
        raise BackendError("The model's answer is not a number; the model file may be damaged.")
    return out


def marks_grammar(marks: Sequence[str]) -> str:
    """GBNF grammar (root `root`) of texts with each mark once, in this order, and no other such bracket."""
    quoted = (mark.replace("\\", "\\\\").replace('"', '\\"') for mark in marks)
    body = " ".join(f'"{mark}" text' for mark in quoted)
    return f"root ::= text {body}\ntext ::= [^⟦⟧]*\n"
