"""All rewrites of a run in one Markdown document, readable as it is and when it is drawn."""

import re
from collections.abc import Iterator

from aw_engine.domain.candidate import ORIGINAL
from aw_engine.domain.result import EvolveResult, Ranked
from aw_engine.judging.verdict import percent
from aw_server import messages
from aw_server.differences import word_runs
from aw_server.visible import visible

_TICKS = re.compile(r"`{3,}")
_LINE_END = re.compile(r"\r\n|\r")


def comparison(result: EvolveResult) -> str:
    """The document; texts of `result` are as they would stand in the writer's own."""
    return "\n".join(_lines(result)) + "\n"


def _lines(result: EvolveResult) -> Iterator[str]:
    yield from (
        "# Rewrites",
        "",
        messages.ended(result) if result.status != "running" else "The run goes on.",
        "",
    )
    notes = [*result.notices, messages.merged(result.rejected)]
    yield from (f"{_flat(note)}\n" for note in notes if note and note != messages.summary(result))
    yield from ("In the texts below, `[-…-]` would go and `{+…+}` would be new.", "")
    for each in result.candidates:
        if each.id == ORIGINAL:
            yield from (
                f"## {each.rank} · your text",
                "",
                f"{messages.words(each.words)}.",
                "",
                *_fenced(each.text),
            )
        else:
            yield from _rewrite(result.original, each)


def _rewrite(original: str, each: Ranked) -> Iterator[str]:
    yield f"## {each.rank} · {messages.chance(each)} vs original · {messages.length(each.words_delta)}"
    yield ""
    marks = [word for word, so in (("preferred", each.preferred), ("provisional", each.provisional)) if so]
    yield from (f"*{', '.join(marks).capitalize()}.*", "") if marks else ()
    yield from _fenced("".join(_MARKED[run.kind].format(run.text) for run in word_runs(original, each.text)))
    for flag in each.flags:
        yield f"- **Check** {_flat(messages.flagged(flag))}"
    for criterion in sorted(each.criteria, key=lambda one: -one.delta):
        yield f"- {_flat(criterion.label)}: {percent(criterion.wins)}%"
    came = each.lineage
    parents = f" from {', '.join(came.parents)}" if came.parents else ""
    yield f"- `{each.id}`: {_flat(came.operator)}{parents}, generation {came.generation}"
    yield ""


_MARKED = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}


def _fenced(text: str) -> tuple[str, ...]:
    """The text in a fence longer than any that it holds."""
    longest = max((len(ticks) for ticks in _TICKS.findall(text)), default=2)
    fence = "`" * (longest + 1)
    return (f"{fence}text", visible(_LINE_END.sub("\n", text)), fence, "")


def _flat(text: str) -> str:
    return " ".join(visible(text).split())
