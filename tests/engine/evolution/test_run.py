"""A run, with the model under test and, where replies must be known, with a scripted one."""

import itertools
from collections.abc import Callable
from math import log

import anyio
import pytest
from msgspec.structs import replace

from aw_engine.domain.brief import Brief
from aw_engine.domain.candidate import ORIGINAL
from aw_engine.domain.events import (
    Compared,
    Drafted,
    Event,
    Finished,
    GenerationClosed,
    Leaderboard,
    Rejected,
    Started,
)
from aw_engine.domain.passage import Passage, Span
from aw_engine.domain.plan import Budget, Plan
from aw_engine.domain.result import EvolveResult
from aw_engine.errors import ModelUnsupported, PassageError, WorkerDied
from aw_engine.evolution.run import evolve
from aw_engine.evolution.usage import Counted
from aw_engine.inference.backend import (
    Backend,
    Backends,
    Choice,
    Compare,
    Critique,
    Cross,
    Diagnose,
    Generation,
    Rewrite,
    Scoring,
)
from aw_engine.inference.scripted import ScriptedBackend
from aw_engine.inference.supervisor import WorkerBackend
from aw_engine.judging.selftest import load_pairs
from aw_engine.rubrics.load import find

TEXT = (
    "Due to the fact that it was was raining, the the match were cancelled by `referee.stop()` at noon. "
    "In order to be fair, they recieved there money back, and nobody complained about it very much."
)
CODE = "`referee.stop()`"
PASSAGE = Passage(text=TEXT, spans=(Span(TEXT.index(CODE), TEXT.index(CODE) + len(CODE), "code"),))
UNHURRIED = (
    "boats lay in the harbour, and at this point in time nobody was able to say which was the oldest. "
    "The harbour master, who had been there for thirty years, basically said that it didn't matter. "
    "In spite of the fact that the weather were bad, the fishermen went out in order to find the lost net. "
    "There are many people who believe that the sea takes care of it's own, but they has never seen a storm. "
    "Before noon the wind turned, and the first of the boats came home with a broken mast."
)
SMALL = Plan(n=4, generations=2, children=3, keep=2, seed=7)


async def run(
    backend: Backend,
    plan: Plan = SMALL,
    passage: Passage = PASSAGE,
    on_event: Callable[[Event, anyio.CancelScope], None] = lambda event, scope: None,
    rubric: str = "clarity",
) -> tuple[EvolveResult, list[Event]]:
    events: list[Event] = []
    scope = anyio.CancelScope()

    def emit(event: Event) -> None:
        events.append(event)
        on_event(event, scope)

    brief = Brief(passage, find(rubric), plan)
    return await evolve(brief, Backends(backend), emit, scope, "job"), events


async def test_a_run_ranks_rewrites_against_the_original(backend: WorkerBackend) -> None:
    result, events = await run(backend)
    assert result.status == "done"
    assert [entry.rank for entry in result.candidates] == list(range(1, len(result.candidates) + 1))
    assert result.candidates[result.original_rank - 1].id == ORIGINAL
    rewrites = [entry for entry in result.candidates if entry.id != ORIGINAL]
    assert rewrites
    assert all(CODE in entry.text and entry.text != TEXT for entry in rewrites)
    assert len({entry.text for entry in rewrites}) == len(rewrites)
    assert not any(entry.provisional for entry in result.candidates)
    assert isinstance(events[0], Started)
    assert isinstance(events[-1], Finished)
    assert result.calls == sum(isinstance(event, Compared) for event in events) <= SMALL.calls
    assert sum(entry.count for entry in result.rejected) == sum(isinstance(e, Rejected) for e in events)
    assert len(result.per_generation) == sum(isinstance(event, GenerationClosed) for event in events)
    assert result.usage.judge > 0
    assert result.usage.prompt_tokens > 0


async def test_what_is_plainly_wrong_is_mended_in_the_best_rewrite(backend: WorkerBackend) -> None:
    result, _ = await run(backend)
    best = result.candidates[0]
    assert best.id != ORIGINAL
    assert "was was" not in best.text
    assert "the the" not in best.text
    assert "recieved" not in best.text


PADDED = Passage(
    text=(
        "Due to the fact that nobody wrote anything down, we often recieved the same questions again and "
        "again, and and the answers was very different each time. In order to change this, Ines proposed "
        "an shared log, which is kept in a folder that every member can edit. There is now 148 entries in "
        "it. It is important to note that the log do not replace the discussion; it just makes sure that "
        "we can start from were we stopped."
    )
)


