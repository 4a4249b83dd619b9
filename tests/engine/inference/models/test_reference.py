from pathlib import Path

import pytest

from aw_engine.errors import ModelMissing, SettingsError
from aw_engine.inference.models import reference
from aw_engine.inference.models.reference import cache_folders, resolve


@pytest.fixture(autouse=True)
def empty_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("LLAMA_CACHE", "HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "HF_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    return tmp_path


def cached(folder: Path, name: str) -> Path:
    path = folder / "models--Qwen--Qwen3-0.6B-GGUF" / "snapshots" / "abc" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"GGUF")
    return path


def test_a_path_is_itself(tmp_path: Path) -> None:
    path = tmp_path / "some.gguf"
    path.write_bytes(b"GGUF")
    assert resolve(str(path)) == path
    assert resolve("~/some.gguf") == path


def test_a_path_that_is_not_there_says_what_to_do() -> None:
    with pytest.raises(ModelMissing, match=r"absent\.gguf.*`builtin`"):
        resolve("folder/absent.gguf")


def test_a_missing_built_in_model_asks_to_reinstall(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reference, "BUILTIN_FILE", tmp_path / "gone.gguf")
    with pytest.raises(ModelMissing, match="Reinstall"):
        resolve("builtin")


@pytest.mark.parametrize("ref", ["http://localhost:8080/v1", "https://example.org/v1", "ollama:qwen3"])
def test_servers_are_refused_with_a_sentence(ref: str) -> None:
    with pytest.raises(SettingsError, match="is a model on a server: it has no file"):
        resolve(ref)


def test_a_repository_is_found_in_the_cache_by_its_quantisation(empty_home: Path) -> None:
    hub = empty_home / ".cache/huggingface/hub"
    first = cached(hub, "Qwen3-0.6B-BF16.gguf")
    usual = cached(hub, "Qwen3-0.6B-Q4_K_M.gguf")
    other = cached(hub, "Qwen3-0.6B-Q8_0.gguf")
    cached(hub, "mmproj-A.gguf")
    assert resolve("Qwen/Qwen3-0.6B-GGUF") == usual
    assert resolve("Qwen/Qwen3-0.6B-GGUF:q8_0") == other
    usual.unlink()
    assert resolve("Qwen/Qwen3-0.6B-GGUF") == first


def test_a_quantisation_that_is_not_cached_is_not_replaced_by_another(empty_home: Path) -> None:
    cached(empty_home / ".cache/huggingface/hub", "Qwen3-0.6B-Q8_0.gguf")
    with pytest.raises(ModelMissing, match="is not on this computer yet"):
        resolve("Qwen/Qwen3-0.6B-GGUF:Q2_K")


def test_of_a_split_model_the_first_part_is_taken(empty_home: Path) -> None:
    hub = empty_home / ".cache/huggingface/hub"
    cached(hub, "Qwen3-Q4_K_M-00002-of-00002.gguf")
    first = cached(hub, "Qwen3-Q4_K_M-00001-of-00002.gguf")
    assert resolve("Qwen/Qwen3-0.6B-GGUF") == first


def test_caches_are_searched_in_the_order_of_llama_cpp(
    empty_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = {
        "HF_HOME": ("d", "d/hub"),
        "LLAMA_CACHE": ("a", "a"),
        "HUGGINGFACE_HUB_CACHE": ("c", "c"),
        "HF_HUB_CACHE": ("b", "b"),
        "XDG_CACHE_HOME": ("e", "e/huggingface/hub"),
    }
    for name, (value, folder) in names.items():
        (empty_home / folder).mkdir(parents=True)
        monkeypatch.setenv(name, str(empty_home / value))
    (empty_home / ".cache/huggingface/hub").mkdir(parents=True)
    (empty_home / ".cache/llama.cpp").mkdir(parents=True)
    expected = ["a", "b", "c", "d/hub", "e/huggingface/hub", ".cache/huggingface/hub", ".cache/llama.cpp"]
    assert list(cache_folders()) == [empty_home / folder for folder in expected]
