"""The report of a run: one HTML page without script, without network, without a second file."""

import base64
import hashlib
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import jinja2
from markupsafe import Markup
from msgspec import Struct

from aw_engine.domain.events import Rejected
from aw_engine.domain.result import EvolveResult
from aw_engine.journal.record import Record, UserAction, UserActionKind, document
from aw_engine.journal.recovery import outcome
from aw_engine.judging.gates import BY_NAME
from aw_server import __version__, messages
from aw_server.report.course import course
from aw_server.report.drift import meters
from aw_server.report.entries import axis, entries
from aw_server.report.family import family
from aw_server.report.verdicts import verdicts
from aw_server.visible import visible

_TEMPLATES = Path(__file__).with_name("templates")
_DONE: Mapping[UserActionKind, str] = {
    "applied": "put into the text",
    "rejected": "rejected by you",
    "pinned": "pinned by you",
    "picked": "picked by you",
}
_SIGNS: Mapping[UserActionKind, str] = {"applied": "✓", "rejected": "×", "pinned": "◆", "picked": "★"}


class Refusals(Struct, frozen=True):
    """How often rewrites were refused for one reason (in words), in all and by generation."""

    reason: str
    count: int
    by_generation: tuple[int, ...]


def render(record: Record) -> str:
    """The page; every text in it is escaped."""
    result = outcome(record)
    marks, signs = _marks(record.user_actions)
    generations = sorted({each.generation for each in record.rejected})
    style = (_TEMPLATES / "report.css").read_text("utf-8")
    labels = {each.id: each.label or each.id for each in record.rubric.criteria} | _labels(result)
    everyone = entries(record, result, marks)
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            style=Markup(style),  # noqa: S704 - our own file
            style_hash=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
            version=__version__,
            record=record,
            result=result,
            headline=messages.summary(result),
            document=document(record.uri),
            when=time.strftime("%d %B %Y, %H:%M", time.localtime(record.began)).lstrip("0"),
            entries=everyone,
            best=next((each for each in everyone if not each.original and each.rank is not None), None),
            axis=axis(result),
            family=family(record, result, signs),
            course=course(record, result),
            meters=meters(result.per_generation),
            verdicts=verdicts(record.comparisons, result, labels),
            refusals=_refusals(record.rejected, generations),
            generations=generations,
            actions=_DONE,
            signs=_SIGNS,
        )
    )


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: visible(value) if type(value) is str else value,
    )
    environment.filters["model"] = lambda ref: Path(ref).name or "not loaded"
    environment.filters["signed"] = lambda value: f"{value:+,}".replace("-", "−") if value else "±0"
    return environment


def _marks(actions: Sequence[UserAction]) -> tuple[dict[str, tuple[str, ...]], dict[str, str]]:
    """By candidate what the writer did with it: in words, and as signs."""
    words: dict[str, tuple[str, ...]] = {}
    signs: dict[str, str] = {}
    for candidate, kind in dict.fromkeys((action.candidate, action.kind) for action in actions):
        words[candidate] = (*words.get(candidate, ()), _DONE[kind])
        signs[candidate] = signs.get(candidate, "") + _SIGNS[kind]
    return words, signs


def _labels(result: EvolveResult) -> dict[str, str]:
    return {each.id: each.label for entry in result.candidates for each in entry.criteria}


def _refusals(rejected: Sequence[Rejected], generations: Sequence[int]) -> tuple[Refusals, ...]:
    counts = Counter((each.reason, each.generation) for each in rejected)
    totals = Counter(each.reason for each in rejected)
    return tuple(
        Refusals(_in_words(reason), count, tuple(counts[reason, generation] for generation in generations))
        for reason, count in totals.most_common()
    )


def _in_words(reason: str) -> str:
    """What a rewrite did that was refused; the reason itself where a newer version has written the record."""
    gate = BY_NAME.get(reason)
    return gate.fault if gate else reason
