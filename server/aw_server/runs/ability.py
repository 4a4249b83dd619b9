"""Whether models can do what is asked, by the headers of their files: nothing is loaded to find out."""

from collections.abc import Collection, Iterable

from aw_engine.domain.brief import BUILTIN, Models
from aw_engine.domain.passage import ENGLISH
from aw_engine.domain.plan import Plan
from aw_engine.errors import InstructionUnsupported, PassageError
from aw_engine.inference.served.address import permit, server_address
from aw_server.runs.models import examine


def require(
    models: Models,
    plan: Plan,
    languages: Iterable[str],
    *,
    english_only: str,
    hosts: Collection[str] = (),
) -> None:
    """Return if the models are there, and the one that writes can follow the plan in these languages.

    `english_only` is the sentence for a text in a language that the model does not know. Text may be sent to
    model servers on this computer, and on `hosts`.

    :raises ModelError: if a model is missing, damaged, or cannot write.
    :raises SettingsError: if a reference is none.
    :raises InstructionUnsupported: if the plan has a free instruction, and the model cannot follow any.
    :raises PassageError: `unsupportedLanguage`.
    """
    for ref in (models.writer, models.judge):
        permit_server(ref, hosts)
    writer = examine(models.writer)
    if models.judge:
        examine(models.judge)
    if writer.free:
        return
    if plan.instruction is not None:
        raise InstructionUnsupported.by(builtin=models.writer == BUILTIN)
    if any(language != ENGLISH for language in languages):
        raise PassageError("unsupportedLanguage", english_only)


def permit_server(ref: str, hosts: Collection[str]) -> None:
    """Return if the model is no server, or one that text may be sent to: on this computer, or on `hosts`.

    :raises SettingsError: if not.
    """
    if (address := server_address(ref)) is not None:
        permit(address, hosts)
