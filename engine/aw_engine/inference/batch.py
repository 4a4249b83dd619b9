"""One batch of tokens for the native library, in arrays that live as long as the batch.

A token may belong to several sequences at once: that is how a shared prefix is computed once.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np


class Batch:
    """At most `capacity` tokens and `memberships` (token, sequence) pairs; nothing is written beyond them."""

    def __init__(self, capacity: int, memberships: int) -> None:
        self.capacity: Final = capacity
        self.size = 0
        self.tokens: Final = np.zeros(capacity, dtype=np.int32)
        self.positions: Final = np.zeros(capacity, dtype=np.int32)
        self.counts: Final = np.zeros(capacity, dtype=np.int32)
        self.pointers: Final = np.zeros(capacity, dtype=np.uintp)
        self.wanted: Final = np.zeros(capacity, dtype=np.int8)
        self._members: Final = np.zeros(memberships, dtype=np.int32)
        self._filled = 0

    def clear(self) -> None:
        """Empty the batch."""
        self.size = 0
        self._filled = 0

    def fits(self, tokens: int, memberships: int) -> bool:
        """Whether there is room for so many tokens with so many memberships in all."""
        return self.size + tokens <= self.capacity and self._filled + memberships <= self._members.size

    def add(self, token: int, position: int, slots: Sequence[int], wanted: bool) -> int:
        """Append a token of all sequences in `slots`; return its index. Its logits are computed if `wanted`.

        :raises IndexError: if the batch is full.
        """
        count = len(slots)
        if count == 0 or not self.fits(1, count):
            raise IndexError("batch is full, or a token belongs to no sequence")
        index, start = self.size, self._filled
        self.tokens[index] = token
        self.positions[index] = position
        self.counts[index] = count
        self._members[start : start + count] = slots
        self.pointers[index] = self._members.ctypes.data + start * self._members.itemsize
        self.wanted[index] = wanted
        self.size, self._filled = index + 1, start + count
        return index
