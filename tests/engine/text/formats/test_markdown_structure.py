"""What is structure in some dialect of Markdown stays byte for byte, and the prose in it is still offered.

Each template has `§` where prose stands, and is read with a sentence in each such place, and every word of
the sentence is changed.
"""

from collections.abc import Mapping
from functools import partial

import pytest

from support.examples import examples
from support.markdown_examples import MarkdownExamples
from support.rewriting import prose, reworded

SENTENCE = "the ferry left the harbour late and nobody minded"
WRAPPED = (
    "the ferry left the harbour late that day and nobody",
    "on the quay or the deck seemed to mind it",
    "very much",
)

TEMPLATES = examples("markdown", MarkdownExamples).structure


def _louder(word: str) -> str:
    return word[0] + word[1:].upper()


def filled(template: str, sentence: str) -> str:
    return template.replace("§", sentence)


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("template", TEMPLATES.values(), ids=TEMPLATES.keys())
def test_only_the_prose_changes(template: str, newline: str) -> None:
    template = template.replace("\n", newline)
    changed = " ".join(map(_louder, SENTENCE.split()))
    assert reworded(filled(template, SENTENCE), _louder) == filled(template, changed)


@pytest.mark.parametrize("template", TEMPLATES.values(), ids=TEMPLATES.keys())
def test_lines_of_structure_stay_lines_of_their_own_when_prose_is_filled_again(template: str) -> None:
    document = "\n".join(_wrapped(line) for line in template.split("\n"))
    changed = reworded(document, lambda word: f"{word}ly {word}")
    assert _without_prose(changed) == _without_prose(document)
    assert len(prose(changed)) == len(prose(document))


def _wrapped(line: str) -> str:
    """The line with prose of several lines in the place for it, which the line's own prefix goes before."""
    before, place, after = line.partition("§")
    if not place or before.strip(" >") or after in ("  ", "\\"):
        return line.replace("§", SENTENCE)
    return f"\n{before}".join((before + WRAPPED[0], *WRAPPED[1:-1], WRAPPED[-1] + after))


def _without_prose(document: str) -> list[str]:
    words = {word for text in (SENTENCE, *WRAPPED) for word in text.split()}
    words = words - {"and", "the", "or", "it", "on", "that", "left"} | {"very"}
    return [
        line
        for line in document.split("\n")
        if not words & set(line.replace("ly", "").replace(".", "").split())
    ]


@pytest.mark.parametrize("sentence", examples("markdown", MarkdownExamples).prose["lines"])
def test_prose_that_looks_like_structure_is_prose(sentence: str) -> None:
    for document in (f"{sentence}\n", f"Some more words stand here.\n{sentence}\n"):
        (text,) = prose(document)
        assert " ".join(text.split()).endswith(sentence)


def test_a_line_that_would_be_structure_is_never_begun_by_wrapping() -> None:
    marks = (
        ":::",
        "{.x}",
        "^id",
        "| a |",
        ": so",
        "(@a) it",
        "{% if %}",
        "a:: b",
        "%% x %%",
        "\\[ x \\]",
        "![a](b)",
    )
    for mark in marks:
        document = f"aaaa bbbb cccc dddd eeee ffff gggg\nhhhh iiii jjjj {mark} kkkk llll\nmmmm nnnn.\n"
        for size in range(1, 40):
            longer = {"bbbb": "b" * size}
            changed = reworded(document, partial(_exchanged, longer))
            assert len(prose(changed)) == 1, (mark, changed)


def _exchanged(others: Mapping[str, str], word: str) -> str:
    return others.get(word, word)


def test_two_sentences_with_a_word_before_a_colon_are_no_card() -> None:
    assert len(prose("Note: we went there too.\nExample: nobody else did so.\n")) == 1
    assert prose("Place: the old house on the hill\nTime: after nine and before ten\n") == []
