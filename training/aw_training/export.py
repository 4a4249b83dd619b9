"""Weights to GGUF and back: what llama.cpp reads as it is, with the facts about the model in it."""

from __future__ import annotations

import ctypes
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import gguf
import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor

from aw_training.errors import TrainingError
from aw_training.network import NORM_EPSILON, ROPE_BASE, Shape
from aw_training.tokenizer import CONTROL_TOKENS, END, PAD, TARGET

__all__ = ["About", "export", "quantise", "read_weights", "trained_tokens", "write_gguf"]

ARCHITECTURE = "llama"
OPERATORS = ("copy-edit",)
STATEMENT = (
    "A small copy-editor's language model of English prose. It scores sentences by likelihood; "
    "it follows no instructions. Trained only on text that is public domain, US government work, "
    "CC0, MIT, Apache-2.0, BSD or CC BY; docs/model-card.md names the sources."
)

_BLOCK_NAMES = {
    "attention_norm": "attn_norm",
    "query": "attn_q",
    "key": "attn_k",
    "value": "attn_v",
    "mix": "attn_output",
    "hidden_norm": "ffn_norm",
    "gate": "ffn_gate",
    "up": "ffn_up",
    "down": "ffn_down",
}


@dataclass(frozen=True)
class About:
    """What the file says of itself; judge weights are log-odds per nat and per nat a token."""

    version: str
    date: str
    training_tokens: int
    judge_weights: Mapping[str, float]
    name: str = "aw-mini"
    license: str = "apache-2.0"
    description: str = STATEMENT


def tensor_names(layers: int) -> dict[str, str]:
    """The network's parameter names, each with its name in a GGUF file."""
    names = {"embedding.weight": "token_embd.weight", "norm.weight": "output_norm.weight"}
    for layer in range(layers):
        for ours, theirs in _BLOCK_NAMES.items():
            names[f"blocks.{layer}.{ours}.weight"] = f"blk.{layer}.{theirs}.weight"
    return names


def write_gguf(
    path: Path, shape: Shape, weights: Mapping[str, Tensor], tokenizer: Tokenizer, about: About
) -> None:
    """Write the network to `path`: matrices as F16, norms as F32, tokenizer and facts beside them."""
    writer = gguf.GGUFWriter(path, ARCHITECTURE)
    _add_facts(writer, about)
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_F16)
    writer.add_vocab_size(shape.vocabulary)
    writer.add_context_length(shape.context)
    writer.add_embedding_length(shape.width)
    writer.add_block_count(shape.layers)
    writer.add_feed_forward_length(shape.hidden)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.heads)
    writer.add_rope_dimension_count(shape.head_width)
    writer.add_rope_freq_base(ROPE_BASE)
    writer.add_layer_norm_rms_eps(NORM_EPSILON)
    _add_tokenizer(writer, tokenizer, shape.vocabulary)
    for ours, theirs in tensor_names(shape.layers).items():
        weight = weights[ours].detach().float().cpu().numpy()
        writer.add_tensor(theirs, weight if weight.ndim == 1 else weight.astype(np.float16))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def quantise(source: Path, target: Path) -> None:
    """Write `source` to `target` with its matrices as Q8_0.

    :raises TrainingError: llama.cpp is not here, or could not do it.
    """
    try:
        from aw_training.native import llama_cpp, silence
    except ImportError as error:
        raise TrainingError(
            f"{source} is written, but llama-cpp-python, which makes {target.name} of it, is not installed "
            f"here; take the file to where it is and call export --from-gguf {source.name}."
        ) from error
    silence()
    settings = llama_cpp.llama_model_quantize_default_params()
    settings.ftype = llama_cpp.LLAMA_FTYPE_MOSTLY_Q8_0
    settings.nthread = 1
    status = llama_cpp.llama_model_quantize(
        str(source).encode(), str(target).encode(), ctypes.byref(settings)
    )
    if status != 0:
        raise TrainingError(f"llama.cpp could not quantise {source} (status {status})")


def export(
    target: Path, shape: Shape, weights: Mapping[str, Tensor], tokenizer: Tokenizer, about: About
) -> None:
    """Write the Q8_0 file `target`, and beside it the F16 file that it was made from."""
    full = target.with_suffix(".f16.gguf")
    write_gguf(full, shape, weights, tokenizer, about)
    quantise(full, target)


def read_weights(path: Path) -> tuple[Shape, dict[str, Tensor]]:
    """The shape and weights of an exported file, to train on from; Q8_0 is widened to float32.

    :raises TrainingError: the file holds another architecture or lacks a tensor.
    """
    reader = gguf.GGUFReader(path)
    architecture = reader.fields["general.architecture"].contents()
    if architecture != ARCHITECTURE:
        raise TrainingError(f"{path} holds a {architecture} network, not {ARCHITECTURE}")

    def size(key: str) -> int:
        return int(reader.fields[f"{ARCHITECTURE}.{key}"].contents())

    shape = Shape(
        layers=size("block_count"),
        width=size("embedding_length"),
        heads=size("attention.head_count"),
        hidden=size("feed_forward_length"),
        vocabulary=size("vocab_size"),
        context=size("context_length"),
    )
    stored = {tensor.name: tensor for tensor in reader.tensors}
    weights = {}
    for ours, theirs in tensor_names(shape.layers).items():
        if theirs not in stored:
            raise TrainingError(f"{path} lacks the tensor {theirs}")
        wide = gguf.quants.dequantize(stored[theirs].data, stored[theirs].tensor_type)
        weights[ours] = torch.from_numpy(np.array(wide, dtype=np.float32))
    return shape, weights


def trained_tokens(path: Path) -> int:
    """How many tokens an exported file says that its weights were trained on; 0 if it says nothing."""
    field = gguf.GGUFReader(path).fields.get("aw.training_tokens")
    return int(field.contents()) if field is not None else 0


def _add_facts(writer: gguf.GGUFWriter, about: About) -> None:
    writer.add_name(about.name)
    writer.add_version(about.version)
    writer.add_license(about.license)
    writer.add_description(about.description)
    writer.add_languages(["en"])
    writer.add_string("aw.dialect", "mini")
    writer.add_string("aw.unit", "sentence")
    writer.add_array("aw.operators", list(OPERATORS))
    writer.add_string("aw.judge", "likelihood")
    writer.add_string("aw.date", about.date)
    writer.add_uint64("aw.training_tokens", about.training_tokens)
    for name, weight in about.judge_weights.items():
        writer.add_float32(f"aw.judge.{name}", weight)


def _add_tokenizer(writer: gguf.GGUFWriter, tokenizer: Tokenizer, vocabulary: int) -> None:
    model = json.loads(tokenizer.to_str())["model"]
    by_id = {number: token for token, number in tokenizer.get_vocab().items()}
    # A vocabulary smaller than the embedding is filled up: llama.cpp wants a name for every row.
    tokens = [by_id.get(number, f"<|unused {number}|>") for number in range(vocabulary)]
    kinds = [
        gguf.TokenType.CONTROL
        if number < len(CONTROL_TOKENS)
        else gguf.TokenType.NORMAL
        if number in by_id
        else gguf.TokenType.UNUSED
        for number in range(vocabulary)
    ]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(tokens)
    writer.add_token_types(kinds)
    writer.add_token_merges([" ".join(pair) for pair in model["merges"]])
    # Never added by llama.cpp; named so that its default for BPE, token 11, is not taken for one.
    writer.add_bos_token_id(TARGET)
    writer.add_eos_token_id(END)
    writer.add_pad_token_id(PAD)
    writer.add_add_bos_token(False)
