"""How numbers, lines and durations are written on the command line."""

import re
from collections.abc import Callable

import click

_LINES = re.compile(r"(\d+)(?::(\d+))?")
_DURATION = re.compile(r"(?:(\d+(?:\.\d+)?)m(?:in)?)?\s*(?:(\d+(?:\.\d+)?)s?)?")


def whole(
    least: int, most: int | None = None
) -> Callable[[click.Context, click.Parameter, int | None], int | None]:
    """What refuses numbers out of `least`..`most`, both included."""
    # click.IntRange would write its bounds into the help, all 19 digits of them.
    wanted = f"from {least:,} up" if most is None else f"from {least:,} to {most:,}"

    def check(ctx: click.Context, param: click.Parameter, value: int | None) -> int | None:
        if value is not None and (value < least or (most is not None and value > most)):
            raise click.BadParameter(f"{value:,} is not {wanted}.", ctx, param)
        return value

    return check


def lines(ctx: click.Context, param: click.Parameter, value: str | None) -> tuple[int, int] | None:
    """First and last line of `10:24` or `10`, from 1, inclusive.

    :raises click.BadParameter: if it is neither.
    """
    if value is None:
        return None
    match = _LINES.fullmatch(value)
    if match is None:
        raise click.BadParameter(f"{value!r} is not a range of lines; write it as 10:24.", ctx, param)
    first = int(match[1])
    last = int(match[2] or first)
    if not 1 <= first <= last:
        raise click.BadParameter(f"{value!r} runs backwards or begins before line 1.", ctx, param)
    return first, last


def duration(ctx: click.Context, param: click.Parameter, value: str | None) -> float | None:
    """Seconds of `60s`, `2m`, `1m30s` or plain `15`.

    :raises click.BadParameter: if it is none of these, or not above zero.
    """
    if value is None:
        return None
    match = _DURATION.fullmatch(value.strip())
    seconds = 60 * float(match[1] or 0) + float(match[2] or 0) if match else 0.0
    if seconds <= 0:
        raise click.BadParameter(f"{value!r} is not a time above zero; write it as 60s or 2m.", ctx, param)
    return seconds
