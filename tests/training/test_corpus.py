"""What is read for training, and what never is."""

import hashlib
import json
import lzma
from pathlib import Path
from random import Random

import pytest

from aw_training.corpus import (
    documents,
    held_out,
    mask,
    modern_paragraphs,
    prose_shares,
    read_edits,
    read_prose,
    sentence_starts,
    straighten,
    training_paragraphs,
)
from aw_training.errors import TrainingError


def test_a_paragraph_is_held_out_by_the_hash_of_its_letters_alone(paragraphs: list[str]) -> None:
    for paragraph in paragraphs:
        letters = "".join(sign for sign in paragraph.lower() if "a" <= sign <= "z")
        expected = hashlib.sha1(letters.encode(), usedforsecurity=False).hexdigest()[0] == "0"
        assert held_out(paragraph) == expected
        assert held_out(paragraph.upper() + " 12!") == expected


def test_nothing_held_out_is_trained_on(data: Path) -> None:
    everything = list(read_prose(data / "prose-modern.txt.xz"))
    masked_held_out = {mask(paragraph) for paragraph in everything if held_out(paragraph)}
    trained_on = training_paragraphs(data, Random(1))
    assert masked_held_out
    assert trained_on
    assert not masked_held_out & set(trained_on)


def test_of_the_edits_only_editorial_ones_outside_the_held_out_repository_are_read(tmp_path: Path) -> None:
    for name in ("modern", "fiction"):
        lzma.open(tmp_path / f"prose-{name}.txt.xz", "wt", encoding="utf-8").close()
    kinds = {"kept": ("a/b", True), "book": ("rust-lang/book", True), "other": ("a/b", False)}
    with lzma.open(tmp_path / "edits.jsonl.xz", "wt", encoding="utf-8") as file:
        for name, (repository, editorial) in kinds.items():
            row = {"repo": repository, "editorial": editorial, "before": "", "after": f"A {name} one."}
            file.write(json.dumps(row | {"numbers_kept": True, "code_kept": True}) + "\n")
    assert training_paragraphs(tmp_path, Random(1)) == ["A kept one."]


def test_any_folder_of_text_will_do(tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "one.txt").write_text("Dear all,\nit rains.\n\nYours.\n", encoding="utf-8")
    (tmp_path / "notes.txt").write_text("A line.\nAnother line.\n", encoding="utf-8")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    found = sorted(modern_paragraphs(tmp_path))
    assert found == ["A line.", "Another line.", "Dear all, it rains.", "Yours."]


def test_fiction_counts_less_and_novels_do_not(tmp_path: Path) -> None:
    for name in ("modern", "fiction", "novels"):
        with lzma.open(tmp_path / f"prose-{name}.txt.xz", "wt", encoding="utf-8") as file:
            file.write(f"A paragraph of {name}.\n")
    shares = {path.name: share for path, share in prose_shares(tmp_path).items()}
    assert shares["prose-modern.txt.xz"] == 1.0
    assert 0 < shares["prose-fiction.txt.xz"] < 0.5
    assert "prose-novels.txt.xz" not in shares
    assert list(modern_paragraphs(tmp_path)) == ["A paragraph of modern."]


def test_a_folder_without_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="no prose"):
        prose_shares(tmp_path)


def test_text_in_another_encoding_is_refused(tmp_path: Path) -> None:
    (tmp_path / "old.txt").write_bytes("café".encode("latin-1"))
    with pytest.raises(TrainingError, match="UTF-8"):
        list(read_prose(tmp_path / "old.txt"))


def test_without_a_file_there_are_no_edits(tmp_path: Path) -> None:
    assert not list(read_edits(tmp_path / "edits.jsonl.xz"))


def test_code_and_addresses_become_numbered_placeholders() -> None:
    assert mask("Run `a b`, then see https://example.org/x?y=1.") == "Run ⟦1⟧, then see ⟦2⟧."


def test_text_with_control_token_names_is_refused() -> None:
    assert mask("It prints <|end|> and stops.") is None
    assert mask("It prints ⟦1⟧ and stops.") is None


def test_text_with_too_many_spans_is_refused() -> None:
    assert mask(" ".join(["`x`"] * 32)) is not None
    assert mask(" ".join(["`x`"] * 33)) is None


def test_a_paragraph_s_documents_hold_all_of_its_text() -> None:
    text = " ".join(f"This is sentence number {number}." for number in range(60))
    for seed in range(20):
        parts = documents(text, Random(seed))
        assert " ".join(parts) == text
        assert all(len(part) <= 800 for part in parts)


def test_any_sentence_may_come_first() -> None:
    text = "One came. Two went. Three stayed."
    firsts = {part for seed in range(100) for part in documents(text, Random(seed))}
    assert {"Two went. Three stayed.", "Three stayed.", text} <= firsts


def test_sentences_begin_after_closing_quotation_marks_too() -> None:
    text = "“Go.” He went. It cost 3.5 dollars."
    assert [text[start:] for start in sentence_starts(text)] == [
        "He went. It cost 3.5 dollars.",
        "It cost 3.5 dollars.",
    ]


def test_both_styles_of_quotation_marks_are_met() -> None:
    text = "“Don’t,” she said."
    assert {part for seed in range(30) for part in documents(text, Random(seed))} == {text, straighten(text)}
