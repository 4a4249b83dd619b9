"""One real run with the shipped model, made once; its events are what the tests keep."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from aw_engine.journal.journal import Journal
from support.journal_run import Run, make_run


@pytest.fixture(scope="session")
def run(model_path: Path) -> Run:
    return make_run(model_path)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "journal.sqlite3"


@pytest.fixture
def journal(path: Path) -> Iterator[Journal]:
    troubles: list[str] = []
    journal = Journal.open(path, on_trouble=lambda error: troubles.append(str(error)))
    yield journal
    journal.close()
    assert not troubles
