"""Many completions at once from a chat model's GGUF file, by Transformers: for data, not for the product."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

_LONGER = 1.15  # than its prompt no answer may be
_MIN_P = 0.05

Generate = Callable[[Sequence[str], float], list[str]]


def open_model(path: Path) -> Generate:
    """A function from prompts and a temperature to answers, in the order of the prompts."""
    tokenizer = AutoTokenizer.from_pretrained(path.parent, gguf_file=path.name)
    model = AutoModelForCausalLM.from_pretrained(path.parent, gguf_file=path.name, dtype=torch.float32).eval()
    tokenizer.padding_side = "left"
    tokenizer.pad_token = tokenizer.pad_token or tokenizer.eos_token

    def generate(prompts: Sequence[str], temperature: float) -> list[str]:
        chats = [
            tokenizer.apply_chat_template(
                [{"role": "user", "content": prompt}], add_generation_prompt=True, tokenize=False
            )
            for prompt in prompts
        ]
        asked = tokenizer(chats, return_tensors="pt", padding=True, add_special_tokens=False)
        length = asked.input_ids.shape[1]
        with torch.inference_mode():
            written = model.generate(
                **asked,
                max_new_tokens=int(_LONGER * length),
                do_sample=True,
                temperature=temperature,
                top_k=0,
                min_p=_MIN_P,
            )
        return list(tokenizer.batch_decode(written[:, length:], skip_special_tokens=True))

    return generate
