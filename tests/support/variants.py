"""Copies of a model file with other metadata."""

from pathlib import Path
from typing import Protocol

import gguf
import gguf.quants

TEMPLATE = (
    "{% for message in messages %}<|B|>{{ message['role'] }}\n{{ message['content'] }}<|end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|B|>assistant\n{% endif %}"
)


class WriteVariant(Protocol):
    """Writes a copy of the model under test with other metadata; without `tensors` only its vocabulary.

    With `exact` its weights are in single precision, so that nothing is rounded while it reads.
    """

    def __call__(
        self,
        name: str,
        *,
        template: str | None = None,
        architecture: str | None = None,
        tensors: bool = True,
        exact: bool = False,
    ) -> Path: ...


def write_copy(
    model: Path,
    path: Path,
    *,
    template: str | None,
    architecture: str | None,
    tensors: bool,
    exact: bool = False,
) -> Path:
    """`path`, where a copy of the model is written."""
    reader = gguf.GGUFReader(model)
    old = reader.fields["general.architecture"].contents()
    new = architecture or old
    writer = gguf.GGUFWriter(path, new)
    for field in reader.fields.values():
        if field.name.startswith("GGUF.") or field.name in ("general.architecture", "aw.dialect"):
            continue
        inner = field.types[-1] if len(field.types) > 1 else None
        key = field.name.replace(f"{old}.", f"{new}.", 1)
        writer.add_key_value(key, field.contents(), field.types[0], inner)
    if template is not None:
        writer.add_chat_template(template)
    for tensor in reader.tensors if tensors else []:
        if exact:
            writer.add_tensor(tensor.name, gguf.quants.dequantize(tensor.data, tensor.tensor_type))
        else:
            writer.add_tensor(tensor.name, tensor.data, raw_dtype=tensor.tensor_type)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path
