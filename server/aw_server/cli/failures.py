"""What can go wrong in front of the engine.

AwError
├── ModelUnsupported
│   └── InstructionError   free instructions asked of a model that cannot follow any
└── FileError              the writer's file cannot be read, or not be replaced
"""

from aw_engine.errors import AwError, ModelUnsupported


class FileError(AwError):
    """A file cannot be used; it is as it was."""


class InstructionError(ModelUnsupported):
    """The model cannot follow a free instruction."""
