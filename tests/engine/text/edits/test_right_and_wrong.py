"""What the shipped model and the rules together leave alone, and what they mend."""

from pathlib import Path

import pytest

from aw_engine.evolution.writers.copyedit.likelihood import LikelihoodTable
from aw_engine.evolution.writers.copyedit.sampling import CopyEdit, copy_edits
from aw_engine.inference.supervisor import WorkerBackend
from aw_engine.text.edits import GROUPS, Group
from support.examples import examples, tables

CLEAN = Path(__file__).parents[3] / "data" / "clean"


async def edited(texts: list[str], groups: tuple[Group, ...], backend: WorkerBackend) -> list[str]:
    """Each text with every edit that gains, of the groups that a run by the default rubric makes."""
    requests = [CopyEdit(text, groups, varies=False) for text in texts]
    return await copy_edits(requests, "", LikelihoodTable(backend, ()))


@pytest.mark.timeout(300)  # some 12 s of work, more on a busy machine
async def test_clean_prose_of_eight_fields_is_left_as_it_stands(backend: WorkerBackend) -> None:
    files = sorted(CLEAN.glob("*.txt"))
    texts = [text.strip() for file in files for text in file.read_text(encoding="utf-8").split("\n\n")]
    changed = [
        pair for pair in zip(texts, await edited(texts, GROUPS, backend), strict=True) if len(set(pair)) > 1
    ]
    assert len(files) == 8
    assert len(texts) >= 100
    assert len(changed) <= 0.03 * len(texts), changed


async def test_sentences_that_rules_once_broke_are_left_as_they_stand(backend: WorkerBackend) -> None:
    kept = [str(text) for text in examples("rules", dict[str, list[str | list[str]]])["kept"]]
    assert await edited(kept, GROUPS, backend) == kept


async def test_what_a_rule_mended_wrongly_is_mended_rightly(backend: WorkerBackend) -> None:
    pairs = examples("rules", dict[str, list[str | list[str]]])["mended"]
    wrong, right = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    assert await edited(wrong, ("mend",), backend) == right


async def test_two_thirds_of_obvious_errors_are_mended_and_few_made_worse(
    backend: WorkerBackend,
) -> None:
    rows = tables("errors")["mended"]
    texts = await edited([wrong for wrong, *_ in rows], ("mend",), backend)
    right = [row for row, text in zip(rows, texts, strict=True) if text in row[1:]]
    worse = [text for row, text in zip(rows, texts, strict=True) if text not in row]
    assert len(rows) >= 100
    assert len(right) >= len(rows) * 2 / 3
    assert len(worse) <= 0.03 * len(rows), worse
