import hashlib
import os
from pathlib import Path

import psutil
import pytest

from aw_engine.errors import ModelDamaged, ModelMissing, OutOfMemory
from aw_engine.inference.models import verify
from aw_engine.inference.models.header import Header, read_header
from aw_engine.inference.models.verify import check_memory, digest_of, kv_bytes


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setattr("platformdirs.user_cache_dir", lambda name: str(folder / name))
    return folder


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "some.gguf"
    path.write_bytes(b"GGUF and more")
    return path


def ignore(share: float) -> None:
    assert 0 <= share <= 1


def test_a_file_is_read_once_and_then_remembered(file: Path) -> None:
    shares: list[float] = []
    digest = digest_of(file, str(file), shares.append)
    assert digest == hashlib.sha256(b"GGUF and more").hexdigest()
    assert shares == [1.0]
    assert digest_of(file, str(file), shares.append) == digest
    assert shares == [1.0]


def test_a_changed_file_is_read_again(file: Path) -> None:
    before = digest_of(file, str(file), ignore)
    file.write_bytes(b"GGUF and much more")
    assert digest_of(file, str(file), ignore) != before


def test_verify_finds_bytes_that_changed_by_themselves(file: Path) -> None:
    state = file.stat()
    digest_of(file, str(file), ignore)
    file.write_bytes(b"GGUF and mire")
    os.utime(file, ns=(state.st_atime_ns, state.st_mtime_ns))
    with pytest.raises(ModelDamaged, match="some bytes changed"):
        verify.verify(file, str(file), ignore)


def test_a_cache_that_cannot_be_written_is_no_error(file: Path, own_cache: Path) -> None:
    own_cache.write_text("a file where the folder should be")
    assert len(digest_of(file, str(file), ignore)) == 64


def test_a_built_in_model_that_was_altered_is_refused(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verify, "BUILTIN_FILE", file)
    file.with_suffix(".sha256").write_text("0" * 64 + "  some.gguf\n")
    with pytest.raises(ModelMissing, match="Reinstall"):
        digest_of(file, "builtin", ignore)
    file.with_suffix(".sha256").write_text(hashlib.sha256(file.read_bytes()).hexdigest())
    assert len(digest_of(file, "builtin", ignore)) == 64


def test_a_model_that_does_not_fit_is_refused_with_the_numbers() -> None:
    total = psutil.virtual_memory().total
    huge = Header({"general.architecture": "llama"}, {}, {}, total * 2)
    with pytest.raises(OutOfMemory, match=r"needs about \d+\.\d GB .* is free"):
        check_memory(huge, 4096)


def test_the_cache_is_estimated_from_layers_heads_and_context(model_path: Path) -> None:
    values: dict[str, str | int | float | bool] = {
        "general.architecture": "llama",
        "llama.block_count": 24,
        "llama.embedding_length": 896,
        "llama.attention.head_count": 14,
        "llama.attention.head_count_kv": 2,
        "llama.context_length": 32768,
    }
    assert kv_bytes(Header(values, {}, {}, 1), 4096) == 4096 * 24 * 2 * 128 * 2
    check_memory(read_header(model_path), 4096)
