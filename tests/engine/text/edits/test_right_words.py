"""Rare words that are right stay, and misspelt ones are mended: how many of each, with the shipped model.

The sentences are in `tests/data/spelling`, written for this test: right ones full of rare words from forty
fields and kinds of English, and wrong ones with a misspelling each.
"""

from collections.abc import Sequence
from pathlib import Path

import pytest

from aw_engine.evolution.writers.copyedit.likelihood import LikelihoodTable, Reading, Substitution
from aw_engine.inference.supervisor import WorkerBackend
from aw_engine.judging.mistakes import mistakes
from aw_engine.text.edits import Edit, apply, propose
from aw_engine.text.edits.certain import mended
from aw_engine.text.extract import extract
from aw_engine.text.formats.reader import parse
from aw_engine.text.sentences import sentences
from aw_engine.text.working_form import WorkingForm

DATA = Path(__file__).parents[3] / "data" / "spelling"
CASES = Path(__file__).parents[3] / "data" / "cases"
SPELLING = frozenset(
    ("misspelling", "spelling", "spelling-capital", "run-together", "split-word", "noun-irregular")
)


def lines(name: str) -> list[str]:
    return [
        line
        for line in (DATA / name).read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    ]


RIGHT = lines("right.txt")
MISSPELT = [tuple(line.split("\t")) for line in lines("misspelt.tsv")]


async def spelt(texts: Sequence[str], backend: WorkerBackend) -> list[str]:
    """The texts after the edits to single words that the model finds worth making."""
    found = [(text, edit) for text in texts for edit in propose(text, SPELLING)]
    changes = [
        Substitution(Reading("", text), edit.start, edit.end, edit.replacement, -99.0) for text, edit in found
    ]
    rises = await LikelihoodTable(backend, ()).rises(changes)
    best: dict[tuple[str, int], tuple[float, Edit]] = {}
    for (text, edit), rise in zip(found, rises, strict=True):
        gain = rise + edit.prior
        if gain > max(0.0, best.get((text, edit.start), (0.0, edit))[0]):
            best[text, edit.start] = gain, edit
    made: dict[str, list[Edit]] = {}
    for (text, _), (_, edit) in best.items():
        made.setdefault(text, []).append(edit)
    return [apply(text, made.get(text, [])) for text in texts]


async def test_of_a_hundred_right_sentences_one_is_changed_at_most(backend: WorkerBackend) -> None:
    changed = [
        (before, after)
        for before, after in zip(RIGHT, await spelt(RIGHT, backend), strict=True)
        if before != after
    ]
    assert len(changed) <= len(RIGHT) / 100, changed


async def test_misspelt_words_are_mended_and_hardly_ever_become_others(backend: WorkerBackend) -> None:
    wrongly, left = [], []
    for (wrong, right, before), after in zip(
        MISSPELT, await spelt([sentence for _, _, sentence in MISSPELT], backend), strict=True
    ):
        if after == before:
            left.append(wrong)
        elif after != before.replace(wrong, right):
            wrongly.append((wrong, after))
    assert len(left) + len(wrongly) <= 0.045 * len(MISSPELT), (left, wrongly)
    assert len(wrongly) <= 0.01 * (len(MISSPELT) - len(left)), wrongly


@pytest.mark.parametrize(
    "name",
    [
        "h1_drug",
        "h2_mins",
        "h3_french",
        "h4_spelt",
        "h5_music",
        "h6_scots",
        "h7_git_am",
        "h8_an_s3",
        "abbreviations_lower",
        "dialects",
        "dev_terms",
        "funcs_plain",
        "foreign_phrases",
        "correct_english",
    ],
)
async def test_files_of_right_words_keep_every_one(name: str, backend: WorkerBackend) -> None:
    document = (CASES / f"{name}.txt").read_text(encoding="utf-8")
    passages = [
        extract(document, block.start, block.start, "plain").passage
        for block in parse(document, "plain").blocks
    ]
    shown = [WorkingForm.of(passage, masks=True).original for passage in passages]
    before = [text[start:end] for text in shown for start, end in sentences(text)]
    assert await spelt(before, backend) == before


def test_an_unknown_word_is_no_sure_mistake() -> None:
    assert [text for text in RIGHT if propose(text, {"misspelling"})] == []
    # What is left are rules of grammar that do not know dialect ("he were right").
    assert sum(mended(text) != text for text in RIGHT) <= len(RIGHT) / 100
    assert sum(mistakes(text) > 0 for text in RIGHT) <= len(RIGHT) / 50
