"""Stand-ins for the models that users bring: real vocabularies and chat templates, random weights.

Both lie in llama.cpp's source distribution, which is fetched once from the package index into pytest's cache.
"""

import os
import struct
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pytest

from aw_engine.inference import llama
from aw_engine.inference.llama_model import NativeModel

WIDTH, HEADS, HIDDEN = 64, 2, 128
_SHAPE = {
    "context_length": 2048,
    "embedding_length": WIDTH,
    "block_count": 1,
    "feed_forward_length": HIDDEN,
    "attention.head_count": HEADS,
    "attention.head_count_kv": HEADS,
    "rope.dimension_count": WIDTH // HEADS,
}
CONTROL, USER_DEFINED = 3, 4
_MODELS = "vendor/llama.cpp/models/"


@dataclass(frozen=True)
class Recipe:
    """A vocabulary, a template (None: the vocabulary's own), and tokens that the real model has besides."""

    vocabulary: str
    template: str | None
    renamed: dict[str, tuple[str, int]] = field(default_factory=dict)
    added: tuple[str, ...] = ()
    begin: bool | None = None


def _reserved(first: int, *names: tuple[str, int]) -> dict[str, tuple[str, int]]:
    return {f"<|reserved_special_token_{first + n}|>": name for n, name in enumerate(names)}


RECIPES = {
    "llama-3": Recipe("llama-bpe", "meta-llama-Llama-3.1-8B-Instruct", begin=True),
    "qwen-2.5": Recipe("qwen2", "Qwen-Qwen2.5-7B-Instruct"),
    "qwen-3": Recipe(
        "qwen2",
        "Qwen-Qwen3-0.6B",
        renamed={
            "[PAD151667]": ("<think>", USER_DEFINED),
            "[PAD151668]": ("</think>", USER_DEFINED),
        },
    ),
    "gemma-2": Recipe(
        "gemma-4",
        "google-gemma-2-2b-it",
        renamed={"<|turn>": ("<start_of_turn>", CONTROL), "<turn|>": ("<end_of_turn>", CONTROL)},
    ),
    "gemma-4": Recipe("gemma-4", "google-gemma-4-31B-it"),
    "mistral": Recipe(
        "llama-spm",
        "Mistral-Small-3.2-24B-Instruct-2506",
        added=("[INST]", "[/INST]", "[SYSTEM_PROMPT]", "[/SYSTEM_PROMPT]"),
    ),
    "mistral-plain": Recipe("llama-spm", "mistralai-Mistral-Nemo-Instruct-2407"),
    "phi-3": Recipe("phi-3", "microsoft-Phi-3.5-mini-instruct"),
    "deepseek-r1": Recipe(
        "llama-bpe",
        "deepseek-ai-DeepSeek-R1-Distill-Llama-8B",
        renamed={
            "<|begin_of_text|>": ("<｜begin▁of▁sentence｜>", CONTROL),
            "<|end_of_text|>": ("<｜end▁of▁sentence｜>", CONTROL),
            **_reserved(
                2,
                ("<｜User｜>", USER_DEFINED),
                ("<｜Assistant｜>", USER_DEFINED),
                ("<think>", USER_DEFINED),
                ("</think>", USER_DEFINED),
            ),
        },
        begin=True,
    ),
    "command-r": Recipe("command-r", None),
    "granite": Recipe(
        "starcoder",
        "ibm-granite-granite-3.3-2B-Instruct",
        renamed={"<|endoftext|>": ("<|end_of_text|>", CONTROL)},
        added=("<|start_of_role|>", "<|end_of_role|>"),
    ),
    "smollm": Recipe(
        "llama-bpe",
        "HuggingFaceTB-SmolLM3-3B",
        renamed=_reserved(2, ("<|im_start|>", CONTROL), ("<|im_end|>", CONTROL)),
    ),
}


@dataclass(frozen=True)
class Source:
    """What llama.cpp's source distribution holds of models."""

    folder: Path

    def template(self, name: str) -> str:
        return (self.folder / "templates" / f"{name}.jinja").read_text(encoding="utf-8")

    @property
    def templates(self) -> dict[str, str]:
        return {path.stem: self.template(path.stem) for path in (self.folder / "templates").glob("*.jinja")}


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
        _fetch(number, folder, tmp_path_factory.mktemp("sdist"))
        (folder / "complete").touch()
    return Source(folder)


