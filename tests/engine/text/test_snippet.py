"""First words for menus: one harmless line, no character torn apart."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aw_engine.text.graphemes import continues
from aw_engine.text.snippet import first_words

PIECES = ["word ", "👩🏽\u200d🚀", "🇩🇪", "e\u0301", "नि", "\r\n", *"漢한`\u202e\u2028\x07\ufeff"]


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_any_text_becomes_one_short_line(text: str) -> None:
    shown = first_words(text, 40)
    assert len(shown) <= 40
    assert "`" not in shown
    assert not {unicodedata.category(each) for each in shown} & {"Cc", "Zl", "Zp", "Cs"}
    assert not set(shown) & set("\u202e\ufeff")


@pytest.mark.parametrize("character", ["👩🏽\u200d🚀", "🇩🇪", "e\u0301", "👍🏿", "नि", "❤️"])
@pytest.mark.parametrize("before", range(8))
def test_a_character_is_shown_whole_or_not_at_all(character: str, before: int) -> None:
    shown = first_words("x" * (40 - before) + character * 20, 40)
    rest = shown.lstrip("x")
    assert rest == character * (len(rest) // len(character))


def test_hostile_words_make_one_harmless_line() -> None:
    shown = first_words("\u202eBecause\u2028it\x07 was `raining`, " + "👩🏽\u200d🚀" * 9 + " here", 40)
    assert len(shown) <= 40
    assert shown.startswith("Because it was raining,")
    assert not set(shown) & set("\u202e\u2028\x07`")
    assert shown.rstrip("…")[-1] in "🚀,", "no astronaut without her rocket"


def test_words_are_not_cut() -> None:
    assert first_words("The quick brown fox jumps over the lazy dog again", 20) == "The quick brown fox"
    assert first_words("The quick brown fox jumps", 19) == "The quick brown fox"
    assert first_words("Short.", 40) == "Short."


def test_borders_inside_characters_are_known() -> None:
    for character in ("👩🏽\u200d🚀", "🇩🇪", "e\u0301", "\r\n"):
        text = f"a{character}b"
        inside = [True] * (len(character) - 1)
        assert [continues(text, at) for at in range(1, len(text))] == [False, *inside, False]
    assert [continues("🇩🇪🇫🇷", at) for at in range(1, 4)] == [True, False, True]
