import pytest

from aw_engine.domain.candidate import Flag
from aw_engine.domain.passage import Format, Passage, Span
from aw_engine.text.extract import extract
from aw_engine.text.formats.reader import inline
from aw_engine.text.verify import link_flags, verify


def reasons(original: str, rewrite: str, format: Format = "markdown") -> set[str]:
    found = verify(Passage(original, spans=inline(original, format).spans, format=format), rewrite)
    return {violation.reason for violation in found}


@pytest.mark.parametrize(
    ("original", "rewrite"),
    [
        ("Use `x` and *y* here.", "Here, use *y* and `x`."),
        ("See [the text](u) now.", "Now see [a text](u)."),
        ("It is known [1]. So it goes [2].", "It is well known [1]. And so it goes [2]."),
        ("It is known [1]. So it goes [2].", "It is known [1], and so it goes [2]."),
        ("We like cats and dogs [1], and rain [2].", "We like cats and dogs [1]. We like rain [2]."),
        ("Plain words.", "Other words."),
    ],
)
def test_a_rewrite_that_keeps_its_spans_passes(original: str, rewrite: str) -> None:
    assert reasons(original, rewrite) == set()


@pytest.mark.parametrize(
    ("original", "rewrite", "reason"),
    [
        ("Use `x` here.", "Use x here.", "lost"),
        ("Use `x` here.", "Use `y` here.", "lost"),
        ("Use `x` here.", "Use `x` and `x` here.", "new"),
        ("See [t](u).", "See [t](v).", "lost"),
        ("See [t](u).", "See t.", "lost"),
        ("Plain words here.", "Plain *words* here.", "new"),
        ("Plain words here.", "Plain <b>words here.", "new"),
        ("Plain words here.", "Plain words * here.", "markup"),
        ("Plain words here.", "Plain `words here.", "markup"),
        ("Plain words here.", "Plain words.\n\nHere.", "lines"),
        ("Plain words here.", "- Plain words here.", "lines"),
        ("Plain words here.", "# Plain words here.", "lines"),
        ("Plain words here.", "1. Plain words here.", "lines"),
        ("Plain words here.", "See https://evil.org here.", "new"),
        ("Cats sleep [1]. Dogs bark [2].", "Dogs bark [2]. Cats sleep [1].", "order"),
        ("Cats sleep all day [1]. Dogs bark loudly.", "Cats sleep all day. Dogs bark loudly [1].", "moved"),
    ],
)
def test_a_rewrite_that_touches_protected_text_is_caught(original: str, rewrite: str, reason: str) -> None:
    assert reason in reasons(original, rewrite)


@pytest.mark.parametrize(
    ("rewrite", "reason"),
    [
        (r"We \emph{like \textbf{cats}} of $x$.", None),
        (r"Cats \textbf{we \emph{like}} of $x$.", "nesting"),
        (r"We \emph{like} \textbf{cats} of $x$.", "nesting"),
        (r"We \emph{like \textbf{cats} of $x$.", "lost"),
        (r"We \emph{like \textbf{cats}} of $x$ & more.", "new"),
        (r"We \emph{like \textbf{cats}} of $x$. \par", "new"),
    ],
)
def test_latex_keeps_its_nesting(rewrite: str, reason: str | None) -> None:
    found = reasons(r"We \emph{like \textbf{cats}} of $x$.", rewrite, "latex")
    assert found == set() if reason is None else reason in found


def test_reference_links_are_understood_away_from_their_document() -> None:
    document = "We see [the text][Ref] and [other] here[^1].\n\n[ref]: a\n[other]: b\n\n[^1]: A note.\n"
    passage = extract(document, 0, 10, "markdown").passage
    assert verify(passage, "Here[^1] we see [other] and [a text][Ref].") == ()
    assert verify(passage, "Here[^1] we see [another] and [a text][Ref].") != ()


def test_words_pinned_by_the_writer_are_compared_as_they_are() -> None:
    pinned = Passage("Keep this word.", spans=(Span(5, 9, "template"),), format="markdown")
    assert verify(pinned, "Please keep this word.") == ()
    assert [v.reason for v in verify(pinned, "Keep that word.")] == ["lost"]


def test_a_changed_link_text_is_flagged() -> None:
    text = "See [the text](u) and [more](v)."
    passage = Passage(text, spans=inline(text, "markdown").spans, format="markdown")
    assert link_flags(passage, "See [more](v) and [a text](u).") == (Flag("linkText", "the text", "a text"),)
