"""What all tests share: the model under test, the shipped one unless `AW_TEST_MODEL` names another."""

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from aw_engine.inference.models.reference import BUILTIN_FILE
from aw_engine.inference.supervisor import WorkerBackend
from support.variants import TEMPLATE, WriteVariant, write_copy

# A machine that only says yes or no tries the same examples each time; a developer's tries new ones.
settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")


@pytest.fixture(scope="session", autouse=True)
def _home_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test reads or writes the user's own caches and settings; all tests share one set, made anew."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("CACHE", "CONFIG", "DATA", "STATE"):
            patch.setenv(f"XDG_{name}_HOME", str(home / name.lower()))
        yield


@pytest.fixture(scope="session")
def model_path() -> Path:
    """The model file under test."""
    return Path(os.environ.get("AW_TEST_MODEL") or BUILTIN_FILE)


@pytest.fixture(scope="session")
def write_variant(model_path: Path, tmp_path_factory: pytest.TempPathFactory) -> WriteVariant:
    folder = tmp_path_factory.mktemp("variants")

    def write(
        name: str,
        *,
        template: str | None = None,
        architecture: str | None = None,
        tensors: bool = True,
        exact: bool = False,
    ) -> Path:
        return write_copy(
            model_path,
            folder / name,
            template=template,
            architecture=architecture,
            tensors=tensors,
            exact=exact,
        )

    return write


@pytest.fixture(scope="session")
def chat_path(write_variant: WriteVariant) -> Path:
    """The model under test with a chat template: it is asked like one that follows instructions."""
    return write_variant("chat.gguf", template=TEMPLATE)


@pytest.fixture
async def backend(model_path: Path) -> AsyncIterator[WorkerBackend]:
    """A worker with the model under test, in the mini dialect."""
    backend = WorkerBackend(str(model_path), dialect="mini")
    yield backend
    await backend.aclose()


@pytest.fixture
async def chat_backend(chat_path: Path) -> AsyncIterator[WorkerBackend]:
    """A worker with the model under test, in the chat dialect."""
    backend = WorkerBackend(str(chat_path))
    yield backend
    await backend.aclose()