@pytest.fixture(scope="session")
def templates(source: Source) -> dict[str, str]:
    """Templates by name."""
    return source.templates


def _fetch(number: str, folder: Path, scratch: Path) -> None:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(scratch)]
    command += ["--no-binary", "llama-cpp-python", f"llama-cpp-python=={number}"]
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=500)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
        cause = (
            "llama.cpp's vocabularies are not cached and the package index does not answer; go online once."
        )
        if os.environ.get("CI"):
            pytest.fail(cause)
        pytest.skip(cause)
    wanted = {f"ggml-vocab-{recipe.vocabulary}.gguf" for recipe in RECIPES.values()}
    (folder / "templates").mkdir(exist_ok=True)
    with tarfile.open(next(scratch.glob("*.tar.gz"))) as archive:
        for member in archive:
            name = member.name.partition("/")[2].removeprefix(_MODELS)
            if name in wanted or (name.startswith("templates/") and name.endswith(".jinja")):
                content = archive.extractfile(member)
                assert content is not None
                (folder / name).write_bytes(content.read())


@pytest.fixture(scope="session")
def build(source: Source) -> Callable[[str, Path], Path]:
    """Writes the stand-in of this name to a path.

    The vocabularies are copied as they lie in their files: taking a quarter of a million tokens and merges
    apart and putting them together again would take half a minute each.
    """

    def write(name: str, path: Path) -> Path:
        recipe = RECIPES[name]
        entries = _entries((source.folder / f"ggml-vocab-{recipe.vocabulary}.gguf").read_bytes())
        template = (
            _string(source.template(recipe.template))
            if recipe.template
            else entries["tokenizer.chat_template"][1]
        )
        entries = {key: entry for key, entry in entries.items() if key.startswith("tokenizer.ggml.")}
        size = _extend(entries, recipe)
        entries["tokenizer.chat_template"] = (_STRING, template)
        entries["general.architecture"] = (_STRING, _string("llama"))
        entries["general.name"] = (_STRING, _string(name))
        if recipe.begin is not None:
            entries["tokenizer.ggml.add_bos_token"] = (_BOOL, bytes([recipe.begin]))
        for key, number in _SHAPE.items():
            entries[f"llama.{key}"] = (_UINT32, struct.pack("<I", number))
        entries["llama.attention.layer_norm_rms_epsilon"] = (_FLOAT32, struct.pack("<f", 1e-5))
        _write(path, entries, _tensors(size))
        return path

    return write


_INT32, _UINT32, _FLOAT32, _BOOL, _STRING, _ARRAY = 5, 4, 6, 7, 8, 9
_SIZES = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}
_ALIGNMENT = 32
Entries = dict[str, tuple[int, bytes]]
Tensors = dict[str, np.ndarray[tuple[int, ...], np.dtype[np.floating]]]


def _string(text: str | bytes) -> bytes:
    content = text if isinstance(text, bytes) else text.encode()
    return struct.pack("<Q", len(content)) + content


def _end(data: bytes, kind: int, at: int) -> int:
    """Where the value of this kind that begins at `at` ends."""
    if kind == _STRING:
        return at + 8 + int(struct.unpack_from("<Q", data, at)[0])
    if kind != _ARRAY:
        return at + _SIZES[kind]
    inner, count = struct.unpack_from("<IQ", data, at)
    at += 12
    if inner != _STRING:
        return at + _SIZES[inner] * int(count)
    for _ in range(count):
        at += 8 + struct.unpack_from("<Q", data, at)[0]
    return at


def _entries(data: bytes) -> Entries:
    """The metadata of a GGUF file: kind and bytes of each value by key."""
    _, _, _, count = struct.unpack_from("<4sIQQ", data)
    entries: Entries = {}
    at = 24
    for _ in range(count):
        start, at = at + 8, _end(data, _STRING, at)
        key = data[start:at].decode()
        (kind,) = struct.unpack_from("<I", data, at)
        start, at = at + 4, _end(data, kind, at + 4)
        entries[key] = (kind, data[start:at])
    return entries


