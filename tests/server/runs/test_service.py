"""The run service by itself: a scripted model, injected; what is kept, placed and refused."""

from collections.abc import Callable
from pathlib import Path

import anyio
import pytest
from msgspec.structs import replace

from aw_engine.domain.brief import Brief, Models
from aw_engine.domain.events import Drafted, Event, Finished, Leaderboard, Noticed, Started
from aw_engine.domain.plan import Plan
from aw_engine.domain.result import ModelRef
from aw_engine.errors import (
    AwError,
    BackendError,
    InstructionUnsupported,
    JournalError,
    ModelMissing,
    PassageError,
    SettingsError,
    WorkerDied,
)
from aw_engine.inference.backend import Backend, Choice, ModelInfo
from aw_engine.inference.scripted import ScriptedBackend
from aw_engine.journal import schema
from aw_engine.rubrics import load
from aw_engine.text.extract import Extract, extract
from aw_server.runs import ability, failure, service
from aw_server.runs.backends import AUTOMATIC, BackendSpec, OpenBackends, Resources
from aw_server.runs.history import History
from aw_server.runs.placing import Placement, texts

SAID = (
    "> We wrote nothing down, so the same questions\n"
    "> came back every week, and each time with another answer.\n"
)
REWRITE = "Nobody wrote anything down, so the same questions came back every week with another answer."


@pytest.fixture
def found() -> Extract:
    return extract(SAID, 0, len(SAID) - 1, "markdown", "en")


@pytest.fixture
def brief(found: Extract) -> Brief:
    return Brief(found.passage, load.find(load.DEFAULT), Plan(n=2, generations=1))


class Maker:
    """Makes scripted back ends, and keeps what each was made from."""

    def __init__(self) -> None:
        self.made: list[BackendSpec] = []
        self.closed = 0

    def __call__(self, spec: BackendSpec, on_loading: Callable[[float], None]) -> Backend:
        self.made.append(spec)
        on_loading(1.0)
        maker = self

        class Closing(ScriptedBackend):
            async def info(self) -> ModelInfo:
                # How well it judges is remembered by this: it is no other test's model.
                return replace(await super().info(), digest="5" * 64)

            async def aclose(self) -> None:
                maker.closed += 1

        return Closing(write=lambda request: REWRITE, judge=_judge)


def _judge(choice: Choice) -> float:
    return 0.5


async def test_a_run_tells_all_that_listen_what_happens_in_order(brief: Brief) -> None:
    first: list[Event] = []
    second: list[Event] = []
    result = await service.run(
        "a1", brief, OpenBackends(Maker()), anyio.CancelScope(), [first.append, second.append]
    )
    assert first == second
    assert any(isinstance(event, Started) for event in first)
    assert first[-1] == Finished(result=result)
    assert result.job_id == "a1"


async def test_models_stay_open_until_others_are_asked_for() -> None:
    make, loaded = Maker(), list[float]()
    backends = OpenBackends(make, loaded.append)
    alone = await backends.open(Models("a.gguf"), AUTOMATIC)
    assert alone.judge is None
    assert (await backends.open(Models("a.gguf", "a.gguf"), AUTOMATIC)).writer is alone.writer
    both = await backends.open(Models("a.gguf", "b.gguf"), AUTOMATIC)
    assert both.writer is alone.writer
    assert both.judge is not None
    assert (make.closed, loaded) == (0, [1.0, 1.0])
    other = await backends.open(Models("a.gguf"), Resources(threads=2))
    assert other.writer is not alone.writer
    assert make.closed == 2
    assert [spec.ref for spec in make.made] == ["a.gguf", "b.gguf", "a.gguf"]
    await backends.aclose()
    assert (make.closed, backends.any_open(), backends.worker_pids()) == (3, False, [])


async def test_texts_are_put_where_the_passage_stood(brief: Brief, found: Extract) -> None:
    events: list[Event] = []
    result = await service.run("a2", brief, OpenBackends(Maker()), anyio.CancelScope(), [events.append])
    placement = Placement(found.frame)
    for event in events:
        placed = placement.event(event)
        assert texts(placed).keys() == texts(event).keys()
        if isinstance(event, Drafted | Leaderboard | Finished):
            assert all("\n> " in text for text in texts(placed).values())
        else:
            assert placed is event
    placed_result = placement.result(result)
    assert placed_result.original == found.frame.original
    assert all("\n" not in each.text for each in result.candidates)


async def test_a_run_is_kept_from_the_moment_its_model_is_loaded(brief: Brief) -> None:
    history = History(lambda error: None)
    keep = history.keeping("kept-1", brief)
    history.keeping("refused-1", brief)
    await service.run("kept-1", brief, OpenBackends(Maker()), anyio.CancelScope(), [keep])
    history.applied("kept-1", "original")
    assert history.journal is not None
    kept = {each.id: each for each in history.journal.runs()}
    assert kept["kept-1"].status == "done"
    assert "refused-1" not in kept
    record = history.journal.run("kept-1")
    first, second = (record.events[at].event for at in (0, 1))
    assert isinstance(first, Started)
    assert isinstance(second, Noticed)  # that this model cannot judge
    assert record.started is not None
    assert len(record.user_actions) == 1
    history.close()


def test_a_history_that_cannot_be_used_is_told_once(brief: Brief, monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(path: Path) -> None:
        raise JournalError("The history is locked.")

    monkeypatch.setattr(schema, "connect", locked)
    told: list[JournalError] = []
    history = History(told.append)
    for job_id in ("b1", "b2"):
        model = ModelRef("builtin", "ab" * 32)
        history.keeping(job_id, brief)(Started(job_id=job_id, model=model, generations=1, calls_planned=1))
        history.applied(job_id, "original")
    history.close()
    assert [str(each) for each in told] == ["The history is locked."]


def test_what_a_model_cannot_do_is_refused_by_its_file_alone(tmp_path: Path) -> None:
    assert ability.english_only(Models(), Plan())
    with pytest.raises(InstructionUnsupported, match="The built-in model cannot follow"):
        ability.english_only(Models(), Plan(instruction="Make it rhyme."))
    with pytest.raises(ModelMissing):
        ability.english_only(Models(judge=str(tmp_path / "gone.gguf")), Plan())


def test_a_model_that_follows_instructions_is_asked_anything(chat_path: Path) -> None:
    assert not ability.english_only(Models(str(chat_path)), Plan(instruction="Make it rhyme."))


@pytest.mark.parametrize(
    ("error", "reason", "fails"),
    [
        (PassageError("tooLong", "Too long."), "tooLong", False),
        (InstructionUnsupported.by(builtin=False), "unsupportedInstruction", False),
        (WorkerDied("It ended."), "workerDied", True),
        (BackendError("Not finite."), "internal", True),
        (SettingsError("No such option."), None, False),
        (JournalError("Locked."), None, False),
    ],
)
def test_what_went_wrong_with_a_run_has_a_word(error: AwError, reason: str | None, *, fails: bool) -> None:
    assert failure.reason(error) == reason
    assert failure.fails(reason or "") == fails
