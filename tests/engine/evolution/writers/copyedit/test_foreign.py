"""Sentences and quotations in other languages, met by the real model's edits."""

from random import Random

import pytest

from aw_engine.domain.brief import Brief
from aw_engine.domain.passage import Passage
from aw_engine.domain.plan import Plan
from aw_engine.evolution.writers.copyedit.writer import CopyEditWriter
from aw_engine.inference.backend import Backend
from aw_engine.inference.supervisor import WorkerBackend
from aw_engine.rubrics.load import find

LATIN = "Puella in horto sedet et rosas albas amat, quod puer in via currit."
QUOTED = "“nous avons mangé du pain et du fromage dans la cour”"


async def rewrites(text: str, backend: Backend) -> list[str]:
    brief = Brief(Passage(text), find("clarity"), Plan(n=6))
    writer = await CopyEditWriter.open(brief, await backend.info(), backend)
    drafts = await writer.first_drafts(Random(1))
    return [each async for each in writer.write(drafts, 0, lambda at, text: None) if each is not None]


@pytest.mark.parametrize("foreign", [LATIN, f"She said {QUOTED} and she left."], ids=["sentence", "quoted"])
async def test_what_is_foreign_stays_while_its_neighbours_are_mended(
    foreign: str, backend: WorkerBackend
) -> None:
    kept = QUOTED if QUOTED in foreign else LATIN
    written = await rewrites(f"The train were late and the the man slept. {foreign} We went home.", backend)
    assert any("the the" not in text for text in written)
    assert all(kept in text for text in written)
