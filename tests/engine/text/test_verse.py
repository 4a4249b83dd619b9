"""Lines that end where their writer wants are no paragraph to be put in order."""

import textwrap

import pytest

from aw_engine.text.paragraphs import paragraphs
from aw_engine.text.verse import is_verse

STANZAS = [
    "The heron stands\nwhere the mill was,\nthin as a rake\nand nobody's fool",
    "I went to look for the summer,\nand it was not in the hall,\nnor under the hat of the postman,\n"
    "nor on top of the garden wall.",
    "Nine bean rows,\ntwo rows of leeks,\nand at the end of the plot\nmy grandfather,\nasleep in a deckchair",
]
PROSE = (
    "The committee met on Tuesday and agreed that the roof should be mended before the winter. Nobody knew "
    "what it would cost. Mrs Hall offered to ask her cousin, who is a builder, and to report in a week."
)


@pytest.mark.parametrize("stanza", STANZAS)
def test_verse_in_plain_text_is_not_offered(stanza: str) -> None:
    assert is_verse(stanza.split("\n"))
    found = paragraphs(f"{PROSE}\n\n{stanza}\n\n{PROSE}\n", "plain")
    assert len(found) == 2


@pytest.mark.parametrize("width", range(20, 120, 7))
def test_a_wrapped_paragraph_is_prose_at_any_width(width: int) -> None:
    assert not is_verse(textwrap.wrap(PROSE, width))


def test_a_sentence_on_each_line_is_prose() -> None:
    assert not is_verse(["We met at noon.", "It rained.", "Nobody minded the rain.", "We went home at six."])
