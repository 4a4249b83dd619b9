"""What goes with quality by chance, and is taken out of a text's scores."""

from math import log
from typing import Final

MARKERS: Final = ("log length", "quotation marks")
_USUAL: Final = 64  # the length that is 0


def markers(text: str, length: int) -> tuple[float, float]:
    """How much of each of `MARKERS` a text of such a length (words or tokens) has, in units of about one."""
    quotations = sum(text.count(sign) for sign in '"“”')
    return log(max(1, length) / _USUAL), 10 * quotations / max(1, len(text.split()))
