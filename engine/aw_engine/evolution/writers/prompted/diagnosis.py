"""Which single weakness a passage has most, so that the few edits of one weakness go where they help."""

from collections.abc import Sequence
from string import ascii_uppercase

from aw_engine.domain.rubric import Operator
from aw_engine.inference.backend import Backend, Choice, Diagnose

_QUESTION = "Which weakness does this passage have most?"


async def diagnosed(operators: Sequence[Operator], text: str, backend: Backend) -> tuple[Operator, ...]:
    """The operators, those among them that get less than a whole slot in order of need.

    They compete for the same few drafts, and the first of equals wins (`apportion`). The model is asked
    twice, the second time with the letters the other way round, since it may prefer a letter.

    :raises WorkerDied, BackendError: from the back end.
    """
    places = [at for at, operator in enumerate(operators) if operator.slots < 1][: len(ascii_uppercase)]
    if len(places) < 2:
        return tuple(operators)
    weaknesses = [operators[at].id.replace("-", " ") for at in places]
    forward, backward = await backend.choose([_ask(text, order) for order in (weaknesses, weaknesses[::-1])])
    needs = [sum(pair) for pair in zip(forward.logprobs, backward.logprobs[::-1], strict=True)]
    by_need = sorted(range(len(places)), key=lambda number: -needs[number])
    ordered = list(operators)
    for at, number in zip(places, by_need, strict=True):
        ordered[at] = operators[places[number]]
    return tuple(ordered)


def _ask(text: str, weaknesses: Sequence[str]) -> Choice:
    options = tuple(zip(ascii_uppercase, weaknesses, strict=False))
    return Choice(Diagnose(text, _QUESTION, options), tuple(label for label, _ in options))
