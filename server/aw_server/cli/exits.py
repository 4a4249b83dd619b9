"""Exit codes, and which failure ends with which."""

from enum import IntEnum

from msgspec import Struct

from aw_engine.domain.result import Status
from aw_engine.errors import AwError, DownloadFailed, JournalError, UnknownRun
from aw_server.cli.failures import FileError
from aw_server.runs.failure import fails, reason


class Exit(IntEnum):
    """The program's exit codes."""

    DONE = 0
    NOTHING_BETTER = 1  # only with --fail-if-none
    DIFFERENT = 1  # a replayed run came out otherwise
    USAGE = 2  # options, rubrics, files
    MODEL = 3  # also memory and a worker that died
    TEXT = 4  # the passage was refused
    SKIPPED = 5  # with --split: done, but for paragraphs that were skipped and named
    INTERNAL = 70  # a defect of ours (EX_SOFTWARE of sysexits.h)
    INTERRUPTED = 130  # after the best so far was printed
    PIPE_CLOSED = 141  # the reader of stdout went away (128 + SIGPIPE)
    TERMINATED = 143  # by SIGTERM, after the best so far was printed


class Failure(Struct, frozen=True):
    """What `--json` prints when there is no result: the protocol's words for it, and a sentence."""

    status: Status
    reason: str
    message: str


_CODES: dict[str, Exit] = {
    "unknownRubric": Exit.USAGE,
    "modelMissing": Exit.MODEL,
    "modelDamaged": Exit.MODEL,
    "modelUnsupported": Exit.MODEL,
    "unsupportedInstruction": Exit.MODEL,
    "noMemory": Exit.MODEL,
    "workerDied": Exit.MODEL,
    "internal": Exit.MODEL,
    "ambiguous": Exit.USAGE,
}
"""By the protocol's word for why a run cannot be; the other words are about the passage."""


def failure(error: AwError) -> tuple[Failure, Exit]:
    """The failure to report and the code to end with."""
    why = reason(error)
    if why is not None:
        status: Status = "failed" if fails(why) else "refused"
        return Failure(status, why, str(error)), _CODES.get(why, Exit.TEXT)
    match error:
        case JournalError():
            return Failure("failed", "history", str(error)), Exit.USAGE
        case DownloadFailed():
            return Failure("failed", "download", str(error)), Exit.MODEL
        case UnknownRun():
            return Failure("refused", "unknownRun", str(error)), Exit.USAGE
        case FileError():
            return Failure("refused", "file", str(error)), Exit.USAGE
        case _:
            return Failure("refused", "settings", str(error)), Exit.USAGE
