"""Settings reach the server by whichever way the editor has; what is wrong is said once."""

from pathlib import Path
from typing import Any

from support.letter import URI
from support.remote_editor import RemoteEditor

FAULT = "Settings: `aw.candidates` must be a whole number from 2 to 64. Using 8."
MISSING = {"model": "/nowhere/missing.gguf"}


async def shown(editor: RemoteEditor) -> list[str]:
    await editor.works()
    return editor.shown()


async def evolved(editor: RemoteEditor, uri: str = URI) -> dict[str, Any]:
    asked = {"textDocument": {"uri": uri}, "n": 2, "generations": 1}
    return dict(await editor.ask("aw/evolve", asked))


async def configure(editor: RemoteEditor, settings: Any) -> None:
    """Answers the one request for settings that is open."""
    asked = await editor.hears("workspace/configuration")
    editor.said.remove(asked)
    assert asked["params"]["items"] == [{"section": "aw"}]
    editor.send({"id": asked["id"], "result": [settings]})


async def test_settings_of_initialize(editor: RemoteEditor) -> None:
    await editor.initialize(initializationOptions={"aw": {"settings": {"candidates": 1, **MISSING}}})
    editor.open()
    assert await shown(editor) == [FAULT]
    assert (await evolved(editor))["reason"] == "modelMissing"


async def test_settings_that_are_pulled(editor: RemoteEditor) -> None:
    await editor.initialize({"workspace": {"configuration": True}})
    await configure(editor, {"candidates": 1, **MISSING})
    editor.open()
    assert (await evolved(editor))["reason"] == "modelMissing"
    editor.notify("workspace/didChangeConfiguration", {"settings": None})
    await configure(editor, {"candidates": 1})
    assert (await evolved(editor))["status"] == "done"
    assert (await shown(editor)).count(FAULT) == 1


async def test_settings_that_are_pushed(ready: RemoteEditor) -> None:
    ready.notify("workspace/didChangeConfiguration", {"settings": {"aw": MISSING}})
    assert (await evolved(ready))["reason"] == "modelMissing"
    ready.notify("workspace/didChangeConfiguration", {"settings": {"aw": {}}})
    assert (await evolved(ready))["status"] == "done"


async def test_an_editor_that_refuses_or_never_answers_gets_the_defaults(editor: RemoteEditor) -> None:
    await editor.initialize({"workspace": {"configuration": True}})
    editor.open()
    asked = await editor.hears("workspace/configuration")
    assert (await evolved(editor))["status"] == "done"
    editor.send({"id": asked["id"], "error": {"code": -32601, "message": "no"}})
    assert await shown(editor) == []


async def test_an_answer_that_does_not_fit_is_said(editor: RemoteEditor) -> None:
    await editor.initialize({"workspace": {"configuration": True}})
    asked = await editor.hears("workspace/configuration")
    editor.send({"id": asked["id"], "result": ["everything"]})
    assert await shown(editor) == ["Settings: `aw` must be an object. Using the defaults."]


async def test_changes_are_asked_for_where_that_is_possible(editor: RemoteEditor) -> None:
    can = {"configuration": True, "didChangeConfiguration": {"dynamicRegistration": True}}
    await editor.initialize({"workspace": can})
    await configure(editor, None)
    asked = await editor.hears("client/registerCapability")
    (registered,) = asked["params"]["registrations"]
    assert registered["method"] == "workspace/didChangeConfiguration"
    assert registered["registerOptions"] == {"section": "aw"}


async def test_a_project_names_no_model(ready: RemoteEditor, tmp_path: Path) -> None:
    folder = tmp_path / "book" / ".aw"
    folder.mkdir(parents=True)
    for name in ("settings.json", "config.json", "aw.json"):
        (folder / name).write_text('{"model": "/nowhere/missing.gguf", "aw.model": "/nowhere/missing.gguf"}')
    (folder / "settings.toml").write_text('model = "/nowhere/missing.gguf"')
    uri = (tmp_path / "book" / "chapter.md").as_uri()
    ready.open(uri=uri)
    result = await evolved(ready, uri)
    assert result["status"] == "done"
    assert result["model"]["ref"] == "builtin"


async def test_the_log_is_named_at_the_start(ready: RemoteEditor) -> None:
    said = await ready.hears("window/logMessage")
    assert str(ready.home) in said["params"]["message"]
