"""What the machine could do at most: bytes read from memory, and multiplications, per second."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np

_SHARE = 1 << 30  # bytes that each thread reads: no cache holds them
_SIDE = 2048
_TURNS = 4


def read_rate(threads: int) -> float:
    """Bytes per second that so many threads read from memory together, each its own array."""
    arrays = [np.ones(_SHARE // 8, np.uint64) for _ in range(threads)]
    with ThreadPoolExecutor(threads) as pool:
        return threads * _SHARE / _quickest(lambda: list(pool.map(np.max, arrays)))


def multiply_rate() -> float:
    """Operations per second of NumPy's product of two f32 matrices, on as many threads as it takes."""
    one, other, into = (np.full((_SIDE, _SIDE), 0.5, np.float32) for _ in range(3))
    return 2 * _SIDE**3 / _quickest(lambda: np.matmul(one, other, out=into))


def _quickest(work: Callable[[], object]) -> float:
    """Seconds of the quickest of some turns."""
    taken = []
    for _ in range(_TURNS):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return min(taken)
