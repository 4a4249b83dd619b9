"""The program's commands, and the boundary at which every failure becomes a sentence and an exit code."""

import errno
import os
import sys
from collections.abc import Sequence
from importlib import import_module

import click
import msgspec

from aw_engine.errors import AwError
from aw_server import __version__, log
from aw_server.cli.exits import Exit, Failure, failure
from aw_server.visible import visible

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_COMMANDS: dict[str, str] = {
    "evolve": "Evolve a paragraph: rewrites, ranked against your text.",
    "rubrics": "What “better” can mean: list, show, check, new.",
    "runs": "Past runs: list, show, report, export, replay, rm.",
    "models": "Model files: list, show, path, verify.",
    "doctor": "Is everything in order? Versions, model, a short self-test.",
    "bench": "How fast this computer is with a model.",
}


class _Program(click.Group):
    """Imports a command when it is asked for, so that `--version` and `--help` answer at once."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command = getattr(import_module(f"aw_server.cli.{cmd_name}"), cmd_name)
        return command if isinstance(command, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))


@click.group(
    cls=_Program,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="aw-server", message="%(prog)s %(version)s")
@click.pass_context
def program(ctx: click.Context) -> int:
    """Evolve a paragraph with a local model: many rewrites, compared pair by pair with each other and with
    your own text, the best improved for some generations. Nothing leaves this computer unless you allow it.

    \b
    aw-server evolve chapter.md                 lists its paragraphs
    aw-server evolve chapter.md -p 3 --diff     the third, the best as a diff
    aw-server evolve - --budget 15s < note.txt  from stdin, 15 seconds
    aw-server --stdio                           serves an editor
    """
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help(), err=True)
        return Exit.USAGE
    return Exit.DONE


def run(arguments: Sequence[str]) -> int:
    """The exit code, after everything has been said. Raises nothing, unless AW_DEBUG=1."""
    as_json = any(each in ("--json", "--jsonl") for each in arguments)
    try:
        with program.make_context("aw-server", list(arguments)) as context:
            code = int(program.invoke(context))
        sys.stdout.flush()
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        sys.stderr.write(error.format_message() + "\n")
        return Exit.USAGE
    except click.UsageError as error:
        return _usage(error, as_json)
    except AwError as error:
        report, code = failure(error)
        return _say(report, code, as_json)
    except BrokenPipeError:
        _forget_stdout()
        return Exit.PIPE_CLOSED
    except OSError as error:
        if error.errno not in _NO_ROOM:
            return _unexpected(error, as_json)
        _forget_stdout()
        return _say(
            Failure("failed", "file", f"The output cannot be written ({error.strerror}); free some space."),
            Exit.USAGE,
            False,
        )
    except (KeyboardInterrupt, click.Abort):
        return Exit.INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the process boundary
        return _unexpected(error, as_json)
    return code


def _say(report: Failure, code: int, as_json: bool) -> int:
    sys.stderr.write(f"aw-server: {visible(report.message)}\n")
    if as_json:
        try:
            sys.stdout.buffer.write(msgspec.json.encode(report) + b"\n")
            sys.stdout.flush()
        except BrokenPipeError:
            _forget_stdout()
    return code


def _usage(error: click.UsageError, as_json: bool) -> int:
    context = error.ctx
    if context is not None:
        sys.stderr.write(context.get_usage() + "\n")
        hint = f"Try `{context.command_path} --help`."
    else:
        hint = ""
    message = f"{error.format_message()} {hint}".strip()
    return _say(Failure("refused", "usage", message), Exit.USAGE, as_json)


def _unexpected(error: Exception, as_json: bool) -> int:
    if os.environ.get("AW_DEBUG") == "1":
        raise error
    where = log.record(error)
    noted = f"details are in {where}" if where else "the log cannot be written; AW_DEBUG=1 shows the details"
    message = (
        f"Internal error ({type(error).__name__}), a defect of aw; {noted}. Your files are as they were."
    )
    return _say(Failure("failed", "internal", message), Exit.INTERNAL, as_json)


def _forget_stdout() -> None:
    """Let stdout, whose reader is gone, lead to the null device, so that the last flush does not fail."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
