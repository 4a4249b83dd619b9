"""Settings reach the server by whichever way the editor has; what is wrong is said once."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from conftest import Editor

URI = "file:///tmp/letter.md"
FAULT = "Settings: `aw.candidates` must be a whole number from 2 to 64. Using 8."
MISSING = {"model": "/nowhere/missing.gguf"}


def shown(editor: "Editor") -> list[str]:
    editor.works()
    return [each["params"]["message"] for each in editor.seen if each.get("method") == "window/showMessage"]


def evolved(editor: "Editor", uri: str = URI) -> dict[str, Any]:
    asked = {"textDocument": {"uri": uri}, "n": 2, "generations": 1}
    return dict(editor.ask("aw/evolve", asked)["result"])


def configure(editor: "Editor", settings: Any) -> None:
    """Answers the one request for settings that is open."""
    asked = editor.wait(lambda message: message.get("method") == "workspace/configuration", "a question")
    editor.seen.remove(asked)
    assert asked["params"]["items"] == [{"section": "aw"}]
    editor.send(id=asked["id"], result=[settings])


def test_settings_of_initialize(editor: "Editor") -> None:
    editor.initialize(initializationOptions={"aw": {"settings": {"candidates": 1, **MISSING}}})
    editor.open()
    assert shown(editor) == [FAULT]
    assert evolved(editor)["reason"] == "modelMissing"


def test_settings_that_are_pulled(editor: "Editor") -> None:
    editor.initialize({"workspace": {"configuration": True}})
    configure(editor, {"candidates": 1, **MISSING})
    editor.open()
    assert evolved(editor)["reason"] == "modelMissing"
    editor.notify("workspace/didChangeConfiguration", {"settings": None})
    configure(editor, {"candidates": 1})
    assert evolved(editor)["status"] == "done"
    assert shown(editor).count(FAULT) == 1


def test_settings_that_are_pushed(ready: "Editor") -> None:
    ready.notify("workspace/didChangeConfiguration", {"settings": {"aw": MISSING}})
    assert evolved(ready)["reason"] == "modelMissing"
    ready.notify("workspace/didChangeConfiguration", {"settings": {"aw": {}}})
    assert evolved(ready)["status"] == "done"


def test_an_editor_that_refuses_or_never_answers_gets_the_defaults(editor: "Editor") -> None:
    editor.initialize({"workspace": {"configuration": True}})
    editor.open()
    asked = editor.wait(lambda message: message.get("method") == "workspace/configuration", "a question")
    assert evolved(editor)["status"] == "done"
    editor.send(id=asked["id"], error={"code": -32601, "message": "no"})
    assert shown(editor) == []


def test_an_answer_that_does_not_fit_is_said(editor: "Editor") -> None:
    editor.initialize({"workspace": {"configuration": True}})
    asked = editor.wait(lambda message: message.get("method") == "workspace/configuration", "a question")
    editor.send(id=asked["id"], result=["everything"])
    assert shown(editor) == ["Settings: `aw` must be an object. Using the defaults."]


def test_changes_are_asked_for_where_that_is_possible(editor: "Editor") -> None:
    can = {"configuration": True, "didChangeConfiguration": {"dynamicRegistration": True}}
    editor.initialize({"workspace": can})
    configure(editor, None)
    asked = editor.wait(lambda message: message.get("method") == "client/registerCapability", "registration")
    (registered,) = asked["params"]["registrations"]
    assert registered["method"] == "workspace/didChangeConfiguration"
    assert registered["registerOptions"] == {"section": "aw"}


def test_a_project_names_no_model(ready: "Editor", tmp_path: Path) -> None:
    folder = tmp_path / "book" / ".aw"
    folder.mkdir(parents=True)
    for name in ("settings.json", "config.json", "aw.json"):
        (folder / name).write_text('{"model": "/nowhere/missing.gguf", "aw.model": "/nowhere/missing.gguf"}')
    (folder / "settings.toml").write_text('model = "/nowhere/missing.gguf"')
    uri = (tmp_path / "book" / "chapter.md").as_uri()
    ready.open(uri=uri)
    result = evolved(ready, uri)
    assert result["status"] == "done"
    assert result["model"]["ref"] == "builtin"


def test_the_log_is_named_at_the_start(ready: "Editor") -> None:
    said = ready.wait(lambda message: message.get("method") == "window/logMessage", "the log's place")
    assert str(ready.home) in said["params"]["message"]