def _extend(entries: Entries, recipe: Recipe) -> int:
    """Renames and adds the recipe's tokens; returns the size of the vocabulary."""
    data = entries["tokenizer.ggml.tokens"][1]
    tokens: list[bytes] = []
    at = 12
    while at < len(data):
        start, at = at + 8, _end(data, _STRING, at)
        tokens.append(data[start:at])
    kinds = list(np.frombuffer(entries["tokenizer.ggml.token_type"][1], "<i4", offset=12))
    for old, (new, kind) in recipe.renamed.items():
        place = tokens.index(old.encode())
        tokens[place], kinds[place] = new.encode(), kind
    tokens += [text.encode() for text in recipe.added]
    kinds += [CONTROL] * len(recipe.added)
    size = len(tokens)
    entries["tokenizer.ggml.tokens"] = (
        _ARRAY,
        struct.pack("<IQ", _STRING, size) + b"".join(map(_string, tokens)),
    )
    entries["tokenizer.ggml.token_type"] = (
        _ARRAY,
        struct.pack("<IQ", _INT32, size) + np.array(kinds, "<i4").tobytes(),
    )
    if (scores := entries.get("tokenizer.ggml.scores")) is not None:
        values = scores[1][12:] + bytes(4 * len(recipe.added))
        entries["tokenizer.ggml.scores"] = (_ARRAY, struct.pack("<IQ", _FLOAT32, size) + values)
    return size


def _tensors(vocabulary: int) -> Tensors:
    random = np.random.default_rng(7)
    matrices = {
        "token_embd": (vocabulary, WIDTH),
        **dict.fromkeys(("blk.0.attn_q", "blk.0.attn_k", "blk.0.attn_v"), (WIDTH, WIDTH)),
        "blk.0.attn_output": (WIDTH, WIDTH),
        "blk.0.ffn_gate": (HIDDEN, WIDTH),
        "blk.0.ffn_up": (HIDDEN, WIDTH),
        "blk.0.ffn_down": (WIDTH, HIDDEN),
    }
    tensors: Tensors = {
        name: (random.standard_normal(shape, np.float32) * 0.2).astype(np.float16)
        for name, shape in matrices.items()
    }
    norms = ("blk.0.attn_norm", "blk.0.ffn_norm", "output_norm")
    return tensors | {name: np.ones(WIDTH, np.float32) for name in norms}


def _write(path: Path, entries: Entries, tensors: Tensors) -> None:
    header = struct.pack("<4sIQQ", b"GGUF", 3, len(tensors), len(entries))
    header += b"".join(
        _string(key) + struct.pack("<I", kind) + value for key, (kind, value) in entries.items()
    )
    contents = b""
    for name, tensor in tensors.items():
        rank, half = tensor.ndim, tensor.dtype == np.float16
        header += _string(f"{name}.weight") + struct.pack(
            f"<I{rank}QIQ", rank, *reversed(tensor.shape), half, len(contents)
        )
        contents += _padded(tensor.tobytes())
    path.write_bytes(_padded(header) + contents)


def _padded(content: bytes) -> bytes:
    return content + bytes(-len(content) % _ALIGNMENT)


@pytest.fixture(scope="session")
def native_log() -> llama.Log:
    return llama.quiet_start()


@pytest.fixture(scope="module", params=sorted(RECIPES))
def stand_in_file(
    request: pytest.FixtureRequest,
    build: Callable[[str, Path], Path],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Path]:
    """The file of each stand-in."""
    path = build(request.param, tmp_path_factory.mktemp("models") / f"{request.param}.gguf")
    yield path
    path.unlink()


@pytest.fixture(scope="module")
def stand_in(stand_in_file: Path, native_log: llama.Log) -> Iterator[NativeModel]:
    """Each stand-in, loaded by the native library."""
    model = NativeModel(stand_in_file, native_log, llama.AbortFlag(), lambda _: None)
    yield model
    model.close()
