import pytest
from hypothesis import given
from hypothesis import strategies as st

from aw_engine.text import measures

PROSE = st.text(alphabet="ab c'.-é\n", max_size=60)


def test_words_keep_apostrophes_and_hyphens_inside_and_drop_punctuation() -> None:
    words = measures.words("It’s a long-term plan, isn't it?")
    assert words == ("It’s", "a", "long-term", "plan", "isn't", "it")


def test_a_word_is_the_same_composed_and_decomposed() -> None:
    assert measures.words("cafe\u0301") == measures.words("caf\u00e9") == ("caf\u00e9",)


def test_scripts_without_spaces_count_a_word_a_character() -> None:
    assert len(measures.words("今天天气很好")) == 6


def test_one_word_replaced_in_four_changes_a_quarter() -> None:
    assert measures.changed("the cat sat down", "the dog sat down") == 0.25


@given(PROSE, PROSE)
def test_measures_stay_between_nought_and_one(a: str, b: str) -> None:
    first, second = (measures.ngrams(measures.words(text), 2) for text in (a, b))
    for value in (measures.changed(a, b), measures.shared(first, second), measures.distinct2([a, b])):
        assert 0 <= value <= 1


@given(PROSE)
def test_a_text_is_like_itself(text: str) -> None:
    assert measures.changed(text, text) == 0
    assert measures.length_ratio(text, text) in (0, 1)


def test_texts_that_repeat_each_other_have_few_distinct_bigrams_and_compress_well() -> None:
    one = "A paragraph about nothing in particular, which is long enough to be compressed."
    other = "Eleven quick zebras jumped; my boxes of liquor had vanished, said the judge."
    assert measures.distinct2([one] * 5) < 0.5 * measures.distinct2([one, other])
    assert measures.compression_gain([one] * 5) > 2 * measures.compression_gain([one, other])


def test_overlap_is_measured_against_the_smaller_multiset() -> None:
    small, large = measures.ngrams("aa", 1), measures.ngrams("abbbbbbbbb", 1)
    assert measures.shared(small, large) == 0.5
    assert measures.shared(measures.ngrams("", 1), large) == 0


@pytest.mark.parametrize("texts", [[], [""], ["?!"]])
def test_nothing_to_measure_is_no_error(texts: list[str]) -> None:
    assert measures.distinct2(texts) == 1
    assert measures.compression_gain(texts) > 0
