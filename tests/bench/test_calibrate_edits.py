"""The program that calibrates the copy-editor's priors."""

import tomllib
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from aw_engine.text.edits import KINDS


@pytest.fixture(scope="module")
def calibration(program: Callable[[str], ModuleType]) -> ModuleType:
    return program("calibrate_edits")


def test_priors_by_hand_are_reckoned_with_and_not_written(
    calibration: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = [("typo-key", "spelling", 9.0, 0.0), ("typo-drop", "misspelling", 9.0, 0.0)] * 20
    chosen = calibration.thresholds(calibration.Sample(1000, {}, 0, right, {}, {}))
    assert chosen["verb-pattern"] == -3.0
    assert chosen["spelling"] >= 5.0 > chosen["misspelling"]
    monkeypatch.setattr(calibration, "HERE", tmp_path / "priors.toml")
    calibration.write(chosen, "some.gguf", "no words")
    written = tomllib.loads((tmp_path / "priors.toml").read_text(encoding="utf-8"))["priors"]
    assert written.keys() == {
        kind.name for kind in KINDS.values() if kind.group == "mend" and kind.prior is None
    }
    assert written["spelling"] <= -5.0
