import pytest
from msgspec.structs import replace

from aw_engine.domain.comparison import Comparison, Readout
from aw_engine.evolution.drift import alarms, judge_alarm, read, read_judge

TEXT = "The mill stood by the river, and everybody in the village brought their grain to it in autumn."
VARIED = [
    "By the river stood the mill where the whole village took its grain each autumn.",
    "Every autumn the villagers carried their grain down to the mill beside the river.",
    "All grain of the village went to one place when autumn came: the mill at the river.",
]
ALIKE = [f"{VARIED[1][:-1]}, {end}" for end in ("singing.", "laughing.", "talking.")]


def comparison(first: str, second: str, logit: float, mass: float = 0.9) -> Comparison:
    return Comparison(first, second, logit, 0.0, 0.0, (Readout("clarity", logit, mass),))


def test_varied_rewrites_raise_no_alarm() -> None:
    now = read(TEXT, VARIED, tried=4, gibberish=0)
    assert now.overlap < 0.3
    assert alarms(now, now, now) == ()
    assert now.summary(best=0.7).diversity == pytest.approx(1 - now.overlap)


def test_rewrites_grown_alike_stop_the_run() -> None:
    first, now = read(TEXT, VARIED, 3, 0), read(TEXT, ALIKE, 3, 0)
    found = alarms(first, first, now)
    assert "overlap" in {alarm.kind for alarm in found}
    assert all(alarm.stops for alarm in found if alarm.kind in ("overlap", "distinct"))


def test_light_edits_that_agree_are_no_collapse() -> None:
    light = [TEXT.replace("everybody", "everyone"), TEXT.replace("everybody", "everyone").replace(",", "")]
    found = alarms(read(TEXT, VARIED, 3, 0), read(TEXT, VARIED, 3, 0), read(TEXT, light, 2, 0))
    assert not any(alarm.stops for alarm in found)


def test_more_than_a_tenth_of_gibberish_stops_the_run() -> None:
    first = read(TEXT, VARIED, 10, 1)
    assert "gibberish" not in {alarm.kind for alarm in alarms(first, first, first)}
    now = read(TEXT, VARIED, 10, 2)
    assert [alarm.kind for alarm in alarms(first, first, now) if alarm.stops] == ["gibberish"]


def test_one_accident_among_a_few_is_no_collapse() -> None:
    first = read(TEXT, VARIED, 10, 0)
    assert not any(alarm.stops for alarm in alarms(first, first, read(TEXT, VARIED, tried=4, gibberish=1)))
    assert any(alarm.stops for alarm in alarms(first, first, read(TEXT, VARIED, tried=5, gibberish=2)))


def test_slop_and_drift_of_length_are_told_and_stop_nothing() -> None:
    first = read(TEXT, VARIED, 3, 0)
    sloppy = read(
        TEXT, [f"{text} It was a testament to the villagers and their work." for text in VARIED], 3, 0
    )
    found = alarms(first, first, sloppy)
    assert {"slop", "length"} <= {alarm.kind for alarm in found}
    assert not any(alarm.stops for alarm in found if alarm.kind in ("slop", "length"))


def test_coming_back_to_the_originals_length_is_no_drift() -> None:
    short, level = read(TEXT, [TEXT[:40]], 1, 0), read(TEXT, [TEXT], 1, 0)
    assert "length" in {alarm.kind for alarm in alarms(level, level, short)}
    assert "length" not in {alarm.kind for alarm in alarms(short, short, level)}


def test_a_generation_without_texts_reads_as_the_original() -> None:
    empty = read(TEXT, [], tried=5, gibberish=0)
    assert (empty.overlap, empty.slop, empty.length_ratio) == (0, 0, 1)
    assert "distinct" not in {alarm.kind for alarm in alarms(empty, empty, read(TEXT, VARIED, 3, 0))}


def test_a_judge_that_prefers_a_place_is_weak() -> None:
    pairs = [("a", other) for other in "bcdef"]
    biased = [comparison(*order, 0.5) for pair in pairs for order in (pair, pair[::-1])]
    read_out = read_judge([*biased, comparison("b", "c", -1.0)])
    assert read_out.flips == 1.0
    assert read_out.mass == pytest.approx(0.9)
    assert read_judge(biased[:8]).flips is None
    alarm = judge_alarm(read_out)
    assert alarm is not None
    assert not alarm.stops


def test_a_judge_that_seldom_answers_is_weak_and_a_sound_one_is_not() -> None:
    assert judge_alarm(read_judge([comparison("a", "b", 1.0, mass=0.2)])) is not None
    sound = read_judge(
        [comparison(*pair, sign) for o in "bcdef" for pair, sign in ((("a", o), 1.0), ((o, "a"), -1.0))]
    )
    assert sound.flips == 0
    assert judge_alarm(sound) is None
    assert judge_alarm(replace(sound, flips=None)) is None
    assert judge_alarm(read_judge([])) is None
