import time
from difflib import SequenceMatcher
from random import Random

import pytest

from aw_engine.text import matching


def rebuilt(a: list[str], b: list[str]) -> list[str]:
    parts = []
    for kind, i1, i2, j1, j2 in matching.opcodes(a, b):
        assert (kind == "equal") == (a[i1:i2] == b[j1:j2])
        parts += a[i1:i2] if kind == "equal" else b[j1:j2]
    return parts


@pytest.mark.parametrize("words", [2, 5, 1000], ids=["repetitive", "few-words", "prose"])
@pytest.mark.parametrize("limit", [0, 300_000], ids=["myers", "difflib"])
def test_opcodes_turn_one_sequence_into_the_other(
    words: int, limit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matching, "_CHEAP", limit)
    rng = Random(words)
    for size in (0, 1, 2, 7, 40, 200):
        a = [str(rng.randrange(words)) for _ in range(size)]
        b = [each for each in a if rng.random() > 0.1]
        for _ in range(size // 10 + 1):
            b.insert(rng.randrange(len(b) + 1), str(rng.randrange(words)))
        assert rebuilt(a, b) == b
        assert rebuilt(b, a) == a
        assert rebuilt(a, []) == []


def test_what_is_cheap_is_as_difflib_has_it() -> None:
    a, b = list("the train was late and the man slept"), list("a train was late and then the man")
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    assert matching.opcodes(a, b) == matcher.get_opcodes()
    assert matching.ratio(a, b) == matcher.ratio()


def test_a_long_repetitive_text_takes_no_time() -> None:
    a = ["$x_1$", " "] * 20_000
    b = [*a[:5_000], "and", *a[5_000:21_000], "so", *a[21_004:], "it", "is"]
    began = time.perf_counter()
    assert rebuilt(a, b) == b
    assert matching.ratio(a, b) > 0.99
    assert rebuilt(a, ["y"] * 20_000 + a[:3]) == ["y"] * 20_000 + a[:3]
    assert time.perf_counter() - began < 5


def test_texts_without_end_in_which_everything_differs_are_given_up() -> None:
    rng = Random(1)
    a, b = ([rng.choice("abc") for _ in range(20_000)] for _ in range(2))
    began = time.perf_counter()
    assert rebuilt(a, b) == b
    assert time.perf_counter() - began < 5
