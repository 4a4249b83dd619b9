"""Which kind of server answers at an address, and what its model is: found out by asking.

What each kind says is in its documentation: llama.cpp `tools/server/README.md`, vLLM "OpenAI-Compatible
Server", Ollama `docs/api.md`, LM Studio "REST API v0"; KoboldCpp speaks as OpenAI's server does.
"""

import re
from collections.abc import Sequence
from typing import Any, Final, Literal
from urllib.parse import quote

from msgspec import Struct, field

from aw_engine.errors import ModelMissing, ServerFailed
from aw_engine.inference.served.connection import Connection, decoded

Kind = Literal["llama-server", "vLLM", "Ollama", "LM Studio", "KoboldCpp", "OpenAI-compatible server"]

_AT_ONCE: Final[dict[Kind, int]] = {"vLLM": 16, "OpenAI-compatible server": 4}
_FEW: Final = 2  # the others work at one request, or a few, and let the rest wait
_USUAL_CONTEXT: Final = 4096  # what Ollama and LM Studio give a model unless they are told more
_LONGEST_NAME: Final = 200
_BILLIONS: Final = re.compile(r"(?<![\d.])(\d+(?:\.\d+)?)\s*([bm])(?![a-z])", re.IGNORECASE)


class Template(Struct, frozen=True):
    """A chat template, and the texts of the begin and end tokens that it is written with."""

    source: str
    begin: str
    end: str


class Served(Struct, frozen=True):
    """A model that runs on a server. `at_once` is how many requests it works at, `context` in tokens.

    `parameters` is the number of weights (0 = unknown). `marks` tell this model from others of its name.
    `template` is there where prompts can be given as tokens. `thinks`: it can be told not to think.
    """

    kind: Kind
    name: str
    context: int
    at_once: int
    parameters: int = 0
    marks: tuple[str, ...] = ()
    template: Template | None = None
    thinks: bool = False


class _Meta(Struct, frozen=True):
    n_params: int = 0
    n_vocab: int = 0
    size: int = 0


class _Entry(Struct, frozen=True):
    id: str
    owned_by: str = ""
    max_model_len: int | None = None
    meta: _Meta | None = None


class _Listing(Struct, frozen=True):
    data: tuple[_Entry, ...]


class _Defaults(Struct, frozen=True):
    n_ctx: int


class _Props(Struct, frozen=True):
    """llama-server's `/props`."""

    default_generation_settings: _Defaults
    total_slots: int
    chat_template: str = ""
    bos_token: str = ""
    eos_token: str = ""
    build_info: str = ""


class _Version(Struct, frozen=True):
    version: str


class _Tag(Struct, frozen=True):
    name: str
    digest: str = ""
    context_length: int = 0


class _Tags(Struct, frozen=True):
    """Ollama's `/api/tags`, and `/api/ps` of the models that are loaded."""

    models: tuple[_Tag, ...]


class _Shown(Struct, frozen=True):
    """Ollama's `/api/show`."""

    capabilities: tuple[str, ...] = ()
    model_info: dict[str, Any] = field(default_factory=dict)


class _Loadable(Struct, frozen=True):
    id: str
    type: str
    max_context_length: int = 0
    loaded_context_length: int = 0


class _Loadables(Struct, frozen=True):
    """LM Studio's `/api/v0/models`."""

    data: tuple[_Loadable, ...]


async def discover(connection: Connection) -> Served:
    """The model that the address means.

    :raises ServerFailed: if no model server can be reached there.
    :raises ModelMissing: if it has no such model, or several and none was named.
    """
    entries = await _entries(connection)
    owners = {entry.owned_by for entry in entries}
    if "koboldcpp" in owners:
        return _plain("KoboldCpp", _chosen(connection, [entry.id for entry in entries]))
    if "llamacpp" in owners or not owners:
        return await _llama_server(connection, entries)
    if any(entry.max_model_len for entry in entries):
        name = _chosen(connection, [entry.id for entry in entries])
        length = next(entry.max_model_len for entry in entries if entry.id == name)
        return _plain("vLLM", name, _length(length))
    if (version := await connection.get("/api/version", _Version)) is not None:
        return await _ollama(connection, version.version)
    if (loadable := await connection.get("/api/v0/models", _Loadables)) is not None:
        return _lm_studio(connection, loadable.data)
    return await _llama_server(connection, entries)


