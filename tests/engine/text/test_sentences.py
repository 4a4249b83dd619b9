import pytest
from hypothesis import given
from hypothesis import strategies as st

from aw_engine.text.formats.reader import inline
from aw_engine.text.sentences import sentences


def split(text: str) -> list[str]:
    return [text[start:end].strip() for start, end in sentences(text)]


@pytest.mark.parametrize(
    "text",
    [
        "Hello there.|He left at 3.14 p.m. today.|Then he slept.",
        "Mr. Smith (b. 1950) met Dr. A. B. Jones.|They talked.",
        "“Stop!” she said.|“Go.”|He went.",
        "He waited… and left.|She waited…|They left.",
        "See Fig. 3 and e.g. this, i.e. that, etc. in it.|Next one.",
        "The U.S. Army left.|No. 5 is alive.|No.|He did not.",
        "Smith et al. (2020) said so.|Is it?!|Yes.",
        "It costs ⟦1⟧.|Then ⟦2⟧.⟦3⟧|And more.",
        "I did it.|So did I.|And you.",
        "今天很好。|明天也好！|是吗？",
        "J.R.R. Tolkien wrote it on Jan. 5 at home.|It is so.",
        "Version 3.11.7 is out.|See https://a.b.c/d.e for more.",
    ],
)
def test_text_is_split_where_a_reader_would(text: str) -> None:
    assert split(text.replace("|", "" if "。" in text else " ")) == text.split("|")


def test_no_sentence_ends_inside_a_span() -> None:
    text = "The `a. B` is **bold.** [One two.](<u. V>) It is here. `Next. One` too."
    spans = inline(text, "markdown").spans
    found = [text[start:end].strip() for start, end in sentences(text, spans)]
    assert found == ["The `a. B` is **bold.**", "[One two.](<u. V>)", "It is here.", "`Next. One` too."]


@given(st.text(alphabet="aB. !?…\"')]*⟦1⟧\n。", max_size=60))
def test_joined_sentences_are_the_text(text: str) -> None:
    assert "".join(text[start:end] for start, end in sentences(text)) == text
