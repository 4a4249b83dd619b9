import os
import struct
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aw_engine.errors import ModelDamaged, ModelError, ModelMissing, ModelUnsupported
from aw_engine.inference.models.header import read_header


def gguf_file(
    path: Path, *, keys: bytes = b"", key_count: int = 0, tensors: int = 0, version: int = 3
) -> Path:
    path.write_bytes(b"GGUF" + struct.pack("<IQQ", version, tensors, key_count) + keys)
    return path


def text(value: str) -> bytes:
    return struct.pack("<Q", len(value)) + value.encode()


def test_a_whole_model_is_read(model_path: Path) -> None:
    header = read_header(model_path)
    assert header.architecture == "llama"
    assert len(header.tensors) > 10
    assert header.lengths["tokenizer.ggml.tokens"] == header.values.get("llama.vocab_size")
    assert header.number("context_length") >= 512
    assert header.size == model_path.stat().st_size


@pytest.mark.parametrize(
    ("content", "match"),
    [
        (b"", "is empty"),
        (b"<!DOCTYPE html><html>Not found</html>", "web page"),
        (b"\n <html><body>", "web page"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0", "Git LFS pointer"),
        (b"PK\x03\x04 something else entirely", "not a GGUF"),
        (b"GGUF", "ends inside its header"),
        (b"GGUF\x03\0\0\0\x01", "ends inside its header"),
        (b"GGUF\x09\0\0\0", "version 9"),
        (b"GGUF" + struct.pack("<IQQ", 3, 1 << 60, 1), "number of tensors makes no sense"),
        (b"GGUF" + struct.pack("<IQQ", 3, 1, 1 << 60), "number of keys makes no sense"),
        (b"GGUF" + struct.pack("<IQQQ", 3, 0, 1, 1 << 60), "length of a string makes no sense"),
    ],
)
def test_what_is_not_a_model_is_named(tmp_path: Path, content: bytes, match: str) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(content)
    with pytest.raises(ModelDamaged, match=match):
        read_header(path)


def test_a_missing_file_and_a_directory_are_named(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="not found"):
        read_header(tmp_path / "absent.gguf")
    with pytest.raises(ModelDamaged, match="directory"):
        read_header(tmp_path)


def test_an_array_of_impossible_length_costs_no_time(tmp_path: Path) -> None:
    keys = text("k") + struct.pack("<IIQ", 9, 8, 1 << 40)
    with pytest.raises(ModelDamaged, match="k makes no sense"):
        read_header(gguf_file(tmp_path / "model.gguf", keys=keys, key_count=1))
    keys = text("k") + struct.pack("<IIQQ", 9, 8, 1000, (1 << 64) - 1)
    with pytest.raises(ModelDamaged, match="ends inside its header"):
        read_header(gguf_file(tmp_path / "model.gguf", keys=keys, key_count=1))


@pytest.mark.parametrize("share", [0.3, 0.9, 0.999])
def test_a_model_cut_in_a_tensor_names_the_tensor(model_path: Path, tmp_path: Path, share: float) -> None:
    data = model_path.read_bytes()
    cut = tmp_path / "cut.gguf"
    cut.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(ModelDamaged, match="data is not within the file bounds"):
        read_header(cut)


@pytest.mark.parametrize("architecture", ["bert", "nomic-bert", "clip"])
def test_a_model_of_the_wrong_kind_is_named(tmp_path: Path, architecture: str) -> None:
    keys = text("general.architecture") + struct.pack("<I", 8) + text(architecture)
    path = gguf_file(tmp_path / "model.gguf", keys=keys, key_count=1)
    with pytest.raises(ModelUnsupported, match=r"embedding model|vision projector"):
        read_header(path)


def test_a_vocabulary_without_a_network_is_named(tmp_path: Path) -> None:
    keys = text("general.architecture") + struct.pack("<I", 8) + text("llama")
    path = gguf_file(tmp_path / "model.gguf", keys=keys, key_count=1)
    with pytest.raises(ModelUnsupported, match="vocabulary only"):
        read_header(path)


def test_a_large_vocabulary_is_skipped_quickly(tmp_path: Path) -> None:
    count = 151_936
    tokens = b"".join(text(f"token{k}") for k in range(count))
    keys = text("general.architecture") + struct.pack("<I", 8) + text("llama")
    keys += text("tokenizer.ggml.tokens") + struct.pack("<IIQ", 9, 8, count) + tokens
    keys += text("tokenizer.ggml.merges") + struct.pack("<IIQ", 9, 8, count) + tokens
    path = gguf_file(tmp_path / "model.gguf", keys=keys, key_count=3)
    started = time.process_time()
    with pytest.raises(ModelUnsupported):
        read_header(path)
    assert time.process_time() - started < 0.3


@given(st.integers(0, 3000), st.integers(0, 255))
@settings(max_examples=200, deadline=None)
def test_a_changed_byte_is_read_or_refused_never_worse(
    model_path: Path, tmp_path_factory: pytest.TempPathFactory, place: int, value: int
) -> None:
    data = bytearray(model_path.read_bytes()[:4000])
    data[place] = value
    path = tmp_path_factory.getbasetemp() / "changed.gguf"
    path.write_bytes(data)
    with pytest.raises(ModelError):
        read_header(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_named_pipe_is_refused_without_waiting_for_its_writer(tmp_path: Path) -> None:
    pipe = tmp_path / "model.gguf"
    os.mkfifo(pipe)
    with pytest.raises(ModelDamaged, match="pipe"):
        read_header(pipe)
