"""Damage, and how likelihoods become log-odds."""

from random import Random

import numpy as np
import pytest

pytest.importorskip("torch", reason="training needs the extra `train`")
pytest.importorskip("llama_cpp", reason="the scores are llama.cpp's")

from aw_training.damage import KINDS, damage
from aw_training.evaluate import fit_weights

TEXT = "The clerk was in the office before their meeting, and he reads every letter with great care."


def test_damage_changes_the_text_the_same_way_for_the_same_seed() -> None:
    assert damage(TEXT, 2, Random(1)) == damage(TEXT, 2, Random(1)) != TEXT
    assert damage(TEXT, 0, Random(1)) == TEXT


def test_damage_leaves_placeholders_alone() -> None:
    text = "Call ⟦1⟧ with ⟦2⟧ and the rest of it."
    for seed in range(50):
        made = damage(text, 4, Random(seed))
        assert "⟦1⟧" in made
        assert "⟦2⟧" in made


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_finds_something_to_spoil(kind: str) -> None:
    rng = Random(1)
    made = [KINDS[kind](word, rng) for word in TEXT.split()]
    assert any(word is not None for word in made)
    assert all(one != word for one, word in zip(made, TEXT.split(), strict=True))


def test_the_fit_finds_the_weights_that_made_the_answers() -> None:
    rng = np.random.default_rng(1)
    features = rng.normal(size=(20_000, 2)) * (10.0, 0.3)
    first_is_better = rng.random(20_000) < 1 / (1 + np.exp(-features @ (0.1, 3.0)))
    better_minus_worse = np.where(first_is_better[:, None], features, -features)
    weights, _ = fit_weights(better_minus_worse, np.ones(20_000))
    assert weights.joint_sum_weight == pytest.approx(0.1, rel=0.1)
    assert weights.joint_mean_weight == pytest.approx(3.0, rel=0.1)


def test_exchanging_the_texts_turns_the_answer_round() -> None:
    rng = np.random.default_rng(2)
    features, share = rng.normal(0.3, 1.0, size=(5_000, 2)), np.ones(5_000)
    there, log_loss = fit_weights(features, share)
    back, same_loss = fit_weights(-features, share)
    assert back.joint_sum_weight == pytest.approx(-there.joint_sum_weight)
    assert back.mean_weight == pytest.approx(-there.mean_weight)
    assert same_loss == pytest.approx(log_loss)


def test_a_difference_that_says_nothing_weighs_nothing() -> None:
    rng = np.random.default_rng(1)
    weights, log_loss = fit_weights(rng.normal(size=(20_000, 2)), np.ones(20_000))
    assert abs(weights.sum_weight) < 0.05
    assert log_loss == pytest.approx(np.log(2), abs=0.01)
