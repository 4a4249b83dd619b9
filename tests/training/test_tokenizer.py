"""The vocabulary's layout, which the dialect and llama.cpp rely on."""

from pathlib import Path

import pytest

pytest.importorskip("tokenizers", reason="training needs the extra `train`")

from tokenizers import Tokenizer, models

from aw_training.tokenizer import CONTROL_TOKENS, load_tokenizer, train_tokenizer


def test_control_tokens_come_first_and_in_order(paragraphs: list[str]) -> None:
    tokenizer = train_tokenizer(paragraphs, vocabulary=400)
    assert [tokenizer.id_to_token(number) for number in range(39)] == list(CONTROL_TOKENS)
    assert CONTROL_TOKENS[:7] == (
        *("<|end|>", "<|pad|>", "<|source|>", "<|target|>", "<|A|>", "<|B|>", "<|judge|>"),
    )
    assert tokenizer.get_vocab_size() <= 400


def test_a_placeholder_is_one_token(paragraphs: list[str]) -> None:
    tokenizer = train_tokenizer(paragraphs, vocabulary=400)
    ids = tokenizer.encode("See ⟦2⟧.", add_special_tokens=False).ids
    assert ids.count(8) == 1
    assert not {7, 9} & set(ids)


def test_any_text_survives(paragraphs: list[str]) -> None:
    tokenizer = train_tokenizer(paragraphs, vocabulary=400)
    text = "  Naïve café: 1,234 “quotes”, ’tis \t\n 日本 🙂"
    assert tokenizer.decode(tokenizer.encode(text).ids) == text


def test_a_foreign_tokenizer_is_refused(tmp_path: Path) -> None:
    Tokenizer(models.BPE({"a": 0}, [])).save(str(tmp_path / "tokenizer.json"))
    with pytest.raises(ValueError, match="control token"):
        load_tokenizer(tmp_path / "tokenizer.json")