async def _entries(connection: Connection) -> Sequence[_Entry]:
    reply = await connection.ask("GET", "/v1/models")
    if reply.status == 404:
        raise ServerFailed(
            f"There is no model server at {connection.address.base}: it does not know /v1/models. "
            "Correct the address."
        )
    if reply.status != 200:
        raise connection.refused(reply)
    found = decoded(reply.body, _Listing)
    if found is None:
        raise connection.malformed()
    return found.data


def _chosen(connection: Connection, names: Sequence[str]) -> str:
    """The model that the address names, or the only one."""
    address, wanted = connection.address, connection.address.model
    if not names:
        raise ModelMissing(f"The server at {address.base} has no model yet. Give it one, and try again.")
    listed = ", ".join(name[:_LONGEST_NAME] for name in names[:20]) + (", …" if len(names) > 20 else "")
    if wanted:
        for name in (wanted, f"{wanted}:latest"):
            if name in names:
                return name
        raise ModelMissing(f"The server at {address.base} has no model {wanted}. It has: {listed}.")
    if len(names) > 1:
        raise ModelMissing(
            f"The server at {address.base} has several models; name one, as in "
            f"{address.base}#{names[0][:_LONGEST_NAME]}. It has: {listed}."
        )
    return names[0]


def _plain(kind: Kind, name: str, context: int = _USUAL_CONTEXT) -> Served:
    return Served(kind, name, context, _AT_ONCE.get(kind, _FEW), parameters_named(name))


async def _llama_server(connection: Connection, entries: Sequence[_Entry]) -> Served:
    """llama-server, or one that is known by nothing but its list of models."""
    name = _chosen(connection, [entry.id for entry in entries])
    props = await connection.get(f"/props?model={quote(name, safe='')}", _Props)
    if props is None:
        return _plain("OpenAI-compatible server", name)
    meta = next((entry.meta for entry in entries if entry.id == name), None) or _Meta()
    return Served(
        kind="llama-server",
        name=name,
        context=_length(props.default_generation_settings.n_ctx),
        at_once=max(1, props.total_slots),
        parameters=meta.n_params or parameters_named(name),
        marks=(props.build_info, str(meta.n_params), str(meta.size), str(meta.n_vocab)),
        template=Template(props.chat_template, props.bos_token, props.eos_token),
    )


async def _ollama(connection: Connection, version: str) -> Served:
    tags = await connection.get("/api/tags", _Tags)
    models = () if tags is None else tags.models
    name = _chosen(connection, [each.name for each in models])
    shown = await connection.post("/api/show", {"model": name}, _Shown)
    loaded = await connection.get("/api/ps", _Tags)
    lengths = [each.context_length for each in loaded.models if each.name == name] if loaded else []
    parameters = shown.model_info.get("general.parameter_count")
    return Served(
        kind="Ollama",
        name=name,
        context=_length(*lengths),
        at_once=_FEW,
        parameters=parameters if isinstance(parameters, int) else parameters_named(name),
        marks=(version, next(each.digest for each in models if each.name == name)),
        thinks="thinking" in shown.capabilities,
    )


def _lm_studio(connection: Connection, models: Sequence[_Loadable]) -> Served:
    writing = {each.id: each for each in models if each.type in ("llm", "vlm")}
    name = _chosen(connection, list(writing))
    found = writing[name]
    most = min(_USUAL_CONTEXT, _length(found.max_context_length))
    return _plain("LM Studio", name, _length(found.loaded_context_length, most))


def _length(*said: int | None) -> int:
    """The first context length that is one."""
    return next((length for length in said if length is not None and length > 0), _USUAL_CONTEXT)


def parameters_named(name: str) -> int:
    """The number of weights that a model's name tells (`qwen2.5-7b`, `smollm2:135m`), else 0."""
    found = _BILLIONS.search(name)
    return int(float(found[1]) * (1e9 if found[2].lower() == "b" else 1e6)) if found else 0
