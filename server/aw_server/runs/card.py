"""What a model was found to be worth on this computer: how it writes and judges, and how long that takes."""

from contextlib import suppress
from pathlib import Path

from msgspec import Struct

from aw_engine.inference import cache_note
from aw_engine.inference.backend import Judging


class JudgedBy(Struct, frozen=True):
    """How a model judges in one way: the shares of graded pairs that it decides rightly, and by order."""

    by: Judging
    accuracy: float
    flips: float
    pairs: int


class ReportCard(Struct, frozen=True):
    """A model on this computer, `measured` on a day (ISO 8601).

    `passed` is the share of its tries on own paragraphs that passed the gates, `changed` the mean share of
    words that a rewrite changes. A normal run of `words` words showed its first rewrite after `first` seconds
    and took `whole`; `writing` is tokens written a second in it (0 where it does not write freely).
    """

    measured: str
    paragraphs: int
    passed: float
    changed: float
    judges: tuple[JudgedBy, ...]
    words: int
    first: float
    whole: float
    writing: float

    @property
    def summary(self) -> str:
        """One line for a list of models."""
        return (
            f"{self.passed:.0%} of its tries pass, first rewrite after {self.first:.0f} s, a run "
            f"{self.whole:.0f} s"
        )


def known(digest: str) -> ReportCard | None:
    """The card of the model with this digest, if it was measured here."""
    return cache_note.read(_note(digest), ReportCard)


def keep(digest: str, card: ReportCard) -> None:
    """Keep the card of the model with this digest; a full disk or a read-only home keeps none."""
    with suppress(OSError):
        cache_note.write(_note(digest), card)


def _note(digest: str) -> Path:
    return cache_note.path(cache_note.folder("cards"), digest.encode())
