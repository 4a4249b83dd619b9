"""How repairs are counted and shares are told."""

from collections.abc import Callable
from random import Random
from types import ModuleType

import pytest

pytest.importorskip("sacrebleu", reason="measuring needs the extra `train`")

CLEAN = "He saw the dog in the park, and it was late. They went home."


@pytest.fixture(scope="module")
def measuring(program: Callable[[str], ModuleType]) -> ModuleType:
    return program("eval_model")


@pytest.mark.parametrize(
    ("mended", "counts"),
    [
        (CLEAN, (2, 2, 0)),
        ("He saw dog in the park, and it were late. They went home.", (2, 0, 0)),
        ("He saw the dog in the park, and it were late. They went home.", (2, 1, 0)),
        ("He saw the dog in the park, and it was late. They gone home.", (2, 2, 1)),
        ("He saw a dog in the park, and it is late. They went home.", (2, 0, 0)),
    ],
)
def test_an_error_is_repaired_where_the_clean_words_stand_again(
    measuring: ModuleType, mended: str, counts: tuple[int, int, int]
) -> None:
    faulty = "He saw dog in the park, and it were late. They went home."
    assert measuring.repairs(CLEAN, faulty, mended) == counts


def test_a_share_comes_with_its_interval(measuring: ModuleType) -> None:
    assert measuring.share(62, 100) == "62.0% (52.2%–70.9%), 62 of 100"
    assert measuring.share(0, 0) == "none"


def test_numbers_names_and_placeholders_are_told_apart_from_words(measuring: ModuleType) -> None:
    text = "On 3 May Ines paid 40 dollars for ⟦1⟧."
    assert measuring.kept(text, "On 3 May, Ines paid 40 dollars for ⟦1⟧.")
    assert not measuring.kept(text, text.replace("40", "14"))
    assert not measuring.kept(text, text.replace("Ines", "Agnes"))
    assert not measuring.kept(text, text.replace("⟦1⟧", "it"))


def test_a_paragraph_is_damaged_once_in_twelve_words(measuring: ModuleType) -> None:
    text = " ".join([CLEAN] * 4)
    made = measuring.damaged(text, Random(1))
    assert 2 <= len(measuring.places(text, made)) <= len(text.split()) // 12 + 1
    assert made == measuring.damaged(text, Random(1))
