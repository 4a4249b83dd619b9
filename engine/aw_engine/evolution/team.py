"""Who writes and who compares: usually one model, but the judge may be another."""

from collections.abc import Callable
from typing import Any

import anyio
from msgspec import Struct

from aw_engine.domain.brief import Brief
from aw_engine.domain.events import Event
from aw_engine.domain.passage import ENGLISH
from aw_engine.domain.result import Usage
from aw_engine.errors import AwError
from aw_engine.evolution.usage import Counted, total
from aw_engine.evolution.writers import open_writer
from aw_engine.evolution.writers.writer import Writer
from aw_engine.inference.backend import Backends, ModelInfo
from aw_engine.judging.referee import Referee, appoint, refuse_unjudgeable


class CountedBackends:
    """The back ends of one run, their usage counted; `judge` is `writer` if one model does both."""

    def __init__(self, backends: Backends) -> None:
        self.writer = Counted(backends.writer)
        self.judge = self.writer if backends.judge is None else Counted(backends.judge)
        self.stand_in = None if backends.stand_in is None else Counted(backends.stand_in)

    @property
    def usage(self) -> Usage:
        """What both have spent."""
        if self.judge is self.writer:
            return self.writer.usage
        return total(self.writer.usage, self.judge.usage)


class Team(Struct, frozen=True):
    """A writer and a referee, both ready to work, and the model that writes; `shared` if one does both."""

    model: ModelInfo
    writer: Writer[Any]
    referee: Referee
    shared: bool


async def _loaded(backends: CountedBackends, language: str) -> tuple[ModelInfo, ModelInfo]:
    """The models that write and judge; two are loaded beside each other.

    :raises AwError: the first that went wrong.
    """
    if backends.judge is backends.writer:
        model = await backends.writer.info()
        if model.capabilities.judging != "none" or backends.stand_in is None or language != ENGLISH:
            return model, model
        backends.judge = backends.stand_in
        return model, await backends.judge.info()
    found: dict[Counted, ModelInfo] = {}

    async def load(backend: Counted) -> None:
        found[backend] = await backend.info()

    try:
        async with anyio.create_task_group() as group:
            group.start_soon(load, backends.writer)
            group.start_soon(load, backends.judge)
    except ExceptionGroup as errors:  # of the task group; callers know single errors only
        known = errors.subgroup(AwError)
        if known is None:
            raise
        raise known.exceptions[0] from None
    return found[backends.writer], found[backends.judge]


async def gather(brief: Brief, backends: CountedBackends, emit: Callable[[Event], None]) -> Team:
    """The team for this passage; a judge never seen before is measured, which is emitted.

    :raises PassageError: if the passage does not fit into the context of both.
    :raises ModelError: if either cannot be loaded, or cannot do its part.
    """
    model, judging = await _loaded(backends, brief.passage.language)
    await refuse_unjudgeable(brief, judging, backends.judge)  # first: it is the stricter limit in most cases
    writer = await open_writer(brief, backends.writer)
    referee = await appoint(
        brief,
        judging,
        backends.judge,
        backends.judge.uncounted,
        emit,
        own_choices=judging.digest == model.digest,
    )
    return Team(model, writer, referee, shared=judging is model)
