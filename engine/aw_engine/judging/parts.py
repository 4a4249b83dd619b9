"""Two long texts cut into corresponding parts, for a judge that cannot read them whole."""

from collections.abc import Iterator

from aw_engine.text.align import common_cuts


def parts(first: str, second: str, original: str, reach: int) -> list[tuple[str, str]]:
    """The pairs of parts in which two rewrites of `original` differ, in order, none of them empty.

    Both are cut where the same sentence of the original ends, at the last such place within `reach`
    characters of either, or at the next one if there is none. A part that is still more than twice as long is
    cut between words, in proportion. Equal parts are left out, so that there may be none.
    """
    return [
        (one, other)
        for pair in _by_sentences(first.strip(), second.strip(), original, reach)
        for one, other in _by_words(*pair, 2 * reach)
        if one != other
    ]


def _by_sentences(first: str, second: str, original: str, reach: int) -> Iterator[tuple[str, str]]:
    begun = last = (0, 0)
    for at, to in common_cuts(original, first, second):
        if not (last[0] < at and last[1] < to):
            continue  # one of them has nothing here: it goes with what follows
        if last > begun and max(at - begun[0], to - begun[1]) > reach:
            yield first[begun[0] : last[0]].strip(), second[begun[1] : last[1]].strip()
            begun = last
        if at < len(first) and to < len(second):
            last = at, to
    yield first[begun[0] :].strip(), second[begun[1] :].strip()


def _by_words(first: str, second: str, most: int) -> Iterator[tuple[str, str]]:
    one, other = first.split(), second.split()
    pieces = min(-(-max(len(first), len(second)) // most), len(one), len(other))
    if pieces < 2:
        yield first, second
        return
    for piece in range(pieces):
        ends = [(len(words) * piece // pieces, len(words) * (piece + 1) // pieces) for words in (one, other)]
        yield " ".join(one[slice(*ends[0])]), " ".join(other[slice(*ends[1])])
