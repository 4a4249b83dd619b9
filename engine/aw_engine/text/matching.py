"""What two sequences share, in time that a long or repetitive text does not make hours of.

`difflib` takes the square of how often each item recurs, for each block that it finds: a paragraph of 2,500
formulas costs it most of a minute. It decides wherever that is cheap. Elsewhere what is equal at both ends is
taken off, and the rest is compared by Myers' algorithm (An O(ND) Difference Algorithm, 1986), which is fast
where little differs, as between a text and its copy-edit.
"""

from collections import Counter
from collections.abc import Hashable, Sequence
from difflib import SequenceMatcher
from typing import Literal

Opcode = tuple[Literal["replace", "delete", "insert", "equal"], int, int, int, int]

_CHEAP = 300_000  # pairs of equal items, up to which difflib is asked
_MOST_STEPS = 600_000  # of Myers' algorithm, after which the rest counts as replaced


def matching_blocks(a: Sequence[Hashable], b: Sequence[Hashable]) -> list[tuple[int, int, int]]:
    """Maximal blocks `(i, j, size)` with `a[i:i+size] == b[j:j+size]`, in order and none empty."""
    if _pairs(a, b) <= _CHEAP:
        found = SequenceMatcher(None, a, b, autojunk=False).get_matching_blocks()
        return [(block.a, block.b, block.size) for block in found if block.size]
    start, end = 0, 0
    shorter = min(len(a), len(b))
    while start < shorter and a[start] == b[start]:
        start += 1
    while end < shorter - start and a[-1 - end] == b[-1 - end]:
        end += 1
    middle_a, middle_b = a[start : len(a) - end], b[start : len(b) - end]
    if _pairs(middle_a, middle_b) <= _CHEAP:
        inner = matching_blocks(middle_a, middle_b)
    else:
        inner = _by_fewest_changes(middle_a, middle_b)
    whole = [
        (0, 0, start),
        *((i + start, j + start, size) for i, j, size in inner),
        (len(a) - end, len(b) - end, end),
    ]
    return _joined(whole)


def opcodes(a: Sequence[Hashable], b: Sequence[Hashable]) -> list[Opcode]:
    """How to turn `a` into `b`, as `difflib.SequenceMatcher.get_opcodes` says it."""
    found: list[Opcode] = []
    i = j = 0
    for next_i, next_j, size in (*matching_blocks(a, b), (len(a), len(b), 0)):
        if i < next_i and j < next_j:
            found.append(("replace", i, next_i, j, next_j))
        elif i < next_i:
            found.append(("delete", i, next_i, j, next_j))
        elif j < next_j:
            found.append(("insert", i, next_i, j, next_j))
        i, j = next_i + size, next_j + size
        if size:
            found.append(("equal", next_i, i, next_j, j))
    return found


def ratio(a: Sequence[Hashable], b: Sequence[Hashable]) -> float:
    """Share of the items of both that are in common blocks, 0..1; 1 for two empty ones."""
    total = len(a) + len(b)
    return 2 * sum(size for _, _, size in matching_blocks(a, b)) / total if total else 1.0


def _pairs(a: Sequence[Hashable], b: Sequence[Hashable]) -> int:
    in_b = Counter(b)
    return sum(times * in_b[item] for item, times in Counter(a).items())


def _joined(blocks: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    joined: list[tuple[int, int, int]] = []
    for i, j, size in blocks:
        if not size:
            continue
        if joined and joined[-1][0] + joined[-1][2] == i and joined[-1][1] + joined[-1][2] == j:
            joined[-1] = (*joined[-1][:2], joined[-1][2] + size)
        else:
            joined.append((i, j, size))
    return joined


def _by_fewest_changes(a: Sequence[Hashable], b: Sequence[Hashable]) -> list[tuple[int, int, int]]:
    """Common blocks of an alignment with the fewest insertions and deletions; none where that takes long.

    `furthest[k]` is how far into `a` a path on diagonal `k` (index in `a` less index in `b`) has come.
    """
    furthest = {1: 0}
    rounds: list[dict[int, int]] = []
    steps = 0
    for changes in range(len(a) + len(b) + 1):
        rounds.append(dict(furthest))
        steps += 2 * len(furthest)
        for k in range(-changes, changes + 1, 2):
            down = k == -changes or (k != changes and furthest[k - 1] < furthest[k + 1])
            i = furthest[k + 1] if down else furthest[k - 1] + 1
            began = i
            while i < len(a) and i - k < len(b) and a[i] == b[i - k]:
                i += 1
            steps += i - began + 1
            furthest[k] = i
            if i >= len(a) and i - k >= len(b):
                return _path(rounds, len(a), len(b))
        if steps > _MOST_STEPS:
            return []
    return []


def _path(rounds: list[dict[int, int]], i: int, j: int) -> list[tuple[int, int, int]]:
    blocks: list[tuple[int, int, int]] = []
    for changes in range(len(rounds) - 1, -1, -1):
        furthest, k = rounds[changes], i - j
        down = k == -changes or (k != changes and furthest[k - 1] < furthest[k + 1])
        came_from = k + 1 if down else k - 1
        before = furthest[came_from] if changes else 0
        start = (before if down else before + 1) if changes else 0
        blocks.append((start, start - k, i - start))
        i, j = before, before - came_from
    return _joined(blocks[::-1])
