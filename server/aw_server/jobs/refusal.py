"""Why something is not done that a client asks of runs."""

from aw_engine.errors import AwError, SettingsError
from aw_server.protocol import Reason
from aw_server.runs import failure


class Refusal(Exception):
    """A run is not begun; `str` is a sentence for the writer."""

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason: Reason = reason


class UnknownJob(Exception):
    """No run has this id, or it was discarded."""


class UnknownCandidate(Exception):
    """The run has no candidate of this id."""


def reason(error: AwError) -> Reason:
    """The protocol's word for what went wrong; a wrong setting can only be the model's here."""
    fallback: Reason = "modelUnsupported" if isinstance(error, SettingsError) else "internal"
    return failure.reason(error) or fallback
