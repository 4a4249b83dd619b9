"""States by PyTorch against those that the engine reads with NumPy."""

import numpy as np
import pytest

pytest.importorskip("torch", reason="reading many texts needs the extra `train`")

from aw_engine.inference.models.reference import resolve
from aw_engine.inference.trained.base import Base
from aw_engine.inference.trained.reading import mean_states as engines
from aw_training.judge.reading import mean_states

LAYERS = (2, 5)
TEXTS = [list(range(1000, 1000 + size)) for size in (40, 3, 121, 40)]


def test_training_reads_what_the_engine_reads() -> None:
    path = resolve("trained")
    ours = mean_states(path, [[0, *text] for text in TEXTS], LAYERS)
    theirs = engines(Base(path, LAYERS[-1]), TEXTS, 0, LAYERS, lambda: None)
    assert ours.shape == theirs.shape
    away = np.linalg.norm(ours - theirs, axis=1) / np.linalg.norm(theirs, axis=1)
    assert away.max() < 1e-2
