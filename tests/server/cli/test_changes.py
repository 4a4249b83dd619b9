from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aw_server.cli import changes
from aw_server.differences import unified

PROSE = st.lists(
    st.sampled_from(["the", "cat", "sat", "on", "a", "mat", ".", "It", "was", "\n"]), max_size=30
).map(" ".join)


def test_without_colours_brackets_mark_what_changed() -> None:
    text = changes.inline("We was in order to see it.", "We were to see it.", colour=False)
    assert text.plain == "We [-was in order-]{+were+} to see it."


def test_with_colours_there_are_no_brackets() -> None:
    text = changes.inline("We was here.", "We were here.", colour=True)
    assert text.plain == "We waswere here."
    assert [str(span.style) for span in text.spans] == [changes.REMOVED, changes.ADDED]


def test_the_head_of_a_diff_is_a_name_that_patch_takes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    assert changes.label("a/../b.md") == changes.label(str(folder / "b.md")) == "b.md"
    assert changes.label("../b.md") == (tmp_path / "b.md").relative_to(tmp_path.anchor).as_posix()


@given(PROSE, PROSE)
def test_the_coloured_diff_says_the_same_as_the_plain_one(before: str, after: str) -> None:
    def lines(diff: str) -> list[str]:
        return [line for line in diff.splitlines() if "No newline" not in line]

    plain, coloured = unified("f", before, after), changes.coloured("f", before, after).plain
    assert sorted(lines(plain)) == sorted(lines(coloured))
