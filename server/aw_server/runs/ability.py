"""Whether models can do what is asked, by the headers of their files: nothing is loaded to find out."""

from collections.abc import Collection

from aw_engine.domain.brief import BUILTIN, Models
from aw_engine.domain.plan import Plan
from aw_engine.errors import InstructionUnsupported
from aw_engine.inference.served.address import permit, server_address
from aw_server.runs.models import examine


def english_only(models: Models, plan: Plan, hosts: Collection[str] = ()) -> bool:
    """Whether the model that writes knows English only; the models are there, and it can follow the plan.

    Text may be sent to model servers on this computer, and on `hosts`.

    :raises ModelError: if a model is missing, damaged, or cannot write.
    :raises SettingsError: if a reference is none, or a server that text must not be sent to.
    :raises InstructionUnsupported: if the plan has a free instruction, and the model cannot follow any.
    """
    for ref in (models.writer, models.judge):
        permit_server(ref, hosts)
    writer = examine(models.writer)
    if models.judge:
        examine(models.judge)
    if writer.free:
        return False
    if plan.instruction is not None:
        raise InstructionUnsupported.by(builtin=models.writer == BUILTIN)
    return True


def permit_server(ref: str, hosts: Collection[str]) -> None:
    """Return if the model is no server, or one that text may be sent to: on this computer, or on `hosts`.

    :raises SettingsError: if not.
    """
    if (address := server_address(ref)) is not None:
        permit(address, hosts)
