"""Runs over a short passage, and over one with more to mend."""

import time
from collections.abc import Callable

import anyio

from aw_engine.domain.brief import Brief
from aw_engine.domain.events import Event
from aw_engine.domain.passage import Passage, Span
from aw_engine.domain.plan import Plan
from aw_engine.domain.result import EvolveResult
from aw_engine.evolution.run import evolve
from aw_engine.inference.backend import Backend, Backends
from aw_engine.rubrics.load import find

TEXT = (
    "Due to the fact that it was was raining, the the match were cancelled by `referee.stop()` at noon. "
    "In order to be fair, they recieved there money back, and nobody complained about it very much."
)
CODE = "`referee.stop()`"
PADDED = Passage(
    text=(
        "Due to the fact that nobody wrote anything down, we often recieved the same questions again and "
        "again, and and the answers was very different each time. In order to change this, Ines proposed "
        "an shared log, which is kept in a folder that every member can edit. There is now 148 entries in "
        "it. It is important to note that the log do not replace the discussion; it just makes sure that "
        "we can start from were we stopped."
    )
)
SMALL = Plan(n=4, generations=2, children=3, keep=2, seed=7)


def with_code(text: str) -> Passage:
    """A passage in which `CODE` is protected."""
    at = text.index(CODE)
    return Passage(text=text, spans=(Span(at, at + len(CODE), "code"),))


PASSAGE = with_code(TEXT)


async def run(
    backend: Backend,
    plan: Plan = SMALL,
    passage: Passage = PASSAGE,
    on_event: Callable[[Event, anyio.CancelScope], None] = lambda event, scope: None,
    rubric: str = "clarity",
    clock: Callable[[], float] = time.monotonic,
) -> tuple[EvolveResult, list[Event]]:
    """The outcome and all events; `on_event` hears each as it comes, and may cancel the scope."""
    events: list[Event] = []
    scope = anyio.CancelScope()

    def emit(event: Event) -> None:
        events.append(event)
        on_event(event, scope)

    brief = Brief(passage, find(rubric), plan)
    return await evolve(brief, Backends(backend), emit, scope, "job", clock=clock), events
