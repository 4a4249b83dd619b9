"""An editor that looks at the server's runs directly."""

import asyncio
from typing import Any

from msgspec.structs import replace

from aw_server import protocol
from aw_server.documents.document import Document
from aw_server.features.cancel import cancel
from aw_server.jobs.job import Job
from support.editor import SMALL
from support.letter import LAST, LETTER, RAIN, URI
from support.local_editor import LocalEditor


class Desk(LocalEditor):
    """The jobs on one open document, and what a command or a request does with them."""

    def __init__(self) -> None:
        super().__init__(f"{LETTER}\n{LAST}\n")
        self.session, self.jobs = self.server.session, self.server.jobs
        self.queue, self.runner = self.server.queue, self.server.runner
        self.submit = self.server.admission.start

    @property
    def document(self) -> Document:
        """The document as the server has it."""
        return self.session.documents[URI]

    def params(self, passage: str, **asked: Any) -> protocol.EvolveParams:
        """What is asked of the paragraph that reads so, by default a small run."""
        start = self.document.text.index(passage)
        place = self.document.lines.position(start + 3, self.session.encoding)
        return protocol.EvolveParams(protocol.TextDocument(URI), position=place, **{**SMALL, **asked})

    def start(self, passage: str = RAIN, **asked: Any) -> tuple[protocol.StartResult, Job]:
        """The answer, and the job that was started or joined."""
        started, job = self.submit(self.params(passage, **asked))
        assert job is not None, started.message
        return started, job

    def refused(self, passage: str = RAIN, **asked: Any) -> protocol.StartResult:
        """The answer, which must be a refusal."""
        started, job = self.submit(self.params(passage, **asked))
        assert job is None
        return started

    def cancel(self, job_id: str, *, keep: bool = True) -> tuple[str, ...]:
        """Cancel a run, or with `all` every one; the ids of the jobs that end because of this."""
        return cancel(self.server, protocol.CancelParams(job_id, keep=keep)).cancelled

    def set(self, **settings: Any) -> None:
        """Change settings."""
        self.session.settings = replace(self.session.settings, **settings)

    async def ended(self, job: Job, limit: float = 60.0) -> protocol.EvolveResult:
        """The job's result when it has ended."""
        await asyncio.wait_for(job.done.wait(), limit)
        return job.result()

    async def begun(self, job: Job) -> None:
        """Wait until the model is loaded and the job works."""
        await self.until(lambda: job.started)

    async def ranked(self, job: Job) -> None:
        """Wait until the job has a first ranking."""
        await self.until(lambda: job.progress)
