"""A run whose model is scripted, so that its replies are known."""

import re
from collections.abc import Sequence
from math import log

import anyio
from msgspec.structs import replace

from aw_engine.domain.candidate import ORIGINAL
from aw_engine.domain.events import Drafted, Event, Leaderboard
from aw_engine.domain.plan import Budget
from aw_engine.errors import WorkerDied
from aw_engine.inference.backend import (
    Choice,
    ChoiceScores,
    Compare,
    Critique,
    Cross,
    Generation,
    ModelInfo,
    Rewrite,
)
from aw_engine.inference.scripted import ScriptedBackend
from aw_engine.judging.selftest import load_pairs
from support.short_run import CODE, SMALL, TEXT, run

WORDS = ["brisk", "calm", "dry", "exact", "frank", "grave", "hardy", "keen", "light", "mild", "neat", "open"]
BETTER = {pair.better for pair in load_pairs()}


def write(request: Generation) -> str:
    """Ever different: words of its own for each request, in place of those that stand there."""
    if isinstance(request.prompt, Critique):
        return "very much"
    seed = request.sampling.seed
    words = [WORDS[(seed >> shift) % len(WORDS)] for shift in (0, 4, 8, 12)]
    prompt = request.prompt
    text = prompt.text if isinstance(prompt, Rewrite | Cross) else TEXT
    for pattern, new in (
        (r"was was", "was"),
        (r"(?:In order to be|To be) .+?,", f"To be {words[0]} and {words[1]},"),
        (r"they \w+ \w+(?: \w+)? money", f"they received their {words[2]} money"),
        (r"about it .+?[.]$", f"about it very much in a {words[3]} and {words[0]} way."),
    ):
        text = re.sub(pattern, new, text)
    return text


def judge(choice: Choice) -> float | tuple[float, ...]:
    """Right about the self-test, fond of short rewrites, and a little of what it reads first."""
    prompt = choice.prompt
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


async def test_time_that_ends_before_the_first_comparison_is_no_rejection() -> None:
    class Stuck(ScriptedBackend):
        async def choose(self, requests: Sequence[Choice]) -> list[ChoiceScores]:
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


async def test_a_dead_worker_leaves_what_was_ranked() -> None:
    def kill(event: Event, _: anyio.CancelScope) -> None:
        if isinstance(event, Leaderboard) and event.calls < 5:
            scripted.alive = False

    class Mortal(ScriptedBackend):
        alive = True

        async def choose(self, requests: Sequence[Choice]) -> list[ChoiceScores]:
            if not self.alive:
                raise WorkerDied("The model process ended.")
            return await super().choose(requests)

    scripted = Mortal(write=write, judge=judge)
    result, _ = await run(scripted, on_event=kill)
    assert (result.status, result.reason) == ("failed", "workerDied")
    assert len(result.candidates) > 1


async def test_a_model_on_another_computer_is_named() -> None:
    class Elsewhere(ScriptedBackend):
        async def info(self) -> ModelInfo:
            return replace(await super().info(), host="gpu.example")

    result, _ = await run(Elsewhere(write=write, judge=judge))
    assert "Your text goes to gpu.example, another computer." in result.notices
