"""Which rubrics there are for a document."""

from typing import TYPE_CHECKING

from aw_server import protocol
from aw_server.features import handlers

if TYPE_CHECKING:
    from aw_server.server import AwServer


def register(server: "AwServer") -> None:
    """Answer `aw/rubrics`."""
    handlers.request(server, protocol.RUBRICS, protocol.RubricsParams, rubrics)


def rubrics(ls: "AwServer", params: protocol.RubricsParams) -> tuple[protocol.RubricInfo, ...]:
    """Built-in ones, the writer's and the project's; of several with one id the one that is used."""
    from aw_engine.rubrics import load

    uri = params.text_document.uri if params.text_document else ""
    found: dict[str, load.Found] = {}
    for each in load.available(ls.session.project_folder(uri) if uri else None):
        found.setdefault(each.id, each)
    return tuple(
        protocol.RubricInfo(
            id=each.id,
            title=each.rubric.title if each.rubric else each.id,
            description=each.rubric.description if each.rubric else "",
            source=each.source,
            usable=each.rubric is not None,
            reason=each.error,
        )
        for each in found.values()
    )
