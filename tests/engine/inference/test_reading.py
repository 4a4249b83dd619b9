import random

import numpy as np
import pytest

from aw_engine.errors import BackendError
from aw_engine.inference.kv_cache import KVCache
from aw_engine.inference.llama import Aborted, AbortFlag, Log
from aw_engine.inference.llama_context import Context, ContextShape
from aw_engine.inference.llama_model import NativeModel
from aw_engine.inference.reading import Scorable, read_answers, score_texts
from aw_engine.inference.sampling import log_normalisers
from aw_engine.inference.tuning import Tuning

SENTENCE = (
    "The committee, which had been meeting in the old town hall for several weeks, "
    "decided that its proposal should have been published before the summer began."
)


def variants(model: NativeModel, count: int) -> list[Scorable]:
    """Copies of a sentence with two tokens exchanged, after different beginnings."""
    rng = random.Random(1)
    tokens = model.tokenise(SENTENCE.encode())
    found = []
    for _ in range(count):
        copy = list(tokens)
        for _ in range(2):
            copy[rng.randrange(len(copy))] = rng.choice(tokens)
        found.append(Scorable((3, *tokens[: rng.randrange(3)]), tuple(copy)))
    return found


def by_hand(model: NativeModel, log: Log, text: Scorable) -> float:
    """The likelihood of one text from one plain batch."""
    context = Context(model, ContextShape(256, 128, 1, 128), Tuning(threads=1, batch=128), AbortFlag(), log)
    whole = text.before + text.text
    for position, token in enumerate(whole):
        context.batch.add(token, position, (0,), True)
    logits = context.decode()
    norms = log_normalisers(logits)
    start = len(text.before)
    total = sum(float(logits[p - 1, whole[p]] - norms[p - 1]) for p in range(start, len(whole)))
    context.close()
    return total


def test_scores_are_those_of_one_text_at_a_time(model: NativeModel, log: Log, cache: KVCache) -> None:
    texts = variants(model, 40)
    scores = score_texts(cache, texts)
    errors = [
        abs(logprob - by_hand(model, log, text)) / len(text.text)
        for text, logprob in zip(texts, scores.logprobs, strict=True)
    ]
    assert max(errors) == 0


def test_every_distinct_prefix_is_evaluated_once(model: NativeModel, cache: KVCache) -> None:
    texts = variants(model, 40)
    sequences = [text.before + text.text[:-1] for text in texts]
    distinct = {sequence[: end + 1] for sequence in sequences for end in range(len(sequence))}
    assert sum(score_texts(cache, texts).costs) == len(distinct)


def test_the_same_texts_score_the_same_to_the_last_digit(model: NativeModel, cache: KVCache) -> None:
    texts = variants(model, 20)
    first = score_texts(cache, texts)
    score_texts(cache, texts[3:5])
    read_answers(cache, (2, 3), [(2, 3, 4)], [[[4]]])
    assert score_texts(cache, texts).logprobs == first.logprobs


def test_identical_texts_share_everything(model: NativeModel, cache: KVCache) -> None:
    (text,) = variants(model, 1)
    scores = score_texts(cache, [text] * 30)
    assert len(set(scores.logprobs)) == 1
    assert sum(scores.costs) == len(text.before + text.text) - 1


def test_an_empty_text_is_refused(cache: KVCache) -> None:
    with pytest.raises(BackendError):
        score_texts(cache, [Scorable((3,), ())])


def test_answers_are_probabilities_over_the_whole_vocabulary(model: NativeModel, cache: KVCache) -> None:
    prompt = (3, *model.tokenise(SENTENCE.encode()))
    every = [[token] for token in range(model.size)]
    found, costs = read_answers(cache, (), [prompt], [every])
    assert sum(np.exp(found[0])) == pytest.approx(1, abs=1e-4)
    assert costs == [len(prompt)]


def test_answers_do_not_depend_on_the_other_questions(model: NativeModel, cache: KVCache) -> None:
    tokens = (3, *model.tokenise(SENTENCE.encode()))
    prompts = [(*tokens[:10], *tokens[15 + k :]) for k in range(12)]
    answers = [[[4, 40], [5]]] * 12
    together, _ = read_answers(cache, tokens[:10], prompts, answers)
    alone = [read_answers(cache, tokens[:10], [prompt], answers[:1])[0][0] for prompt in prompts]
    assert together == alone


def test_the_task_stays_in_memory_and_changes_nothing(model: NativeModel, cache: KVCache) -> None:
    tokens = (3, *model.tokenise(SENTENCE.encode()))
    task, answers = tokens[:12], [[[4], [5]]]
    first, before = read_answers(cache, task, [tokens], answers)
    read_answers(cache, task, [(*task, 77, 78)], answers)
    second, after = read_answers(cache, task, [tokens], answers)
    assert (before, after) == ([len(tokens)], [len(tokens) - len(task)])
    assert first == second


def test_after_an_abort_the_next_call_is_as_good_as_new(
    model: NativeModel, cache: KVCache, abort: AbortFlag
) -> None:
    texts = variants(model, 10)
    expected = score_texts(cache, texts)
    abort.is_set = True
    with pytest.raises(Aborted):
        score_texts(cache, texts)
    abort.is_set = False
    cache.clear()
    assert score_texts(cache, texts) == expected


def test_tasks_that_take_turns_are_evaluated_once(model: NativeModel, cache: KVCache) -> None:
    tokens = (3, *model.tokenise(SENTENCE.encode()))
    tasks, answers = [tokens[:12], tokens[1:14], (*tokens[:8], 40, 41)], [[[4], [5]]]
    prompts = [(*task, 77, 78) for task in tasks]
    asked = list(zip(tasks, prompts, strict=True))
    first, again = ([read_answers(cache, task, [one], answers) for task, one in asked] for _ in range(2))
    assert [costs for _, costs in first] == [[14], [15], [4]]  # the third begins like the first
    assert [costs for _, costs in again] == [[2], [2], [2]]
    assert [found for found, _ in again] == [found for found, _ in first]


def test_more_tasks_than_are_kept_change_nothing_but_the_cost(model: NativeModel, cache: KVCache) -> None:
    tokens = (3, *model.tokenise(SENTENCE.encode()))
    answers = [[[4], [5]]]
    for turn in range(3):
        for start in range(12):
            task = tokens[start : start + 10 + start]
            found, _ = read_answers(cache, task, [(*task, 77)], answers)
            cache.clear() if turn == 1 else None
            plain, _ = read_answers(cache, (), [(*task, 77)], answers)
            assert found == plain


def test_what_is_kept_makes_room_for_a_long_text(model: NativeModel, cache: KVCache) -> None:
    words = model.tokenise((SENTENCE * 20).encode())
    answers = [[[4], [5]]]
    tasks = [(3, *words[start : start + 200]) for start in range(4)]
    for task in tasks:
        read_answers(cache, task, [(*task, 77)], answers)
    longest = (3, *words[: cache.context.shape.cells - cache.context.shape.batch - 1])
    together, _ = read_answers(cache, (), [longest], answers)
    cache.clear()
    assert read_answers(cache, (), [longest], answers)[0] == together
