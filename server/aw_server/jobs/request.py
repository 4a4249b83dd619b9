"""From what a client asks to the passages, rubric and plan of the runs that answer it."""

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from aw_engine.domain.brief import Brief, Models
from aw_engine.domain.passage import ENGLISH
from aw_engine.domain.plan import NORMAL, Budget, Plan
from aw_engine.domain.rubric import Rubric
from aw_engine.errors import AwError, PassageError
from aw_server import messages, protocol
from aw_server.documents.document import Document
from aw_server.jobs.refusal import Refusal, reason
from aw_server.runs import ability
from aw_server.runs.models import settled

if TYPE_CHECKING:
    from aw_engine.text.extract import Extract
    from aw_server.session import Session


_SAY_ENGLISH = "If it is English, say so in the setting `aw.language`"


class Asked(Struct, frozen=True):
    """The runs that are asked for, and a sentence about paragraphs left alone for their language, or none."""

    runs: "tuple[EvolveRequest, ...]"
    left_alone: str = ""


class EvolveRequest(Struct, frozen=True):
    """One run's worth: what the client asked, the passage's place in the document, and the run's brief."""

    params: protocol.EvolveParams
    extract: "Extract"
    brief: Brief

    def asks_the_same(self, other: "EvolveRequest") -> bool:
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
        raise Refusal("notOpen", messages.NOT_OPEN)
    return document


def read(
    params: protocol.EvolveParams, session: "Session", models: Models, start: tuple[str, ...] = ()
) -> Asked:
    """The runs asked for: one, or with `split` one for each paragraph that can be evolved.

    :raises Refusal: if nothing can come of it.
    """
    document = document_of(params, session)
    plan = _plan(params, session)
    try:
        rubric = _rubric(params, session)
        extracts = _extracts(params, session, document)
        english = ability.english_only(models, plan, session.settings.allowed_hosts)
        chosen = _english(extracts) if english else extracts
    except AwError as error:
        raise Refusal(reason(error), str(error)) from error
    runs = tuple(
        EvolveRequest(
            params, each, Brief(each.passage, rubric, plan, start, settled(models, each.passage.language))
        )
        for each in chosen
    )
    lines = [
        document.lines.position(each.frame.start, session.encoding).line + 1
        for each in extracts
        if each not in chosen
    ]
    return Asked(runs, messages.left_alone(lines) if lines else "")


def _english(extracts: "tuple[Extract, ...]") -> "tuple[Extract, ...]":
    """Those that are English.

    :raises PassageError: if none is.
    """
    english = tuple(each for each in extracts if each.passage.language == ENGLISH)
    if not english:
        language = extracts[0].passage.language
        raise PassageError("unsupportedLanguage", messages.english_only(language, _SAY_ENGLISH))
    return english


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
        instruction=(params.instruction or "").strip() or None,
    )


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
    from aw_engine.text.declared_language import primary
    from aw_engine.text.extract import extract
    from aw_engine.text.passage_language import with_language

    found = extract(document.text, start, end, document.format, params.language or ENGLISH)
    passage = found.passage
    named = params.language or primary(session.settings.language) or None
    if named is None or params.split:
        passage = with_language(passage, document.text, found.frame.start, named)
    else:  # who names the language of one passage is not contradicted
        passage = replace(passage, language=named)
    if session.settings.context == "none":
        passage = replace(passage, before="", after="")
    return replace(found, passage=passage)
