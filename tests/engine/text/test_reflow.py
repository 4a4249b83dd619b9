import pytest

from aw_engine.domain.passage import Format
from aw_engine.text.extract import extract
from aw_engine.text.paragraphs import paragraphs
from aw_engine.text.reflow import restore


def rewritten(document: str, old: str, new: str, format: Format = "markdown", number: int = 1) -> str:
    paragraph = paragraphs(document, format)[number - 1]
    found = extract(document, paragraph.start, paragraph.end, format)
    assert old in found.passage.text
    text = restore(found.frame, found.passage.text.replace(old, new))
    return document[: found.frame.start] + text + document[found.frame.end :]


WRAPPED = """\
Intro of the document, which is wrapped at some sixty columns
like the rest.

> - The quick brown fox jumps over the lazy dog and then it
>   goes on to jump over the next dog, and the one after it,
>   until the end.
"""


def test_a_wrapped_paragraph_is_filled_again_to_its_width_behind_its_prefix() -> None:
    assert rewritten(WRAPPED, "the next dog", "every other dog that it meets", number=2).endswith("""\
> - The quick brown fox jumps over the lazy dog and then it
>   goes on to jump over every other dog that it meets, and
>   the one after it, until the end.
""")


def test_lines_before_the_change_stay_as_they_are() -> None:
    kept = "A short line\nthat is not filled to the width of the others,\n"
    changed = rewritten(
        kept + "and one more line of it here to change.\n", "of it here to change", "to change"
    )
    assert changed == kept + "and one more line to change.\n"


def test_line_ends_are_those_of_the_document() -> None:
    for newline in ("\r\n", "\r"):
        changed = rewritten(WRAPPED.replace("\n", newline), "lazy", "sleepy and very lazy", number=2)
        assert changed.replace(newline, "").count("\n") == changed.replace(newline, "").count("\r") == 0


def test_a_paragraph_on_one_line_stays_on_one_line() -> None:
    document = "A paragraph on one line. " * 10 + "\n\nAnother one.\n"
    assert rewritten(document, "A paragraph", "A rather long paragraph").count("\n") == document.count("\n")


def test_a_sentence_a_line_stays_a_sentence_a_line() -> None:
    document = "The first sentence is on a line.\nSo is the second;\nit has a clause.\nThe third is short.\n"
    assert rewritten(document, "The third is short", "The third is not so short. There is a fourth") == (
        "The first sentence is on a line.\nSo is the second;\nit has a clause.\n"
        "The third is not so short.\nThere is a fourth.\n"
    )


@pytest.mark.parametrize("word", ["-", "+", "1.", "17)", "#", ">", "===", "---", "```", "|"])
def test_no_line_begins_with_what_would_be_markup_there(word: str) -> None:
    document = f"aaaa bbbb cccc dddd eeee ffff gggg\nhhhh iiii jjjj {word} kkkk llll\nmmmm nnnn.\n"
    changed = rewritten(document, "hhhh", "hh hhhhh hhhhh")
    assert len(paragraphs(changed, "markdown")) == 1
    for size in range(1, 20):
        changed = rewritten(document, "bbbb", "b" * size)
        (only,) = paragraphs(changed, "markdown")
        assert (only.start, only.end) == (0, len(changed) - 1)


def test_no_line_breaks_inside_a_protected_span() -> None:
    document = (
        "Some words that are wrapped\nand a `piece of code` there\nand [a link](<to a place>)\nto end it.\n"
    )
    for size in range(1, 30):
        changed = rewritten(document, "words", "w" * size)
        assert "`piece of code`" in changed
        assert "](<to a place>)" in changed


def test_a_span_over_two_lines_comes_back_with_its_line_end() -> None:
    document = "> Some words, a `piece of\n> code` and $a +\n> b$ there.\n"
    changed = rewritten(document, "Some words", "A few more words")
    assert "`piece of\n> code`" in changed
    assert "$a +\n> b$" in changed


def test_hard_breaks_are_followed_by_the_prefix() -> None:
    assert rewritten("> Roses are red,  \n> violets are blue.\n", "violets", "and violets") == (
        "> Roses are red,  \n> and violets are blue.\n"
    )


def test_tabs_and_control_characters_come_back_where_nothing_changed() -> None:
    document = "One\ttwo\x00 three\u2028four five\x0csix.\n"
    assert rewritten(document, "six", "seven", "plain") == document.replace("six", "seven")


