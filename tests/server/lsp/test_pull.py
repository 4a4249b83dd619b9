"""A model is fetched from the editor: with progress, cancelled, gone on with, refused."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from aw_engine.inference.models.catalogue import catalogue
from support.hub import FILE, REPOSITORY, Hub, serving
from support.remote_editor import Start

REF = f"hf:{REPOSITORY}/{FILE}"


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    with serving(Hub(Random(1).randbytes(300_000))) as running:
        monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
        monkeypatch.setenv("HF_ENDPOINT", running.address)
        monkeypatch.setenv("HF_HUB_DISABLE_XET", "1")
        monkeypatch.setenv("no_proxy", "*")
        yield running


async def test_it_is_fetched_with_progress_and_then_there(hub: Hub, start: Start, tmp_path: Path) -> None:
    editor = start()
    await editor.initialize()
    assert await editor.ask("aw/pullModel", {"ref": REF, "workDoneToken": "pull"}) == {"ref": REF}
    kinds = [value["kind"] for value in editor.progress("pull")]
    assert (kinds[0], kinds[-1]) == ("begin", "end")
    assert "report" in kinds
    (file,) = await asyncio.to_thread(lambda: list(tmp_path.rglob("*.gguf")))
    assert file.read_bytes() == hub.content


async def test_what_cannot_be_fetched_is_said(hub: Hub, start: Start) -> None:
    editor = start()
    await editor.initialize()
    error = await editor.fails("aw/pullModel", {"ref": "hf:owner/other/a.gguf"})
    assert "no repository owner/other" in error["message"]
    error = await editor.fails("aw/pullModel", {"ref": "nonsense"})
    assert "nothing that can be fetched" in error["message"]
    await editor.works()


async def test_the_catalogue_is_in_the_list_until_it_is_fetched(hub: Hub, start: Start) -> None:
    editor = start()
    await editor.initialize()
    listed = {each["ref"]: each for each in await editor.ask("aw/models", {})}
    assert {each.name for each in catalogue()} <= set(listed)
    offered = listed[catalogue()[0].name]
    assert offered["state"] == "available"
    assert offered["licence"] == "apache-2.0"
    assert offered["memoryBytes"] > offered["bytes"]
