"""Hostile and huge documents are read in bounded time, or refused."""

import time
from typing import get_args

import pytest

from aw_engine.domain.passage import Format
from aw_engine.errors import PassageError
from aw_engine.text.extract import extract
from aw_engine.text.facts import compare
from aw_engine.text.paragraphs import paragraphs
from aw_engine.text.sentences import sentences
from support.examples import examples

# Processor time, generous: machines that run the tests differ by more than the growth we look for.
LIMIT = 4.0


@pytest.mark.parametrize("format", get_args(Format))
@pytest.mark.parametrize("piece", examples("hostile", dict[str, list[str]])["pieces"])
def test_a_long_run_of_one_piece_is_read_in_bounded_time(piece: str, format: Format) -> None:
    document = piece * (10_000 // len(piece)) + " and some more words."
    begun = time.process_time()
    for paragraph in paragraphs(document, format)[:2]:
        try:
            taken = extract(document, paragraph.start, paragraph.end, format)
        except PassageError:
            continue
        compare(taken.passage.text, taken.passage.text + " x")
    sentences(document)
    assert time.process_time() - begun < LIMIT


def test_deep_nesting_is_no_error() -> None:
    nested = "".join("  " * depth + "- a\n" for depth in range(200))
    for document, format in ((nested, "markdown"), ("> " * 5000 + "x", "markdown"), ("{" * 5000, "latex")):
        paragraphs(document, format)  # type: ignore[arg-type]


def test_a_large_document_is_listed_in_seconds() -> None:
    block = "This is *text* with `code` and more\nwords over [lines](u).\n\n- item\n\n> quote\n\n# H\n\n"
    begun = time.process_time()
    assert len(paragraphs(block * (500_000 // len(block)), "markdown")) > 10_000
    assert time.process_time() - begun < LIMIT