async def test_proofreading_mends_and_leaves_padding_alone(backend: WorkerBackend) -> None:
    result, _ = await run(backend, rubric="proofread")
    rewrites = [entry for entry in result.candidates if entry.id != ORIGINAL]
    assert rewrites
    assert result.candidates[0].id != ORIGINAL
    assert "was was" not in result.candidates[0].text
    for entry in rewrites:
        assert entry.text.startswith("Due to the fact that")
        assert "about it very much" in entry.text


async def test_every_rewrite_has_a_character_of_its_own_and_mends(backend: WorkerBackend) -> None:
    result, events = await run(backend, Plan(seed=2), PADDED)
    rewrites = [entry for entry in result.candidates if entry.id != ORIGINAL]
    assert len(rewrites) >= 6
    assert len({entry.words for entry in rewrites}) >= 4
    for entry in rewrites:
        assert "recieved" not in entry.text
        assert "and and" not in entry.text
    written = result.usage.generate
    repeated = sum(entry.count for entry in result.rejected if entry.reason == "duplicate")
    assert repeated <= 0.75 * written
    slots = [event for event in events if isinstance(event, Rejected) and event.operator == "copy-edit"]
    assert len(slots) <= 1, "a slot that only mends is not tried again"


async def test_the_first_rewrites_are_ranked_while_others_are_still_to_be_written(
    backend: WorkerBackend,
) -> None:
    _, events = await run(backend, Plan(generations=1, seed=1), PADDED)
    ranked = next(at for at, event in enumerate(events) if isinstance(event, Leaderboard))
    assert any(isinstance(event, Drafted) for event in events[:ranked])
    assert any(isinstance(event, Drafted) for event in events[ranked:])


async def test_a_long_paragraph_is_evolved_in_parts(backend: WorkerBackend) -> None:
    long = Passage(text=" ".join([PADDED.text, *(pair.better for pair in load_pairs())]))
    assert len(long.text.split()) > 600
    result, _ = await run(backend, Plan(n=2, generations=1, keep=1, seed=1), long)
    assert (result.status, result.reason) == ("done", None)
    assert result.original_rank > 1
    assert "the the" not in result.candidates[0].text


async def test_the_same_seed_gives_the_same_events(backend: WorkerBackend) -> None:
    _, first = await run(backend)
    _, second = await run(backend)
    assert [timeless(event) for event in first] == [timeless(event) for event in second]


def timeless(event: Event) -> Event:
    match event:
        case Leaderboard():
            return replace(event, seconds_left=None)
        case Finished(result=result):
            return Finished(result=replace(result, seconds=0.0, usage=replace(result.usage, prompt_tokens=0)))
        case _:
            return event


async def test_the_time_left_falls_to_nothing(backend: WorkerBackend) -> None:
    counted = Counted(backend)
    told: list[float | None] = []

    def emit(event: Event) -> None:
        if isinstance(event, Leaderboard):
            told.append(event.seconds_left)

    def clock() -> float:
        """Of a computer that reads a thousand tokens a second."""
        return counted.usage.prompt_tokens / 1000

    brief = Brief(Passage(text=UNHURRIED), find("clarity"), Plan(seed=3))
    await evolve(brief, Backends(counted), emit, anyio.CancelScope(), "job", clock=clock)
    assert len(told) > 3
    assert all(left is not None for left in told)
    first, last = told[0], told[-1]
    assert first is not None
    assert last is not None
    assert last < first / 2


async def test_a_time_budget_bounds_what_is_said_to_be_left(backend: WorkerBackend) -> None:
    told: list[float | None] = []

    def emit(event: Event) -> None:
        match event:
            case Leaderboard(seconds_left=left):
                told.append(left)

    plan = replace(SMALL, budget=Budget(seconds=3000.0))
    hours = itertools.count(0, 1000.0)
    brief = Brief(PASSAGE, find("clarity"), plan)
    await evolve(brief, Backends(backend), emit, anyio.CancelScope(), "job", clock=lambda: next(hours))
    assert told
    assert all(left is not None and 0 <= left < 3000 for left in told)


async def test_another_seed_gives_other_candidates(backend: WorkerBackend) -> None:
    first, _ = await run(backend)
    second, _ = await run(backend, replace(SMALL, seed=8))
    assert {entry.text for entry in first.candidates} != {entry.text for entry in second.candidates}


async def test_a_cancelled_run_ends_with_the_best_so_far(backend: WorkerBackend) -> None:
    def stop(event: Event, scope: anyio.CancelScope) -> None:
        if isinstance(event, Leaderboard):
            scope.cancel()

    result, events = await run(backend, on_event=stop)
    assert result.status == "cancelled"
    assert len(result.candidates) > 1
    assert all(entry.provisional for entry in result.candidates)
    assert isinstance(events[-1], Finished)


