"""A model server that runs already, from an editor: chosen, named, refused, used."""

from typing import Any

from support.model_server import ModelServer, serving
from support.remote_editor import RemoteEditor, Start

ELSEWHERE = "http://gpu.example:8080"


async def begun(start: Start, **settings: Any) -> RemoteEditor:
    editor = start()
    await editor.begin(settings=settings)
    return editor


async def test_a_configured_server_is_listed_and_asked_nothing(start: Start) -> None:
    with serving(ModelServer()) as script:
        editor = await begun(start, model=f"{script.address}#{script.models[0]}")
        listed = {each["ref"]: each for each in await editor.ask("aw/models", {})}
        found = listed[f"{script.address}#{script.models[0]}"]
        assert (found["state"], found["active"]) == ("ready", True)
        assert found["title"].startswith(f"{script.models[0]} on 127.0.0.1:")
        status = await editor.ask("aw/status", {})
        assert status["model"].startswith(script.address)
        assert "textGoesTo" not in status
        assert script.said == []


async def test_another_computer_needs_the_writers_setting(start: Start) -> None:
    editor = await begun(start)
    error = await editor.fails("aw/selectModel", {"role": "writer", "ref": ELSEWHERE})
    assert "your text would be sent there" in error["message"]
    status = await editor.ask("aw/status", {})
    assert status["model"] == "builtin"


async def test_one_that_is_allowed_is_named_in_the_status(start: Start) -> None:
    editor = await begun(start, model=ELSEWHERE, allowedHosts=["gpu.example"])
    assert (await editor.ask("aw/status", {}))["textGoesTo"] == "gpu.example"


async def test_a_run_is_refused_that_would_send_text_elsewhere(start: Start) -> None:
    editor = await begun(start, model=ELSEWHERE)
    refused = await editor.evolve()
    assert refused["status"] == "refused"
    assert "aw.allowedHosts" in refused["message"]


async def test_a_run_by_a_server_ends_with_its_rewrites(start: Start) -> None:
    def answer(body: Any) -> str:
        asked = str(body["messages"][-1]["content"])
        text = asked.rpartition('\n\n"')[2].removesuffix('"')
        return f'"{text.replace("very ", "").replace("and and", "and")}"'

    with serving(ModelServer(answer=answer)) as script:
        editor = await begun(start, model=script.address)
        found = await editor.evolve()
        assert found["model"]["ref"] == script.address
        assert found["status"] == "done"
        assert len(found["candidates"]) > 1
        assert script.asked()[1]["stream"] is True
        status = await editor.ask("aw/status", {})
        assert status["digest"] == found["model"]["digest"]
        assert status["contextTokens"] == 4096
        estimate = await editor.ask("aw/estimate", editor.asked())
        assert estimate["fits"]
        assert len(estimate["seconds"]) == 2
