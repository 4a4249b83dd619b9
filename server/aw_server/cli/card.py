"""What a model is worth on this computer, as the command line measures and says it."""

import sys
from collections.abc import Iterator

import anyio
import click

from aw_server.runs.card import ReportCard


def measured(ref: str) -> ReportCard:
    """The model's card, measured now; stderr says what goes on.

    :raises AwError: if the model cannot be loaded, or fails.
    """
    terminal = sys.stderr.isatty()

    def told(what: str) -> None:
        click.echo(f"\r\x1b[K{ref}: {what}" if terminal else f"{ref}: {what}", err=True, nl=not terminal)

    from aw_server.runs.measuring import measure  # heavy: help must not wait for it

    try:
        return anyio.run(measure, ref, told)
    finally:
        if terminal:
            click.echo("\r\x1b[K", err=True, nl=False)


def lines(card: ReportCard | None, ref: str) -> Iterator[tuple[str, str]]:
    """The card as names and values, or how it can be had."""
    if card is None:
        yield "measured", f"not yet; aw-server models show {ref} --measure (takes minutes)"
        return
    yield (
        "writes",
        f"{card.passed:.0%} of its tries on {card.paragraphs} paragraphs pass the gates; "
        f"a rewrite changes {card.changed:.0%} of the words",
    )
    for judge in card.judges:
        order = f", {judge.flips:.0%} decided by their order" if judge.flips else ""
        yield (
            f"by {judge.by}",
            f"judges {judge.accuracy:.0%} of {judge.pairs} graded pairs rightly{order}",
        )
    speed = f", {card.writing:.0f} tokens a second written" if card.writing else ""
    yield (
        "takes",
        f"{card.first:.1f} s to the first rewrite of {card.words} words, {card.whole:.0f} s for a normal run"
        + speed,
    )
    yield "measured", f"{card.measured}, on this computer"
