"""An editor in the test's own process whose server runs the model under test."""

from collections.abc import AsyncIterator

import pytest

from support.local_editor import LocalEditor


@pytest.fixture
async def editor(welcomed: None) -> AsyncIterator[LocalEditor]:
    """An editor that has not said anything yet."""
    editor = LocalEditor()
    yield editor
    await editor.aclose()


@pytest.fixture
async def ready(editor: LocalEditor) -> LocalEditor:
    """An editor that can show progress, with one document open."""
    await editor.begin({"window": {"workDoneProgress": True}})
    return editor
