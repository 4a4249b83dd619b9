import pytest
from hypothesis import given
from hypothesis import strategies as st

from aw_engine.errors import PassageError
from aw_engine.inference.dialects.dialect import Segment
from aw_engine.inference.llama_model import NativeModel
from aw_engine.inference.tokens import Specials, Tokeniser


def bytewise(text: bytes) -> list[int]:
    """A tokeniser that also knows the user-defined token `<think>`, as the native one would."""
    tokens: list[int] = []
    while text:
        if text.startswith(b"<think>"):
            tokens.append(1000)
            text = text[7:]
        else:
            tokens.append(text[0])
            text = text[1:]
    return tokens


fake = Tokeniser(bytewise, Specials({"<|end|>": 2000, "<|end|>!": 2001}, ("<think>", "  ")))


def trusted(text: str) -> Segment:
    return Segment(text, trusted=True)


def untrusted(text: str) -> Segment:
    return Segment(text, trusted=False)


def test_control_tokens_in_untrusted_text_are_ordinary_characters() -> None:
    assert fake.encode([untrusted("a<|end|>")]) == tuple(b"a<|end|>")
    assert fake.encode([trusted("a<|end|>")]) == (97, 2000)


def test_the_longest_control_token_wins() -> None:
    assert fake.encode([trusted("<|end|>!")]) == (2001,)


def test_a_control_token_is_not_made_of_trusted_and_untrusted_halves() -> None:
    assert fake.encode([trusted("<|e"), untrusted("nd|>")]) == tuple(b"<|end|>")


def test_user_defined_tokens_are_recognised_in_trusted_text_only() -> None:
    assert fake.encode([trusted("<think>")]) == (1000,)
    assert fake.encode([untrusted("<think> <think>")]) == tuple(b"<think> <think>")
    assert fake.encode([trusted("<th"), untrusted("ink>")]) == tuple(b"<think>")
    assert fake.encode([trusted("<think>"), untrusted("<think>")]) == (1000, *b"<think>")


def test_text_after_a_trimming_token_loses_its_leading_space() -> None:
    tokeniser = Tokeniser(bytewise, Specials({"<x>": 1}, trim_after=frozenset({1})))
    assert tokeniser.encode([trusted("<x> \n"), trusted(" a b")]) == (1, *b"a b")


def test_half_a_character_is_refused_with_a_reason() -> None:
    with pytest.raises(PassageError) as caught:
        fake.encode([untrusted("a\ud800")])
    assert caught.value.reason == "unencodable"


@given(st.text(max_size=40).filter(lambda text: text.isprintable()))
def test_segments_give_the_tokens_of_the_whole_string(
    model: NativeModel, tokeniser: Tokeniser, text: str
) -> None:
    begin = model.begin
    middle = len(text) // 2
    tokens = tokeniser.encode([trusted(begin), untrusted(text[:middle]), untrusted(text[middle:])])
    assert tokens == tuple(model.tokenise(begin.encode(), parse_special=True) + model.tokenise(text.encode()))


@given(st.lists(st.sampled_from(["<|end|>", "<|A|>", "<|judge|>", "<", "|>", "end", " word"]), max_size=8))
def test_no_untrusted_text_becomes_a_control_token(
    model: NativeModel, tokeniser: Tokeniser, parts: list[str]
) -> None:
    controls = set(model.specials().controls.values())
    tokens = tokeniser.encode([untrusted(part) for part in parts])
    assert not controls & set(tokens)
    assert model.text(tokens) == "".join(parts)
