"""From what a client asks to the passages, rubric and plan of the runs that answer it."""

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from aw_engine.domain.brief import BUILTIN, Brief, Models
from aw_engine.domain.plan import NORMAL, Budget, Plan
from aw_engine.domain.rubric import Rubric
from aw_engine.errors import AwError, PassageError
from aw_server import messages, protocol
from aw_server.documents.document import Document
from aw_server.jobs.models import examine
from aw_server.jobs.refusal import Refusal, reason

if TYPE_CHECKING:
    from aw_engine.text.extract import Extract
    from aw_server.session import Session

LONG = 100_000  # characters; reading the markup of a longer document takes more than a moment


class Request(Struct, frozen=True):
    """One run's worth: what the client asked, the passage's place in the document, and the run's brief."""

    params: protocol.EvolveParams
    extract: "Extract"
    brief: Brief

    def asks_the_same(self, other: "Request") -> bool:
        """Whether both want the same from the same text; what surrounds it may have changed."""
        mine, its = self.extract.frame, other.extract.frame
        there = replace(other.brief, passage=self.brief.passage)
        return mine.original == its.original and self.brief == there


def document_of(params: protocol.EvolveParams, session: "Session") -> Document:
    """The open document that is meant.

    :raises Refusal: `notOpen`.
    """
    document = session.documents.get(params.text_document.uri)
    if document is None:
        raise Refusal("notOpen", "This document is not open in the editor; open it and try again.")
    return document


def imported() -> None:
    """Loads what is imported late, for a quick start of the server."""
    from aw_engine.evolution import effort, run
    from aw_engine.inference import rates, supervisor
    from aw_engine.rubrics import load
    from aw_engine.text import extract, language

    del effort, run, rates, supervisor, load, extract, language


def warm(params: protocol.EvolveParams, session: "Session") -> None:
    """Reads what `read` will need and remembers it. Slow for long documents: for a thread of its own."""
    from aw_engine.text.formats.reader import parse

    document = session.documents.get(params.text_document.uri)
    if document is not None:
        parse(document.text, document.format)


def read(
    params: protocol.EvolveParams, session: "Session", models: Models, start: tuple[str, ...] = ()
) -> tuple[Request, ...]:
    """The runs asked for: one, or with `split` one for each paragraph that can be evolved.

    :raises Refusal: if nothing can come of it.
    """
    document = document_of(params, session)
    try:
        model = examine(models.writer)
        if models.judge:
            examine(models.judge)
        rubric = _rubric(params, session)
        extracts = _extracts(params, session, document)
    except AwError as error:
        raise Refusal(reason(error), str(error)) from error
    if _instruction(params) is not None and not model.free:
        builtin = models.writer == BUILTIN
        raise Refusal(
            "unsupportedInstruction",
            messages.NO_INSTRUCTIONS_BUILTIN if builtin else messages.NO_INSTRUCTIONS,
        )
    if not model.free and any(each.passage.language != "en" for each in extracts):
        raise Refusal("unsupportedLanguage", messages.ENGLISH_ONLY_HERE)
    plan = _plan(params, session)
    return tuple(Request(params, each, Brief(each.passage, rubric, plan, start, models)) for each in extracts)


def _rubric(params: protocol.EvolveParams, session: "Session") -> Rubric:
    from aw_engine.rubrics import load

    project = session.project_folder(params.text_document.uri)
    name = params.rubric or session.settings.rubric or load.DEFAULT
    if project is not None and "/" in name and not name.startswith(("/", "~")):
        name = str(project / name)
    return load.find(name, project)


def _plan(params: protocol.EvolveParams, session: "Session") -> Plan:
    settings = session.settings
    asked = params.budget or protocol.Limits()
    n = params.n or settings.candidates or NORMAL.n
    return replace(
        NORMAL,
        n=n,
        keep=min(NORMAL.keep, n),
        generations=params.generations or settings.generations or NORMAL.generations,
        seed=params.seed or 0,
        budget=Budget(seconds=asked.seconds or settings.budget_seconds or None, calls=asked.calls),
        # The setting's default leaves the rubric its own strictness.
        gates=params.gates or (settings.gates if settings.gates != "normal" else None),
        instruction=_instruction(params),
    )


def _instruction(params: protocol.EvolveParams) -> str | None:
    """What is asked in the writer's own words, None if that is nothing."""
    return (params.instruction or "").strip() or None


def _extracts(params: protocol.EvolveParams, session: "Session", document: Document) -> "tuple[Extract, ...]":
    """
    :raises PassageError: if nothing there can be evolved.
    """
    from aw_engine.text.paragraphs import select

    start, end = offsets(params, session, document)
    if not params.split or start == end:
        return (_extract(params, session, document, start, end),)
    extracts, first = [], None
    for paragraph in select(document.text, start, end, document.format):
        try:
            extracts.append(_extract(params, session, document, paragraph.start, paragraph.end))
        except PassageError as error:
            first = first or error
    if not extracts and first is not None:
        raise first
    return tuple(extracts)


def offsets(params: protocol.EvolveParams, session: "Session", document: Document) -> tuple[int, int]:
    """The code points `[start, end)` that are meant; an empty range is a place in a paragraph."""
    lines, encoding = document.lines, session.encoding
    if params.range is None:
        place = lines.offset(params.position or protocol.Position(0, 0), encoding)
        return place, place
    start, end = lines.offset(params.range.start, encoding), lines.offset(params.range.end, encoding)
    if start == end and params.position is not None:
        start = end = lines.offset(params.position, encoding)
    return min(start, end), max(start, end)


def _extract(
    params: protocol.EvolveParams, session: "Session", document: Document, start: int, end: int
) -> "Extract":
    from aw_engine.text.extract import extract
    from aw_engine.text.language import identify

    found = extract(document.text, start, end, document.format, params.language or "en")
    passage = found.passage
    if params.language is None:
        passage = replace(passage, language=identify(passage.text) or "en")
    if session.settings.context == "none":
        passage = replace(passage, before="", after="")
    return replace(found, passage=passage)
