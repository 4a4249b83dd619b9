"""Which models write and judge, and what of this computer they may take."""

from typing import TYPE_CHECKING, Literal

from aw_engine.domain.brief import Models
from aw_engine.inference.sizes import CONTEXT_LIMIT
from aw_server.runs.backends import Resources
from aw_server.settings import Settings

if TYPE_CHECKING:
    from aw_server.session import Session


class ModelSelection:
    """The models in force: those chosen since, or those of the settings."""

    def __init__(self, session: "Session") -> None:
        self._session = session
        self._chosen: dict[str, tuple[str, str]] = {}  # by role: the setting then, and the choice

    @property
    def in_force(self) -> Models:
        """The models that the next run takes."""
        settings = self._session.settings
        return Models(self._of("writer", settings.model), self._of("judge", settings.judge_model))

    def choose(self, role: Literal["writer", "judge"], ref: str) -> None:
        """Let the next runs take this model, until the setting changes."""
        settings = self._session.settings
        self._chosen[role] = (settings.model if role == "writer" else settings.judge_model, ref)

    def _of(self, role: str, setting: str) -> str:
        was, chosen = self._chosen.get(role, (None, ""))
        return chosen if was == setting else setting


def resources(settings: Settings) -> Resources:
    """What the settings grant a model."""
    minutes = settings.idle_unload_minutes
    return Resources(
        threads=settings.threads,
        context=settings.context_length or CONTEXT_LIMIT,
        idle=60.0 * minutes if minutes else float("inf"),
        hosts=settings.allowed_hosts,
    )
