"""A passage and its rewrites as a model is to see them: verbatim, or with marks for protected spans."""

from typing import Self

from msgspec import Struct

from aw_engine.domain.passage import Masked, Passage
from aw_engine.text import protect


class WorkingForm(Struct, frozen=True):
    """`masks` says that the model is shown marks in place of protected spans, never the spans themselves."""

    passage: Passage
    masked: Masked
    masks: bool

    @classmethod
    def of(cls, passage: Passage, *, masks: bool) -> Self:
        """The form of a passage for a model that must see marks, or need not.

        :raises PassageError: if there are more spans than such a model can keep apart.
        """
        return cls(passage, protect.mask(passage, protect.MOST_MARKS if masks else None), masks)

    @property
    def original(self) -> str:
        """The passage in this form."""
        return self.masked.text if self.masks else self.passage.text

    @property
    def marks(self) -> tuple[str, ...]:
        """The marks that may stand in a text of this form."""
        return tuple(mark.mark for mark in self.masked.marks) if self.masks else ()

    def shown(self, text: str) -> str:
        """Prose in this form; as it stands where it lacks a protected span, which the gates will see."""
        masked = protect.remask(self.masked, text) if self.masks else None
        return text if masked is None else masked

    def prose(self, text: str) -> str | None:
        """A text of this form as prose, None where a mark was lost, doubled or made up."""
        if not self.masks:
            return text
        restored = protect.unmask(self.masked, text)
        return restored if isinstance(restored, str) else None
