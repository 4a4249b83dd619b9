"""Exit codes, and which failure ends with which."""

from enum import IntEnum

from msgspec import Struct

from aw_engine.domain.result import Status
from aw_engine.errors import (
    AwError,
    BackendError,
    JournalError,
    ModelDamaged,
    ModelMissing,
    ModelUnsupported,
    OutOfMemory,
    PassageError,
    RubricError,
    UnknownRun,
    WorkerDied,
)
from aw_server.cli.failures import FileError, InstructionError


class Exit(IntEnum):
    """The program's exit codes."""

    DONE = 0
    NOTHING_BETTER = 1  # only with --fail-if-none
    DIFFERENT = 1  # a replayed run came out otherwise
    USAGE = 2  # options, rubrics, files
    MODEL = 3  # also memory and a worker that died
    TEXT = 4  # the passage was refused
    INTERNAL = 70  # a defect of ours (EX_SOFTWARE of sysexits.h)
    INTERRUPTED = 130  # after the best so far was printed
    PIPE_CLOSED = 141  # the reader of stdout went away (128 + SIGPIPE)


class Failure(Struct, frozen=True):
    """What `--json` prints when there is no result: the protocol's words for it, and a sentence."""

    status: Status
    reason: str
    message: str


_BY_ERROR: tuple[tuple[type[AwError], Status, str, Exit], ...] = (
    (RubricError, "refused", "unknownRubric", Exit.USAGE),
    (UnknownRun, "refused", "unknownRun", Exit.USAGE),
    (FileError, "refused", "file", Exit.USAGE),
    (JournalError, "failed", "history", Exit.USAGE),
    (ModelMissing, "refused", "modelMissing", Exit.MODEL),
    (ModelDamaged, "refused", "modelDamaged", Exit.MODEL),
    (InstructionError, "refused", "unsupportedInstruction", Exit.MODEL),
    (ModelUnsupported, "refused", "modelUnsupported", Exit.MODEL),
    (OutOfMemory, "refused", "noMemory", Exit.MODEL),
    (WorkerDied, "failed", "workerDied", Exit.MODEL),
    (BackendError, "failed", "internal", Exit.MODEL),
    (AwError, "refused", "settings", Exit.USAGE),
)


def failure(error: AwError) -> tuple[Failure, Exit]:
    """The failure to report and the code to end with."""
    if isinstance(error, PassageError):
        code = Exit.USAGE if error.reason == "ambiguous" else Exit.TEXT
        return Failure("refused", error.reason, str(error)), code
    status, reason, code = next(row[1:] for row in _BY_ERROR if isinstance(error, row[0]))
    return Failure(status, reason, str(error)), code
