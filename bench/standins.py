"""Models of common shapes with random weights and a real vocabulary, made on the spot.

    python bench/standins.py FOLDER [135M 0.5B 1.5B]

Speed depends on shapes, not on what the weights know. Vocabularies and the contestants' source come from
the source distribution of the installed llama-cpp-python.
"""

import argparse
import subprocess
import sys
import tarfile
from importlib.metadata import version
from pathlib import Path
from typing import Final

import gguf
import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

TEMPLATE: Final = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n"
    "{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
_BLOCK: Final = np.dtype([("scale", "<f2"), ("quants", "i1", 32)])  # what 32 weights are in Q8_0


class Form(Struct, frozen=True):
    """A Llama-shaped decoder with tied embeddings; `vocabulary` names a file of llama.cpp."""

    width: int
    layers: int
    heads: int
    kv_heads: int
    hidden: int
    vocabulary: str


FORMS: Final = {
    "135M": Form(width=576, layers=30, heads=9, kv_heads=3, hidden=1536, vocabulary="starcoder"),
    "0.5B": Form(width=896, layers=24, heads=14, kv_heads=2, hidden=4864, vocabulary="qwen2"),
    "1.5B": Form(width=1536, layers=28, heads=12, kv_heads=2, hidden=8960, vocabulary="qwen2"),
}


def llama_source(folder: Path) -> Path:
    """llama.cpp as the installed llama-cpp-python was built from, in `folder`; fetched if it is not there.

    :raises subprocess.CalledProcessError: if the package index does not answer.
    """
    number = version("llama-cpp-python")
    root = folder / f"llama_cpp_python-{number}"
    if not (root / "complete").exists():
        package = f"llama-cpp-python=={number}"
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(folder)]
        subprocess.run([*command, "--no-binary", "llama-cpp-python", package], check=True)
        with tarfile.open(root.with_suffix(root.suffix + ".tar.gz")) as archive:
            archive.extractall(folder, filter="data")
        (root / "complete").touch()
    return root / "vendor" / "llama.cpp"


def stand_in(name: str, folder: Path) -> Path:
    """The file of the form of this name (Q8_0, seeded weights), written if it is not there."""
    path = folder / f"stand-in-{name}.gguf"
    if path.exists():
        return path
    form = FORMS[name]
    partial = path.with_suffix(".part")
    writer = gguf.GGUFWriter(partial, "llama")
    writer.add_name(f"stand-in {name}")
    writer.add_context_length(8192)
    writer.add_embedding_length(form.width)
    writer.add_block_count(form.layers)
    writer.add_feed_forward_length(form.hidden)
    writer.add_head_count(form.heads)
    writer.add_head_count_kv(form.kv_heads)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(form.width // form.heads)
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_Q8_0)
    size = _copy_vocabulary(llama_source(folder) / "models" / f"ggml-vocab-{form.vocabulary}.gguf", writer)
    writer.add_chat_template(TEMPLATE)
    _add_tensors(writer, form, size)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    partial.rename(path)
    return path


def _copy_vocabulary(source: Path, writer: gguf.GGUFWriter) -> int:
    size = 0
    for field in gguf.GGUFReader(source).fields.values():
        if not field.name.startswith("tokenizer.ggml."):
            continue
        content = field.contents()
        if field.name == "tokenizer.ggml.tokens":
            size = len(content)
        writer.add_key_value(
            field.name, content, field.types[0], field.types[-1] if len(field.types) > 1 else None
        )
    return size


def _add_tensors(writer: gguf.GGUFWriter, form: Form, vocabulary: int) -> None:
    rng = np.random.default_rng(7)
    kv = form.width * form.kv_heads // form.heads
    _matrix(writer, rng, "token_embd", (vocabulary, form.width))
    writer.add_tensor("output_norm.weight", np.ones(form.width, np.float32))
    for layer in range(form.layers):
        for name in ("attn_norm", "ffn_norm"):
            writer.add_tensor(f"blk.{layer}.{name}.weight", np.ones(form.width, np.float32))
        for name, shape in (
            ("attn_q", (form.width, form.width)),
            ("attn_k", (kv, form.width)),
            ("attn_v", (kv, form.width)),
            ("attn_output", (form.width, form.width)),
            ("ffn_gate", (form.hidden, form.width)),
            ("ffn_up", (form.hidden, form.width)),
            ("ffn_down", (form.width, form.hidden)),
        ):
            _matrix(writer, rng, f"blk.{layer}.{name}", shape)


def _matrix(writer: gguf.GGUFWriter, rng: np.random.Generator, name: str, shape: tuple[int, int]) -> None:
    """Weights of standard deviation 1/sqrt(columns), so that activations keep their size."""
    rows, columns = shape
    blocks: NDArray[np.void] = np.empty((rows, columns // 32), _BLOCK)
    blocks["scale"] = 1 / (73 * np.sqrt(columns))  # whole numbers of -127..127 have a deviation of 73
    blocks["quants"] = rng.integers(-127, 128, (rows, columns // 32, 32), np.int8)
    data = blocks.view(np.uint8).reshape(rows, -1)
    writer.add_tensor(f"{name}.weight", data, raw_dtype=gguf.GGMLQuantizationType.Q8_0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("names", nargs="*", default=["135M", "0.5B"], metavar="NAME")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    for name in arguments.names:
        print(stand_in(name, arguments.folder))


if __name__ == "__main__":
    main()
