"""Which kind of writer a model becomes."""

import pytest

from aw_engine.domain.brief import Brief
from aw_engine.domain.passage import Passage
from aw_engine.errors import ModelUnsupported
from aw_engine.evolution.writers import open_writer
from aw_engine.evolution.writers.copyedit.writer import CopyEditWriter
from aw_engine.evolution.writers.prompted.writer import PromptedWriter
from aw_engine.inference.backend import Capabilities
from aw_engine.inference.scripted import ScriptedBackend
from aw_engine.rubrics.load import find

BRIEF = Brief(Passage(text="A text."), find("clarity"))


@pytest.mark.parametrize(
    ("able", "kind"),
    [
        (Capabilities(instructions=True, copy_edit=True), PromptedWriter),
        (Capabilities(instructions=True, copy_edit=False), PromptedWriter),
        (Capabilities(instructions=False, copy_edit=True), CopyEditWriter),
    ],
)
async def test_a_model_that_follows_instructions_is_asked_in_words(able: Capabilities, kind: type) -> None:
    assert isinstance(await open_writer(BRIEF, ScriptedBackend(capabilities=able)), kind)


async def test_a_model_that_can_do_neither_is_refused() -> None:
    able = Capabilities(instructions=False, copy_edit=False)
    with pytest.raises(ModelUnsupported, match="neither write nor copy-edit"):
        await open_writer(BRIEF, ScriptedBackend(capabilities=able))
