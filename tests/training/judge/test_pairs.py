"""What pairs are made of; nothing here needs PyTorch."""

import json
import math
import re
from pathlib import Path
from random import Random

import numpy as np
import pytest

from aw_training.errors import TrainingError
from aw_training.judge import calibration, human_edits, neutral, pairs, rewriting
from aw_training.judge.data import training_pairs, worsen
from aw_training.judge.pairs import Pair
from aw_training.judge.worsening import WORSENINGS
from support.judge_data import TEXT, write_data


@pytest.mark.parametrize("kind", WORSENINGS)
def test_every_way_of_worsening_changes_a_usual_text_and_keeps_it_whole(kind: str) -> None:
    _, worsening = WORSENINGS[kind]
    made = {worsening(TEXT, Random(seed)) for seed in range(12)}
    assert any(text != TEXT for text in made)
    for text in made:
        assert text.strip() == text
        assert "  " not in text
        assert 0.5 < len(text) / len(TEXT) < 2.0
    assert worsening(TEXT, Random(3)) == worsening(TEXT, Random(3))


def test_verbs_become_nouns_and_lists_become_vague() -> None:
    nominal = {WORSENINGS["nominalisation"][1](TEXT, Random(seed)) for seed in range(30)}
    assert any(
        "made a decision to close" in text or "for the closing of the bridge" in text for text in nominal
    )
    vague = {WORSENINGS["vagueness"][1](TEXT, Random(seed)) for seed in range(30)}
    assert any("bus company" not in text for text in vague)


def test_a_neutral_pair_differs_in_its_quotation_marks_alone() -> None:
    for text in (TEXT, TEXT.replace("a ferry", "“a ferry”")):
        for seed in range(20):
            pair = neutral.requoted(text, Random(seed))
            assert pair.better == text != pair.worse
            assert re.sub('["“”]', "", pair.worse) == re.sub('["“”]', "", text)


def test_a_pair_of_errors_lacks_both_qualities_and_shares_are_no_more_than_one() -> None:
    assert sum(share for share, _ in WORSENINGS.values()) < 1
    made = [pair for seed in range(120) if (pair := worsen(TEXT, Random(seed)))]
    found = {pair.kind: pair for pair in made}
    assert {pair.qualities for pair in made if pair.kind == "errors"} == {("clear",), ("clear", "craft")}
    assert found["over-writing"].qualities == ("clear", "craft")
    assert all(pair.better != pair.worse for pair in made)


def test_pairs_come_back_from_their_file(tmp_path: Path) -> None:
    made = [Pair("a", ("clear",), "One.", "Won."), Pair("b", ("clear", "craft"), "Two", "To", "x/y")]
    assert pairs.write(tmp_path / "pairs.jsonl", made) == 2
    assert list(pairs.read(tmp_path / "pairs.jsonl")) == made


def test_nothing_held_out_is_trained_on(tmp_path: Path) -> None:
    data = write_data(tmp_path)
    made = list(training_pairs(data, (), 20, 1))
    edits = [pair for pair in made if pair.kind == human_edits.KIND]
    assert [pair.origin for pair in edits] == ["some/docs"]
    assert len(made) == len(edits) + 20 + 2
    assert [pair.origin for pair in human_edits.editorial(data, held_out=True)] == ["rust-lang/book"]
    assert made == list(training_pairs(data, (), 20, 1))


def test_missing_data_are_named(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="prose-modern"):
        list(training_pairs(data_without_prose(tmp_path), (), 1, 1))


def data_without_prose(tmp_path: Path) -> Path:
    data = write_data(tmp_path)
    (data / "prose-modern.txt.xz").unlink()
    return data


def test_a_models_answer_is_cut_to_the_passage_in_it() -> None:
    answer = (
        "Sure, here is the rewrite:\n\nThe bridge was closed. The mayor knew.\n\nNote: I kept the meaning."
    )
    assert rewriting.cleaned(answer) == "The bridge was closed. The mayor knew."
    assert rewriting.cleaned("Nothing that ends") == ""


def test_rewrites_that_are_copies_or_go_on_for_ever_are_left_out(tmp_path: Path) -> None:
    other = "A decision was taken to shut the bridge. Everyone in town was informed of it early in the week. "
    rows = [
        {"kind": "rewritten", "human": TEXT, "text": TEXT, "model": "m"},
        {"kind": "rewritten", "human": TEXT, "text": "Short.", "model": "m"},
        {"kind": "rewritten", "human": TEXT, "text": other * 9, "model": "m"},
    ]
    path = tmp_path / "rewrites.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    (kept,) = rewriting.pairs(path)
    assert kept.qualities == ("craft",)
    assert len(kept.worse.split()) <= 1.25 * len(TEXT.split())


def test_a_gain_makes_log_odds_honest() -> None:
    rng = Random(1)
    odds = [rng.gauss(0, 2) for _ in range(4000)]
    right = [
        value if rng.random() < 1 / (1 + math.exp(-0.5 * abs(value))) else -value for value in map(abs, odds)
    ]
    assert calibration.gain({"any": right}, ["any"]) == pytest.approx(0.5, abs=0.06)


def test_many_pairs_of_one_group_weigh_no_more_than_few_of_the_other() -> None:
    edits, errors = [0.4, -0.2] * 50, [2.0] * 99 + [-2.0]
    few = calibration.gain({"edit": edits, "errors": errors}, ["edit"])
    many = calibration.gain({"edit": edits, "errors": errors * 20, "gap": errors * 5}, ["edit"])
    assert many == pytest.approx(few)


def test_a_slope_is_how_scores_rise_with_length() -> None:
    tokens = [10, 20, 40, 80, 160]
    scores = np.array([1 + 0.3 * math.log(each) for each in tokens], dtype=np.float32)
    assert calibration.slope(scores, tokens) == pytest.approx(0.3, abs=1e-4)
