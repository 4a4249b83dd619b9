from collections import Counter
from collections.abc import Callable, Sequence
from math import erf, exp, log, sqrt
from pathlib import Path
from random import Random

import pytest
from msgspec.structs import replace

from aw_engine.inference.backend import Choice, ChoiceScores, Compare
from aw_engine.judging import selftest
from aw_engine.judging.profile import JudgeProfile
from support.known_judge import KnownJudge

PAIRS = selftest.load_pairs()
BETTER = {pair.better for pair in PAIRS}


def taste(accuracy_gap: float, bias: float = 0.0, noise: float = 1.0) -> Callable[[Compare], float]:
    """Log-odds of a judge who sees quality as `accuracy_gap`, with noise of the pair and of the order."""

    def odds(prompt: Compare) -> float:
        sign = 1.0 if prompt.first in BETTER else -1.0
        pair = "|".join(sorted((prompt.first, prompt.second)))
        shared = Random(pair).gauss(0, noise)
        own = Random(f"{prompt.first}|{prompt.second}").gauss(0, noise) if bias else 0.0
        return sign * (accuracy_gap + shared) + bias + own

    return odds


def test_the_bundled_pairs_are_graded_and_distinct() -> None:
    grades = Counter(pair.grade for pair in PAIRS)
    assert grades == {"gross": 20, "clear": 60, "subtle": 120}
    texts = [text for pair in PAIRS for text in (pair.better, pair.worse)]
    assert len(set(texts)) == len(texts)


@pytest.mark.parametrize("grade", ["gross", "clear", "subtle"])
@pytest.mark.parametrize("first", [30, 60, 200])
def test_neither_length_wins_in_any_first_part_of_the_pairs(grade: str, first: int) -> None:
    longer = [len(p.better) > len(p.worse) for p in PAIRS[:first] if p.grade == grade]
    assert sum(longer) == pytest.approx(len(longer) / 2, abs=1 + len(longer) * 0.06)


async def test_a_judge_without_order_bias_is_recognised(tmp_path: Path) -> None:
    profile = await selftest.profile(KnownJudge(taste(1.0)), tmp_path)
    assert not profile.noise.swaps
    assert profile.flips == 0.0
    assert profile.noise.bias == 0.0
    assert 0.7 < profile.accuracy < 1.0
    assert profile.claim == "ranks"


async def test_position_bias_is_measured_and_does_not_cost_accuracy(tmp_path: Path) -> None:
    level = await selftest.profile(KnownJudge(taste(1.0, bias=0.01)), tmp_path / "level")
    leaning = await selftest.profile(KnownJudge(taste(1.0, bias=1.5)), tmp_path / "leaning")
    assert leaning.noise.swaps
    assert leaning.flips > level.flips
    assert leaning.accuracy == pytest.approx(level.accuracy, abs=0.05)
    unit = leaning.noise.gain / leaning.temperature
    assert leaning.noise.bias / unit == pytest.approx(1.5, abs=0.3)
    assert 0.0 < leaning.noise.rho < 0.95


async def test_a_coin_and_a_model_that_does_not_answer_are_not_believed(tmp_path: Path) -> None:
    coin = await selftest.profile(KnownJudge(taste(0.0)), tmp_path / "coin")
    mute = await selftest.profile(KnownJudge(taste(3.0), mass=0.2), tmp_path / "mute")
    assert coin.claim == mute.claim == "unranked"
    assert coin.noise.tau2 > mute.noise.tau2
    assert mute.mass == pytest.approx(0.2)


async def test_overconfident_logits_are_cooled(tmp_path: Path) -> None:
    calm = await selftest.profile(KnownJudge(taste(0.5)), tmp_path / "calm")
    loud = await selftest.profile(KnownJudge(lambda prompt: 3.0 * taste(0.5)(prompt)), tmp_path / "loud")
    assert calm.accuracy == loud.accuracy
    assert loud.temperature > 1.5 * calm.temperature


async def test_the_filter_claims_for_one_pair_what_the_self_test_saw(tmp_path: Path) -> None:
    profile = await selftest.profile(KnownJudge(taste(0.8)), tmp_path)
    noise = profile.noise
    for logit in (0.3, 1.0, 2.0):
        # A true gap of variance 2 seen through noise tau2: posterior mean and variance of the gap.
        mean = noise.gain * logit * 2 / (2 + noise.tau2)
        sd = sqrt(2 * noise.tau2 / (2 + noise.tau2))
        claimed = 0.5 * (1 + erf(mean / sd / sqrt(2)))
        assert claimed == pytest.approx(1 / (1 + exp(-logit)), abs=0.02)


