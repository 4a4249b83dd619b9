"""The ranking on a terminal: rank, probability, what changed, why, and what was refused."""

from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.rule import Rule
from rich.text import Text

from aw_engine.domain.candidate import ORIGINAL
from aw_engine.domain.result import CriterionDelta, EvolveResult, Ranked
from aw_engine.text.measures import changed
from aw_server import messages
from aw_server.cli.changes import inline
from aw_server.visible import visible

SHOWN = 3  # rewrites, unless all are asked for
_INDENT = 4
WIDTH = 100  # columns: longer lines are hard to read


def ranking(console: Console, result: EvolveResult, *, everything: bool, title: str = "") -> None:
    """Print the outcome of one run, whose texts are prose."""
    console.width = min(console.width, WIDTH)
    colour = console.color_system is not None and not console.no_color
    if title:
        console.print(Rule(Text(visible(title)), align="left", style="dim"))
    headline = messages.summary(result)
    console.print(Text(headline, "bold"))
    rewrites = [each for each in result.candidates if each.id != ORIGINAL]
    shown = rewrites if everything else rewrites[:SHOWN]
    words = next((each.words for each in result.candidates if each.id == ORIGINAL), 0)
    for each in result.candidates:
        if each.id == ORIGINAL:
            console.print()
            console.print(Text.assemble((f"{each.rank:>2}  your text", "bold"), f" · {words:,} words"))
        elif each in shown:
            console.print()
            _candidate(console, result.original, each, colour=colour)
    if len(shown) < len(rewrites):
        console.print()
        console.print(Text(f"    {len(rewrites) - len(shown)} more with --all", "dim"))
    console.print()
    for line in _footer(result, headline):
        console.print(Text(line, "dim"))


def _candidate(console: Console, original: str, candidate: Ranked, *, colour: bool) -> None:
    delta = candidate.words_delta
    length = "same length" if delta == 0 else f"{'+' if delta > 0 else '−'}{abs(delta):,}"
    share = changed(original, candidate.text)
    head = Text.assemble(
        (
            f"{candidate.rank:>2}  {messages.chance(candidate)} {messages.verdict(candidate)}",
            "bold green" if candidate.preferred else "bold",
        ),
        f" · {candidate.words:,} words ({length}) · {share:.0%} of words changed",
        " · provisional" if candidate.provisional else "",
    )
    console.print(head)
    _indented(console, inline(original, candidate.text, colour=colour))
    if why := " · ".join(_why(candidate.criteria)):
        _indented(console, Text.assemble(("why    ", "dim"), visible(why)))
    for flag in candidate.flags:
        _indented(console, Text.assemble(("check  ", "yellow"), messages.flagged(flag)))


def _indented(console: Console, text: Text) -> None:
    for line in text.wrap(console, console.width - _INDENT):
        line.rstrip()
        line.pad_left(_INDENT)
        console.print(line)


def _why(criteria: tuple[CriterionDelta, ...]) -> Iterator[str]:
    """Per criterion the probability that a comparison by it alone prefers the rewrite, best first."""
    for each in sorted(criteria, key=lambda each: -each.delta):
        spread = f" (±{100 * each.uncertainty:.0f})" if each.uncertainty > 0 else ""
        yield f"{messages.criterion(each)}{spread}"


def _footer(result: EvolveResult, headline: str) -> Iterator[str]:
    yield from (notice for notice in result.notices if notice != headline)
    if merged := messages.merged(result.rejected):
        yield merged
    if result.message:
        yield result.message
    generations = "1 generation" if result.generations == 1 else f"{result.generations} generations"
    comparisons = "1 comparison" if result.calls == 1 else f"{result.calls:,} comparisons"
    yield (
        f"{generations} · {comparisons} · {result.seconds:.1f} s · seed {result.seed} · "
        f"{_models(result)} · run {result.job_id}"
    )


def _models(result: EvolveResult) -> str:
    writer = Path(result.model.ref).name or "not loaded"
    return (
        f"model {writer}" if result.judge is None else f"model {writer}, judge {Path(result.judge.ref).name}"
    )
