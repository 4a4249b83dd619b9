import pytest

from aw_engine.domain.candidate import ORIGINAL, Candidate, Lineage
from aw_engine.evolution.novelty import Cell, cell, duplicate, niche, similarity

TEXT = "In order to win the game, the team has to train every day, which is hard for most of the players."
LIGHT = "To win the game, the team has to train every day, which is hard for most of the players."
BOLD = "Victory asks for daily practice; few among those who play find such discipline easy to keep up."


def living(*texts: str) -> list[Candidate]:
    line = Lineage(operator="copy-edit", parents=(), generation=1)
    first = Candidate(id=ORIGINAL, text=TEXT, lineage=line, words=20)
    return [
        first,
        *(Candidate(id=f"c{n}", text=text, lineage=line, words=18) for n, text in enumerate(texts, 1)),
    ]


def test_the_same_light_edit_is_a_duplicate_and_another_is_not() -> None:
    found = duplicate(LIGHT, living(LIGHT), TEXT)
    assert found is not None
    assert found.id == "c1"
    assert duplicate(LIGHT.replace("most of the", "most"), living(LIGHT), TEXT) is None


def test_a_space_that_is_mended_is_no_repetition_of_the_original() -> None:
    assert duplicate(TEXT.replace("game,", "game ,"), living(), TEXT) is None
    assert duplicate(TEXT.replace("game,", "game ,"), living(TEXT.replace("day,", "day ,")), TEXT) is not None


def test_light_edits_that_differ_in_a_comma_differ() -> None:
    assert similarity(TEXT.replace("game,", "game"), TEXT.replace("day,", "day"), TEXT) == 0


def test_quotation_marks_of_another_kind_make_no_new_edit() -> None:
    text = 'He said "yes" to us.'
    assert similarity("She said “yes” to us.", 'She said "yes" to us.', text) == 1


def test_a_bold_rewrite_with_one_word_exchanged_is_a_duplicate() -> None:
    assert duplicate(BOLD.replace("easy", "simple"), living(BOLD), TEXT) is not None


def test_what_a_rewrite_shares_with_the_original_does_not_make_it_a_duplicate() -> None:
    assert duplicate(BOLD, living(LIGHT), TEXT) is None
    assert duplicate(LIGHT, living(), TEXT) is None


MANY = (
    "Teh club recieved alot of letters definately written by thier oldest freinds, wich was very nice of "
    "them, and so we wrote back to each of them in order to thank them all for what they had done for us."
)
MENDED = (
    "The club received a lot of letters definitely written by their oldest friends, which was very nice of"
    " them, and so we wrote back to each of them in order to thank them all for what they had done for us."
)


def test_rewrites_that_mend_the_same_and_differ_in_taste_are_no_duplicates() -> None:
    shorter = MENDED.replace("very nice", "nice").replace("in order to thank them all", "to thank them")
    assert similarity(MENDED, shorter, MANY) > 0.7
    assert duplicate(shorter, [*living()[1:], *living(MENDED)[1:]], MANY) is None
    assert duplicate(MENDED.replace("very nice", "nice"), living(MENDED)[1:], MANY) is not None


def test_what_a_rewrite_leaves_out_counts_like_what_it_puts_in() -> None:
    without = MENDED.replace(", which was very nice of them", "")
    assert similarity(MENDED, without, MANY) < 0.85


def test_a_rewrite_that_goes_further_is_no_duplicate() -> None:
    start = "Victory asks for daily practice and courage, which is hard for most of the players."
    assert duplicate(BOLD, living(start), TEXT) is None


@pytest.mark.parametrize(
    ("changed", "name"), [(0, "light"), (0.15, "light"), (0.16, "medium"), (0.4, "medium"), (0.41, "bold")]
)
def test_niches_are_light_medium_and_bold(changed: float, name: str) -> None:
    assert niche(changed) == name


def test_there_are_nine_cells() -> None:
    cells = {cell(changed, ratio) for changed in (0.1, 0.3, 0.6) for ratio in (0.8, 1.0, 1.2)}
    assert len(cells) == 9
    assert cell(0.1, 0.95) == Cell("light", "level")
