"""Stand-ins for the models that users bring, made once from what is kept in pytest's cache."""

from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import pytest

from aw_engine.inference import llama
from aw_engine.inference.llama_model import NativeModel
from support.stand_ins import RECIPES, Source, fetch, write_stand_in


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        # The first of them downloads 75 MB.
        if "source" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.timeout(600))


@pytest.fixture(scope="session")
def source(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Source:
    """Vocabularies and templates of the installed version, fetched on the first run."""
    number = version("llama-cpp-python")
    assert pytestconfig.cache is not None
    folder = pytestconfig.cache.mkdir(f"llama.cpp-{number}")
    if not (folder / "complete").exists():
        fetch(number, folder, tmp_path_factory.mktemp("sdist"))
        (folder / "complete").touch()
    return Source(folder)


@pytest.fixture(scope="session")
def templates(source: Source) -> dict[str, str]:
    """Templates by name."""
    return source.templates


@pytest.fixture(scope="module", params=sorted(RECIPES))
def stand_in_file(
    request: pytest.FixtureRequest, source: Source, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """The file of each stand-in."""
    path = write_stand_in(source, request.param, tmp_path_factory.mktemp("models") / f"{request.param}.gguf")
    yield path
    path.unlink()


@pytest.fixture(scope="module")
def stand_in(stand_in_file: Path, log: llama.Log) -> Iterator[NativeModel]:
    """Each stand-in, loaded by the native library."""
    model = NativeModel(stand_in_file, log, llama.AbortFlag(), lambda _: None)
    yield model
    model.close()
