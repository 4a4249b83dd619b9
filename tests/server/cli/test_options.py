from collections.abc import Callable

import click
import pytest

from aw_server.cli import options

_CONTEXT = click.Context(click.Command("evolve"))
_OPTION = click.Option(["--option"])


@pytest.mark.parametrize(
    ("written", "seconds"), [("60s", 60), ("2m", 120), ("1m30s", 90), ("15", 15), ("0.5s", 0.5), ("1min", 60)]
)
def test_a_time_is_read_in_seconds(written: str, seconds: float) -> None:
    assert options.duration(_CONTEXT, _OPTION, written) == seconds


@pytest.mark.parametrize(("written", "first", "last"), [("10:24", 10, 24), ("7", 7, 7)])
def test_lines_are_read_inclusively(written: str, first: int, last: int) -> None:
    assert options.lines(_CONTEXT, _OPTION, written) == (first, last)


@pytest.mark.parametrize(
    ("read", "written"),
    [
        (options.duration, ""),
        (options.duration, "0"),
        (options.duration, "soon"),
        (options.duration, "-5s"),
        (options.duration, "1h"),
        (options.lines, "0:4"),
        (options.lines, "9:4"),
        (options.lines, "a:b"),
        (options.lines, "4-9"),
    ],
)
def test_anything_else_is_refused_with_an_example_or_a_reason(
    read: Callable[[click.Context, click.Parameter, str], object], written: str
) -> None:
    with pytest.raises(click.BadParameter):
        read(_CONTEXT, _OPTION, written)


def test_a_number_out_of_bounds_is_refused_with_the_bounds() -> None:
    assert options.whole(2, 64)(_CONTEXT, _OPTION, 64) == 64
    with pytest.raises(click.BadParameter, match="65 is not from 2 to 64"):
        options.whole(2, 64)(_CONTEXT, _OPTION, 65)
    with pytest.raises(click.BadParameter, match="0 is not from 1 up"):
        options.whole(1)(_CONTEXT, _OPTION, 0)


def test_an_option_that_is_not_given_stays_absent() -> None:
    assert options.duration(_CONTEXT, _OPTION, None) is None
    assert options.lines(_CONTEXT, _OPTION, None) is None
    assert options.whole(1)(_CONTEXT, _OPTION, None) is None