async def test_a_taste_for_length_is_seen_and_is_worth_nothing(tmp_path: Path) -> None:
    def longer(prompt: Compare) -> float:
        return 3.0 * log(len(prompt.first.split()) / len(prompt.second.split()))

    def shorter(prompt: Compare) -> float:
        return -longer(prompt)

    likes = await selftest.profile(KnownJudge(longer), tmp_path / "longer")
    dislikes = await selftest.profile(KnownJudge(shorter), tmp_path / "shorter")
    assert likes.noise.slope > 0.05
    assert dislikes.noise.slope < -0.05
    assert likes.claim == dislikes.claim == "unranked"
    assert likes.noise.slope_var < 0.25


async def test_it_ends_when_what_a_judge_is_worth_is_clear(tmp_path: Path) -> None:
    sure = await selftest.profile(KnownJudge(taste(3.0)), tmp_path / "sure")
    doubtful = await selftest.profile(KnownJudge(taste(0.3)), tmp_path / "doubtful")
    assert 60 <= sure.pairs < len(PAIRS)
    assert doubtful.pairs > sure.pairs


async def test_what_its_time_does_not_allow_is_asked_later(tmp_path: Path) -> None:
    asked: list[str] = []

    def odds(prompt: Compare) -> float:
        asked.append(prompt.first)
        return taste(0.3)(prompt)

    backend = KnownJudge(odds)
    begun = await selftest.profile(backend, tmp_path, seconds=0.0)
    assert begun.pairs == 2
    assert await selftest.profile(backend, tmp_path) == begun
    finished = await selftest.finish(backend, tmp_path)
    assert finished.pairs > 60
    assert len(asked) == 2 * 2 * finished.pairs, "nothing was asked twice"
    assert await selftest.profile(backend, tmp_path) == finished


async def test_it_is_asked_in_parts_so_that_it_can_be_stopped(tmp_path: Path) -> None:
    backend = KnownJudge(taste(1.0))
    sizes: list[int] = []
    choose = backend.choose

    async def counted(requests: Sequence[Choice]) -> list[ChoiceScores]:
        sizes.append(len(requests))
        return await choose(requests)

    backend.choose = counted  # type: ignore[method-assign]
    await selftest.profile(backend, tmp_path)
    assert len(sizes) > 10
    assert max(sizes) <= 2 * 8


async def test_likelihood_judges_where_letters_are_at_chance(tmp_path: Path) -> None:
    def either(prompt: Compare) -> float:
        return taste(2.0 if prompt.by == "likelihood" else 0.0)(prompt)

    begun: list[int] = []
    backend = KnownJudge(either)
    profile = await selftest.profile(backend, tmp_path, begins=lambda: begun.append(1))
    assert profile.by == "likelihood"
    assert profile.claim == "ranks"
    assert await selftest.profile(backend, tmp_path, begins=lambda: begun.append(1)) == profile
    assert len(begun) == 2, "each way of judging is tested once"
    good = await selftest.profile(KnownJudge(taste(2.0)), tmp_path / "good")
    assert good.by == "letters"


async def test_a_judge_by_likelihood_is_believed_less_about_what_it_wrote_itself(tmp_path: Path) -> None:
    backend = KnownJudge(taste(6.0), criteria=("fluency",))
    backend.capabilities = replace(backend.capabilities, judging="likelihood")
    own = await selftest.profile(backend, tmp_path)
    foreign = await selftest.profile(backend, tmp_path, own_choices=False)
    assert foreign.temperature < own.temperature
    assert foreign.noise == own.noise


def cut_short(folder: Path) -> None:
    (kept,) = folder.iterdir()
    kept.write_bytes(kept.read_bytes()[:40])


async def test_the_profile_is_kept_and_a_damaged_one_is_measured_anew(tmp_path: Path) -> None:
    asked = 0

    def odds(prompt: Compare) -> float:
        nonlocal asked
        asked += 1
        return taste(1.0)(prompt)

    backend = KnownJudge(odds)
    first = await selftest.profile(backend, tmp_path)
    once = asked
    assert once == 2 * 2 * first.pairs
    assert await selftest.profile(backend, tmp_path) == first
    assert asked == once
    cut_short(tmp_path)
    again = await selftest.profile(backend, tmp_path)
    assert asked == 2 * once
    assert again.noise == first.noise


async def test_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    found = await selftest.profile(KnownJudge(taste(1.0)), blocked)
    assert isinstance(found, JudgeProfile)
    assert blocked.read_text() == "not a folder"
