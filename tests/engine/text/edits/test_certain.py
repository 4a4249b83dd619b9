"""What is mended without asking a model."""

import pytest

from aw_engine.text.edits.certain import mended


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("We recieved it again and and again.", "We received it again and again."),
        ("Ines proposed an shared log.", "Ines proposed a shared log."),
        ("There is now 148 entries in it.", "There are now 148 entries in it."),
        ("We suggests it. Wich one?", "We suggest it. Which one?"),
    ],
)
def test_certain_mistakes_are_mended(text: str, right: str) -> None:
    assert mended(text) == right


@pytest.mark.parametrize(
    "text",
    [
        "He had had enough, and he knew that that was so.",
        "He said, “I recieved it.”",
        "Call `recieve()` and wait, wait for the answer.",
        "The cost of the trip will be high. She read it and put it back.",
        "",
    ],
)
def test_what_may_be_meant_stays(text: str) -> None:
    assert mended(text) == text


def test_a_mended_text_stays_as_it_is() -> None:
    once = mended("An user have recieved there letters letters.")
    assert mended(once) == once