async def test_a_run_cancelled_at_once_has_the_original(backend: WorkerBackend) -> None:
    result, _ = await run(
        backend, on_event=lambda event, scope: scope.cancel() if isinstance(event, Started) else None
    )
    assert result.status == "cancelled"
    assert [entry.id for entry in result.candidates] == [ORIGINAL]


async def test_a_time_budget_ends_a_run_normally(backend: WorkerBackend) -> None:
    await backend.info()
    result, _ = await run(backend, replace(SMALL, budget=Budget(seconds=0.01)))
    assert result.status == "done"
    assert any("as asked" in notice for notice in result.notices)


async def test_a_budget_of_calls_is_never_exceeded(backend: WorkerBackend) -> None:
    result, _ = await run(backend, replace(SMALL, budget=Budget(calls=9)))
    assert 0 < result.calls <= 9


@pytest.mark.parametrize("calls", [1, 5])
async def test_a_small_budget_of_calls_is_spent_on_something(backend: WorkerBackend, calls: int) -> None:
    result, _ = await run(backend, replace(SMALL, budget=Budget(calls=calls)))
    assert 0 < result.calls <= calls
    assert len(result.candidates) > 1


async def test_elo_reproduces_alphawrites_schedule(backend: WorkerBackend) -> None:
    result, _ = await run(backend, Plan(n=4, generations=1, keep=2, rating="elo", seed=3))
    field = len(result.candidates)
    assert result.calls == 20 * (field // 2)
    assert all(entry.rating.sd == 0.0 for entry in result.candidates)


async def test_elo_plays_no_more_matches_than_planned_over_several_generations(
    backend: WorkerBackend,
) -> None:
    plan = Plan(n=5, generations=3, children=3, keep=2, rating="elo", seed=2)
    result, events = await run(backend, plan, PADDED)
    started = next(event for event in events if isinstance(event, Started))
    assert result.generations > 1
    assert result.calls <= started.calls_planned
    limited, _ = await run(backend, replace(plan, budget=Budget(calls=30)), PADDED)
    assert limited.calls == 30, "there is no final to keep calls for"


async def test_a_dead_worker_leaves_what_was_ranked(backend: WorkerBackend) -> None:
    def kill(event: Event, _: anyio.CancelScope) -> None:
        if isinstance(event, Leaderboard) and event.calls < 5:
            scripted.alive = False

    class Mortal(ScriptedBackend):
        alive = True

        async def choose(self, requests):  # type: ignore[no-untyped-def]
            if not self.alive:
                raise WorkerDied("The model process ended.")
            return await super().choose(requests)

    scripted = Mortal(write=write, judge=judge)
    result, _ = await run(scripted, on_event=kill)
    assert (result.status, result.reason) == ("failed", "workerDied")
    assert len(result.candidates) > 1


async def test_a_sentence_beyond_the_context_is_refused(backend: WorkerBackend) -> None:
    with pytest.raises(PassageError, match="One sentence has 2,000 words; the limit is about") as refused:
        await run(backend, passage=Passage(text=" ".join(["a long sentence stands here"] * 400)))
    assert refused.value.reason == "tooLong"


async def test_a_free_instruction_is_refused_by_a_model_that_cannot_follow_it(backend: WorkerBackend) -> None:
    with pytest.raises(ModelUnsupported, match="free instructions"):
        await run(backend, replace(SMALL, instruction="Make it rhyme."))


WORDS = ["brisk", "calm", "dry", "exact", "frank", "grave", "hardy", "keen", "light", "mild", "neat", "open"]


def write(request: Generation) -> str:
    """Ever different: a word of its own for each request, in place of one of the passage's."""
    if isinstance(request.prompt, Critique):
        return 'very much"'
    seed = request.sampling.seed
    words = [WORDS[(seed >> shift) % len(WORDS)] for shift in (0, 4, 8, 12)]
    prompt = request.prompt
    source = prompt.text if isinstance(prompt, Rewrite | Cross) else TEXT
    edited = (
        source.replace("was was", "was")
        .replace("In order to be fair", f"To be {words[0]} and {words[1]}")
        .replace("they recieved there", f"they received their {words[2]}")
        .replace(" way.", f" and {words[0]} and {words[1]} manner.")
        .replace("very much", f"in a {words[3]} way")
    )
    return edited + "</rewrite>"


BETTER = {pair.better for pair in load_pairs()}


def judge(choice: Choice) -> float | tuple[float, ...]:
    """Right about the self-test, fond of short rewrites, and a little of what it reads first."""
    prompt = choice.prompt
    if isinstance(prompt, Diagnose):
        return tuple(log(0.9 if weakness == "purple prose" else 0.01) for _, weakness in prompt.options)
    if prompt.first in BETTER or prompt.second in BETTER:
        return 2.0 if prompt.first in BETTER else -2.0
    return 0.1 * (len(prompt.second) - len(prompt.first)) + 0.4


async def test_a_model_that_follows_instructions_is_asked_by_prompt() -> None:
    scripted = ScriptedBackend(write=write, judge=judge)
    result, events = await run(scripted)
    assert result.status == "done"
    prompts = [request.prompt for request in scripted.generated]
    assert {type(prompt) for prompt in prompts} >= {Rewrite, Critique}
    operators = {event.candidate.lineage.operator for event in events if isinstance(event, Drafted)}
    assert "targeted-edit" in operators
    quoted = [prompt for prompt in prompts if isinstance(prompt, Rewrite) and prompt.quote]
    assert all(prompt.quote == "very much" for prompt in quoted)


async def test_a_lost_span_is_tried_again_with_marks_and_never_shown() -> None:
    def forgetful(request: Generation) -> str:
        prompt = request.prompt
        if isinstance(prompt, Rewrite) and not prompt.marks:
            return write(request).replace(CODE, "the referee")
        return write(request)

    scripted = ScriptedBackend(write=forgetful, judge=judge)
    result, _ = await run(scripted)
    assert any(request.marks_once for request in scripted.generated)
    assert any(entry.reason == "span" for entry in result.rejected)
    assert all(CODE in entry.text for entry in result.candidates)
    assert len(result.candidates) > 1, "what was written with marks came back without them, and was admitted"
    edited = [request.prompt for request in scripted.generated if request.marks_once]
    assert all(isinstance(p, Rewrite) and CODE not in p.text and p.marks == ("⟦1⟧",) for p in edited)


async def test_the_edit_that_is_needed_most_is_written_first() -> None:
    scripted = ScriptedBackend(write=write, judge=judge)
    _, events = await run(scripted, replace(SMALL, n=6, generations=1))
    tried = {e.candidate.lineage.operator for e in events if isinstance(e, Drafted)}
    tried |= {event.operator for event in events if isinstance(event, Rejected)}
    assert "purple-prose" in tried
    assert "awkward-wording" not in tried


async def test_what_the_model_finds_improbable_is_gibberish() -> None:
    def score(scoring: Scoring) -> float:
        return -9.0 * len(scoring.text.split()) if "brisk" in scoring.text else -2.0

    scripted = ScriptedBackend(write=write, judge=judge, score=score)
    result, _ = await run(scripted, replace(SMALL, n=8))
    assert any(entry.reason == "gibberish" for entry in result.rejected)
    assert not any("brisk" in entry.text for entry in result.candidates)


async def test_time_that_ends_before_the_first_comparison_is_no_rejection() -> None:
    class Stuck(ScriptedBackend):
        async def choose(self, requests):  # type: ignore[no-untyped-def]
            if any(isinstance(each.prompt, Compare) and CODE in each.prompt.first for each in requests):
                await anyio.sleep_forever()
            return await super().choose(requests)

    def careless(request: Generation) -> str:
        return "" if request.sampling.seed % 3 == 0 else write(request)

    scripted = Stuck(write=careless, judge=judge)
    result, _ = await run(scripted, replace(SMALL, n=8, budget=Budget(seconds=3)))
    assert result.status == "done"
    assert [entry.id for entry in result.candidates] == [ORIGINAL]
    assert result.rejected
    assert not any(notice.startswith(("All", "Every")) for notice in result.notices)


async def test_a_judge_that_seldom_answers_is_told() -> None:
    def mumbling(choice: Choice) -> float | tuple[float, ...]:
        odds, prompt = judge(choice), choice.prompt
        if isinstance(odds, tuple) or not (isinstance(prompt, Compare) and CODE in prompt.first):
            return odds
        return (log(0.1), log(0.1) - odds)

    result, _ = await run(ScriptedBackend(write=write, judge=mumbling))
    assert any("does not answer" in notice for notice in result.notices)


async def test_a_chat_model_that_writes_nonsense_leaves_the_original(chat_backend: WorkerBackend) -> None:
    text = f"The match were cancelled by {CODE}."
    short = Passage(text=text, spans=(Span(text.index(CODE), len(text) - 1, "code"),))
    result, events = await run(chat_backend, replace(SMALL, n=3, generations=1), short)
    assert result.status == "done"
    assert result.usage.judge > 0
    assert all(CODE in entry.text for entry in result.candidates)
    assert sum(isinstance(event, Drafted | Rejected) for event in events) >= 3
    assert any("unranked" in notice for notice in result.notices)
