"""Shared prefixes: token sequences as a tree in which every distinct prefix is one node.

Sorted, neighbours share most: walking the sequences in that order visits the tree depth first, and what a
sequence adds to its predecessor is exactly the nodes that nobody computed before (radix attention, Zheng et
al. 2024, without the eviction).
"""

from collections.abc import Iterator, Sequence
from itertools import accumulate, chain
from typing import NamedTuple

Tokens = tuple[int, ...]


class PrefixNode(NamedTuple):
    """A token to be evaluated; sequences `first` .. `last` (both included, in sorted order) share it."""

    token: int
    position: int
    first: int
    last: int


class Group(NamedTuple):
    """Sequences `start` .. `end - 1` (in sorted order), evaluated together.

    The first `held[k]` tokens of the group's k-th sequence are in the KV cache: they are a prefix of the
    sequence before the group. `nodes` are the others, parents before children. The first `kept` tokens of the
    group's last sequence come first, because the next group begins with them.
    """

    start: int
    end: int
    held: tuple[int, ...]
    nodes: tuple[PrefixNode, ...]
    kept: int


def shared_length(first: Sequence[object], second: Sequence[object]) -> int:
    """Length of the longest common prefix."""
    limit = min(len(first), len(second))
    low, high = 0, limit
    while low < high:  # slices compare in C; a loop over tokens would not
        middle = (low + high + 1) // 2
        if first[low:middle] == second[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def common_prefix(sequences: Sequence[Tokens]) -> Tokens:
    """The longest prefix of all sequences (empty if there are none)."""
    if not sequences:
        return ()
    low, high = min(sequences), max(sequences)
    return low[: shared_length(low, high)]


class PrefixTree:
    """The distinct prefixes of `sequences`, all of which begin with `held`, which is in the KV cache.

    `order` lists the sequences' indices sorted; `shared[k]` is what the k-th of them has in common with the
    one before it.
    """

    def __init__(self, sequences: Sequence[Tokens], held: Tokens) -> None:
        self.order = sorted(range(len(sequences)), key=sequences.__getitem__)
        self.texts = [sequences[index] for index in self.order]
        self.shared = list(map(shared_length, [held, *self.texts], self.texts))

    @property
    def size(self) -> int:
        """Nodes in all: distinct prefixes beyond what is held."""
        return sum(map(len, self.texts)) - sum(self.shared)

    def nodes(self, k: int) -> Iterator[PrefixNode]:
        """The nodes that the k-th sequence adds to those before it."""
        text, start = self.texts[k], self.shared[k]
        spans: list[tuple[int, int, int]] = []  # positions [low, high) are shared by k .. last
        high, last = len(text), k
        while high > start:
            following = self.shared[last + 1] if last + 1 < len(self.texts) else 0
            low = max(start, following)
            if low < high:
                spans.append((low, high, last))
                high = low
            last += 1
        for low, high, last in reversed(spans):
            for position in range(low, high):
                yield PrefixNode(text[position], position, k, last)

    def groups(self, tokens: int, members: int) -> Iterator[Group]:
        """The tree cut into groups to be evaluated one after another; every node is in exactly one.

        A group has at most `members` sequences and, unless it is a single sequence, at most `tokens` nodes.
        """
        start = 0
        while start < len(self.texts):
            end = self._end(start, tokens, members)
            kept = self._kept(end)
            nodes = sorted(
                chain.from_iterable(map(self.nodes, range(start, end))),
                key=lambda node: node.last < end - 1 or node.position >= kept,
            )
            held = tuple(accumulate(self.shared[start:end], min))
            yield Group(start, end, held, tuple(nodes), kept)
            start = end

    def _end(self, start: int, tokens: int, members: int) -> int:
        """The end of the group that begins at `start`.

        Between the tokens held before the group and those kept after it there must be none that only its
        first sequences use: they would leave a gap in which later tokens lie before earlier ones.
        """
        end, size, held = start + 1, len(self.texts[start]) - self.shared[start], self.shared[start]
        for candidate in range(start + 2, min(len(self.texts), start + members) + 1):
            size += len(self.texts[candidate - 1]) - self.shared[candidate - 1]
            held = min(held, self.shared[candidate - 1])
            if size > tokens:
                break
            if held == self.shared[start] or self._kept(candidate) <= held:
                end = candidate
        return end

    def _kept(self, end: int) -> int:
        return self.shared[end] if end < len(self.texts) else 0


def parted(sequences: Sequence[Tokens], parts: int, least: int) -> list[list[int]]:
    """The sequences (indices) in at most `parts` (a power of two) groups to be evaluated in parallel.

    All groups have about as many tokens. A prefix that two groups share is evaluated in both, so the cut is
    made where little is shared, and not at all where it would save fewer than `least` tokens.
    """
    tree = PrefixTree(sequences, ())
    return [[tree.order[k] for k in part] for part in _halves(tree, range(len(tree.order)), parts, least)]


def _halves(tree: PrefixTree, part: range, parts: int, least: int) -> list[range]:
    if parts == 1 or len(part) < 2:
        return [part]
    new = [len(tree.texts[k]) - (tree.shared[k] if k > part.start else 0) for k in part]
    whole = sum(new)
    longer, cut = min(
        (max(first, whole - first + tree.shared[k]), k)
        for k, first in zip(part[1:], accumulate(new), strict=False)
    )
    if whole - longer < least:
        return [part]
    halves = range(part.start, cut), range(cut, part.stop)
    return [each for half in halves for each in _halves(tree, half, parts // 2, least)]
