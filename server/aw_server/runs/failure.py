"""Why a run was refused or has failed, in the protocol's words."""

from aw_engine.errors import (
    AwError,
    BackendError,
    InstructionUnsupported,
    ModelDamaged,
    ModelError,
    ModelMissing,
    OutOfMemory,
    PassageError,
    RubricError,
    WorkerDied,
)
from aw_server.protocol import Reason

_REASONS: tuple[tuple[type[AwError], Reason], ...] = (
    (RubricError, "unknownRubric"),
    (ModelMissing, "modelMissing"),
    (ModelDamaged, "modelDamaged"),
    (InstructionUnsupported, "unsupportedInstruction"),
    (ModelError, "modelUnsupported"),
    (OutOfMemory, "noMemory"),
    (WorkerDied, "workerDied"),
    (BackendError, "internal"),
)


def reason(error: AwError) -> Reason | None:
    """The protocol's word for what went wrong with a run; None if it has no word for this error."""
    if isinstance(error, PassageError):
        return error.reason
    return next((word for kind, word in _REASONS if isinstance(error, kind)), None)


def fails(reason: str) -> bool:
    """Whether a run that ends for this reason has failed; for any other it was refused."""
    return reason in ("workerDied", "internal")
