"""Settings are taken strictly: what is wrong is said, and has its default."""

from typing import Any

import msgspec
import pytest

from aw_server.settings import Settings, decode


def test_nothing_set_is_the_defaults() -> None:
    for raw in (None, {}, {"model": None, "trace": {"server": None}}):
        assert decode(raw) == (Settings(), [])


def test_what_is_set_counts() -> None:
    settings, faults = decode(
        {
            "model": "/models/big.gguf",
            "candidates": 12,
            "budgetSeconds": 1.5,
            "idleUnloadMinutes": 0,
            "contextLength": 2048,
            "context": "none",
            "gates": "strict",
            "history": False,
            "server": {"command": ["aw-server", "--stdio"]},
            "results": {"view": "panel"},
        }
    )
    assert faults == []
    assert settings.model == "/models/big.gguf"
    assert settings.candidates == 12
    assert settings.context_length == 2048
    assert settings.context == "none"
    assert settings.server.command == ("aw-server", "--stdio")
    assert settings.results.view == "panel"
    assert not settings.history


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ({"candidates": 1}, "Settings: `aw.candidates` must be a whole number from 2 to 64. Using 8."),
        ({"candidates": "8"}, "Settings: `aw.candidates` must be a whole number from 2 to 64. Using 8."),
        ({"candidates": 8.5}, "Settings: `aw.candidates` must be a whole number from 2 to 64. Using 8."),
        ({"candidates": True}, "Settings: `aw.candidates` must be a whole number from 2 to 64. Using 8."),
        ({"threads": -1}, "Settings: `aw.threads` must be a whole number from 0 to 1024. Using 0."),
        ({"budgetSeconds": -1}, "Settings: `aw.budgetSeconds` must be a number, 0 or more. Using 60."),
        ({"history": "no"}, "Settings: `aw.history` must be true or false. Using true."),
        ({"gates": "lax"}, "Settings: `aw.gates` must be `normal`, `relaxed` or `strict`. Using `normal`."),
        ({"model": 5}, "Settings: `aw.model` must be a text. Using `builtin`."),
        ({"server": {"command": "x"}}, "Settings: `aw.server.command` must be a list of texts. Using none."),
        ({"results": "list"}, "Settings: `aw.results` must be an object."),
        ({"results": {"view": 1}}, "Settings: `aw.results.view` must be `list` or `panel`. Using `list`."),
        (
            {"candidate": 9},
            "Settings: `aw.candidate` is unknown. Did you mean `aw.candidates`? It is ignored.",
        ),
        ({"qqq": 9}, "Settings: `aw.qqq` is unknown. It is ignored."),
        ([], "Settings: `aw` must be an object. Using the defaults."),
    ],
)
def test_what_is_wrong_is_said_and_has_its_default(raw: Any, said: str) -> None:
    assert decode(raw) == (Settings(), [said])


def test_one_fault_costs_only_its_own_key() -> None:
    settings, faults = decode({"candidates": 0, "generations": 3, "results": {"view": "panel", "colour": 1}})
    assert len(faults) == 2
    assert settings.generations == 3
    assert settings.results.view == "panel"


def test_values_are_never_quoted() -> None:
    _, faults = decode({"model": ["secret"], "gates": "secret", "threads": "secret"})
    assert len(faults) == 3
    assert "secret" not in "".join(faults)


def test_what_names_an_executable_or_a_model_is_never_a_projects() -> None:
    """VS Code takes `machine` settings from the user alone, whatever a workspace says."""
    properties = msgspec.json.schema(Settings)["$defs"]["Settings"]["properties"]
    for name in ("model", "judgeModel", "allowedHosts", "threads", "contextLength", "idleUnloadMinutes"):
        assert properties[name]["scope"] == "machine"
    server = msgspec.json.schema(Settings)["$defs"]["Server"]["properties"]
    assert server["command"]["scope"] == "machine"


def test_there_are_at_most_twenty_and_each_is_described() -> None:
    definitions = msgspec.json.schema(Settings)["$defs"]
    leaves = [
        each
        for group in ("Settings", "Server", "Results", "Trace")
        for each in definitions[group]["properties"].values()
        if "$ref" not in each and "anyOf" not in each
    ]
    assert 0 < len(leaves) <= 20
    assert all(each["description"].endswith(".") and each["scope"] for each in leaves)
