"""The native library in the test's own process, for tests of what runs inside the worker."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from aw_engine.inference.engine import InferenceEngine
from aw_engine.inference.kv_cache import KVCache
from aw_engine.inference.llama import AbortFlag, Log, quiet_start
from aw_engine.inference.llama_context import Context, ContextShape
from aw_engine.inference.llama_model import NativeModel
from aw_engine.inference.loading import Loading
from aw_engine.inference.models.header import read_header
from aw_engine.inference.tokens import Tokeniser
from aw_engine.inference.tuning import Tuning


@pytest.fixture(scope="session")
def log() -> Log:
    return quiet_start()


@pytest.fixture(scope="session")
def mini(model_path: Path, log: Log) -> Iterator[InferenceEngine]:
    engine = _engine(model_path, "mini", log)
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def chat(chat_path: Path, log: Log) -> Iterator[InferenceEngine]:
    engine = _engine(chat_path, None, log)
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def model(model_path: Path, log: Log) -> Iterator[NativeModel]:
    model = NativeModel(model_path, log, AbortFlag(), lambda share: None)
    yield model
    model.close()


@pytest.fixture(scope="session")
def tokeniser(model: NativeModel) -> Tokeniser:
    return Tokeniser(model.tokenise, model.specials())


@pytest.fixture
def abort() -> AbortFlag:
    return AbortFlag()


@pytest.fixture
def cache(model: NativeModel, log: Log, abort: AbortFlag) -> Iterator[KVCache]:
    """Small batches and few sequences, so that work is cut into many groups."""
    context = Context(model, ContextShape(1024, 32, 8, 32), Tuning(threads=1, batch=32), abort, log)
    yield KVCache(context)
    context.close()


def _engine(path: Path, dialect: str | None, log: Log) -> InferenceEngine:
    loading = Loading(
        ref=str(path),
        path=path,
        digest="",
        values=read_header(path).values,
        dialect=dialect,
        threads=1,
        context=4096,
    )
    return InferenceEngine(loading, log, AbortFlag(), lambda share: None)
