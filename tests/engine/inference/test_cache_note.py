"""Notes in the user's cache folder."""

import os
from pathlib import Path

import pytest
from msgspec import Struct

from aw_engine.inference import cache_note


class Height(Struct, frozen=True):
    metres: int


def test_a_note_is_read_as_it_was_written(tmp_path: Path) -> None:
    place = cache_note.path(tmp_path / "new" / "folder", b"Everest")
    cache_note.write(place, Height(8848))
    cache_note.write(place, Height(8849))
    assert cache_note.read(place, Height) == Height(8849)
    assert [path.name for path in place.parent.iterdir()] == [place.name]


def test_notes_are_told_apart_by_key_and_version(tmp_path: Path) -> None:
    places = {cache_note.path(tmp_path, key, version) for key in (b"a", b"b") for version in (1, 2)}
    assert len(places) == 4


@pytest.mark.parametrize(
    "content", [b"", b"{", b'{"metres": "high"}', b'{"feet": 1}', b'"\xff"', b"\xff\xfe"]
)
def test_a_damaged_note_is_as_good_as_none(tmp_path: Path, content: bytes) -> None:
    place = cache_note.path(tmp_path, b"Everest")
    place.write_bytes(content)
    assert cache_note.read(place, Height) is None


def test_what_cannot_be_written_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = cache_note.path(tmp_path, b"Everest")
    cache_note.write(place, Height(8849))

    def full(source: str, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="No space"):
        cache_note.write(place, Height(1))
    assert cache_note.read(place, Height) == Height(8849)
    assert len(list(tmp_path.iterdir())) == 1
