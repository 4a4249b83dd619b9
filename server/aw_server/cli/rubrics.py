"""`aw-server rubrics`: what “better” can mean."""

import sys
from pathlib import Path

import click
import msgspec
from platformdirs import user_config_path

from aw_engine.domain.rubric import Rubric
from aw_engine.errors import RubricError
from aw_engine.rubrics import load
from aw_engine.rubrics.template import template
from aw_server.cli.exits import Exit
from aw_server.cli.failures import FileError
from aw_server.cli.project import project_folder


class ListedRubric(msgspec.Struct, frozen=True):
    """A rubric in a list; `error` says why it cannot be used."""

    id: str
    source: str
    path: str
    title: str | None
    description: str | None
    error: str | None


class Checked(msgspec.Struct, frozen=True):
    """A rubric file, and what is wrong with it."""

    path: str
    ok: bool
    error: str | None


@click.group(short_help="What “better” can mean: list, show, check, new.")
def rubrics() -> None:
    """What “better” can mean. A rubric is a TOML file: questions to judge by, and ways to write."""


@rubrics.command("list")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def list_(as_json: bool) -> Exit:
    """The rubrics that can be used here: built-in, yours, the project's."""
    from aw_server.cli import tables

    found = [
        ListedRubric(
            id=each.id,
            source=each.source,
            path=str(each.path),
            title=each.rubric.title if each.rubric else None,
            description=each.rubric.description if each.rubric else None,
            error=each.error,
        )
        for each in load.available(project_folder(Path.cwd()))
    ]
    if as_json:
        tables.print_json(found)
        return Exit.DONE
    default = next((each for each in found if each.id == load.DEFAULT), None)  # the first is the one used
    tables.print_table(
        ("name", "from", "what it asks for"),
        [
            (
                f"{each.id} (default)" if each is default else each.id,
                each.source,
                each.description or f"unusable: {each.error}",
            )
            for each in found
        ],
    )
    return Exit.DONE


@rubrics.command()
@click.argument("name", metavar="NAME|PATH")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def show(name: str, as_json: bool) -> Exit:
    """The text of a rubric."""
    from aw_server.cli import tables

    project = project_folder(Path.cwd())
    rubric = load.find(name, project)
    if as_json:
        tables.print_json(rubric)
        return Exit.DONE
    click.echo(_path(name, rubric, project).read_text("utf-8"), nl=False)
    return Exit.DONE


@rubrics.command(short_help="Whether rubric files can be used, or what is wrong.")
@click.argument("files", metavar="NAME|FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def check(files: tuple[Path, ...], as_json: bool) -> Exit:
    """Whether rubric files can be used; else the key or line that is wrong, and what was expected."""
    from aw_server.cli import tables

    checked = [_check(_place(path)) for path in files]
    if as_json:
        tables.print_json(checked)
    else:
        for each in checked:
            if each.ok:
                click.echo(f"{each.path}: in order")
            else:
                click.echo(each.error, err=True)
    return Exit.DONE if all(each.ok for each in checked) else Exit.USAGE


def _place(path: Path) -> Path:
    """The file that is meant: this path, or that of the rubric of this name."""
    if path.exists() or path.suffix:
        return path
    known = load.available(project_folder(Path.cwd()))
    return next((each.path for each in known if each.id == str(path)), path)


@rubrics.command()
@click.argument("name", metavar="NAME")
@click.option(
    "--project", "in_project", is_flag=True, help="Into .aw/rubrics of this folder, instead of your own."
)
def new(name: str, in_project: bool) -> Exit:
    """Write a new rubric file to start from, and say where it is."""
    text = template(name)
    folder = (
        Path.cwd() / ".aw" / "rubrics" if in_project else user_config_path("aw", appauthor=False) / "rubrics"
    )
    path = folder / f"{name}.toml"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise FileError(f"{path} is there already; edit it, or choose another name.") from None
    except OSError as error:
        raise FileError(f"{path} cannot be written ({error.strerror}); check the folder.") from error
    click.echo(path)
    if sys.stderr.isatty():
        click.echo(f"Edit it, then: aw-server rubrics check {path}", err=True)
    return Exit.DONE


def _path(name: str, rubric: Rubric, project: Path | None) -> Path:
    """Where a rubric that `find` found was read from."""
    by_id = {each.id: each.path for each in load.available(project) if each.rubric == rubric}
    return by_id.get(rubric.id, Path(name))


def _check(path: Path) -> Checked:
    try:
        load.read(path)
    except RubricError as error:
        return Checked(str(path), ok=False, error=str(error))
    return Checked(str(path), ok=True, error=None)
