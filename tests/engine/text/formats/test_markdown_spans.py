"""What dialects of Markdown mean within a paragraph is a protected span, and what only looks so is none."""

import pytest

from support.examples import examples
from support.markdown_examples import MarkdownExamples
from support.rewriting import marked, reworded

BEFORE, AFTER = "these are words", "and there are more of them"

SPANS = examples("markdown", MarkdownExamples).spans


@pytest.mark.parametrize("piece", SPANS.values(), ids=SPANS.keys())
def test_spans(piece: str) -> None:
    text = f"{BEFORE} {piece} {AFTER}"
    document = text.replace("⟦", "").replace("⟧", "") + "\n"
    assert marked(document) == [text]


@pytest.mark.parametrize("piece", SPANS.values(), ids=SPANS.keys())
def test_spans_stay_when_all_words_around_them_change_and_are_filled_again(piece: str) -> None:
    spans = [part.split("⟧")[0] for part in piece.split("⟦")[1:]]
    text = f"{BEFORE} {piece} {AFTER}".replace("⟦", "").replace("⟧", "")
    long = "some lines of this paragraph are as wide as they can be in it\n"
    for document in (f"{long}{text}\n{long}", f"> {long}> {text}\n> {long}"):
        changed = reworded(document, lambda word: f"{word}er {word}")
        for span in spans:
            assert " ".join(span.split()) in " ".join(changed.replace("\n> ", "\n").split())


def test_a_formula_is_not_cut_by_a_minus_sign_that_begins_a_line() -> None:
    document = "we integrate by parts and get\n$I = uv\n- \\int v du$ on the interval\nthat we have\n"
    assert marked(document) == [
        "we integrate by parts and get ⟦$I = uv - \\int v du$⟧ on the interval that we have"
    ]
    assert "\n- \\int v du$" in reworded(document, str.upper)
    assert len(marked("we paid $5 for it all\n- and $6 for the rest of it\n")) == 2
