"""Editors by what they announce, and a model whose rewrites are known."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from aw_engine.inference.backend import Backend
from aw_engine.inference.scripted import ScriptedBackend
from aw_server.runs.backends import BackendSpec, worker
from support.announced import Evolve, Open, open_as
from support.letter import REWRITES
from support.local_editor import LocalEditor
from support.script import Script, scripted_model


class Models:
    """Makes the back ends of the servers under test: scripted ones if there is a script."""

    def __init__(self) -> None:
        self.scripted: ScriptedBackend | None = None

    def __call__(self, spec: BackendSpec, on_loading: Callable[[float], None]) -> Backend:
        return self.scripted or worker(spec, on_loading)


@pytest.fixture
def models() -> Models:
    return Models()


@pytest.fixture
async def edit_with(welcomed: None, models: Models) -> AsyncIterator[Open]:
    """Starts editors by name."""
    editors: list[LocalEditor] = []

    async def start(name: str) -> LocalEditor:
        editors.append(await open_as(name, models))
        return editors[-1]

    yield start
    for editor in editors:
        await editor.aclose()


@pytest.fixture
def scripted(models: Models) -> Script:
    def script(*texts: str, original: float = 0.0) -> None:
        models.scripted = scripted_model(texts, original)

    return script


@pytest.fixture
def evolved(edit_with: Open, scripted: Script) -> Evolve:
    async def evolve(name: str = "eglot-1.9", original: float = 0.0) -> tuple[LocalEditor, Any]:
        editor = await edit_with(name)
        scripted(*REWRITES, original=original)
        return editor, await editor.evolve(n=6)

    return evolve
