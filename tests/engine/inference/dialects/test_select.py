import pytest

from aw_engine.errors import ModelUnsupported
from aw_engine.inference.dialects.dialect import ModelFacts
from aw_engine.inference.dialects.select import dialect_for

TEMPLATE = "{% for m in messages %}<|{{ m.role }}|>{{ m.content }}{% endfor %}"


def test_the_file_names_its_dialect() -> None:
    facts = ModelFacts("llama", "aw", {"aw.dialect": "mini"}, TEMPLATE, controls=frozenset({"<|target|>"}))
    assert dialect_for(facts).name == "mini"


def test_a_file_that_names_none_is_asked_through_its_template() -> None:
    assert dialect_for(ModelFacts("llama", "some model", {}, TEMPLATE)).name == "chat"


def test_the_first_trial_of_the_default_model_is_known_by_its_tokens() -> None:
    controls = frozenset({"<|end|>", "<|rw|>", "<|to|>", "<|judge|>"})
    assert dialect_for(ModelFacts("llama", "aw-mini-trial", {}, controls=controls)).name == "mini"


def test_a_dialect_of_a_later_version_is_refused() -> None:
    with pytest.raises(ModelUnsupported, match="update aw-server"):
        dialect_for(ModelFacts("llama", "aw", {"aw.dialect": "maxi"}, TEMPLATE))


def test_a_model_that_was_not_taught_to_follow_instructions_is_refused() -> None:
    with pytest.raises(ModelUnsupported, match="instruction-tuned"):
        dialect_for(ModelFacts("llama", "base model", {}))
