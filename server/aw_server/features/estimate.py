"""What a run would take, before it is begun."""

from typing import TYPE_CHECKING

from aw_engine.inference.sizes import PROMPT_TOKENS, ROOM, RUBRIC_TOKENS, TOKENS_A_WORD
from aw_engine.text.sentences import sentences
from aw_server import protocol
from aw_server.features import handlers
from aw_server.jobs import request as requests
from aw_server.jobs import warmup
from aw_server.jobs.refusal import Refusal
from aw_server.jobs.selection import resources
from aw_server.runs import forecast
from aw_server.runs.models import examine

if TYPE_CHECKING:
    from aw_server.server import AwServer

_TEXTS_OF_A_PAIR = 2  # what a judge that is asked reads at once


def register(server: "AwServer") -> None:
    """Answer `aw/estimate`."""
    handlers.request(server, protocol.ESTIMATE, protocol.EvolveParams, estimate)


async def estimate(ls: "AwServer", params: protocol.EvolveParams) -> protocol.Estimate:
    """Estimate calls by the plan, seconds by earlier runs with the model, the limit by a rule of thumb.

    `fits` false says that such a run would be refused, and `message` why.
    """
    await warmup.parsed(params, ls.session)
    try:
        found = requests.read(params, ls.session, ls.models.in_force).runs
    except Refusal as refusal:
        return protocol.Estimate(fits=False, passage_words=0, calls=0, message=str(refusal))
    free = examine(found[0].brief.models.writer).free
    words = [len(each.extract.passage.text.split()) for each in found]
    calls = [forecast.calls(each.brief) for each in found]
    limit = _limit_words(ls, free=free)
    longest = max(words) if free else max(_longest_sentence(each.extract.passage.text) for each in found)
    too_long = longest > limit
    return protocol.Estimate(
        fits=not too_long,
        passage_words=sum(words),
        calls=sum(calls),
        limit_words=limit,
        seconds=forecast.together(await forecast.of_all([each.brief for each in found])),
        message=f"{longest:,} words; the limit is about {limit:,}. Select less." if too_long else None,
    )


def _longest_sentence(text: str) -> int:
    """Words of the longest sentence: the built-in model reads a long passage in parts."""
    return max((len(text[start:end].split()) for start, end in sentences(text)), default=0)


def _limit_words(ls: "AwServer", *, free: bool) -> int:
    tokens = resources(ls.session.settings).context
    if free:
        tokens = (tokens - PROMPT_TOKENS - RUBRIC_TOKENS) // _TEXTS_OF_A_PAIR
    return max(0, int(tokens / (ROOM * TOKENS_A_WORD)))
