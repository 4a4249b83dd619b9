"""What the judge said of one candidate, criterion by criterion."""

from collections.abc import Iterable

from aw_engine.domain.comparison import Comparison


def readouts(
    key: str, comparisons: Iterable[Comparison], against: str | None = None
) -> dict[str, list[float]]:
    """By criterion the log-odds that `key` is better, one for each comparison (only those with `against`)."""
    found: dict[str, list[float]] = {}
    for comparison in comparisons:
        pair = (comparison.first, comparison.second)
        if key not in pair or (against is not None and against not in pair):
            continue
        sign = 1.0 if comparison.first == key else -1.0
        for readout in comparison.readouts:
            found.setdefault(readout.criterion, []).append(sign * readout.logit)
    return found
