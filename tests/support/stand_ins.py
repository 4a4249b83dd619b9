"""Stand-ins for the models that users bring: real vocabularies and chat templates, random weights.

Both lie in llama.cpp's source distribution, which is fetched once from the package index.
"""

import os
import struct
import subprocess
import sys
import tarfile
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from support.gguf_bytes import (
    ARRAY,
    BOOL,
    FLOAT32,
    INT32,
    STRING,
    UINT32,
    Entries,
    Tensors,
    end,
    entries_of,
    string,
    write_file,
)

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
        renamed={"[PAD151667]": ("<think>", USER_DEFINED), "[PAD151668]": ("</think>", USER_DEFINED)},
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


def fetch(number: str, folder: Path, scratch: Path) -> None:
    """Put vocabularies and templates of this version into the folder, or skip the test offline."""
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


def write_stand_in(source: Source, name: str, path: Path) -> Path:
    """`path`, where the stand-in of this name is written.

    The vocabularies are copied as they lie in their files: taking a quarter of a million tokens and merges
    apart and putting them together again would take half a minute each.
    """
    recipe = RECIPES[name]
    entries = entries_of((source.folder / f"ggml-vocab-{recipe.vocabulary}.gguf").read_bytes())
    template = (
        string(source.template(recipe.template)) if recipe.template else entries["tokenizer.chat_template"][1]
    )
    entries = {key: entry for key, entry in entries.items() if key.startswith("tokenizer.ggml.")}
    size = _extend(entries, recipe)
    entries["tokenizer.chat_template"] = (STRING, template)
    entries["general.architecture"] = (STRING, string("llama"))
    entries["general.name"] = (STRING, string(name))
    if recipe.begin is not None:
        entries["tokenizer.ggml.add_bos_token"] = (BOOL, bytes([recipe.begin]))
    for key, number in _SHAPE.items():
        entries[f"llama.{key}"] = (UINT32, struct.pack("<I", number))
    entries["llama.attention.layer_norm_rms_epsilon"] = (FLOAT32, struct.pack("<f", 1e-5))
    write_file(path, entries, _tensors(size))
    return path


def _extend(entries: Entries, recipe: Recipe) -> int:
    """Renames and adds the recipe's tokens; returns the size of the vocabulary."""
    data = entries["tokenizer.ggml.tokens"][1]
    tokens: list[bytes] = []
    at = 12
    while at < len(data):
        start, at = at + 8, end(data, STRING, at)
        tokens.append(data[start:at])
    kinds = list(np.frombuffer(entries["tokenizer.ggml.token_type"][1], "<i4", offset=12))
    for old, (new, kind) in recipe.renamed.items():
        place = tokens.index(old.encode())
        tokens[place], kinds[place] = new.encode(), kind
    tokens += [text.encode() for text in recipe.added]
    kinds += [CONTROL] * len(recipe.added)
    size = len(tokens)
    entries["tokenizer.ggml.tokens"] = (
        ARRAY,
        struct.pack("<IQ", STRING, size) + b"".join(map(string, tokens)),
    )
    entries["tokenizer.ggml.token_type"] = (
        ARRAY,
        struct.pack("<IQ", INT32, size) + np.array(kinds, "<i4").tobytes(),
    )
    if (scores := entries.get("tokenizer.ggml.scores")) is not None:
        values = scores[1][12:] + bytes(4 * len(recipe.added))
        entries["tokenizer.ggml.scores"] = (ARRAY, struct.pack("<IQ", FLOAT32, size) + values)
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
