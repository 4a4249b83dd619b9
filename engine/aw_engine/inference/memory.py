"""What the KV cache holds: the task prefix that stays, and the branches that are computed once and read.

Every call starts from the same state (the resident prefix alone, in the first cells), so its results depend
on its requests only, never on what was asked before.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from aw_engine.inference.llama import Context
from aw_engine.inference.prefix import Group, Tokens, Tree

TRUNK = 0  # the slot that holds what the next group continues


class Place(NamedTuple):
    """A position whose logits are wanted, and the sequences (indices) that share it and want it."""

    position: int
    readers: list[int]


class Rows(NamedTuple):
    """`logits[i]` predicts what follows `places[i]`; valid until the next step of the iteration."""

    places: list[Place]
    logits: NDArray[np.float32]


class Memory:
    """The cells of one context; slot 0 is the trunk, the others are free between calls."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.resident: Tokens = ()
        context.forget_all()

    def begin(self, resident: Tokens) -> int:
        """Bring memory into the state that a call starts from: `resident` in the trunk, nothing else.

        Returns how many tokens had to be evaluated for it.
        """
        if resident == self.resident:
            return 0
        self.clear()
        batch = self.context.batch
        for position, token in enumerate(resident):
            batch.add(token, position, (TRUNK,), False)
            if batch.size == batch.capacity or position == len(resident) - 1:
                self.context.decode()
        self.resident = resident
        return len(resident)

    def clear(self) -> None:
        """Forget everything, as after an aborted or failed call."""
        self.resident = ()
        self.context.forget_all()

    def read(self, sequences: Sequence[Tokens], wanted: Sequence[int], costs: list[int]) -> Iterator[Rows]:
        """Evaluate every distinct prefix of `sequences` once; yield the logits that are wanted.

        Wanted of sequence k are its positions from `wanted[k]` on. All sequences begin with the resident
        prefix and fit into the cells beside one batch. `costs[k]` grows by the tokens evaluated for k first.
        """
        shape = self.context.shape
        tree = Tree(sequences, self.resident)
        trunk = len(self.resident)
        for group in tree.groups(shape.batch, shape.sequences - 1):
            if max(group.held) < trunk:
                self.context.forget(TRUNK, max(group.held))
            slots = range(1, group.end - group.start + 1)
            yield from self._evaluate(tree, group, slots, wanted, costs)
            trunk = len(tree.texts[group.end - 1])
            self._regrow(slots, trunk)
        self.context.forget(TRUNK, len(self.resident))

    def enter(self, sequences: Sequence[Tokens], slots: Sequence[int], costs: list[int]) -> Iterator[Rows]:
        """Evaluate `sequences` into their free `slots`, where they stay; yield the logits after each.

        All begin with the resident prefix; the caller has made sure that they fit.
        """
        tree = Tree(sequences, self.resident)
        wanted = [len(sequence) - 1 for sequence in sequences]
        for group in tree.groups(sum(map(len, sequences)), len(sequences)):
            seats = [slots[index] for index in tree.order]
            yield from self._evaluate(tree, group, seats, wanted, costs)

    def _evaluate(
        self, tree: Tree, group: Group, slots: Sequence[int], wanted: Sequence[int], costs: list[int]
    ) -> Iterator[Rows]:
        for slot, held in zip(slots, group.held, strict=True):
            self.context.share(TRUNK, slot, held)
        places: list[Place] = []
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
                places.append(Place(position, readers))
        if batch.size:
            yield Rows(places, self.context.decode())

    def _regrow(self, slots: Sequence[int], length: int) -> None:
        """Make the last of the slots the trunk; free them all."""
        self.context.forget(TRUNK)
        self.context.share(slots[-1], TRUNK, length)
        for slot in slots:
            self.context.forget(slot)
