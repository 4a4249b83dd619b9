import pytest

from aw_engine.text.numbers import numbers


@pytest.mark.parametrize(
    "same",
    [
        ("1,000", "1000", "one thousand", "a thousand", "1000.0"),
        ("21%", "21 %", "21 percent", "twenty-one percent", "twenty one per cent", r"21\%"),
        ("$5 million", "5 million dollars", "$5,000,000", "$5m"),
        ("1 May 2024", "May 1, 2024", "1st of May 2024", "2024-05-01", "May 1st 2024"),
        ("2:30 pm", "14:30", "2:30 p.m."),
        ("3 km", "3km", "three kilometres", "3 kilometers"),
        ("305", "three hundred and five", "three hundred five"),
        ("2,500,000", "2.5 million", "two million five hundred thousand"),
        ("5th", "fifth"),
        ("12", "twelve"),
        ("-5", "−5"),
    ],
)
def test_equal_numbers_have_one_normal_form(same: tuple[str, ...]) -> None:
    forms = [[number.normal for number in numbers(f"It is {text}, he said.")] for text in same]
    assert all(form == forms[0] and len(form) == 1 for form in forms)


def test_each_number_is_found_once() -> None:
    found = numbers("From 10–20 of two and three in 1990, on May 2024, version 3.11.7, no H2O or COVID19.")
    assert [n.normal for n in found] == ["10", "20", "2", "3", "1990", "2024-05", "3.11.7"]


def test_a_lone_one_is_soft() -> None:
    assert [(n.raw, n.soft) for n in numbers("one of the first two")] == [
        ("one", True),
        ("first", True),
        ("two", False),
    ]
