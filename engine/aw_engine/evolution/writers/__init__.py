"""Kinds of writers. Another one is a package beside these, with a line in `_KINDS`."""

from typing import Any, Final

from aw_engine.domain.brief import Brief
from aw_engine.errors import ModelUnsupported
from aw_engine.evolution.writers.copyedit.writer import CopyEditWriter
from aw_engine.evolution.writers.prompted.writer import PromptedWriter
from aw_engine.evolution.writers.writer import Writer
from aw_engine.inference.backend import Backend

# The first that fits is taken. Each is handed back only drafts of its own, whose type nobody else knows.
_KINDS: Final = (PromptedWriter, CopyEditWriter)


async def open_writer(brief: Brief, backend: Backend) -> Writer[Any]:
    """The writer for this passage by this model, which is loaded if it was not.

    :raises PassageError: if the passage does not fit into the model's context.
    :raises ModelUnsupported: if the model cannot do what is asked.
    """
    model = await backend.info()
    for kind in _KINDS:
        if kind.fits(model.capabilities):
            writer: Writer[Any] = await kind.open(brief, model, backend)
            return writer
    raise ModelUnsupported("This model can neither write nor copy-edit. Choose another model.")
