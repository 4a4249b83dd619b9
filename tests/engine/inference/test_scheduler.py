from itertools import chain

import pytest

from aw_engine.inference.backend import Completion, Sampling
from aw_engine.inference.kv_cache import KVCache
from aw_engine.inference.llama import Aborted, AbortFlag, Log
from aw_engine.inference.llama_context import Context, ContextShape
from aw_engine.inference.llama_model import NativeModel
from aw_engine.inference.sampling import marks_grammar
from aw_engine.inference.scheduler import DecodeRequest, Scheduler
from aw_engine.inference.tuning import Tuning

OPENING = "The harbour was quiet that evening, and the boats lay still"


def jobs(model: NativeModel, count: int, temperature: float = 0.9) -> list[DecodeRequest]:
    tokens = model.tokenise(OPENING.encode())
    return [
        DecodeRequest(
            (3, *tokens[: len(tokens) - k % 3]), Sampling(seed=k, max_tokens=8 + k, temperature=temperature)
        )
        for k in range(count)
    ]


def run(cache: KVCache, model: NativeModel, work: list[DecodeRequest]) -> list[Completion]:
    done = chain.from_iterable(Scheduler(cache, model, work, 32).run())
    return sorted(done, key=lambda completion: completion.index)


def texts(completions: list[Completion]) -> list[str]:
    return [completion.text for completion in completions]


def test_together_they_write_what_each_writes_alone(model: NativeModel, cache: KVCache) -> None:
    work = jobs(model, 6, 0.0)
    alone = [run(cache, model, [job])[0].text for job in work]
    assert texts(run(cache, model, work)) == alone


def test_a_draw_belongs_to_its_request_not_to_its_company(model: NativeModel, cache: KVCache) -> None:
    work = jobs(model, 6)
    alone = [run(cache, model, [job])[0].text for job in work]
    together = texts(run(cache, model, work))
    assert together == alone
    assert len(set(alone)) > 1


def test_the_same_jobs_give_the_same_completions_whatever_was_written_before(
    model: NativeModel, cache: KVCache
) -> None:
    first = run(cache, model, jobs(model, 12))
    run(cache, model, jobs(model, 3, 0.0))
    second = run(cache, model, jobs(model, 12))
    assert [(one.text, one.logprob) for one in first] == [(one.text, one.logprob) for one in second]


def test_more_jobs_than_slots_enter_in_order_and_all_finish(model: NativeModel, cache: KVCache) -> None:
    work = jobs(model, 20)
    assert len(work) > cache.context.shape.sequences
    done = run(cache, model, work)
    assert [completion.index for completion in done] == list(range(20))
    assert all(completion.tokens <= 8 + completion.index for completion in done)


def test_a_shared_prompt_is_evaluated_once(model: NativeModel, cache: KVCache) -> None:
    prompt = (3, *model.tokenise(OPENING.encode()))
    work = [DecodeRequest(prompt, Sampling(seed=k, max_tokens=4)) for k in range(6)]
    assert sum(completion.prompt_tokens for completion in run(cache, model, work)) == len(prompt)


def test_the_mean_log_probability_is_that_of_the_tokens_written(model: NativeModel, cache: KVCache) -> None:
    (greedy,) = run(cache, model, jobs(model, 1, 0.0))
    assert greedy.logprob is not None
    assert greedy.logprob < 0
    (wild,) = run(cache, model, jobs(model, 1, 3.0))
    assert wild.logprob is not None
    assert wild.logprob < greedy.logprob


def test_a_grammar_puts_each_mark_once_and_in_order(model: NativeModel, cache: KVCache) -> None:
    marks = ["⟦1⟧", "⟦2⟧"]
    prompt = (3, *model.tokenise(OPENING.encode()))
    work = [DecodeRequest(prompt, Sampling(seed=k, max_tokens=400), marks_grammar(marks)) for k in range(2)]
    for completion in run(cache, model, work):
        found = [mark for mark in marks if mark in completion.text]
        assert found == marks[: len(found)]
        assert all(completion.text.count(mark) <= 1 for mark in marks)
        if completion.finish == "stop":
            assert completion.text.index("⟦1⟧") < completion.text.index("⟦2⟧")


def test_a_grammar_that_only_allows_the_marks_writes_them(model: NativeModel, cache: KVCache) -> None:
    grammar = 'root ::= "⟦1⟧" " and " "⟦2⟧"\n'
    prompt = (3, *model.tokenise(OPENING.encode()))
    (completion,) = run(cache, model, [DecodeRequest(prompt, Sampling(seed=1, max_tokens=64), grammar)])
    assert (completion.text, completion.finish) == ("⟦1⟧ and ⟦2⟧", "stop")


def test_an_abort_between_tokens_ends_the_run(model: NativeModel, cache: KVCache, abort: AbortFlag) -> None:
    steps = Scheduler(cache, model, jobs(model, 12), 32).run()
    next(steps)
    abort.is_set = True
    with pytest.raises(Aborted):
        list(steps)


def test_cells_limit_how_many_run_at_once(model: NativeModel, log: Log) -> None:
    context = Context(model, ContextShape(256, 32, 8, 32), Tuning(threads=1, batch=32), AbortFlag(), log)
    prompt = (3, *model.tokenise(OPENING.encode()))
    work = [DecodeRequest((*prompt, 40 + k), Sampling(seed=k, max_tokens=100)) for k in range(5)]
    assert len(run(KVCache(context), model, work)) == 5
    context.close()


def test_a_completion_ends_before_what_it_is_to_run_until(model: NativeModel, cache: KVCache) -> None:
    (job,) = jobs(model, 1, 0.0)
    (whole,) = run(cache, model, [job._replace(sampling=Sampling(seed=0, max_tokens=24, temperature=0.0))])
    until = whole.text[len(whole.text) // 2]
    (part,) = run(
        cache, model, [job._replace(sampling=Sampling(seed=0, max_tokens=24, temperature=0.0), until=until)]
    )
    assert part.text == whole.text.partition(until)[0]
    assert (part.finish, part.tokens < whole.tokens) == ("stop", True)
