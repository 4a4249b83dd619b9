"""The log says what happened where, never what the writer wrote."""

import logging
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from aw_server import log

PROSE = "zeitgeistgarden"


@pytest.fixture
def target(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    log.start(answered=LookupError)
    yield log.path()
    root.handlers = handlers
    root.setLevel(level)


def failed() -> ValueError:
    try:
        raise ValueError(PROSE)
    except ValueError as error:
        return error


def test_our_own_lines_are_written_whole(target: Path) -> None:
    logging.getLogger("aw_server.jobs").info("run %s ended after %d calls", "ab12", 42)
    assert "INFO aw_server.jobs: run ab12 ended after 42 calls\n" in target.read_text()


def test_of_others_only_warnings_and_never_their_values(target: Path) -> None:
    other = logging.getLogger("pygls.protocol.json_rpc")
    other.info("Sending data: %s", PROSE)
    other.warning("Failed to handle %s\n%s", PROSE, PROSE)
    text = target.read_text()
    assert "Failed to handle %s\n" in text
    assert PROSE not in text
    assert "Sending" not in text


def test_an_error_is_told_by_type_and_place(target: Path) -> None:
    logging.getLogger("asyncio").error("Task failed\nfuture: %s", PROSE, exc_info=failed())
    log.record(failed())
    text = target.read_text()
    assert text.count("ValueError\n  test_log.py:") == 2
    assert PROSE not in text


def test_what_was_answered_is_not_logged(target: Path) -> None:
    logging.getLogger("pygls").error("a request failed", exc_info=KeyError("x"))
    assert not target.exists()


def test_the_file_is_the_users_alone(target: Path) -> None:
    log.record(failed())
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


def test_a_long_log_is_put_aside_once(target: Path) -> None:
    log.record(failed())
    target.write_text("x" * (log.LIMIT + 1))
    log.record(failed())
    assert target.stat().st_size < 10_000
    assert Path(f"{target}.1").stat().st_size == log.LIMIT + 1


def test_a_log_that_cannot_be_written_stops_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    assert log.record(failed()) is None
