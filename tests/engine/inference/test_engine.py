import math

import pytest

from aw_engine.errors import BackendError, PassageError
from aw_engine.inference.backend import Choice, ChoiceScores, Compare, Generation, Rewrite, Sampling, Scoring
from aw_engine.inference.engine import InferenceEngine

PROSE = "The report which was written by the team were finished on friday."
BETTER = "The report that the team wrote was finished on Friday."


def compare(first: str, second: str, criterion: str = "fluency") -> Choice:
    return Choice(Compare(first, second, criterion, "Which reads better?", "clarity", "all"), ("A", "B"))


def rewrite(text: str, seed: int = 1, max_tokens: int = 12, temperature: float = 0.8) -> Generation:
    prompt = Rewrite(text, "Make it shorter.", "clarity", "all")
    return Generation(prompt, Sampling(seed=seed, max_tokens=max_tokens, temperature=temperature))


def odds(engine: InferenceEngine, choice: Choice) -> float:
    (scores,) = engine.choose([choice])
    return scores.logprobs[0] - scores.logprobs[1]


@pytest.mark.parametrize("criterion", ["fluency", "economy"])
def test_the_judge_by_likelihood_has_no_favourite_place(mini: InferenceEngine, criterion: str) -> None:
    prose, jumble = "Every day he goes to school.", "School day he every goes to."
    there = odds(mini, compare(prose, jumble, criterion))
    assert there == pytest.approx(-odds(mini, compare(jumble, prose, criterion)))
    assert there > 0
    (scores,) = mini.choose([compare(prose, jumble, criterion)])
    assert sum(map(math.exp, scores.logprobs)) == pytest.approx(1)
    assert scores.mass == 1


def test_a_text_is_judged_once_and_remembered(mini: InferenceEngine) -> None:
    text = "Nobody knew where the keys had gone, or who had taken them."
    (first,) = mini.choose([compare(text, text)])
    (second,) = mini.choose([compare(text, text)])
    assert first.prompt_tokens > 0
    assert second == ChoiceScores(first.logprobs, 1.0, prompt_tokens=0)


def test_texts_judged_together_weigh_what_they_weigh_alone(mini: InferenceEngine) -> None:
    texts = [PROSE, BETTER, f"{PROSE} It was late.", f"{BETTER} It was late."]
    pairs = [compare(first, second) for first in texts for second in texts if first != second]
    mini._chooser.forget()
    together = mini.choose(pairs)
    mini._chooser.forget()
    alone = [mini.choose([pair])[0] for pair in pairs]
    assert [scores.logprobs for scores in together] == [scores.logprobs for scores in alone]
    spent = [sum(scores.prompt_tokens for scores in found) for found in (together, alone)]
    assert spent[0] < spent[1]  # what the texts share was read once


def test_scores_come_in_the_order_of_the_requests(mini: InferenceEngine) -> None:
    requests = [Scoring(PROSE), Scoring(BETTER), Scoring(PROSE, before="Good."), Scoring("A")]
    together = mini.score(requests)
    alone = [mini.score([request])[0] for request in requests]
    assert [(s.tokens, s.logprob) for s in together] == [(s.tokens, s.logprob) for s in alone]


@pytest.mark.parametrize("before", ["", "It had rained all day."])
def test_an_empty_text_has_no_likelihood(mini: InferenceEngine, before: str) -> None:
    with pytest.raises(BackendError):
        mini.score([Scoring("", before=before)])


def test_a_text_longer_than_the_context_is_refused_before_any_work(mini: InferenceEngine) -> None:
    with pytest.raises(PassageError) as caught:
        mini.score([Scoring("word " * 3000)])
    assert caught.value.reason == "tooLong"


def test_a_judge_by_letters_reads_the_whole_vocabulary(chat: InferenceEngine) -> None:
    choices = [compare(PROSE, BETTER), compare(BETTER, PROSE), compare("Yes.", "No.")]
    together = chat.choose(choices)
    for choice, scores in zip(choices, together, strict=True):
        (alone,) = chat.choose([choice])
        assert scores.logprobs == alone.logprobs
        assert scores.mass == pytest.approx(sum(map(math.exp, scores.logprobs)))
        assert 0 < scores.mass < 1


def test_the_question_is_evaluated_once_for_all_pairs(chat: InferenceEngine) -> None:
    pairs = [compare(PROSE, f"{BETTER} {k}") for k in range(6)]
    alone = sum(chat.choose([pair])[0].prompt_tokens for pair in pairs[:1])
    together = sum(scores.prompt_tokens for scores in chat.choose(pairs))
    assert together < alone + 5 * 120


def test_a_first_text_is_evaluated_once_in_several_calls(chat: InferenceEngine) -> None:
    opening = PROSE * 4
    pairs = [compare(opening, text) for text in (PROSE, "Yes.")]
    first, again = (chat.choose([pair])[0].prompt_tokens for pair in pairs)
    (text,) = chat.count([opening])
    assert again <= first - text


def test_scores_of_a_call_come_in_order_whatever_its_texts_share(chat: InferenceEngine) -> None:
    texts = [PROSE, BETTER, "Yes."]
    pairs = [compare(one, two) for two in texts for one in texts]
    together = [scores.logprobs for scores in chat.choose(pairs)]
    assert together == [chat.choose([pair])[0].logprobs for pair in pairs]


def test_the_mini_dialect_does_not_follow_instructions(mini: InferenceEngine) -> None:
    with pytest.raises(BackendError):
        list(mini.generate([rewrite(PROSE)]))


def test_greedy_completions_do_not_depend_on_their_company(chat: InferenceEngine) -> None:
    requests = [rewrite(text, temperature=0) for text in (PROSE, BETTER, "Yes.", PROSE)]
    together = {c.index: c.text for c in chat.generate(requests)}
    assert [together[k] for k in range(4)] == [
        completion.text for request in requests for completion in chat.generate([request])
    ]


def test_seeded_completions_are_the_same_every_time(chat: InferenceEngine) -> None:
    requests = [rewrite(PROSE, seed) for seed in range(4)]
    first, second = ([(c.index, c.text, c.logprob) for c in chat.generate(requests)] for _ in range(2))
    assert first == second
    assert len({text for _, text, _ in first}) > 1


def test_a_prompt_with_no_room_for_the_answer_is_refused(chat: InferenceEngine) -> None:
    with pytest.raises(PassageError) as caught:
        list(chat.generate([rewrite(PROSE, max_tokens=5000)]))
    assert caught.value.reason == "tooLong"


def test_markup_in_the_passage_does_not_change_how_the_prompt_is_cut(chat: InferenceEngine) -> None:
    (plain,) = chat.count(["<|end|>"])
    assert plain > 1


def test_settings_that_change_rounding_are_reported(mini: InferenceEngine) -> None:
    assert {"library", "threads", "batch", "sequences", "flashAttention", "kv"} <= set(mini.info.settings)
