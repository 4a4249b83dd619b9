"""Work-done progress of the jobs that one request has asked for: one bar, from its `begin` to its `end`."""

from concurrent.futures import Future
from typing import TYPE_CHECKING

from lsprotocol import types

from aw_engine.domain.candidate import ORIGINAL
from aw_engine.domain.events import Event
from aw_engine.judging.verdict import percent
from aw_server import messages
from aw_server.jobs.job import Job
from aw_server.pace import Pace

if TYPE_CHECKING:
    from aw_server.server import AwServer

TITLE = "AW"


def follow(ls: "AwServer", jobs: list[Job], token: str | int | None) -> None:
    """Report on the jobs until the last of them has ended.

    Under the client's token if it gave one, else under one of ours where the client allows that. No work
    ever waits for the client; a client that does not create our token, or says nothing, is sent nothing.
    """
    if token is not None:
        if token not in ls.work_done_progress.tokens:  # in use: two ends under one token would confuse it
            _WorkDone(ls, jobs, token).begin()
        return
    if not ls.session.client.work_done_progress:
        return
    progress = _WorkDone(ls, jobs, f"aw-{jobs[0].id}")

    def created(answer: Future[object]) -> None:
        if not answer.cancelled() and answer.exception() is None:
            progress.begin()

    request = types.WorkDoneProgressCreateParams(token=progress.token)
    ls.protocol.send_request(types.WINDOW_WORK_DONE_PROGRESS_CREATE, request).add_done_callback(created)


class _WorkDone:
    """`begin` once, then reports as the jobs move on, `end` when all have ended."""

    def __init__(self, ls: "AwServer", jobs: list[Job], token: str | int) -> None:
        self.token = token
        self._ls = ls
        self._jobs = jobs
        self._percentage = 0
        self._said = ""
        self._pace = Pace(self._report)

    def begin(self) -> None:
        """Tell the client, and listen to the jobs; do nothing if they have ended already."""
        if all(job.done.is_set() for job in self._jobs):
            return
        tokens = self._ls.work_done_progress
        self._said = self._message()
        begin = types.WorkDoneProgressBegin(title=TITLE, message=self._said, percentage=0, cancellable=True)
        tokens.begin(self.token, begin)
        tokens.tokens[self.token].add_done_callback(self._cancelled)
        for job in self._jobs:
            job.listeners.append(self._heard)

    def _heard(self, job: Job, event: Event | None) -> None:
        if all(each.done.is_set() for each in self._jobs):
            self._end()
        else:
            self._pace.ask()

    def _report(self) -> None:
        percentage = max(self._percentage, int(100 * sum(map(share, self._jobs)) / len(self._jobs)))
        message = self._message()
        if (percentage, message) == (self._percentage, self._said):
            return
        self._percentage, self._said = percentage, message
        report = types.WorkDoneProgressReport(message=message, percentage=percentage)
        self._ls.work_done_progress.report(self.token, report)

    def _end(self) -> None:
        self._pace.stop()
        for job in self._jobs:
            job.listeners.remove(self._heard)
        message = messages.ended_in_short(self._jobs[-1].outcome)
        self._ls.work_done_progress.end(self.token, types.WorkDoneProgressEnd(message=message))
        self._ls.work_done_progress.tokens.pop(self.token, None)

    def _message(self) -> str:
        at, job = next(
            (pair for pair in enumerate(self._jobs, 1) if not pair[1].done.is_set()),
            (len(self._jobs), self._jobs[-1]),
        )
        where = f"paragraph {at}/{len(self._jobs)} · " if len(self._jobs) > 1 else ""
        return where + doing(job)

    def _cancelled(self, token: Future[object]) -> None:
        if token.cancelled():
            self._ls.queue.cancel(self._jobs[:1])


def share(job: Job) -> float:
    """How much of the job is done, 0..1, by the comparisons that its plan asks for."""
    if job.done.is_set():
        return 1.0
    board = job.progress
    return 0.0 if board is None else min(1.0, board.calls / max(1, board.calls_planned))


def doing(job: Job) -> str:
    """What the job does now, in a few words."""
    if not job.begun:
        return messages.queued(job.waiting) if job.waiting else "about to begin"
    if job.measuring:
        return messages.MEASURING
    if job.started is None:
        return "loading the model" if job.loading is None else f"loading the model, {job.loading:.0%}"
    board = job.progress
    left = None if job.seconds_left is None else messages.left(job.seconds_left)
    if board is None:
        in_all = "" if job.estimate is None else f"{messages.about(job.estimate)} in all"
        return _joined("writing the first rewrites", in_all if left is None else left)
    best = max((each.wins for each in board.candidates if each.id != ORIGINAL), default=None)
    said = (
        f"generation {board.generation}/{job.started.generations} · "
        f"{board.calls} of {board.calls_planned} calls"
    )
    return _joined(said, "" if best is None else f"best {percent(best)}%", left or "")


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)
