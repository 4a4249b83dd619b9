"""What can go wrong in front of the engine."""

from aw_engine.errors import AwError


class FileError(AwError):
    """A file cannot be read or replaced; it is as it was."""
