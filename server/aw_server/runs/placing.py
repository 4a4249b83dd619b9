"""Candidates as they would stand in the document, in results and events."""

from typing import TYPE_CHECKING

from msgspec.structs import replace

from aw_engine.domain.candidate import ORIGINAL
from aw_engine.domain.events import Drafted, Event, Finished, Leaderboard
from aw_engine.domain.result import EvolveResult, Ranked

if TYPE_CHECKING:
    from aw_engine.text.frame import Frame


class Placement:
    """Turns the prose of one run's candidates into texts for the document, each once."""

    def __init__(self, frame: "Frame") -> None:
        self._frame = frame
        self._known: dict[str, str] = {ORIGINAL: frame.original}

    def event(self, event: Event) -> Event:
        """The event with texts as they would stand in the document."""
        match event:
            case Drafted(candidate=candidate):
                text = self._text(candidate.id, candidate.text)
                return Drafted(candidate=replace(candidate, text=text))
            case Leaderboard(candidates=candidates):
                return replace(event, candidates=self._all(candidates))
            case Finished(result=result):
                return Finished(result=self.result(result))
        return event

    def result(self, result: EvolveResult) -> EvolveResult:
        """The result with texts as they would stand in the document."""
        return replace(result, original=self._frame.original, candidates=self._all(result.candidates))

    def _all(self, candidates: tuple[Ranked, ...]) -> tuple[Ranked, ...]:
        return tuple(replace(each, text=self._text(each.id, each.text)) for each in candidates)

    def _text(self, candidate_id: str, prose: str) -> str:
        from aw_engine.text.reflow import restore  # heavy: an editor's `initialize` cannot wait

        if candidate_id not in self._known:
            self._known[candidate_id] = restore(self._frame, prose)
        return self._known[candidate_id]


def texts(event: Event) -> dict[str, str]:
    """The texts of the event's candidates by id, unchanged."""
    match event:
        case Drafted(candidate=candidate):
            return {candidate.id: candidate.text}
        case Leaderboard(candidates=candidates) | Finished(result=EvolveResult(candidates=candidates)):
            return {each.id: each.text for each in candidates}
    return {}
