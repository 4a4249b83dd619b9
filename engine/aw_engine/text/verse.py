"""Whether lines are verse, or another text whose lines end where its writer wants: they are left alone."""

from collections.abc import Sequence
from itertools import pairwise

_WIDEST = 60  # characters of a line of verse, at most
_NARROW = 44  # to which hardly anybody wraps prose
_LEAST = 3  # lines
_STOPS = (".", "!", "?", ".”", "!”", "?”", '."', '!"', '?"')


def is_verse(lines: Sequence[str]) -> bool:
    """Whether most of these lines, or a third of narrow ones, end early, and few of them with a sentence.

    A line ends early if the first word of the next one would have fitted beside it. A wrapped paragraph has
    no such line; one with a sentence on each line ends its lines with stops.
    """
    lines = [line.strip() for line in lines]
    widest = max(map(len, lines), default=0)
    if len(lines) < _LEAST or widest > _WIDEST:
        return False
    pairs = list(pairwise(lines))
    early = sum(len(line) + 1 + len(following.split()[0]) <= widest for line, following in pairs if following)
    ended = sum(line.endswith(_STOPS) for line, _ in pairs)
    ragged = 3 * early >= len(pairs) if widest <= _NARROW else 2 * early > len(pairs)
    return ragged and 2 * ended < len(pairs)
