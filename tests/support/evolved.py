"""Twenty paragraphs evolved by the shipped model, and what came of them when that was last looked at.

PYTHONPATH=tests .venv/bin/python -m support.evolved    # after a change that is meant to change rewrites
"""

from pathlib import Path

import anyio
import msgspec

from aw_engine.domain.brief import BUILTIN, Brief
from aw_engine.domain.passage import Passage
from aw_engine.domain.plan import Plan
from aw_engine.evolution.run import evolve
from aw_engine.inference.backend import Backend, Backends
from aw_engine.inference.supervisor import WorkerBackend
from aw_engine.rubrics.load import find

FOLDER = Path(__file__).parents[1] / "data" / "evolved"
_RUBRICS = ("clarity", "proofread", "concise")


def known() -> list[list[str]]:
    """The ranked texts of each paragraph, best first, the writer's own among them."""
    return msgspec.json.decode((FOLDER / "ranked.json").read_bytes(), type=list[list[str]])


async def evolved(backend: Backend) -> list[list[str]]:
    """The same, made anew."""
    found = []
    for seed, text in enumerate((FOLDER / "paragraphs.txt").read_text().strip().split("\n\n")):
        plan = Plan(n=6, generations=2, children=3, seed=seed)
        brief = Brief(Passage(text=text), find(_RUBRICS[seed % len(_RUBRICS)]), plan)
        scope = anyio.CancelScope()
        result = await evolve(brief, Backends(backend), lambda event: None, scope, "evolved")
        found.append([candidate.text for candidate in result.candidates])
    return found


async def _write() -> None:
    backend = WorkerBackend(BUILTIN)
    try:
        found = await evolved(backend)
    finally:
        await backend.aclose()
    text = msgspec.json.format(msgspec.json.encode(found), indent=1)
    (FOLDER / "ranked.json").write_bytes(text + b"\n")


if __name__ == "__main__":
    anyio.run(_write)
