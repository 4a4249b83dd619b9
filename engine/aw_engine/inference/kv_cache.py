"""The KV cache of one context: prefixes that stay in it, and branches that are evaluated once and dropped.

A sequence's cells always lie in the order of its tokens, and the library attends to them in the order in
which they lie (`tuning.Tuning`): so results depend neither on the company nor on what was asked before.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from aw_engine.inference.llama_context import Context
from aw_engine.inference.prefix import Group, PrefixTree, Tokens, shared_length

TRUNK = 0  # the slot that holds what the next group continues


class WantedPosition(NamedTuple):
    """A position whose logits are wanted, and the sequences (indices) that share it and want it."""

    position: int
    readers: list[int]


class Rows(NamedTuple):
    """`logits[i]` predicts what follows `places[i]`; valid until the next step of the iteration."""

    places: list[WantedPosition]
    logits: NDArray[np.float32]


class KVCache:
    """The cells of one context; slot 0 is the trunk, the others are free between calls.

    The prefixes with which calls began stay in the first cells until room is needed, so that a task and the
    first text of a comparison are not evaluated again. All are dropped together: dropping one would leave a
    gap.
    """

    def __init__(self, context: Context) -> None:
        self.context = context
        self.resident: Tokens = ()
        self._kept: dict[Tokens, int] = {}  # slots of prefixes
        self._used = 0
        context.forget_all()

    @property
    def free(self) -> int:
        """Cells that hold no prefix."""
        return self.context.shape.cells - self._used

    def room(self, sequences: Sequence[Tokens], resident: Tokens) -> int:
        """The most cells that `read` uses at a time, those of `resident` not counted."""
        longest = max(map(len, sequences), default=0) - len(resident)
        return min(PrefixTree(sequences, resident).size, longest + self.context.shape.batch)

    def begin(self, resident: Tokens, room: int) -> int:
        """Prepare the cache for a call: put `resident` into the trunk, and leave `room` cells free.

        Return how many tokens had to be evaluated for that.
        """
        self.context.forget(TRUNK)
        nearest = self._nearest(resident)
        shared = shared_length(nearest, resident)
        new = len(resident) - shared
        full = len(self._kept) == self.context.shape.residents
        if self._used and (new + room > self.free or (new and full)):
            self.clear()
            shared, new = 0, len(resident)
        if shared:
            self.context.share(self._kept[nearest], TRUNK, shared)
        batch = self.context.batch
        for position in range(shared, len(resident)):
            batch.add(resident[position], position, (TRUNK,), False)
            if batch.size == batch.capacity or position == len(resident) - 1:
                self.context.decode()
        if new:
            slot = self.context.shape.sequences + len(self._kept)
            self.context.share(TRUNK, slot, len(resident))
            self._kept[resident] = slot
            self._used += new
        self.resident = resident
        return new

    def held(self, resident: Tokens) -> int:
        """How many of the first tokens of `resident` are in the cache."""
        return shared_length(self._nearest(resident), resident)

    def _nearest(self, resident: Tokens) -> Tokens:
        return max(self._kept, key=lambda kept: shared_length(kept, resident), default=())

    def clear(self) -> None:
        """Drop everything, as is necessary after an aborted or failed call."""
        self.resident = ()
        self._kept.clear()
        self._used = 0
        self.context.forget_all()

    def read(self, sequences: Sequence[Tokens], wanted: Sequence[int], costs: list[int]) -> Iterator[Rows]:
        """Evaluate every distinct prefix of `sequences` once; yield the logits that are wanted.

        Wanted of sequence k are its positions from `wanted[k]` on. All sequences begin with the resident
        prefix and fit into the cells beside one batch. `costs[k]` grows by the tokens evaluated for k first.
        """
        shape = self.context.shape
        tree = PrefixTree(sequences, self.resident)
        trunk = len(self.resident)
        for group in tree.groups(shape.batch, shape.sequences - 1):
            if max(group.held) < trunk:
                self.context.forget(TRUNK, max(group.held))
            slots = range(1, group.end - group.start + 1)
            yield from self._evaluate(tree, group, slots, wanted, costs)
            trunk = max(group.kept, len(self.resident))
            self._regrow(slots, trunk)
        self.context.forget(TRUNK, len(self.resident))

    def enter(self, sequences: Sequence[Tokens], slots: Sequence[int], costs: list[int]) -> Iterator[Rows]:
        """Evaluate `sequences` into their free `slots`, where they stay; yield the logits after each.

        All begin with the resident prefix; the caller has made sure that they fit.
        """
        tree = PrefixTree(sequences, self.resident)
        wanted = [len(sequence) - 1 for sequence in sequences]
        for group in tree.groups(sum(map(len, sequences)), len(sequences)):
            seats = [slots[index] for index in tree.order]
            yield from self._evaluate(tree, group, seats, wanted, costs)

    def _evaluate(
        self, tree: PrefixTree, group: Group, slots: Sequence[int], wanted: Sequence[int], costs: list[int]
    ) -> Iterator[Rows]:
        for slot, held in zip(slots, group.held, strict=True):
            self.context.share(TRUNK, slot, held)
        places: list[WantedPosition] = []
        batch, rows = self.context.batch, self.context.shape.rows
        for token, position, first, last in group.nodes:
            members = tree.order[first : last + 1]
            readers = [member for member in members if position >= wanted[member]]
            seats = slots[first - group.start : last + 1 - group.start]
            if not batch.fits(1, len(seats)) or (readers and len(places) == rows):
                yield Rows(places, self.context.decode())
                places = []
            batch.add(token, position, seats, bool(readers))
            costs[members[0]] += 1
            if readers:
                places.append(WantedPosition(position, readers))
        if batch.size:
            yield Rows(places, self.context.decode())

    def _regrow(self, slots: Sequence[int], length: int) -> None:
        """Make the first `length` tokens of the last slot's sequence the trunk, and free everything else.

        The trunk's tokens were evaluated before their neighbours, so what is free lies behind it.
        """
        self.context.forget(TRUNK)
        self.context.share(slots[-1], TRUNK, length)
        for slot in slots:
            self.context.forget(slot)
