"""What an engine is told about the model that it loads."""

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from aw_engine.inference.dialects.dialect import ModelFacts, Value
from aw_engine.inference.llama_model import NativeModel
from aw_engine.inference.tuning import Tuning


class Loading(Struct, frozen=True):
    """What to load and how: `values` are the header's scalars, `dialect` overrides what they say.

    `threads` are the processors to be used. With 0, and with `tuning` None, the choice is made by what is
    known of the model on this machine.
    """

    ref: str
    path: Path
    digest: str
    values: Mapping[str, Value]
    dialect: str | None
    threads: int
    context: int
    tuning: Tuning | None = None


def model_facts(model: NativeModel, loading: Loading, controls: frozenset[str]) -> ModelFacts:
    """The facts by which the model's dialect is chosen; `controls` are the texts of all control tokens."""
    values = dict(loading.values)
    if loading.dialect is not None:
        values["aw.dialect"] = loading.dialect
    return ModelFacts(
        architecture=str(values.get("general.architecture", "")),
        name=str(values.get("general.name", "")),
        values=values,
        chat_template=model.chat_template,
        begin=model.begin,
        end=model.end,
        adds_begin=model.adds_begin,
        controls=controls,
        parameters=model.parameters,
    )
