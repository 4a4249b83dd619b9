"""What all tests share: the model under test, the shipped one unless `AW_TEST_MODEL` names another."""

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Protocol

import gguf
import pytest
from hypothesis import settings

from aw_engine.inference.models.reference import BUILTIN_FILE
from aw_engine.inference.supervisor import WorkerBackend

# A machine that only says yes or no tries the same examples each time; a developer's tries new ones.
settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")

TEMPLATE = (
    "{% for message in messages %}<|B|>{{ message['role'] }}\n{{ message['content'] }}<|end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|B|>assistant\n{% endif %}"
)


class WriteVariant(Protocol):
    """Writes a copy of the model under test with other metadata; without `tensors` only its vocabulary."""

    def __call__(
        self, name: str, *, template: str | None = None, architecture: str | None = None, tensors: bool = True
    ) -> Path: ...


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
        name: str, *, template: str | None = None, architecture: str | None = None, tensors: bool = True
    ) -> Path:
        reader = gguf.GGUFReader(model_path)
        old = reader.fields["general.architecture"].contents()
        new = architecture or old
        writer = gguf.GGUFWriter(folder / name, new)
        for field in reader.fields.values():
            if field.name.startswith("GGUF.") or field.name in ("general.architecture", "aw.dialect"):
                continue
            inner = field.types[-1] if len(field.types) > 1 else None
            key = field.name.replace(f"{old}.", f"{new}.", 1)
            writer.add_key_value(key, field.contents(), field.types[0], inner)
        if template is not None:
            writer.add_chat_template(template)
        for tensor in reader.tensors if tensors else []:
            writer.add_tensor(tensor.name, tensor.data, raw_dtype=tensor.tensor_type)
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()
        return folder / name

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
