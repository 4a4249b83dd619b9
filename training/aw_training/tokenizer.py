"""The default model's tokenizer: byte-level BPE as GPT-2, control tokens first in the id space."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from aw_training.corpus import PLACEHOLDERS

__all__ = [
    "CONTROL_TOKENS",
    "END",
    "PAD",
    "TARGET",
    "load_tokenizer",
    "train_tokenizer",
]

CONTROL_TOKENS = (
    "<|end|>",
    "<|pad|>",
    "<|source|>",
    "<|target|>",
    "<|A|>",
    "<|B|>",
    "<|judge|>",
    *PLACEHOLDERS,
)
END, PAD, TARGET = 0, 1, 3
VOCABULARY = 8192


def train_tokenizer(texts: Iterable[str], vocabulary: int = VOCABULARY) -> Tokenizer:
    """A tokenizer of at most `vocabulary` tokens learnt from masked texts.

    Ids 0 to 38 are `CONTROL_TOKENS` in their order; then the 256 bytes; then merges by rank.
    """
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        special_tokens=list(CONTROL_TOKENS),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


def load_tokenizer(path: Path) -> Tokenizer:
    """The tokenizer saved at `path`.

    :raises ValueError: its control tokens are not where the dialect expects them.
    """
    tokenizer = Tokenizer.from_file(str(path))
    for token_id, name in enumerate(CONTROL_TOKENS):
        if tokenizer.token_to_id(name) != token_id:
            raise ValueError(f"{path}: control token {name} is not token {token_id}")
    return tokenizer
