from pathlib import Path

import pytest

from aw_engine.errors import PassageError
from aw_server.cli.failures import FileError
from aw_server.cli.source import LIMIT, read


def test_line_ends_and_mark_survive_a_round_trip(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_bytes(b"\xef\xbb\xbfone\r\ntwo\rthree")
    source = read(str(path))
    assert source.text == "one\r\ntwo\rthree"
    assert source.encode(source.text) == source.data


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"ab\x00cd", "byte 3 is zero"),
        (b"one\ntw\xe9 x", "byte 7 (line 2) is 0xE9"),
        (b"\xff\xfea\x00", "UTF-16"),
    ],
)
def test_what_is_not_text_is_refused_with_the_place(tmp_path: Path, data: bytes, words: str) -> None:
    path = tmp_path / "a.md"
    path.write_bytes(data)
    with pytest.raises(FileError) as refused:
        read(str(path))
    assert words in str(refused.value)


@pytest.mark.parametrize("data", [b"", b" \n\t\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_the_texts_fault(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.md"
    path.write_bytes(data)
    with pytest.raises(PassageError) as refused:
        read(str(path))
    assert refused.value.reason == "empty"


def test_a_huge_file_is_refused_by_its_size(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    with path.open("wb") as file:
        file.truncate(50_000_000)  # sparse: reading it would find zeros and say "binary"
    with pytest.raises(FileError, match="has 50 MB; the limit is 20 MB"):
        read(str(path))


def test_the_limit_itself_is_allowed(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_bytes(b"a" * LIMIT)
    assert len(read(str(path)).text) == LIMIT


def test_a_folder_and_a_missing_file_are_named(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="is a folder"):
        read(str(tmp_path))
    with pytest.raises(FileError, match="There is no file"):
        read(str(tmp_path / "b.md"))
