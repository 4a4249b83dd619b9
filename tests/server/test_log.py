"""The log says what happened where, never what the writer wrote."""

import logging
import stat
from pathlib import Path

import pytest
from pygls.exceptions import JsonRpcInvalidParams

from aw_server import log

PROSE = "zeitgeistgarden"


def failed() -> ValueError:
    try:
        raise ValueError(PROSE)
    except ValueError as error:
        return error


def test_our_own_lines_are_written_whole(log_file: Path) -> None:
    logging.getLogger("aw_server.jobs").info("run %s ended after %d calls", "ab12", 42)
    assert "INFO aw_server.jobs: run ab12 ended after 42 calls\n" in log_file.read_text()


def test_of_others_only_warnings_and_never_their_values(log_file: Path) -> None:
    other = logging.getLogger("pygls.protocol.json_rpc")
    other.info("Sending data: %s", PROSE)
    other.warning("Failed to handle %s\n%s", PROSE, PROSE)
    text = log_file.read_text()
    assert "Failed to handle %s\n" in text
    assert PROSE not in text
    assert "Sending" not in text


def test_an_error_is_told_by_type_and_place(log_file: Path) -> None:
    logging.getLogger("asyncio").error("Task failed\nfuture: %s", PROSE, exc_info=failed())
    log.record(failed())
    text = log_file.read_text()
    assert text.count("ValueError\n  test_log.py:") == 2
    assert PROSE not in text


def test_what_was_answered_is_not_logged(log_file: Path) -> None:
    logging.getLogger("pygls").error("a request failed", exc_info=JsonRpcInvalidParams("x"))
    assert not log_file.exists()


def test_the_file_is_the_users_alone(log_file: Path) -> None:
    log.record(failed())
    assert stat.S_IMODE(log_file.stat().st_mode) == 0o600


def test_a_long_log_is_put_aside_once(log_file: Path) -> None:
    log.record(failed())
    log_file.write_text("x" * (log.LIMIT + 1))
    log.record(failed())
    assert log_file.stat().st_size < 10_000
    assert Path(f"{log_file}.1").stat().st_size == log.LIMIT + 1


def test_a_log_that_cannot_be_written_stops_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    assert log.record(failed()) is None
