"""From the journal's rows back to values."""

import sqlite3

import msgspec
import psutil
from msgspec import Struct
from msgspec.structs import replace

from aw_engine.domain.candidate import ORIGINAL
from aw_engine.domain.passage import Passage
from aw_engine.domain.plan import Plan
from aw_engine.domain.result import EvolveResult, ModelRef, Verdict
from aw_engine.domain.rubric import Rubric
from aw_engine.errors import JournalError, UnknownRun
from aw_engine.journal.record import Happened, KeptEvent, KeptStatus, Record, Summary, UserAction
from aw_engine.judging.verdict import assessed
from aw_engine.text.frame import Frame

_OPENING = 80  # characters

_SUMMARIES = """
SELECT id, uri, began, ended, status, process, rubric, passage, result,
  (SELECT body FROM events WHERE run = runs.key AND body LIKE '{"type":"started"%' LIMIT 1),
  (SELECT count(*) FROM events WHERE run = runs.key AND body LIKE '{"type":"drafted"%'),
  (SELECT candidate FROM deeds WHERE run = runs.key AND kind = 'applied' ORDER BY key DESC LIMIT 1),
  length(CAST(passage || rubric || plan AS BLOB)) + coalesce(length(CAST(result AS BLOB)), 0)
    + coalesce(length(CAST(frame AS BLOB)), 0)
    + (SELECT coalesce(sum(length(CAST(body AS BLOB))), 0) FROM events WHERE run = runs.key)
FROM runs ORDER BY key DESC
"""
_RUN = """
SELECT key, uri, began, ended, status, process, passage, rubric, plan, frame, start, result
FROM runs WHERE id = ?
"""


class _SummaryRow(Struct, frozen=True, array_like=True):
    id: str
    uri: str
    began: float
    ended: float | None
    status: KeptStatus
    process: int
    rubric: str
    passage: str
    result: str | None
    started: str | None
    drafted: int
    applied: str | None
    bytes: int


class _RunRow(Struct, frozen=True, array_like=True):
    key: int
    uri: str
    began: float
    ended: float | None
    status: KeptStatus
    process: int
    passage: str
    rubric: str
    plan: str
    frame: str | None
    start: str
    result: str | None


class _Named(Struct, frozen=True):
    """The part of a rubric, a passage or the event `Started` that a list shows."""

    id: str = ""
    text: str = ""
    model: ModelRef = ModelRef(ref="", digest="")


class _RankedOutline(Struct, frozen=True):
    id: str
    wins: float


class _Outline(Struct, frozen=True, rename="camel"):
    """The part of a result that a list shows."""

    original_rank: int
    candidates: tuple[_RankedOutline, ...]


class _Judged(Struct):
    verdict: Verdict | None = None


class _Judgements(Struct):
    """Of a result whether its candidates have verdicts: the first versions kept none."""

    candidates: tuple[_Judged, ...]


def summaries(connection: sqlite3.Connection) -> tuple[Summary, ...]:
    """All runs, the newest first.

    :raises sqlite3.Error: if the file cannot be read.
    """
    return tuple(_summary(msgspec.convert(row, _SummaryRow)) for row in connection.execute(_SUMMARIES))


def find(connection: sqlite3.Connection, prefix: str) -> str:
    """The id of the run whose id is `prefix`, or of the only one whose id begins with it.

    :raises UnknownRun: if there is none, or several.
    :raises sqlite3.Error: if the file cannot be read.
    """
    rows = connection.execute(
        "SELECT id FROM runs WHERE substr(id, 1, ?) = ? ORDER BY id = ? DESC, key DESC",
        (len(prefix), prefix, prefix),
    )
    found = [str(row[0]) for row in rows]
    if not found or not prefix:
        raise _unknown(prefix)
    if len(found) > 1 and found[0] != prefix:
        several = ", ".join(found[:4]) + (", …" if len(found) > 4 else "")
        raise UnknownRun(f"{prefix!r} may be {several}; write more of the id.")
    return found[0]


def record(connection: sqlite3.Connection, job_id: str) -> Record:
    """Everything that is kept of a run.

    :raises UnknownRun: if there is no such run.
    :raises JournalError: if this version cannot read what another one wrote.
    :raises sqlite3.Error: if the file cannot be read.
    """
    found = connection.execute(_RUN, (job_id,)).fetchone()
    if found is None:
        raise _unknown(job_id)
    row = msgspec.convert(found, _RunRow)
    events = connection.execute("SELECT at, body FROM events WHERE run = ? ORDER BY key", (row.key,))
    actions = connection.execute(
        "SELECT kind, candidate, at FROM deeds WHERE run = ? ORDER BY key", (row.key,)
    )
    try:
        return Record(
            id=job_id,
            uri=row.uri,
            began=row.began,
            ended=row.ended,
            status=_status(row.status, row.process, row.began),
            passage=msgspec.json.decode(row.passage, type=Passage),
            rubric=msgspec.json.decode(row.rubric, type=Rubric),
            plan=msgspec.json.decode(row.plan, type=Plan),
            frame=None if row.frame is None else msgspec.json.decode(row.frame, type=Frame),
            start=msgspec.json.decode(row.start, type=tuple[str, ...]),
            events=tuple(Happened(at, msgspec.json.decode(body, type=KeptEvent)) for at, body in events),
            user_actions=tuple(
                msgspec.convert({"kind": kind, "candidate": candidate, "at": at}, UserAction)
                for kind, candidate, at in actions
            ),
            result=None if row.result is None else _result(row.result),
        )
    except msgspec.MsgspecError as error:
        raise JournalError(
            f"Run {job_id} was kept by another version of aw-server, and this one cannot read it; "
            f"`aw-server runs rm {job_id}` removes it."
        ) from error


def _summary(row: _SummaryRow) -> Summary:
    result = None if row.result is None else msgspec.json.decode(row.result, type=_Outline)
    best = None if result is None else next((e.wins for e in result.candidates if e.id != ORIGINAL), None)
    return Summary(
        id=row.id,
        uri=row.uri,
        began=row.began,
        seconds=None if row.ended is None else row.ended - row.began,
        status=_status(row.status, row.process, row.began),
        rubric=msgspec.json.decode(row.rubric, type=_Named).id,
        model="" if row.started is None else msgspec.json.decode(row.started, type=_Named).model.ref,
        opening=msgspec.json.decode(row.passage, type=_Named).text[:_OPENING],
        rewrites=row.drafted,
        original_rank=None if result is None else result.original_rank,
        best=best,
        applied=row.applied,
        bytes=row.bytes,
    )


def _result(text: str) -> EvolveResult:
    """The result; one from before there were verdicts gets them now."""
    result = msgspec.json.decode(text, type=EvolveResult)
    if all(each.verdict is not None for each in msgspec.json.decode(text, type=_Judgements).candidates):
        return result
    trusted = any(each.preferred for each in result.candidates)  # what was known of the judge is not kept
    return replace(result, candidates=tuple(assessed(each, trusted=trusted) for each in result.candidates))


def _status(status: KeptStatus, process: int, began: float) -> KeptStatus:
    """The status; `interrupted` for a run that is under way by its row, but whose process has ended."""
    if status != "running":
        return status
    try:
        alive = psutil.Process(process).create_time() <= began + 1  # else another process has that number now
    except psutil.Error:
        alive = False
    return "running" if alive else "interrupted"


def _unknown(job_id: str) -> UnknownRun:
    return UnknownRun(f"The history has no run {job_id!r}; `aw-server runs list` shows what it has.")
