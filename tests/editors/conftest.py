"""A real editor in a home of its own."""

import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from support.real_editor import RunEditor, end_all, run_editor


@pytest.fixture
def editor(tmp_path: Path) -> Iterator[RunEditor]:
    mark = uuid.uuid4().hex

    def run(*command: str, needs: Mapping[str, str]) -> str:
        return run_editor(command, tmp_path, mark, needs)

    yield run
    end_all(mark)
