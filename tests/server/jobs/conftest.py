"""A desk: one open document, the jobs on it, the model under test behind them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any, ClassVar

import pytest
from msgspec.structs import replace

from aw_server import protocol
from aw_server.app import create_server
from aw_server.documents.document import Document
from aw_server.features.cancel import cancel
from aw_server.jobs import following
from aw_server.jobs.job import Job

URI = "file:///notes/letter.md"
RAIN = (
    "Due to the fact that it was was raining, the the match were cancelled by the referee at noon. "
    "In order to be fair, they recieved there money back, and nobody complained about it very much."
)
NOTES = (
    "At this point in time nobody wrote anything down, and and the same questions was asked again. "
    "The answers is kept in one plain folder, which is is read by all of the people."
)
LAST = "It is is important to note that the bus were late, and we was standing in the rain for a hour."
TEXT = f"# A letter\n\n{RAIN}\n\n{NOTES}\n\n{LAST}\n"


class Desk:
    """What a client would do, without the wire."""

    uri = URI
    rain, notes, last, text = RAIN, NOTES, LAST, TEXT
    endless: ClassVar[dict[str, Any]] = {"n": 64, "generations": 12}

    def __init__(self) -> None:
        self.server = create_server()
        self.session, self.jobs = self.server.session, self.server.jobs
        self.queue, self.runner = self.server.queue, self.server.runner
        self.submit = self.server.admission.start
        self.put(TEXT)

    @property
    def document(self) -> Document:
        return self.session.documents[URI]

    def put(self, text: str, uri: str = URI) -> None:
        """The document reads so now."""
        old = self.session.documents.get(uri)
        new = Document(uri, "markdown", 1 if old is None else (old.version or 0) + 1, text)
        self.session.put(new)
        if old is None:
            following.opened(self.jobs, new)
        else:
            following.changed(self.jobs, old, new)

    def params(self, passage: str, **asked: Any) -> protocol.EvolveParams:
        """What is asked of the paragraph that reads so, by default little."""
        start = self.document.text.index(passage)
        place = self.document.lines.position(start + 3, self.session.encoding)
        asked = {"n": 4, "generations": 1} | asked
        return protocol.EvolveParams(protocol.TextDocument(URI), position=place, **asked)

    def start(self, passage: str = RAIN, **asked: Any) -> tuple[protocol.StartResult, Job]:
        """The job that was started or joined."""
        started, job = self.submit(self.params(passage, **asked))
        assert job is not None, started.message
        return started, job

    def refused(self, passage: str = RAIN, **asked: Any) -> protocol.StartResult:
        started, job = self.submit(self.params(passage, **asked))
        assert job is None
        return started

    def cancel(self, job_id: str, *, keep: bool = True) -> tuple[str, ...]:
        """The ids of the jobs that end because of this."""
        return cancel(self.server, protocol.CancelParams(job_id, keep=keep)).cancelled

    def set(self, **settings: Any) -> None:
        """The settings from now on."""
        self.session.settings = replace(self.session.settings, **settings)

    async def ended(self, job: Job, limit: float = 60.0) -> protocol.EvolveResult:
        """The job's result when it has ended."""
        await asyncio.wait_for(job.done.wait(), limit)
        return job.result()

    async def until(self, holds: Callable[[], Any], limit: float = 30.0) -> None:
        """Returns as soon as this holds."""
        async with asyncio.timeout(limit):
            while not holds():  # noqa: ASYNC110 - what it waits for is many things
                await asyncio.sleep(0.01)

    async def begun(self, job: Job) -> None:
        """The model is loaded, and the job works."""
        await self.until(lambda: job.started is not None)

    async def ranked(self, job: Job) -> None:
        """The job has a first ranking."""
        await self.until(lambda: job.progress is not None)


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    desk = Desk()
    yield desk
    await desk.server.aclose()
