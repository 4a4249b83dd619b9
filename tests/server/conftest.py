"""What all tests of the server share."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from pygls.exceptions import JsonRpcException

from aw_server import log
from aw_server.welcome import first_time


@pytest.fixture
def welcomed() -> None:
    """What the built-in model is was said on another day."""
    first_time()


@pytest.fixture
def log_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The file that the log is written to, set up as the server sets it up."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    log.start(answered=JsonRpcException)
    yield log.path()
    root.handlers = handlers
    root.setLevel(level)
