import pytest

from aw_engine.domain.passage import Passage, Span
from aw_engine.errors import PassageError
from aw_engine.text.formats.reader import inline
from aw_engine.text.protect import MarkFault, mask, remask, unmask


def passage(text: str) -> Passage:
    return Passage(text, spans=inline(text, "markdown").spans, format="markdown")


def test_spans_become_numbered_marks_and_come_back() -> None:
    original = passage("See **`x`** and [the text](u) there.")
    masked = mask(original)
    assert masked.text == "See ⟦1⟧ and ⟦2⟧the text⟦3⟧ there."
    assert [mark.original for mark in masked.marks] == ["**`x`**", "[", "](u)"]
    assert unmask(masked, masked.text) == original.text
    assert unmask(masked, "There, ⟦2⟧a text⟦3⟧ is, and ⟦1⟧.") == "There, [a text](u) is, and **`x`**."


@pytest.mark.parametrize(
    ("rewrite", "reason"),
    [
        ("See and ⟦2⟧ too.", "lost"),
        ("See ⟦1⟧ ⟦1⟧ and ⟦2⟧.", "doubled"),
        ("See ⟦1⟧ and ⟦2⟧ and ⟦3⟧.", "unknown"),
        ("See ⟦1⟧ and ⟦2⟧ ⟦.", "unknown"),
        ("See ⟦2⟧ and ⟦1⟧.", "reordered"),
    ],
)
def test_marks_that_do_not_all_come_back_are_a_fault(rewrite: str, reason: str) -> None:
    fault = unmask(mask(passage("See [1] and [2].")), rewrite)
    assert isinstance(fault, MarkFault)
    assert fault.reason == reason


@pytest.mark.parametrize(
    ("rewrite", "masked"),
    [
        ("First [1], then [12].", "First ⟦1⟧, then ⟦2⟧."),
        ("First [12], then [1].", "First ⟦2⟧, then ⟦1⟧."),
        ("Only [1].", None),
    ],
)
def test_a_rewrite_with_its_spans_is_masked_as_the_passage_was(rewrite: str, masked: str | None) -> None:
    assert remask(mask(passage("See [1] and [12].")), rewrite) == masked


def test_equal_spans_in_another_order_each_have_their_mark() -> None:
    masked = mask(passage("Use `a`, or `a` and `b`."))
    assert remask(masked, "`b`, `a` and `a`.") == "⟦3⟧, ⟦1⟧ and ⟦2⟧."


def test_marks_in_the_text_itself_lead_to_another_alphabet() -> None:
    original = passage("The mark ⟦1⟧ stands for `x`, ⟦7 does not.")
    masked = mask(original)
    assert masked.text == "The mark ⟦1⟧ stands for ⟪1⟫, ⟦7 does not."
    assert unmask(masked, masked.text) == original.text


def test_a_placeholder_inside_a_span_is_not_a_mark() -> None:
    original = passage("Here `⟦2⟧` and `⟪1⟫` are code, so is `x`.")
    masked = mask(original)
    assert unmask(masked, masked.text) == original.text


def test_too_many_spans_share_marks_or_are_refused() -> None:
    near = passage("Some words " + "`a`, " * 40 + "end.")
    assert len(mask(near).marks) == 1
    assert len(mask(near, most=None).marks) == 40
    with pytest.raises(PassageError) as refused:
        mask(passage("`a` b " * 40))
    assert refused.value.reason == "tooLong"


def test_a_group_with_a_citation_keeps_its_order() -> None:
    masked = mask(Passage("a b", spans=(Span(0, 1, "code"), Span(1, 2, "citation"))))
    assert masked.marks[0].kind == "citation"
