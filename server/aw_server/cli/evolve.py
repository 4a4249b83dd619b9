"""`aw-server evolve`: from a file to a ranking, a text, a diff, JSON, or a replaced file."""

import re
from typing import get_args

import click
import msgspec

from aw_engine.domain.passage import Format
from aw_engine.errors import SettingsError
from aw_server.cli import options
from aw_server.cli.request import PLANS, Given, evolve_options

_EXCLUSIVE = (
    ("--paragraph", "--lines"),
    ("--json", "--jsonl"),
    ("--diff", "--json"),
    ("--diff", "--jsonl"),
    ("--diff", "--all"),
    ("--all", "--json"),
    ("--all", "--jsonl"),
    ("--split", "--paragraph"),
)


@click.command(short_help="Evolve a paragraph: rewrites, ranked against your text.")
@click.argument("file", metavar="FILE|-")
@click.option(
    "--paragraph", "-p", type=int, callback=options.whole(1), metavar="N", help="The Nth paragraph."
)
@click.option(
    "--lines",
    "-l",
    callback=options.lines,
    metavar="A:B",
    help="These lines, as 10:24.",
)
@click.option("--split", is_flag=True, help="Every paragraph of the file or the lines, one after another.")
@click.option("--rubric", "-r", metavar="NAME|PATH", help="What better means (see: aw-server rubrics list).")
@click.option(
    "--instruction", "-i", metavar="TEXT", help="What to do, in your own words (not for the built-in model)."
)
@click.option("--gates", type=click.Choice(["strict", "normal", "relaxed"]), help="How far a rewrite may go.")
@click.option(
    "--plan",
    "plan_name",
    type=click.Choice(list(PLANS)),
    default="normal",
    show_default=True,
    help="How much work.",
)
@click.option(
    "--n",
    type=int,
    callback=options.whole(2, 64),
    metavar="N",
    help="Rewrites in the first generation, 2 to 64; by plan 6, 8 or 12.",
)
@click.option(
    "--generations",
    type=int,
    callback=options.whole(1, 12),
    metavar="N",
    help="Generations, 1 to 12; by plan 1, 1 or 3.",
)
@click.option(
    "--budget", callback=options.duration, metavar="TIME", help="Stop after 60s (or 2m) with the best so far."
)
@click.option(
    "--seed",
    type=int,
    callback=options.whole(0, 2**63 - 1),
    default=0,
    show_default=True,
    metavar="N",
    help="Same seed, same outcome.",
)
@click.option(
    "--rating",
    type=click.Choice(["gaussian", "elo"]),
    default="gaussian",
    show_default=True,
    help="What comparisons are made, and how they count; elo: as AlphaWrite has it.",
)
@click.option(
    "--model",
    "-m",
    metavar="REF",
    default="builtin",
    show_default=True,
    help="A GGUF file, a name of the catalogue, or a server that runs: http://127.0.0.1:8080[#MODEL].",
)
@click.option(
    "--judge-model", metavar="REF", help="Another model that compares; default: `trained`, for English."
)
@click.option(
    "--allow-host",
    "hosts",
    multiple=True,
    metavar="HOST",
    help="Another computer whose model server may be sent your text.",
)
@click.option("--offline", is_flag=True, help="Use no network, and refuse what would need it.")
@click.option(
    "--format",
    "markup",
    type=click.Choice(get_args(Format)),
    help="How FILE is read; default: by its name.",
)
@click.option("--language", metavar="CODE", help="The text's language, as en; found out by default.")
@click.option("--all", "everything", is_flag=True, help="Show every ranked rewrite.")
@click.option("--diff", is_flag=True, help="Print a unified diff of the best.")
@click.option("--in-place", is_flag=True, help="Put the best into the file; the old file is kept beside it.")
@click.option("--backup", metavar="SUFFIX", default=".bak", help="Suffix of the old file.", show_default=True)
@click.option("--report", metavar="FILE", help="Write a report of the run as an HTML page.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as one JSON object.")
@click.option("--jsonl", "as_events", is_flag=True, help="Print events as they come, one JSON object a line.")
@click.option("--fail-if-none", is_flag=True, help="Exit with 1 if nothing beats your text.")
@click.option("--quiet", "-q", is_flag=True, help="Nothing on stderr but errors.")
def evolve(**given: object) -> int:
    """Evolve a paragraph of FILE (or of stdin, with -): rewrites, ranked against your own text.

    On a terminal you see the ranking; otherwise just the best text is printed, or yours if nothing beats it.
    Ctrl-C ends a run with the best so far.
    """
    asked = msgspec.convert(given, Given)
    _refuse_combinations(asked)
    _refuse_values(asked)
    from aw_server.cli import evolving  # heavy: help and refusals must not wait for it

    if asked.offline:
        from aw_server.cli.offline import enforce

        enforce(asked.model, asked.judge_model)
    return evolving.run(evolve_options(asked))


def _refuse_combinations(asked: Given) -> None:
    given = {
        "--paragraph": asked.paragraph is not None,
        "--lines": asked.lines is not None,
        "--split": asked.split,
        "--json": asked.as_json,
        "--jsonl": asked.as_events,
        "--diff": asked.diff,
        "--all": asked.everything,
    }
    for one, other in _EXCLUSIVE:
        if given[one] and given[other]:
            raise click.UsageError(f"{one} and {other} exclude each other.")
    if asked.split and asked.report is not None:
        raise click.UsageError("--report is about one run; after --split, see `aw-server runs report`.")


def _refuse_values(asked: Given) -> None:
    if asked.report == "-":
        raise click.UsageError("--report needs a file; stdout is for the text.")
    if asked.in_place and asked.file == "-":
        raise click.UsageError("--in-place needs a file; stdin cannot be replaced.")
    if not asked.backup or "/" in asked.backup or "\\" in asked.backup or "\0" in asked.backup:
        raise click.UsageError("--backup is a suffix for the old file's name, such as .bak.")
    if asked.language is not None and not re.fullmatch("[A-Za-z]{2,3}([-_][A-Za-z0-9]+)*", asked.language):
        raise click.UsageError("--language is a language's code, such as en or en-GB.")
    if asked.instruction is not None and not asked.instruction.strip():
        raise SettingsError("The instruction is empty; say what to do, or leave it out.")
