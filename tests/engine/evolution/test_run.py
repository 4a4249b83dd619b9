"""What the model under test makes of a passage."""

import pytest
from msgspec.structs import replace

from aw_engine.domain.candidate import ORIGINAL
from aw_engine.domain.events import (
    Compared,
    Drafted,
    Event,
    Finished,
    GenerationClosed,
    Leaderboard,
    Measuring,
    Rejected,
    Started,
)
from aw_engine.domain.passage import Passage
from aw_engine.domain.plan import Plan
from aw_engine.errors import ModelUnsupported, PassageError
from aw_engine.inference.supervisor import WorkerBackend
from aw_engine.judging.profile import Noise
from aw_engine.judging.selftest import load_pairs
from aw_engine.judging.tournament import planned_calls
from support.short_run import CODE, PADDED, SMALL, TEXT, run, with_code


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
    assert isinstance(next(event for event in events if not isinstance(event, Measuring)), Started)
    assert isinstance(events[-1], Finished)
    assert (
        result.calls == sum(isinstance(event, Compared) for event in events) <= planned_calls(SMALL, Noise())
    )
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
    result, events = await run(backend, Plan(generations=2, seed=2), PADDED)
    rewrites = [entry for entry in result.candidates if entry.id != ORIGINAL]
    assert len(rewrites) >= 3
    assert len({entry.words for entry in rewrites}) >= 2
    for entry in rewrites:
        assert "recieved" not in entry.text
        assert "and and" not in entry.text
    written = result.usage.generate
    repeated = sum(entry.count for entry in result.rejected if entry.reason == "duplicate")
    assert repeated <= 0.9 * written
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


async def test_another_seed_gives_other_candidates(backend: WorkerBackend) -> None:
    first, _ = await run(backend, rubric="fiction")
    second, _ = await run(backend, replace(SMALL, seed=8), rubric="fiction")
    assert {entry.text for entry in first.candidates} != {entry.text for entry in second.candidates}


async def test_a_chat_model_that_writes_nonsense_leaves_the_original(chat_backend: WorkerBackend) -> None:
    short = with_code(f"The match were cancelled by {CODE}.")
    result, events = await run(chat_backend, replace(SMALL, n=3, generations=1), short)
    assert result.status == "done"
    assert result.usage.generate > 0
    assert all(CODE in entry.text for entry in result.candidates)
    assert sum(isinstance(event, Drafted | Rejected) for event in events) >= 3
    assert result.original_rank == 1


async def test_a_sentence_beyond_the_context_is_refused(backend: WorkerBackend) -> None:
    with pytest.raises(PassageError, match="One sentence has 2,000 words; the limit is about") as refused:
        await run(backend, passage=Passage(text=" ".join(["a long sentence stands here"] * 400)))
    assert refused.value.reason == "tooLong"


async def test_a_free_instruction_is_refused_by_a_model_that_cannot_follow_it(backend: WorkerBackend) -> None:
    with pytest.raises(ModelUnsupported, match="free instructions"):
        await run(backend, replace(SMALL, instruction="Make it rhyme."))
