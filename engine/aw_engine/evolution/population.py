"""Who is alive in a run: candidates with their texts, the gate to get in, elites and parents."""

from collections.abc import Mapping, Sequence
from random import Random
from statistics import fmean

from aw_engine.domain.brief import Brief
from aw_engine.domain.candidate import ORIGINAL, Candidate, Lineage
from aw_engine.domain.comparison import Comparison
from aw_engine.domain.passage import ENGLISH
from aw_engine.evolution import novelty
from aw_engine.evolution.ranking import readouts
from aw_engine.evolution.writers.writer import Draft
from aw_engine.judging import gates
from aw_engine.judging.salvage import salvaged
from aw_engine.text import measures
from aw_engine.text.edits.certain import mended
from aw_engine.text.titles import as_title
from aw_engine.text.working_form import WorkingForm

KEPT = 3  # elites by rank; the best of each niche and on each criterion are kept beside them


class Population:
    """The candidates of one run, the original among them; ids are given in order of admission.

    `working` holds each candidate's text in the writer's form.
    """

    def __init__(self, brief: Brief, form: WorkingForm) -> None:
        text = brief.passage.text
        original = Candidate(
            id=ORIGINAL,
            text=text,
            lineage=Lineage(operator="original", parents=(), generation=0),
            words=len(measures.words(text)),
        )
        self._brief = brief
        self._form = form
        self.members: dict[str, Candidate] = {ORIGINAL: original}
        self.working: dict[str, str] = {ORIGINAL: form.original}
        self.refused: dict[str, int] = {}
        self.tried = 0

    @property
    def original(self) -> Candidate:
        """The writer's own text."""
        return self.members[ORIGINAL]

    def rewrites(self) -> tuple[str, ...]:
        """Ids of all admitted rewrites, in order of admission."""
        return tuple(key for key in self.members if key != ORIGINAL)

    def admit(self, draft: Draft, text: str | None, *, mends: bool = False) -> Candidate | gates.Refused:
        """The new candidate, or why it was refused (counted by reason); None is a misshapen output.

        If it `mends`, certain mistakes are put right, and sentences for which a text would be refused or
        flagged stay as they are in the original, provided that others are left which change it.
        """
        self.tried += 1
        outcome = gates.Refused(reason="shape") if text is None else self._examine(draft, text, mends=mends)
        if isinstance(outcome, gates.Refused):
            self.refused[outcome.reason] = self.refused.get(outcome.reason, 0) + 1
        else:
            self.members[outcome.id] = outcome
        return outcome

    def _examine(self, draft: Draft, text: str, *, mends: bool) -> Candidate | gates.Refused:
        passage = self._brief.passage
        shown = self._form.prose(text)
        if shown is None:
            return gates.Refused(reason="span")
        if passage.title:
            shown = as_title(passage.text, shown)
        put_right = mended if passage.language == ENGLISH else str
        if mends:
            shown = put_right(shown)
        verdict = gates.check_by(self._brief, passage, shown)
        if mends and (isinstance(verdict, gates.Refused) or verdict.flags):
            kept = salvaged(self._brief, shown)
            if kept is not None:
                shown = put_right(kept)
                verdict = gates.check_by(self._brief, passage, shown)
        if isinstance(verdict, gates.Refused):
            return verdict
        if novelty.duplicate(shown, self.members.values(), passage.text) is not None:
            return gates.Refused(reason="duplicate")
        candidate = Candidate(
            id=f"c{len(self.members)}",
            text=shown,
            lineage=Lineage(operator=draft.operator, parents=draft.parents, generation=draft.generation),
            words=verdict.words,
            changed=verdict.changed,
            niche=novelty.niche(verdict.changed),
            flags=verdict.flags,
            faithfulness=verdict.faithfulness,
        )
        self.working[candidate.id] = self._form.shown(shown)
        return candidate


def elites(
    population: Population, means: Mapping[str, float], comparisons: Sequence[Comparison]
) -> tuple[str, ...]:
    """The best three rewrites, the best of each niche, and the best by each criterion against the original.

    Keeping whoever is best at something is GEPA's Pareto front with criteria for instances.
    """
    by_mean = sorted(means, key=lambda key: (-means[key], key))
    kept = dict.fromkeys(by_mean[:KEPT])
    words = population.original.words
    cells = set[novelty.Cell]()
    for key in by_mean:
        member = population.members[key]
        cell = novelty.cell(member.changed, member.words / max(1, words))
        if cell not in cells:
            cells.add(cell)
            kept[key] = None
    best: dict[str, tuple[float, str]] = {}
    for key in by_mean:
        for criterion, logits in readouts(key, comparisons, against=ORIGINAL).items():
            score = (fmean(logits), key)
            best[criterion] = max(best.get(criterion, score), score)
    kept.update(dict.fromkeys(key for _, key in best.values()))
    return tuple(kept)


def draw_parents(
    fitness: Mapping[str, float], children: Mapping[str, int], count: int, rng: Random
) -> tuple[str, ...]:
    """`count` different parents (fewer if there are no more), by fitness / (1 + children so far)."""
    left, drawn = list(fitness), list[str]()
    while left and len(drawn) < count:
        odds = [max(fitness[key], 1e-6) / (1 + children.get(key, 0)) for key in left]
        drawn.append(left.pop(rng.choices(range(len(left)), odds)[0]))
    return tuple(drawn)
