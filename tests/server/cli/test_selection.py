from pathlib import Path

import pytest

from aw_engine.errors import PassageError, SettingsError
from aw_server.cli.selection import Selection, choose, put_back
from aw_server.cli.source import SourceFile, read
from support.program import EXAMPLE

TWO = "# Head\n\nThe first has some words.\n\nThe second has\r\nmore of them.\n\n```\ncode\n```\n"


def source(text: str) -> SourceFile:
    return SourceFile(name="t.md", path=Path("t.md"), data=text.encode(), text=text, bom=False)


def chosen(
    text: str, *, lines: tuple[int, int] | None = None, paragraph: int | None = None, split: bool = False
) -> Selection:
    return choose(
        source(text),
        "markdown",
        lines=lines,
        paragraph=paragraph,
        split=split,
        language=None,
        english_only=True,
    )


def printed(text: str, selection: Selection) -> str:
    return text[selection.start : selection.end]


def test_the_only_paragraph_needs_no_choice() -> None:
    assert (
        printed("# Head\n\nOnly this is prose.\n", chosen("# Head\n\nOnly this is prose.\n"))
        == "Only this is prose.\n"
    )


def test_several_paragraphs_are_listed_with_their_first_words() -> None:
    with pytest.raises(PassageError) as several:
        chosen(TWO)
    assert "--paragraph N" in str(several.value)
    assert "\n  1  The first has some words." in str(several.value)
    assert "\n  2  The second has more of them." in str(several.value)


def test_a_paragraph_keeps_its_own_line_end() -> None:
    assert printed(TWO, chosen(TWO, paragraph=1)) == "The first has some words.\n"
    assert (
        printed("It ends without one.", chosen("It ends without one.", paragraph=1)) == "It ends without one."
    )


@pytest.mark.parametrize(("lines", "number"), [((3, 3), 1), ((5, 6), 2), ((5, 9), 2)])
def test_lines_mean_the_prose_on_them(lines: tuple[int, int], number: int) -> None:
    assert [piece.number for piece in chosen(TWO, lines=lines).pieces] == [number]


def test_lines_over_two_paragraphs_need_split() -> None:
    with pytest.raises(PassageError, match="These lines touch 2 paragraphs"):
        chosen(TWO, lines=(3, 5))
    assert len(chosen(TWO, lines=(3, 5), split=True).pieces) == 2


def test_no_such_paragraph_or_line_is_named() -> None:
    with pytest.raises(
        SettingsError, match=r"t.md has 2 paragraphs, and no paragraph 7; choose another one\."
    ):
        chosen(TWO, paragraph=7)
    with pytest.raises(SettingsError, match=r"t.md has 10 lines, and no line 99; choose others\."):
        chosen(TWO, lines=(99, 99))


@pytest.mark.parametrize(("text", "lines"), [("```\nonly code here it is\n```\n", None), (TWO, (8, 10))])
def test_only_code_is_refused(text: str, lines: tuple[int, int] | None) -> None:
    with pytest.raises(PassageError) as refused:
        chosen(text, lines=lines)
    assert refused.value.reason == "onlyMarkup"


def test_split_takes_the_whole_file_and_says_what_it_left_out() -> None:
    text = TWO + "\nToo short.\n"
    selection = chosen(text, split=True)
    assert printed(text, selection) == text
    assert [piece.number for piece in selection.pieces] == [1, 2]
    assert len(selection.left_out) == 1
    assert selection.left_out[0].startswith("Paragraph 3 is left out:")


def test_texts_are_put_back_where_they_were() -> None:
    assert put_back("abcdef", [(4, 5, "Y"), (1, 2, "XX")], 0, 6) == "aXXcdYf"
    assert put_back("abcdef", [(4, 5, "Y")], 3, 5) == "dY"


def test_the_example_has_its_faulty_paragraph_second() -> None:
    source = read(str(EXAMPLE))
    piece = choose(
        source, "markdown", lines=None, paragraph=2, split=False, language=None, english_only=True
    ).pieces[0]
    assert "recieved" in piece.extract.passage.text
    assert {span.kind for span in piece.extract.passage.spans} == {"link"}
    assert source.text[piece.extract.frame.start :].startswith("Due to the fact")
