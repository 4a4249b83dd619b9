"""Runs, models and history in the engine's thread: what the server asks of the engine, and hears of it."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

import anyio
from msgspec import Struct
from msgspec.structs import replace

from aw_engine.domain.brief import Models
from aw_engine.domain.candidate import ORIGINAL
from aw_engine.domain.events import Event, Finished, Leaderboard
from aw_engine.domain.result import EvolveResult, Ranked
from aw_engine.domain.steering import Steering
from aw_engine.errors import AwError, JournalError
from aw_server.jobs.engine_thread import EngineThread
from aw_server.jobs.forecast import remembering
from aw_server.jobs.refusal import fails, reason
from aw_server.jobs.request import Request

if TYPE_CHECKING:
    from aw_engine.inference.supervisor import WorkerBackend
    from aw_engine.journal.journal import Journal
    from aw_engine.judging.gates import Refused
    from aw_engine.text.frame import Frame

Hear = Callable[[Event, dict[str, str]], None]


class Options(Struct, frozen=True):
    """Settings of the machine: threads and context (tokens), 0 = automatic; seconds until an idle worker
    ends; whether runs are kept in the journal."""

    threads: int = 0
    context: int = 0
    idle: float = 300.0
    history: bool = True


class Run:
    """A run in the engine's thread. `outcome` is its result, texts as they would stand in the document."""

    def __init__(self, thread: EngineThread) -> None:
        self.scope = anyio.CancelScope()
        self.steering = Steering()
        self.outcome: asyncio.Future[EvolveResult]
        self._thread = thread

    def cancel(self) -> None:
        """The run ends with the best so far."""
        self._thread.soon(self.scope.cancel)

    def steer(self, say: Callable[[Steering], None]) -> None:
        """Says it to the run, in its own thread."""
        self._thread.soon(lambda: say(self.steering))


