"""What the person who trains can put right."""

__all__ = ["TrainingError"]


class TrainingError(Exception):
    """A step cannot be done as asked; the message says why and what to do."""
