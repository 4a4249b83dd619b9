"""Every failure a caller of the engine can meet, one tree.

    AwError
    ├── SettingsError          the user's: a file, option or key is wrong; says where and what was expected
    │   ├── RubricError        ... in a rubric
    │   └── UnknownRun         ... the history holds no such run
    ├── PassageError           the text's: it cannot be evolved as it is (`reason` says why)
    ├── ModelError             the model file's
    │   ├── ModelMissing       ... it is not there
    │   ├── ModelDamaged       ... it is cut, altered, or not a GGUF at all
    │   ├── ModelUnsupported   ... it is whole, but cannot write or judge
    │   │   └── InstructionUnsupported   ... nor follow a free instruction
    │   └── ServerFailed       ... it is on a server, which cannot be reached or refuses
    ├── MachineError           the computer's
    │   ├── OutOfMemory        ... the model does not fit
    │   └── WorkerDied         ... the model's process ended; what was asked of it is lost
    ├── DownloadFailed         a model could not be fetched; what has come is kept
    ├── JournalError           the history cannot be read or written; runs go on without it
    └── BackendError           ours or the model's: an answer that cannot be used (non-finite, malformed)

Messages are sentences for the user: the cause, then the next step. They never hold the user's text.
"""

from typing import Literal, Self

PassageReason = Literal[
    "empty",
    "tooShort",
    "tooLong",
    "onlyMarkup",
    "notProse",
    "unencodable",
    "unsupportedLanguage",
    "ambiguous",
]


class AwError(Exception):
    """Root of the tree; `str(error)` is a sentence that may be shown."""


class SettingsError(AwError):
    """An option, setting or settings file is wrong."""


class RubricError(SettingsError):
    """A rubric file is wrong, or no rubric has this name."""


class UnknownRun(SettingsError):
    """The history holds no run of this id, or several."""


class PassageError(AwError):
    """The passage cannot be evolved; `reason` is the protocol's word for it."""

    def __init__(self, reason: PassageReason, message: str) -> None:
        super().__init__(message)
        self.reason: PassageReason = reason


class ModelError(AwError):
    """The model file cannot be used."""


class ModelMissing(ModelError):
    """There is no file at the model's place."""


class ModelDamaged(ModelError):
    """The file is cut, altered, or not a GGUF."""


class ModelUnsupported(ModelError):
    """The file is whole but cannot do this work (embedding model, vocabulary only, unknown architecture)."""


class InstructionUnsupported(ModelUnsupported):
    """The model cannot follow a free instruction."""

    @classmethod
    def by(cls, *, builtin: bool) -> Self:
        """The error about the model that comes with the program, or about another one."""
        which = "The built-in model" if builtin else "This model"
        return cls(f"{which} cannot follow free instructions. Choose a rubric, or another model.")


class ServerFailed(ModelError):
    """The server that runs the model cannot be reached, or refuses what is asked."""


class MachineError(AwError):
    """The computer could not do it."""


class OutOfMemory(MachineError):
    """The model does not fit into memory."""


class WorkerDied(MachineError):
    """The model's process ended while a request was open; the request is lost, the next one restarts it."""


class DownloadFailed(AwError):
    """A model could not be fetched from the hub."""


class JournalError(AwError):
    """The history of runs cannot be used; runs go on without it."""


class BackendError(AwError):
    """The back end answered with something that cannot be used."""
