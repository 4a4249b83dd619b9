"""Whether models can do what is asked, by the headers of their files: nothing is loaded to find out."""

from aw_engine.domain.brief import BUILTIN, Models
from aw_engine.domain.plan import Plan
from aw_engine.errors import InstructionUnsupported
from aw_server.runs.models import examine


def english_only(models: Models, plan: Plan) -> bool:
    """Whether the model that writes knows English only; the models are there, and it can follow the plan.

    :raises ModelError: if a model is missing, damaged, or cannot write.
    :raises SettingsError: if a reference is none.
    :raises InstructionUnsupported: if the plan has a free instruction, and the model cannot follow any.
    """
    writer = examine(models.writer)
    if models.judge:
        examine(models.judge)
    if writer.free:
        return False
    if plan.instruction is not None:
        raise InstructionUnsupported.by(builtin=models.writer == BUILTIN)
    return True
