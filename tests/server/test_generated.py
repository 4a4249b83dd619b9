"""What the VS Code extension takes from the server is what the server says."""

import json
import runpy
from pathlib import Path
from typing import Any

import pytest

CLIENT = Path(__file__).resolve().parents[2] / "clients" / "vscode"


@pytest.fixture(scope="module")
def generated() -> dict[Path, str]:
    made: dict[Path, str] = runpy.run_path(str(CLIENT / "generate.py"))["generated"]()
    return made


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    read: dict[str, Any] = json.loads((CLIENT / "package.json").read_text(encoding="utf-8"))
    return read


def test_the_generated_files_are_as_they_would_be_generated_now(generated: dict[Path, str]) -> None:
    assert {file.parent.name for file in generated} == {"protocol", "vscode"}
    for file, text in generated.items():
        assert file.read_text(encoding="utf-8") == text, "run clients/vscode/generate.py"


def test_what_the_folder_may_not_say_is_restricted(manifest: dict[str, Any]) -> None:
    settings = manifest["contributes"]["configuration"]["properties"]
    restricted = manifest["capabilities"]["untrustedWorkspaces"]["restrictedConfigurations"]
    assert len(settings) <= 20
    assert {"aw.server.command", "aw.model", "aw.judgeModel", "aw.rubric"} <= set(restricted)
    assert all(each["markdownDescription"] and each["scope"] for each in settings.values())
    assert all(
        len(each["enum"]) == len(each["enumDescriptions"]) for each in settings.values() if "enum" in each
    )


def test_no_command_of_the_extension_has_the_id_of_a_command_of_the_server(manifest: dict[str, Any]) -> None:
    commands = {each["command"] for each in manifest["contributes"]["commands"]}
    assert not {each for each in commands if each.startswith("aw.server.")}
    assert {each["category"] for each in manifest["contributes"]["commands"]} == {"AW"}
    assert len(manifest["contributes"]["keybindings"]) == 1


def test_the_extension_has_one_version_with_the_server(manifest: dict[str, Any]) -> None:
    from importlib.metadata import version

    assert manifest["version"] == version("aw-server")
