"""Why a run cannot be, or has failed, in the protocol's words."""

from aw_engine.errors import (
    AwError,
    ModelDamaged,
    ModelError,
    ModelMissing,
    OutOfMemory,
    PassageError,
    RubricError,
    SettingsError,
    WorkerDied,
)
from aw_server.protocol import Reason


class Refusal(Exception):
    """A run is not begun; `str` is a sentence for the writer."""

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason: Reason = reason


class UnknownJob(Exception):
    """No run has this id, or it was discarded."""


class UnknownCandidate(Exception):
    """The run has no candidate of this id."""


_REASONS: tuple[tuple[type[AwError], Reason], ...] = (
    (RubricError, "unknownRubric"),
    (ModelMissing, "modelMissing"),
    (ModelDamaged, "modelDamaged"),
    (ModelError, "modelUnsupported"),
    (SettingsError, "modelUnsupported"),
    (OutOfMemory, "noMemory"),
    (WorkerDied, "workerDied"),
)


def reason(error: AwError) -> Reason:
    """The protocol's word for what went wrong; a wrong setting can only be the model's here."""
    if isinstance(error, PassageError):
        return error.reason
    return next((word for kind, word in _REASONS if isinstance(error, kind)), "internal")


def fails(reason: Reason) -> bool:
    """Whether a run that ends so has failed; for any other reason it was refused."""
    return reason in ("workerDied", "internal")
