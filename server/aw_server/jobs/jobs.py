"""The only owner of running work: what was asked, and what has come of it."""

import asyncio
import secrets
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Literal

from aw_engine.domain.brief import Models
from aw_engine.domain.steering import Steering
from aw_engine.inference.sizes import CONTEXT_LIMIT
from aw_server.documents.document import Document
from aw_server.jobs import admission
from aw_server.jobs import request as requests
from aw_server.jobs.engine import Engine, Options
from aw_server.jobs.job import Job
from aw_server.jobs.queue import Queue, State
from aw_server.jobs.refusal import Refusal, UnknownCandidate, UnknownJob
from aw_server.jobs.request import Request
from aw_server.protocol import EvolveParams, Started

if TYPE_CHECKING:
    from aw_engine.domain.result import Ranked
    from aw_engine.journal.journal import Journal
    from aw_engine.judging.gates import Refused
    from aw_server.session import Session

LIMIT = 8  # runs that may wait; one that is asked of several paragraphs counts once
KEPT = 100  # runs that have ended and are remembered


class Jobs:
    """Runs one job at a time, in the order in which they were asked for; the rest waits.

    `listeners` are told when `state`, the model or the queue may have changed; `ended` hears each job that
    has ended, `warned` hears sentences about what does not stop a run.
    """

    def __init__(self, session: "Session") -> None:
        self.listeners: list[Callable[[], None]] = []
        self.started: list[Callable[[Job], None]] = []
        self.ended: list[Callable[[Job], None]] = []
        self.warned: list[Callable[[str], None]] = []
        self.last: EvolveParams | None = None
        self._session = session
        self._jobs: dict[str, Job] = {}
        self._warming: asyncio.Future[None] | None = None
        self._closed = False
        self._chosen: dict[str, tuple[str, str]] = {}
        self._engine = Engine(lambda share: self._queue.load(share), self._warn)
        self._queue = Queue(self._engine, self._options, self._moved, self._ended)

    def start(self, params: EvolveParams) -> tuple[Started, Job | None]:
        """What a command answers at once, and the job: a new one, or one that does the same already.

        A run on a passage that overlaps another's ends that one with what it has. A refusal has no job.

        :raises UnknownJob, UnknownCandidate: if `from` names what is not there.
        """
        try:
            if self._closed:
                raise Refusal("internal", "The server is shutting down.")
            found = requests.read(params, self._session, self.models, self._origin(params))
            return self._admit(params, found)
        except Refusal as refusal:
            return Started(state="refused", message=str(refusal), reason=refusal.reason), None

    async def warm(self, params: EvolveParams) -> None:
        """After this `start` answers in moments, also for a long document."""
        document = self._session.documents.get(params.text_document.uri)
        if document is not None and len(document.text) > requests.LONG:
            await asyncio.get_running_loop().run_in_executor(None, requests.warm, params, self._session)

    def get(self, job_id: str) -> Job:
        """
        :raises UnknownJob: if there is none, or it was discarded.
        """
        if job_id not in self._jobs:
            raise UnknownJob("There is no such run, or its rewrites were discarded.")
        return self._jobs[job_id]

    @property
    def warmed(self) -> bool:
        """Whether the first run needs to load nothing but the model."""
        return self._warming is not None and self._warming.done()

    def every(self) -> list[Job]:
        """All jobs that are remembered, the newest last."""
        return [*self._jobs.values()]

    def at(self, uri: str, start: int, end: int) -> Job | None:
        """The newest job whose passage, or what has become of it, touches `[start, end]`."""
        for job in reversed(self._jobs.values()):
            first, last = job.last_place
            if job.uri == uri and not job.closed and first <= end and start <= last:
                return job
        return None

    def cancel(self, job_id: str, *, keep: bool = True) -> list[str]:
        """The ids of the jobs that end because of this, with what they have found; `all` means every one.

        Jobs asked for together end together. Without `keep` they are discarded, and so is one that has ended.

        :raises UnknownJob: if there is none of this id.
        """
        named = [*self._queue.unfinished] if job_id == "all" else [self.get(job_id)]
        batches = {job.batch for job in named}
        ending = [job for job in self._queue.unfinished if job.batch in batches]
        if not keep:
            for job in {*named, *ending}:
                self._jobs.pop(job.id, None)
        for job in ending:
            self._queue.stop(job, "cancelled")
        self._queue.changed()
        return [job.id for job in ending]

    def leave(self, job: Job) -> None:
        """A request no longer waits for the job; if nobody else does, it ends with what it has found."""
        job.asked_by -= 1
        if job.asked_by <= 0 and not job.commanded:
            self.stop(job)

    def stop(self, job: Job) -> None:
        """The job, and those asked for with it, end with what they have found."""
        for each in self._queue.unfinished:
            if each.batch == job.batch:
                self._queue.stop(each, "cancelled")
        self._queue.changed()

    def together(self, job: Job) -> list[Job]:
        """The jobs that were asked for together with this one, itself among them, in order."""
        jobs = {each.id: each for each in (*self._jobs.values(), *self._queue.unfinished, job)}
        return [each for each in jobs.values() if each.batch == job.batch]

    def discard(self, job_id: str) -> None:
        """The job is forgotten; if it has not ended, it is stopped.

        :raises UnknownJob: if there is none of this id.
        """
        job = self.get(job_id)
        del self._jobs[job_id]
        if not job.done.is_set():
            self._queue.stop(job, "cancelled")
        self._queue.changed()

    def steer(
        self, job_id: str, *, pin: Iterable[str] = (), veto: Iterable[str] = (), pick: str | None = None
    ) -> None:
        """What the writer says of rewrites; a run under way heeds it from its next generation on.

        :raises UnknownJob, UnknownCandidate: if there is none of this id.
        """
        job = self.get(job_id)
        pinned, vetoed = tuple(pin), tuple(veto)
        for candidate in (*pinned, *vetoed, *((pick,) if pick else ())):
            job.text_of(candidate)

        def say(steering: Steering) -> None:
            for candidate in pinned:
                steering.pin(candidate)
            for candidate in vetoed:
                steering.veto(candidate)
            if pick:
                steering.pick(pick)

        self._queue.steer(job, say)
        job.veto(vetoed, pinned)
        if journal := self._engine.journal:
            for candidate in pinned:
                journal.pinned(job.id, candidate)
            for candidate in vetoed:
                journal.rejected(job.id, candidate)
            if pick:
                journal.picked(job.id, pick)

    async def appraise(
        self, job: Job, text: str, candidate_id: str, parents: Sequence[str]
    ) -> "Ranked | Refused":
        """The writer's own text (prose) compared with the job's passage, or the gate that refused it.

        :raises AwError: as a run does.
        """
        return await self._engine.appraise(text, candidate_id, parents, job.request, self._options())

    @property
    def journal(self) -> "Journal | None":
        """The history, if runs have been kept since the start."""
        return self._engine.journal

    def applied(self, job_id: str, candidate_id: str) -> None:
        """The rewrite stands in the document: for the history."""
        if journal := self._engine.journal:
            journal.applied(job_id, candidate_id)

    def opened(self, document: Document) -> None:
        """Jobs of a document that was closed find their passages in it again."""
        if self._warming is None:
            self._warming = asyncio.get_running_loop().run_in_executor(None, requests.imported)
        for job in self.of(document.uri):
            job.reopen(document)

    def changed(self, old: Document, new: Document) -> None:
        """The places of the document's jobs follow the change."""
        for job in self.of(old.uri):
            job.changed(old, new)

    def closed(self, uri: str) -> None:
        """The document's jobs end with what they have found, which is kept until it is opened again."""
        for job in self.of(uri):
            job.close()
            if not job.done.is_set():
                self._queue.stop(job, "cancelled")
        self._queue.changed()

    def renamed(self, old_uri: str, new_uri: str) -> None:
        """The document's jobs belong to the new name."""
        new = self._session.documents.get(new_uri)
        for job in self.of(old_uri):
            was = job.document
            named = Document(new_uri, was.language_id, was.version, was.text)
            job.changed(was, named)
            if new is not None:
                job.reopen(new)

    @property
    def models(self) -> Models:
        """The models in force: chosen since, or by the settings."""
        settings = self._session.settings
        return Models(self._in_force("writer", settings.model), self._in_force("judge", settings.judge_model))

    def choose(self, role: Literal["writer", "judge"], ref: str) -> None:
        """The next runs take this model, until the setting changes."""
        settings = self._session.settings
        self._chosen[role] = (settings.model if role == "writer" else settings.judge_model, ref)
        self._queue.changed()

    @property
    def state(self) -> State:
        """What the models do; `failed` until the next run after one that has failed."""
        return self._queue.state

    @property
    def queue(self) -> int:
        """How many runs wait."""
        return len(self._queue.waiting)

    @property
    def busy(self) -> bool:
        """Whether anything runs or waits."""
        return bool(self._queue.unfinished)

    @property
    def last_fault(self) -> str | None:
        """Why a run last failed or was refused, as a sentence."""
        return self._queue.last_fault

    @property
    def engine(self) -> Engine:
        """The models and the history."""
        return self._engine

    @property
    def context(self) -> int:
        """The most tokens of context that a model is given."""
        return self._session.settings.context_length or CONTEXT_LIMIT

    def prepare(self) -> None:
        """The model is loaded while nothing else is to be done; whatever hinders that shows in the run."""
        if not self.busy and not self._closed:
            self._engine.prepare(self.models, self._options())

    async def unload(self) -> int | None:
        """How many bytes are free now; None, and nothing has happened, while a run goes on or waits."""
        return None if self.busy else await self._engine.unload()

    async def aclose(self) -> None:
        """Every job has ended with what it has found, within two seconds, and no worker is left."""
        self._closed = True
        await self._queue.aclose()
        for job in {*self._jobs.values(), *self._queue.unfinished}:
            if not job.done.is_set():
                job.end_as("cancelled")
        await self._engine.aclose()

    def _admit(self, params: EvolveParams, found: tuple[Request, ...]) -> tuple[Started, Job]:
        document, encoding = requests.document_of(params, self._session), self._session.encoding
        known = [*self._jobs.values()]
        same = [admission.same(known, document.uri, each) for each in found]
        new = [each for each, job in zip(found, same, strict=True) if job is None]
        joined = [job for job in same if job is not None]
        self.last = params
        if not new:
            return admission.answer("joined", joined, encoding), joined[0]
        rivals = admission.rivals(self._queue.unfinished, document.uri, new)
        if not rivals and len({job.batch for job in self._queue.waiting}) >= LIMIT:
            raise Refusal("queueFull", f"{LIMIT} runs are waiting already. Cancel one, or wait.")
        if not self.busy:
            self._engine.reset()
        ids = [secrets.token_hex(4) for _ in new]
        jobs = [
            Job(job_id, each, document, encoding, batch=ids[0]) for job_id, each in zip(ids, new, strict=True)
        ]
        jobs[0].also = tuple(ids[1:])
        self._jobs |= {job.id: job for job in jobs}
        self._queue.join(jobs, rivals)
        self._forget_old()
        before = jobs[0].waiting
        for job in jobs:
            for listener in self.started:
                listener(job)
        fresh = iter(jobs)
        every = [job or next(fresh) for job in same]
        return admission.answer("queued" if before else "running", every, encoding), every[0]

    def _origin(self, params: EvolveParams) -> tuple[str, ...]:
        if params.origin is None:
            return ()
        job = self.get(params.origin.job_id)
        if job.uri != params.text_document.uri:
            raise UnknownCandidate("That rewrite belongs to another document.")
        return (job.prose_of(params.origin.candidate_id),)

    def _moved(self) -> None:
        for listener in self.listeners:
            listener()

    def _ended(self, job: Job) -> None:
        for listener in self.ended:
            listener(job)

    def _warn(self, text: str) -> None:
        for listener in self.warned:
            listener(text)

    def of(self, uri: str) -> list[Job]:
        """The document's jobs."""
        jobs = {job.id: job for job in (*self._jobs.values(), *self._queue.unfinished)}
        return [job for job in jobs.values() if job.uri == uri]

    def _forget_old(self) -> None:
        over = [job.id for job in self._jobs.values() if job.done.is_set()][:-KEPT]
        for job_id in over:
            del self._jobs[job_id]

    def _in_force(self, role: str, setting: str) -> str:
        was, chosen = self._chosen.get(role, (None, ""))
        return chosen if was == setting else setting

    def _options(self) -> Options:
        settings = self._session.settings
        minutes = settings.idle_unload_minutes
        return Options(
            threads=settings.threads,
            context=settings.context_length,
            idle=60.0 * minutes if minutes else float("inf"),
            history=settings.history,
        )
