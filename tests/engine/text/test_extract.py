import pytest

from aw_engine.domain.passage import Format
from aw_engine.errors import PassageError
from aw_engine.text.extract import CONTEXT, Extract, extract
from aw_engine.text.paragraphs import paragraphs


def taken(document: str, format: Format = "markdown", number: int = 1) -> Extract:
    paragraph = paragraphs(document, format)[number - 1]
    return extract(document, paragraph.start, paragraph.end, format)


def spans(found: Extract) -> list[tuple[str, str]]:
    text = found.passage.text
    return [(span.kind, text[span.start : span.end]) for span in found.passage.spans]


def test_a_passage_is_one_line_without_prefixes_and_wraps() -> None:
    found = taken("> - This is an item\n>   in a quote,\n> wrapped lazily.\n")
    assert found.passage.text == "This is an item in a quote, wrapped lazily."


def test_hard_breaks_stay_as_protected_line_ends() -> None:
    found = taken("> Roses are red,  \n> violets are\\\n> blue and that\n> is all.\n")
    assert found.passage.text == "Roses are red,  \nviolets are\\\nblue and that is all."
    assert spans(found) == [("break", "  \n"), ("break", "\\\n")]


@pytest.mark.parametrize(
    ("piece", "expected"),
    [
        ("`a *b*`", [("code", "`a *b*`")]),
        ("[text](u_(v) 't')", [("link", "["), ("link", "](u_(v) 't')")]),
        ("[text][ref]", [("link", "["), ("link", "][ref]")]),
        ("[ref]", [("link", "[ref]")]),
        ("![a *b*](c.png)", [("image", "![a *b*](c.png)")]),
        ("**a _b_ c**", [("emphasis", "**"), ("emphasis", "_"), ("emphasis", "_"), ("emphasis", "**")]),
        ("<b>a</b>", [("html", "<b>"), ("html", "</b>")]),
        ("a[^1]", [("footnote", "[^1]")]),
        ("$x*y*z$", [("math", "$x*y*z$")]),
        ("$5 and $6", []),
        ("https://a.b/c_d_(e).", [("url", "https://a.b/c_d_(e)")]),
        ("<me@a.org>", [("email", "<me@a.org>")]),
        (
            "(see Smith et al., 2020, p. 4; Lee & Ray, 2021a)",
            [("citation", "(see Smith et al., 2020, p. 4; Lee & Ray, 2021a)")],
        ),
        ("Smith (2020)", [("citation", "(2020)")]),
        ("(March 2020)", []),
        ("[1, 3–5]", [("citation", "[1, 3–5]")]),
        ("[see @a; @b]", [("citation", "[see @a; @b]")]),
        ("{{ a * b * c }}", [("template", "{{ a * b * c }}")]),
        ("&nbsp;", [("html", "&nbsp;")]),
        ("snake_case_word and 2 * 3", [("code", "snake_case_word")]),
    ],
)
def test_inline_markup_is_protected(piece: str, expected: list[tuple[str, str]]) -> None:
    document = f"These are some words {piece} and more of them.\n\n[ref]: x\n\n[^1]: A note.\n"
    assert spans(taken(document)) == expected


def test_latex_markup_is_protected() -> None:
    found = taken(
        r"We \emph{really \cite{a}} like $x$~\ref{b} at 5\%, see \url{http://x/%20_}." + "\n", "latex"
    )
    assert spans(found) == [
        ("command", r"\emph{"),
        ("citation", r"\cite{a}"),
        ("command", "}"),
        ("math", "$x$"),
        ("command", "~"),
        ("command", r"\ref{b}"),
        ("command", r"\%"),
        ("url", r"\url{http://x/%20_}"),
    ]


def test_the_neighbouring_prose_comes_along_within_bounds() -> None:
    document = "First words. " * 100 + "\n\n# Head\n\nA paragraph of *some* words.\n\n> The [next](x) one.\n"
    passage = taken(document, number=2).passage
    assert passage.before.endswith("First words. First words.")
    assert CONTEXT - 20 < len(passage.before) <= CONTEXT
    assert passage.after == "The next one."


def test_control_characters_are_cleaned_away() -> None:
    passage = taken("One\ttwo\x00 three\u2028four\x85five\x0csix \ufeffseven.\n", "plain").passage
    assert passage.text == "One two three four five six seven."


def test_ideographs_are_joined_without_a_space() -> None:
    assert taken("今天天气很好，\n我们去公园。\n").passage.text == "今天天气很好，我们去公园。"


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ("Three words only.\n", "tooShort"),
        ("Half a \ud800 character is here.\n", "unencodable"),
        ("word " * 7000, "tooLong"),
        ("a `code` [x](y)\n", "tooShort"),
    ],
)
def test_a_paragraph_that_cannot_be_evolved_is_refused_with_a_reason(document: str, reason: str) -> None:
    with pytest.raises(PassageError) as refused:
        taken(document)
    assert refused.value.reason == reason


def test_a_lone_surrogate_elsewhere_does_no_harm() -> None:
    found = taken("A paragraph of some words.\n\nBad \udfff one here.\n")
    found.passage.after.encode()


def test_two_paragraphs_at_once_are_refused() -> None:
    with pytest.raises(PassageError) as refused:
        extract("One paragraph here.\n\nAnother paragraph here.\n", 0, 40, "markdown")
    assert refused.value.reason == "ambiguous"


def test_a_passage_knows_which_of_its_words_the_document_repeats() -> None:
    document = "The gribbel sat on the old frobb.\n\nSome more words.\n\nNobody saw the Frobb again."
    passage = extract(document, 0, 0, "markdown").passage
    assert {"the", "frobb"} == set(passage.repeated)
