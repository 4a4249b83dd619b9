"""The file in the package: what it says of itself, what its card says of it, and what it does."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from random import Random

import gguf
import pytest

from aw_engine.domain.brief import BUILTIN
from aw_engine.evolution.writers.copyedit.edit_styles import deal
from aw_engine.evolution.writers.copyedit.likelihood import LikelihoodTable
from aw_engine.evolution.writers.copyedit.sampling import CopyEdit, copy_edits
from aw_engine.inference.models.reference import BUILTIN_FILE
from aw_engine.inference.models.verify import sha256, shipped_digest
from aw_engine.inference.supervisor import WorkerBackend
from aw_engine.text.edits import GROUPS
from aw_engine.text.facts import compare

CARD = (Path(__file__).parents[2] / "docs" / "model-card.md").read_text(encoding="utf-8")
MARKS = ("⟦1⟧", "⟦2⟧")
WORDY = (
    "Due to the fact that Maria Okafor paid 4,150 dollars on 3 May 2021, it is important to note that the "
    "the order of ⟦1⟧ was very late. In order to use ⟦2⟧, you have to make a decision, and it should be "
    "noted that Dr. Weiss and the team in Leipzig will provide assistance within 48 hours."
)


@pytest.fixture(scope="module")
def facts() -> dict[str, object]:
    """The metadata of the shipped file."""
    return {name: field.contents() for name, field in gguf.GGUFReader(BUILTIN_FILE).fields.items()}


@pytest.fixture
async def shipped() -> AsyncIterator[WorkerBackend]:
    backend = WorkerBackend(BUILTIN)
    yield backend
    await backend.aclose()


def test_the_file_names_its_dialect_its_unit_its_licence_and_where_its_data_are_named(
    facts: dict[str, object],
) -> None:
    assert (facts["aw.dialect"], facts["aw.unit"], facts["aw.judge"]) == ("mini", "sentence", "likelihood")
    assert facts["general.license"] == "apache-2.0"
    assert "docs/model-card.md" in str(facts["general.description"])
    assert facts["aw.date"]


def test_it_is_small() -> None:
    assert BUILTIN_FILE.stat().st_size <= 45_000_000


def test_the_card_is_about_this_file(facts: dict[str, object]) -> None:
    assert shipped_digest() == sha256(BUILTIN_FILE, lambda _: None)
    assert shipped_digest() in CARD
    assert f"{BUILTIN_FILE.stat().st_size / 1e6:.1f} MB" in CARD
    assert f"{int(str(facts['aw.training_tokens'])) / 1e6:.1f} million" in CARD
    for name, places in (("sum", 4), ("mean", 3), ("joint_sum", 4), ("joint_mean", 3)):
        assert f"{float(str(facts[f'aw.judge.{name}_weight'])):.{places}f}" in CARD, name


@pytest.mark.parametrize("temperature", [0.7, 0.9])
async def test_warm_it_varies_and_never_touches_a_fact(shipped: WorkerBackend, temperature: float) -> None:
    # As a generation is written: every slot has a manner of its own.
    requests = [
        CopyEdit(WORDY, GROUPS, temperature, 0.0, seed, manner.leaning, manner.overlooks)
        for seed, manner in enumerate(deal([GROUPS] * 8, Random(1)))
    ]
    texts = await copy_edits(requests, "", LikelihoodTable(shipped, MARKS))
    assert len(set(texts)) >= 6
    for text in texts:
        assert re.findall("⟦[0-9]+⟧", text) == ["⟦1⟧", "⟦2⟧"]
        assert [flag for flag in compare(WORDY, text) if flag.kind in ("number", "name")] == []
        assert "the the" not in text


async def test_cold_it_says_the_same_whatever_the_seed(shipped: WorkerBackend) -> None:
    requests = [CopyEdit(WORDY, GROUPS, seed=seed) for seed in range(3)]
    assert len(set(await copy_edits(requests, "", LikelihoodTable(shipped, MARKS)))) == 1