def test_a_control_character_that_keeps_a_line_from_being_a_list_stays() -> None:
    assert rewritten("\0 - the the words are here\n", "the the", "the", "plain") == "\0- the words are here\n"


def test_latex_comments_keep_their_line() -> None:
    document = "Some text here, % why\nand more of it\nto come.\n"
    assert "here, % why\nand much more" in rewritten(document, "more", "much more", "latex")


def test_lines_that_are_not_filled_break_between_the_same_words() -> None:
    verse = (
        "The rain it raineth every day\nupon the just and unjust fellow\nbut mainly on the just, because\n"
    )
    changed = rewritten(verse, "mainly on the just", "chiefly and above all on the just man")
    assert changed == verse.replace("mainly on the just", "chiefly and above all on the just man")
    letter = "Dear Ann, it rains.\n\nThanks alot and best regards,\nTomás\n"
    assert rewritten(letter, "alot", "a lot", "plain", 2) == letter.replace("alot", "a lot")


def test_a_break_whose_words_are_replaced_comes_between_their_replacements() -> None:
    notes = "we met at noon in town\nand ate some very old bread\nthen went home again\n"
    assert rewritten(notes, "town and", "the city, then") == (
        "we met at noon in the\ncity, then ate some very old bread\nthen went home again\n"
    )
    assert rewritten(notes, "and ate some very old bread ", "") == (
        "we met at noon in town\nthen went home again\n"
    )


def test_two_sentences_on_one_line_of_notes_stay_on_it() -> None:
    notes = f"Anna {'really ' * 9}calls.\nWe meets at noon. Bring bread.\nNobody {'ever ' * 9}objects.\n"
    for document in (notes, notes.replace("really ", "").replace("ever ", "")):
        assert rewritten(document, "meets", "meet", "plain") == document.replace("meets", "meet")


def test_a_latex_comment_does_not_widen_the_lines() -> None:
    text = "word " * 11 + "words\n" + "more " * 11 + f"words % {'why ' * 20}\n" + "then " * 9 + "end.\n"
    changed = rewritten(text, "word word", "another word and word", "latex")
    assert max(len(line) for line in changed.split("\n") if "%" not in line) <= 61


def test_a_long_line_of_plain_text_is_filled_where_it_would_be_a_paragraph_of_its_own() -> None:
    notes = "The first sentence is short.\nThe second is as well.\nAnd here is the third.\n"
    long = "has become so long that no reader will get to its end without a breath or two on the way, " * 2
    for old in ("is short", "is as well", "is the third"):
        changed = rewritten(notes, old, long.strip(), "plain")
        assert len(paragraphs(changed, "plain")) == 1
        assert max(map(len, changed.split("\n"))) <= 80
    assert rewritten(notes, "is as well", long.strip()).count("\n") == notes.count("\n")


@pytest.mark.parametrize("selected", ["recieved", "teh", "which we recieved on Friday\nfrom"])
def test_a_selection_inside_a_wrapped_paragraph_moves_no_line_break(selected: str) -> None:
    document = (
        "The harbour was still when we came, and none of the boats had\n"
        "left it. We read teh letter twice, which we recieved on Friday\n"
        "from the keeper, and put it away. Nobody spoke of it until the\n"
        "evening, when the wind rose and the lamps were lit again.\n"
    )
    start = document.index(selected)
    found = extract(document, start, start + len(selected), "markdown")
    new = found.passage.text.replace("recieved", "had received by the morning post").replace("teh", "the")
    text = document[: found.frame.start] + restore(found.frame, new) + document[found.frame.end :]
    assert text == document.replace("recieved", "had received by the morning post").replace("teh", "the")


def test_a_selection_up_to_the_end_of_a_wrapped_paragraph_is_filled_again() -> None:
    document = (
        "The harbour was still when we came, and none of the boats had\n"
        "left it. Nobody spoke of it until the evening, when it was\n"
        "windy and the lamps were lit again.\n"
    )
    start = document.index("windy")
    found = extract(document, start, start + 5, "markdown")
    new = found.passage.text.replace("windy", "as windy as it had been on the day before that")
    text = document[: found.frame.start] + restore(found.frame, new) + document[found.frame.end :]
    assert max(map(len, text.split("\n"))) <= 62
