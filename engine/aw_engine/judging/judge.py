"""Which of two texts is better: log-odds for each criterion, and their sum by the rubric's weights."""

from collections.abc import Mapping, Sequence
from math import inf, isfinite, log

from msgspec import Struct

from aw_engine.domain.candidate import ORIGINAL
from aw_engine.domain.comparison import Comparison, Readout
from aw_engine.domain.rubric import Rubric
from aw_engine.errors import BackendError, ModelUnsupported
from aw_engine.inference.backend import (
    FLUENCY,
    Backend,
    Capabilities,
    Choice,
    ChoiceScores,
    Compare,
    Judging,
)
from aw_engine.judging.mistakes import mistakes
from aw_engine.judging.parts import parts

CLIP = 4.0
"""Log-odds beyond which one criterion's answer counts no more."""

MISTAKE = 1.0
"""Log-odds that one sure mistake more takes from a text, where likelihood alone would judge: that knows only
what is usual, and finds "two of these things is" hardly less so than what is right. Chosen, not fitted."""

_ANSWERS = ("A", "B")


class Question(Struct, frozen=True):
    """What is asked about a pair by one criterion; the weights of all questions about it sum to 1."""

    criterion: str
    label: str
    question: str
    weight: float
    reference: bool = False


class Entry(Struct, frozen=True):
    """A text as the judge is shown it (masked if the model needs that), and its number of words."""

    text: str
    words: int


def questions(rubric: Rubric, capabilities: Capabilities) -> tuple[Question, ...]:
    """The questions that are asked about each pair.

    A model with a fixed list of criteria is asked by the basis of each, the trained judge by its quality:
    criteria with the same one become one question, named by it, and their weights are added.

    :raises ModelUnsupported: if the model can judge by none of the rubric's criteria.
    """
    total = sum(c.weight for c in rubric.criteria)
    if not capabilities.criteria:
        return tuple(
            Question(
                criterion=c.id,
                label=c.label or c.id,
                question=c.question.replace("{goal}", rubric.goal),
                weight=c.weight / total,
                reference=c.reference,
            )
            for c in rubric.criteria
        )
    weights: dict[str, float] = {}
    for c in rubric.criteria:
        basis = c.quality if capabilities.judging == "trained" else c.basis
        if basis in capabilities.criteria:
            weights[basis] = weights.get(basis, 0.0) + c.weight
    if not weights:
        raise ModelUnsupported(
            f"The model cannot judge by any criterion of the rubric {rubric.id}. "
            "Choose another rubric or a larger model."
        )
    known = sum(weights.values())
    return tuple(
        Question(criterion=basis, label=basis, question=f"Which version has more {basis}?", weight=w / known)
        for basis, w in weights.items()
    )


async def judge(
    backend: Backend,
    rubric: Rubric,
    capabilities: Capabilities,
    pairs: Sequence[tuple[str, str]],
    entries: Mapping[str, Entry],
    temperature: float = 1.0,
    marks: tuple[str, ...] = (),
    reach: int | None = None,
) -> list[Comparison]:
    """One comparison for each ordered pair of ids, in the order of `pairs`.

    All questions go to the backend in one call, pair by pair, so that a pair's prefix is evaluated once. Each
    logit is divided by `temperature` (from the judge's profile). Where likelihood judges, the log-odds of
    sure mistakes are added (`MISTAKE`). The sum is clipped to +-CLIP, and a `Readout` has the clipped value;
    what the trained judge says is not clipped, since two rewrites are told apart by what each is worth.
    `marks` are the placeholders in the texts.

    With `reach`, texts are read in parts of about that many characters (see `parts`), and the logits of the
    parts are added, as if these were judged independently. `entries` must then have the original, as it must
    where a question refers to it.

    :raises BackendError: if an answer is not finite: there is no default winner.
    """
    asked = questions(rubric, capabilities)
    plan = [(pair, question, _shown(pair, entries, reach)) for pair in pairs for question in asked]
    choices = [
        _choice(question, first, second, rubric, entries, marks, capabilities.judging)
        for _, question, shown in plan
        for first, second in shown
    ]
    scores = await backend.choose(choices) if choices else []
    if len(scores) != len(choices):
        raise BackendError("The model answered fewer comparisons than it was asked. Try again.")
    answers = iter(scores)
    clip = inf if capabilities.judging == "trained" else CLIP
    readouts = []
    for pair, question, shown in plan:
        by_likelihood = question.criterion == FLUENCY and capabilities.judging == "likelihood"
        mistaken = _mistaken(pair, entries) if by_likelihood else 0.0
        said = [next(answers) for _ in shown]
        readouts.append(_readout(question, said, temperature, mistaken, clip))
    size = len(asked)
    return [
        _comparison(pair, asked, readouts[n * size : (n + 1) * size], entries) for n, pair in enumerate(pairs)
    ]


def _shown(
    pair: tuple[str, str], entries: Mapping[str, Entry], reach: int | None
) -> Sequence[tuple[str, str]]:
    """The pairs of texts that the model reads: both whole, or in parts of about `reach` characters."""
    first, second = (entries[each].text for each in pair)
    return [(first, second)] if reach is None else parts(first, second, entries[ORIGINAL].text, reach)


def _choice(
    question: Question,
    first: str,
    second: str,
    rubric: Rubric,
    entries: Mapping[str, Entry],
    marks: tuple[str, ...],
    by: Judging,
) -> Choice:
    return Choice(
        prompt=Compare(
            first=first,
            second=second,
            criterion=question.criterion,
            question=question.question,
            goal=rubric.goal,
            audience=rubric.audience,
            original=entries[ORIGINAL].text if question.reference else None,
            marks=marks,
            by=by,
        ),
        answers=_ANSWERS,
    )


def _mistaken(pair: tuple[str, str], entries: Mapping[str, Entry]) -> float:
    """Log-odds by which the second text loses to the first because of its sure mistakes."""
    first, second = (entries[each].text for each in pair)
    return MISTAKE * (mistakes(second) - mistakes(first))


def _readout(
    question: Question, scores: Sequence[ChoiceScores], temperature: float, more: float, clip: float
) -> Readout:
    logit = sum(score.logprobs[0] - score.logprobs[1] for score in scores)
    mass = min((score.mass for score in scores), default=1.0)
    if not (isfinite(logit) and isfinite(mass)):
        raise BackendError("The model's answer to a comparison is not a finite number. Try another model.")
    # Clipped after the temperature: before it, two rewrites that both beat a third clearly would look alike.
    held = min(max(logit / temperature + more, -clip), clip)
    return Readout(criterion=question.criterion, logit=held, mass=mass)


def _comparison(
    pair: tuple[str, str],
    asked: Sequence[Question],
    readouts: Sequence[Readout],
    entries: Mapping[str, Entry],
) -> Comparison:
    weighted = list(zip((q.weight for q in asked), readouts, strict=True))
    logit = sum(w * r.logit for w, r in weighted)
    words = [max(entries[c].words, 1) for c in pair]
    return Comparison(
        first=pair[0],
        second=pair[1],
        logit=logit,
        spread=sum(w * (r.logit - logit) ** 2 for w, r in weighted),
        length=log(words[0] / words[1]),
        readouts=tuple(readouts),
    )
