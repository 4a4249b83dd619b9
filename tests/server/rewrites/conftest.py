"""Editors by what they announce, and a model whose rewrites are known."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from aw_engine.inference.scripted import ScriptedBackend
from support.announced import Open, open_as
from support.local_editor import LocalEditor
from support.script import Script, scripted_model


@pytest.fixture
async def edit_with(welcomed: None) -> AsyncIterator[Open]:
    """Starts editors by name."""
    editors: list[LocalEditor] = []

    async def start(name: str) -> LocalEditor:
        editors.append(await open_as(name))
        return editors[-1]

    yield start
    for editor in editors:
        await editor.aclose()


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch) -> Script:
    def script(*texts: str, original: float = 0.0) -> None:
        backend = scripted_model(texts, original)

        async def models(*_: Any) -> tuple[ScriptedBackend, None]:
            return backend, None

        monkeypatch.setattr("aw_server.jobs.engine.Engine._opened_models", models)

    return script
