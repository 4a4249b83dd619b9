"""The writer's settings, section `aw`: VS Code's package.json and the documentation are made from this file.

They come from the editor alone. A project's own folder `.aw` holds rubrics, which are data; it names no
executable, no model and no other address.
"""

from difflib import get_close_matches
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct, inspect

from aw_engine.domain.plan import NORMAL
from aw_engine.domain.rubric import Strictness


def _says(description: str, scope: str, **limits: Any) -> Meta:
    """`scope` is VS Code's word for who may set it: `machine` is never taken from a workspace."""
    return Meta(description=description, extra_json_schema={"scope": scope}, **limits)


class _SettingsGroup(Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """Settings whose keys share a prefix."""


class Server(_SettingsGroup, frozen=True):
    command: Annotated[
        tuple[str, ...],
        _says("Command line that starts the server; empty for the one that was found.", "machine"),
    ] = ()


class Results(_SettingsGroup, frozen=True):
    view: Annotated[Literal["list", "panel"], _says("Where ranked rewrites are shown.", "window")] = "list"


class Trace(_SettingsGroup, frozen=True):
    server: Annotated[
        Literal["off", "messages", "verbose"],
        _says("What the editor writes down of its talk with the server; may hold your text.", "window"),
    ] = "off"


class Settings(_SettingsGroup, frozen=True):
    """Every setting with its default. `server`, `results` and `trace` concern the client alone."""

    server: Server = Server()
    model: Annotated[
        str,
        _says(
            "The model that writes: `builtin`, a .gguf file, or a server that runs (http://127.0.0.1:8080).",
            "machine",
        ),
    ] = "builtin"
    judge_model: Annotated[str, _says("The model that judges; empty for the trained judge.", "machine")] = ""
    allowed_hosts: Annotated[
        tuple[str, ...], _says("Other computers whose model servers may be sent your text.", "machine")
    ] = ()
    threads: Annotated[int, _says("Processor threads; 0 for as many as fit.", "machine", ge=0, le=1024)] = 0
    context_length: Annotated[
        int, _says("Tokens of context; 0 for what the model and the memory allow.", "machine", ge=0)
    ] = 0
    idle_unload_minutes: Annotated[
        float, _says("Idle minutes after which the model leaves memory; 0 for never.", "machine", ge=0)
    ] = 5
    rubric: Annotated[str, _says("What “better” means: a rubric's name or file.", "language-overridable")] = (
        ""
    )
    language: Annotated[
        str,
        _says(
            "The language of your documents, as `en-GB`; empty for what they say or look like.",
            "language-overridable",
            pattern="^([A-Za-z]{2,3}([-_][A-Za-z0-9]+)*)?$",
        ),
    ] = ""
    candidates: Annotated[int, _says("First rewrites of a run.", "resource", ge=2, le=64)] = NORMAL.n
    generations: Annotated[
        int, _says("How often the best rewrites are improved upon.", "resource", ge=1, le=12)
    ] = NORMAL.generations
    budget_seconds: Annotated[
        float, _says("Seconds after which a run ends with what it has; 0 for no limit.", "resource", ge=0)
    ] = 60
    gates: Annotated[
        Strictness, _says("How strictly rewrites are refused that change facts.", "language-overridable")
    ] = "normal"
    context: Annotated[
        Literal["none", "neighbours"],
        _says("Which of the surrounding text the model is shown.", "resource"),
    ] = "neighbours"
    notify_when_done: Annotated[
        Literal["message", "ask", "none"], _says("What is said when a run has ended.", "window")
    ] = "message"
    results: Results = Results()
    code_lens: Annotated[bool, _says("Show a line above paragraphs that have rewrites.", "window")] = False
    history: Annotated[bool, _says("Keep a history of runs on this computer.", "application")] = True
    trace: Trace = Trace()


def decode(raw: object) -> tuple[Settings, list[str]]:
    """The settings, and a sentence for each key that is unknown or wrong; such a key has its default.

    Values are never quoted: they may be paths or tokens.
    """
    if raw is None:
        return Settings(), []
    if not isinstance(raw, dict):
        return Settings(), ["Settings: `aw` must be an object. Using the defaults."]
    faults: list[str] = []
    return _decode(raw, Settings(), "aw", faults), faults


def _decode(raw: dict[Any, Any], defaults: Any, path: str, faults: list[str]) -> Any:
    fields = {each.encode_name: each for each in msgspec.structs.fields(type(defaults))}
    taken: dict[str, Any] = {}
    for key, value in raw.items():
        known = fields.get(key)
        where = f"{path}.{str(key)[:60]}"
        if known is None:
            near = get_close_matches(str(key), fields, n=1)
            hint = f" Did you mean `{path}.{near[0]}`?" if near else ""
            faults.append(f"Settings: `{where}` is unknown.{hint} It is ignored.")
            continue
        default = getattr(defaults, known.name)
        if value is None:  # as VS Code says that nothing is set
            continue
        if isinstance(default, Struct) and isinstance(value, dict):
            taken[known.name] = _decode(value, default, where, faults)
            continue
        try:
            taken[known.name] = msgspec.convert(value, known.type)
        except msgspec.ValidationError:
            using = f" Using {_said(default)}." if not isinstance(default, Struct) else ""
            faults.append(f"Settings: `{where}` must be {_expected(known.type)}.{using}")
    return msgspec.structs.replace(defaults, **taken)


def _expected(kind: Any) -> str:
    match inspect.type_info(kind):
        case inspect.Metadata(type=inner):
            return _described(inner)
        case inner:
            return _described(inner)


def _described(kind: inspect.Type) -> str:
    match kind:
        case inspect.IntType(ge=low, le=high):
            return f"a whole number{_between(low, high)}"
        case inspect.FloatType(ge=low, le=high):
            return f"a number{_between(low, high)}"
        case inspect.BoolType():
            return "true or false"
        case inspect.LiteralType(values=values):
            *most, last = (f"`{each}`" for each in values)
            return f"{', '.join(most)} or {last}"
        case inspect.VarTupleType():
            return "a list of texts"
        case inspect.StrType():
            return "a text"
        case _:
            return "an object"


def _between(low: float | None, high: float | None) -> str:
    if low is None:
        return ""
    return f", {low} or more" if high is None else f" from {low} to {high}"


def _said(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case "" | ():
            return "none"
        case str():
            return f"`{value}`"
        case tuple():
            return ", ".join(f"`{each}`" for each in value)
        case _:
            return str(value)
