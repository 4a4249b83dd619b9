"""How long work takes, remembered."""

from math import sqrt
from pathlib import Path

import platformdirs
import pytest

from aw_engine.inference import rates
from aw_engine.inference.rates import TimedRun


def folder() -> Path:
    return platformdirs.user_cache_path("aw", appauthor=False) / "rates"


def middle(model: str, work: float) -> float:
    found = rates.seconds(model, work)
    assert found is not None
    assert 0 < found[0] < found[1]
    return sqrt(found[0] * found[1])


def test_nothing_is_known_of_a_model_that_never_ran() -> None:
    assert rates.seconds("never", 1000.0) is None


def test_a_run_takes_as_long_for_each_token_as_runs_with_the_model_took() -> None:
    for tokens in (800.0, 1200.0, 2000.0, 600.0):
        rates.record("steady", TimedRun(expected=tokens, used=tokens, seconds=tokens / 100))
    assert middle("steady", 1500.0) == pytest.approx(15.0)
    assert rates.seconds("another", 1500.0) is None


def test_one_run_beside_a_busy_compiler_does_not_spoil_what_is_expected() -> None:
    for seconds in (10.0, 11.0, 90.0, 10.5, 9.8):
        rates.record("odd", TimedRun(expected=1000.0, used=1000.0, seconds=seconds))
    assert middle("odd", 1000.0) == pytest.approx(10.5)


def test_a_computer_that_has_become_slower_is_believed_after_a_few_runs() -> None:
    for seconds in (*[10.0] * 8, *[20.0] * 3):
        rates.record("slower", TimedRun(expected=1000.0, used=1000.0, seconds=seconds))
    assert middle("slower", 1000.0) == pytest.approx(20.0)


def test_the_range_is_wider_where_runs_took_unlike_long() -> None:
    for at in range(6):
        rates.record("calm", TimedRun(expected=1000.0, used=1000.0, seconds=10.0 + at % 2))
        rates.record("wild", TimedRun(expected=1000.0, used=1000.0, seconds=10.0 + 20 * (at % 2)))
    calm, wild = rates.seconds("calm", 1000.0), rates.seconds("wild", 1000.0)
    assert calm is not None
    assert wild is not None
    assert wild[1] / wild[0] > calm[1] / calm[0] > 1


def test_texts_that_need_more_than_expected_teach_what_to_expect() -> None:
    for _ in range(6):
        rates.record("drafts", TimedRun(expected=1000.0, used=2000.0, seconds=20.0))
    assert 14.0 < middle("drafts", 1000.0) < 20.0


@pytest.mark.parametrize(
    "run",
    [
        TimedRun(expected=100.0, used=40.0, seconds=0.2),
        TimedRun(expected=1000.0, used=1000.0, seconds=0.0),
        TimedRun(expected=1000.0, used=0.0, seconds=2.0),
    ],
)
def test_a_run_that_hardly_read_anything_says_nothing(run: TimedRun) -> None:
    rates.record("short", run)
    assert rates.seconds("short", 1000.0) is None


@pytest.mark.parametrize(
    "content",
    [b"", b"[", b"\xff", b"{}", b'[{"expected": 1, "used": 0, "seconds": 1}]', b'[{"used": 1e999}]'],
)
def test_a_damaged_note_is_as_good_as_none(content: bytes) -> None:
    rates.record("damaged", TimedRun(expected=1000.0, used=1000.0, seconds=10.0))
    note = max(folder().iterdir(), key=lambda path: path.stat().st_mtime_ns)
    note.write_bytes(content)
    assert rates.seconds("damaged", 1000.0) is None
    rates.record("damaged", TimedRun(expected=1000.0, used=1000.0, seconds=10.0))
    assert middle("damaged", 1000.0) == pytest.approx(10.0)


def test_where_nothing_can_be_written_a_run_is_forgotten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "aw").write_text("not a folder", encoding="utf-8")
    monkeypatch.setattr(platformdirs, "user_cache_path", lambda *_, **__: tmp_path / "aw")
    rates.record("homeless", TimedRun(expected=1000.0, used=1000.0, seconds=10.0))
    assert rates.seconds("homeless", 1000.0) is None


def test_no_more_runs_are_kept_than_are_asked_for() -> None:
    for _ in range(40):
        rates.record("much used", TimedRun(expected=1000.0, used=1000.0, seconds=10.0))
    newest = max(folder().iterdir(), key=lambda path: path.stat().st_mtime_ns)
    assert newest.stat().st_size < 2000
    assert not [path for path in folder().iterdir() if path.suffix != ".json"]
