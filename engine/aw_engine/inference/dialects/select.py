"""Which dialect a model file speaks."""

from aw_engine.errors import ModelUnsupported
from aw_engine.inference.dialects.chat import chat_dialect
from aw_engine.inference.dialects.dialect import Dialect, ModelFacts
from aw_engine.inference.dialects.mini import is_trial, mini_dialect


def dialect_for(facts: ModelFacts) -> Dialect:
    """The dialect named by the file's key `aw.dialect`; without it `chat`, or `mini` for the first trial.

    :raises ModelUnsupported: the dialect is unknown, or the file cannot speak it.
    """
    unnamed = "mini" if facts.chat_template is None and is_trial(facts.controls) else "chat"
    name = facts.values.get("aw.dialect", unnamed)
    if name == "mini":
        return mini_dialect(facts)
    if name == "chat":
        return chat_dialect(facts)
    raise ModelUnsupported(
        f"The model speaks a dialect that this version does not know ({str(name)[:40]}); update aw-server."
    )
