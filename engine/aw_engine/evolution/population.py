"""Who is alive in a run: candidates with their texts, the gate to get in, elites and parents."""

from collections.abc import Mapping, Sequence
from random import Random
from statistics import fmean

from aw_engine.domain.candidate import ORIGINAL, Candidate, Lineage
from aw_engine.domain.comparison import Comparison
from aw_engine.evolution import novelty
from aw_engine.evolution.assignment import Assignment
from aw_engine.evolution.operators import Draft
from aw_engine.evolution.readouts import readouts
from aw_engine.judging import gates
from aw_engine.text import measures, protect

KEPT = 3  # elites by rank; the best of each niche and on each criterion are kept beside them


class Population:
    """The candidates of one run, the original among them; ids are given in order of admission.

    `working` holds each candidate's text in working form, as the model reads it (see `writing`).
    """

    def __init__(self, assignment: Assignment) -> None:
        text = assignment.passage.text
        original = Candidate(
            id=ORIGINAL,
            text=text,
            lineage=Lineage(operator="original", parents=(), generation=0),
            words=len(measures.words(text)),
        )
        self.assignment = assignment
        self.members: dict[str, Candidate] = {ORIGINAL: original}
        self.working: dict[str, str] = {ORIGINAL: assignment.working}
        self.refused: dict[str, int] = {}
        self.tried = 0

    @property
    def original(self) -> Candidate:
        """The writer's own text."""
        return self.members[ORIGINAL]

    def rewrites(self) -> tuple[str, ...]:
        """Ids of all admitted rewrites, in order of admission."""
        return tuple(key for key in self.members if key != ORIGINAL)

    def admit(
        self, draft: Draft, text: str | None, nll: tuple[float, float] | None = None
    ) -> Candidate | gates.Refused:
        """The new candidate, or why it was refused (counted by reason); None is a misshapen output.

        `nll` is the mean negative log-likelihood per token of original and rewrite, in nats, if it is known.
        """
        self.tried += 1
        outcome = gates.Refused(reason="shape") if text is None else self._examine(draft, text, nll)
        if isinstance(outcome, gates.Refused):
            self.refused[outcome.reason] = self.refused.get(outcome.reason, 0) + 1
        else:
            self.members[outcome.id] = outcome
        return outcome

    def _examine(self, draft: Draft, text: str, nll: tuple[float, float] | None) -> Candidate | gates.Refused:
        assignment = self.assignment
        shown = text
        if assignment.model.capabilities.masks:
            restored = protect.unmask(assignment.masked, text)
            if not isinstance(restored, str):
                return gates.Refused(reason="span")
            shown = restored
        rubric, passage = assignment.rubric, assignment.passage
        verdict = gates.check(
            passage,
            shown,
            assignment.plan.gates or rubric.gates,
            length=rubric.length,
            lift=rubric.lift,
            nll=nll,
        )
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
        self.working[candidate.id] = text
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
    pool: Sequence[str], weights: Mapping[str, float], children: Mapping[str, int], count: int, rng: Random
) -> tuple[str, ...]:
    """`count` different parents (fewer if the pool is smaller), by weight / (1 + children so far)."""
    left, drawn = list(pool), list[str]()
    while left and len(drawn) < count:
        odds = [max(weights[key], 1e-6) / (1 + children.get(key, 0)) for key in left]
        drawn.append(left.pop(rng.choices(range(len(left)), odds)[0]))
    return tuple(drawn)
