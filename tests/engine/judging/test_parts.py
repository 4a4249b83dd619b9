"""Long texts are judged in parts, which together say what the whole would."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aw_engine.domain.candidate import ORIGINAL
from aw_engine.inference.supervisor import WorkerBackend
from aw_engine.judging import selftest
from aw_engine.judging.judge import Entry, judge
from aw_engine.judging.parts import parts

SENTENCES = [
    "The ferry leaves at seven in the morning, so we packed the car the night before.",
    "Nobody had told us that the road along the lake was closed for the whole week.",
    "My sister read the map while I looked for a place where we could turn around.",
    "In the end a farmer showed us a path between two fields, and we were just in time.",
]
CLEAN = " ".join(SENTENCES)
DAMAGED = CLEAN.replace("seven in the morning", "seven the in morning").replace("two fields", "two field")
SHORTER = " ".join([SENTENCES[0], SENTENCES[3]])


def test_only_parts_that_differ_are_read() -> None:
    assert parts(CLEAN, DAMAGED, CLEAN, 100) == [
        (SENTENCES[0], DAMAGED[: len(SENTENCES[0])]),
        (SENTENCES[3], SENTENCES[3].replace("two fields", "two field")),
    ]
    assert parts(CLEAN, CLEAN, DAMAGED, 100) == []
    assert parts(CLEAN, DAMAGED, CLEAN, 10_000) == [(CLEAN, DAMAGED)]


def test_a_sentence_that_one_of_them_lacks_goes_with_its_neighbours() -> None:
    found = parts(CLEAN, SHORTER, CLEAN, 100)
    assert all(one and other for one, other in found)
    assert " ".join(one for one, _ in found).count("farmer") == 1 or found == []


@given(st.lists(st.sampled_from([*SENTENCES, "Yes.", "and so on", ""]), max_size=12), st.integers(1, 400))
def test_parts_are_never_empty_nor_much_longer_than_asked(chosen: list[str], reach: int) -> None:
    rewrite = " ".join(chosen).strip()
    if not rewrite:
        return
    for one, other in parts(CLEAN, rewrite, CLEAN, reach):
        assert one.strip()
        assert other.strip()
    joined = " ".join(other for _, other in parts(CLEAN + " Here.", rewrite, CLEAN, reach))
    assert set(joined.split()) <= set(rewrite.split())


def test_a_part_without_sentence_ends_is_cut_between_words() -> None:
    one, other = "word " * 300, "Word " * 290
    found = parts(one, other, one, 100)
    assert len(found) > 5
    assert all(max(len(a), len(b)) <= 220 for a, b in found)
    assert " ".join(a for a, _ in found).split() == one.split()


async def test_the_model_says_in_parts_what_it_says_in_all(backend: WorkerBackend) -> None:
    info = await backend.info()
    entries = {
        ORIGINAL: Entry(DAMAGED, len(DAMAGED.split())),
        "clean": Entry(CLEAN, len(CLEAN.split())),
        "same": Entry(DAMAGED, len(DAMAGED.split())),
    }
    pairs = [("clean", ORIGINAL), (ORIGINAL, "clean"), ("same", ORIGINAL)]
    whole = await judge(backend, selftest.RUBRIC, info.capabilities, pairs, entries, 8.0)
    split = await judge(backend, selftest.RUBRIC, info.capabilities, pairs, entries, 8.0, reach=100)
    assert split[0].logit > 0.3
    assert split[0].logit == pytest.approx(whole[0].logit, rel=1.0)  # each part has its own mean
    assert split[1].logit == pytest.approx(-split[0].logit)
    assert split[2].logit == whole[2].logit == 0.0
