"""Which models there are, and which one writes and judges."""

import asyncio
from typing import TYPE_CHECKING, Literal

from lsprotocol import types

from aw_engine.errors import AwError, ModelDamaged, ModelMissing
from aw_engine.inference.models.catalogue import catalogue
from aw_server import protocol
from aw_server.features import handlers
from aw_server.rpc import RequestFailed
from aw_server.runs.ability import permit_server
from aw_server.runs.card import known as known_card
from aw_server.runs.models import cached, digest, examine, is_here

if TYPE_CHECKING:
    from aw_server.server import AwServer


def register(server: "AwServer") -> None:
    """Answer `aw/models`, `aw/selectModel` and `aw.server.selectModel`."""
    handlers.request(server, protocol.MODELS, protocol.Empty, models)
    handlers.request(server, protocol.SELECT_MODEL, protocol.SelectModelParams, select)
    handlers.command(server, protocol.COMMAND_SELECT_MODEL, protocol.SelectModelParams, select)


async def models(ls: "AwServer", params: protocol.Empty) -> tuple[protocol.ModelEntry, ...]:
    """The built-in one, those in the caches of this computer, those in force wherever they are, and those of
    the catalogue that could be fetched."""
    active = ls.models.in_force
    refs = dict.fromkeys((*cached(), active.writer, *((active.judge,) if active.judge else ())))
    entries = [asyncio.to_thread(_entry, ref, active=ref in (active.writer, active.judge)) for ref in refs]
    return (*await asyncio.gather(*entries), *await asyncio.to_thread(_available))


async def select(ls: "AwServer", params: protocol.SelectModelParams) -> protocol.SelectedModel:
    """Select the model for runs from the next on; without `ref` the writer is asked which.

    :raises JsonRpcException: RequestFailed, if this model cannot be used; the one in force stays.
    """
    ref = params.ref
    if ref is None:
        ref = await _asked(ls)
    if ref is None:
        return protocol.SelectedModel(_in_force(ls, params))
    try:
        if ref or params.role == "writer":
            permit_server(ref, ls.session.settings.allowed_hosts)
            await asyncio.to_thread(examine, ref)
    except AwError as error:
        raise RequestFailed(str(error)) from None
    ls.models.choose(params.role, ref)
    ls.queue.changed()
    return protocol.SelectedModel(_in_force(ls, params))


def _in_force(ls: "AwServer", params: protocol.SelectModelParams) -> str:
    return ls.models.in_force.writer if params.role == "writer" else ls.models.in_force.judge


async def _asked(ls: "AwServer") -> str | None:
    """What the writer chooses, None if nothing."""
    usable = [each for each in await models(ls, protocol.Empty()) if each.state == "ready"]
    titles = {_sized(each): each.ref for each in usable}
    actions = [types.MessageActionItem(title) for title in titles]
    question = types.ShowMessageRequestParams(types.MessageType.Info, "Which model is to write?", actions)
    # Not cancelled with this request: pygls stumbles over the late reply to one given up (its issue 621).
    chosen = await asyncio.shield(ls.window_show_message_request_async(question))
    return titles.get(chosen.title) if chosen else None


def _sized(model: protocol.ModelEntry) -> str:
    """Its title, with its size where it is a file."""
    return f"{model.title} ({model.bytes / 1e6:,.0f} MB)" if model.bytes else model.title


def _entry(ref: str, *, active: bool) -> protocol.ModelEntry:
    try:
        found = examine(ref)
    except AwError as error:
        return protocol.ModelEntry(
            ref=ref, title=ref, bytes=0, dialect="", state=_state(error), active=active, reason=str(error)
        )
    known = digest(ref)
    card = known_card(known) if known else None
    return protocol.ModelEntry(
        ref=ref,
        title=found.name,
        bytes=found.bytes,
        dialect=found.dialect,
        state="ready",
        active=active,
        digest=known,
        licence=found.licence,
        good_for=card.summary if card else None,
    )


def _available() -> tuple[protocol.ModelEntry, ...]:
    return tuple(
        protocol.ModelEntry(
            ref=each.name,
            title=each.name,
            bytes=each.megabytes * 1_000_000,
            dialect="chat",
            state="available",
            active=False,
            licence=each.licence,
            good_for=each.good_for,
            memory_bytes=each.memory * 1_000_000,
        )
        for each in catalogue()
        if not is_here(each.name)
    )


def _state(error: AwError) -> Literal["missing", "damaged", "unsupported"]:
    if isinstance(error, ModelMissing):
        return "missing"
    return "damaged" if isinstance(error, ModelDamaged) else "unsupported"