class Engine:
    """The models and the journal, each opened when first needed. All of it works in the engine's thread.

    `on_loading` hears the share of a model that is loaded, 0..1; `on_trouble` hears once that the history
    cannot be kept. Both are called in the server's loop.
    """

    def __init__(self, on_loading: Callable[[float], None], on_trouble: Callable[[str], None]) -> None:
        self._on_loading = on_loading
        self._on_trouble = on_trouble
        self._thread = EngineThread()
        self._backends: dict[_Key, WorkerBackend] = {}
        self._journal: Journal | None = None
        self._journal_tried = False
        self._here: asyncio.AbstractEventLoop | None = None
        self._preparing: asyncio.Future[None] | None = None

    @property
    def journal(self) -> "Journal | None":
        """The journal, if runs have been kept since the start."""
        return self._journal

    @property
    def worker_pids(self) -> list[int]:
        """The process ids of the models' workers."""
        return [pid for backend in tuple(self._backends.values()) if (pid := backend.worker_pid) is not None]

    def begin(self, job_id: str, request: Request, options: Options, hear: Hear) -> Run:
        """A run that has begun. `hear` is told of each step in the calling loop, in order."""
        self._here = asyncio.get_running_loop()
        run = Run(self._thread)
        run.outcome = self._thread.submit(lambda: self._evolve(job_id, request, options, hear, run))
        return run

    def appraise(
        self, text: str, candidate_id: str, parents: Sequence[str], request: Request, options: Options
    ) -> "asyncio.Future[Ranked | Refused]":
        """The writer's own text (prose) compared with the passage, or the gate that refused it."""
        self._here = asyncio.get_running_loop()

        async def rate() -> "Ranked | Refused":
            from aw_engine.evolution.appraise import appraise
            from aw_engine.inference.backend import Backends

            writer, judge = await self._opened_models(request.brief.models, options)
            return await appraise(text, candidate_id, parents, request.brief, Backends(writer, judge))

        return self._thread.submit(rate)

    def prepare(self, models: Models, options: Options) -> None:
        """The models are loaded in the meantime, if they are not; whether that works shows in the run."""
        self._here = asyncio.get_running_loop()

        async def load() -> None:
            with suppress(AwError):
                for backend in await self._opened_models(models, options):
                    if backend is not None:
                        await backend.info()

        self._preparing = self._thread.submit(load)

    def reset(self) -> None:
        """A worker that died twice may be started again: somebody asked for it by hand."""
        for backend in tuple(self._backends.values()):
            backend.reset()

    async def unload(self) -> int:
        """How many bytes the workers held, which are free now."""
        held = self.worker_bytes()
        if self._backends:
            await self._thread.submit(lambda: self._close_but(frozenset()))
        return held

    def worker_bytes(self) -> int:
        """Resident bytes of the workers."""
        if not self.worker_pids:
            return 0
        import psutil  # only now: the answer to `initialize` must not wait for it

        total = 0
        for pid in self.worker_pids:
            with suppress(psutil.Error):
                total += psutil.Process(pid).memory_info().rss
        return total

    async def aclose(self) -> None:
        """The workers are gone, what was told to the journal is kept, and the thread ends."""
        journal, self._journal = self._journal, None
        await self.unload()
        if journal is not None:
            await asyncio.get_running_loop().run_in_executor(None, journal.close)
        self._thread.close()

    async def _evolve(
        self, job_id: str, request: Request, options: Options, hear: Hear, run: Run
    ) -> EvolveResult:
        from aw_engine.evolution.run import evolve
        from aw_engine.inference.backend import Backends

        texts = _Texts(request.extract.frame)
        brief = request.brief
        journal = await self._opened_journal() if options.history else None
        if journal is not None:
            frame, uri = request.extract.frame, request.params.text_document.uri
            journal.begin(job_id, brief, uri=uri, frame=frame)

        remember = remembering(brief)

        def emit(event: Event) -> None:
            if journal is not None:
                journal.record(job_id, event)
            self._tell(hear, *texts.shown(event))
            remember(event)

        try:
            writer, judge = await self._opened_models(request.brief.models, options)
            outcome = await evolve(
                brief,
                Backends(writer, judge),
                emit,
                run.scope,
                job_id,
                steering=run.steering,
            )
        except AwError as error:
            if journal is not None:
                journal.ended(job_id, "failed" if fails(reason(error)) else "refused")
            raise
        return texts.placed(outcome)

    async def _opened_models(
        self, models: Models, options: Options
    ) -> "tuple[WorkerBackend, WorkerBackend | None]":
        """The back ends of writer and judge, the latter None where the writer judges."""
        writer = _Key(models.writer, options.threads, options.context, options.idle)
        judge = replace(writer, ref=models.judge or models.writer)
        await self._close_but({writer, judge})
        return self._backend(writer), None if judge == writer else self._backend(judge)

    def _backend(self, key: "_Key") -> "WorkerBackend":
        from aw_engine.inference.sizes import CONTEXT_LIMIT
        from aw_engine.inference.supervisor import WorkerBackend

        if key not in self._backends:
            self._backends[key] = WorkerBackend(
                key.ref,
                threads=key.threads,
                context=key.context or CONTEXT_LIMIT,
                idle=key.idle,
                on_loading=lambda share: self._tell(self._on_loading, share),
            )
        return self._backends[key]

    async def _close_but(self, kept: "frozenset[_Key] | set[_Key]") -> None:
        for key in [key for key in self._backends if key not in kept]:
            await self._backends.pop(key).aclose()

    async def _opened_journal(self) -> "Journal | None":
        if not self._journal_tried:
            self._journal_tried = True
            from aw_engine.journal.journal import Journal

            try:
                self._journal = Journal.open(on_trouble=self._trouble)
            except JournalError as error:
                self._trouble(error)
        return self._journal

    def _trouble(self, error: JournalError) -> None:
        self._tell(self._on_trouble, str(error))

    def _tell(self, call: Callable[..., None], *arguments: object) -> None:
        if self._here is not None:
            with suppress(RuntimeError):  # the server's loop is closed: nobody listens any more
                self._here.call_soon_threadsafe(call, *arguments)


class _Key(Struct, frozen=True):
    """What a worker is started with; another model or setting means another worker."""

    ref: str
    threads: int
    context: int
    idle: float


class _Texts:
    """A run's candidates as they would stand in the document, each worked out once."""

    def __init__(self, frame: "Frame") -> None:
        self._frame = frame
        self._known: dict[str, str] = {ORIGINAL: frame.original}

    def shown(self, event: Event) -> tuple[Event, dict[str, str]]:
        """The event with such texts, and the prose of the candidates in it that are new."""
        match event:
            case Leaderboard(candidates=candidates):
                new = self._new(candidates)
                return replace(event, candidates=self._all(candidates)), new
            case Finished(result=result):
                new = self._new(result.candidates)
                return Finished(result=self.placed(result)), new
        return event, {}

    def placed(self, outcome: EvolveResult) -> EvolveResult:
        """The outcome with such texts."""
        return replace(outcome, original=self._frame.original, candidates=self._all(outcome.candidates))

    def _new(self, candidates: tuple[Ranked, ...]) -> dict[str, str]:
        return {each.id: each.text for each in candidates if each.id not in self._known}

    def _all(self, candidates: tuple[Ranked, ...]) -> tuple[Ranked, ...]:
        from aw_engine.text.reflow import restore

        for each in candidates:
            if each.id not in self._known:
                self._known[each.id] = restore(self._frame, each.text)
        return tuple(replace(each, text=self._known[each.id]) for each in candidates)
