import shutil
import subprocess
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aw_server.differences import unified, word_runs

PROSE = st.lists(
    st.sampled_from(["the", "cat", "sat", "on", "a", "mat", ".", "It", "was", "\n"]), max_size=30
).map(" ".join)


@given(PROSE, PROSE)
def test_the_runs_hold_both_texts(before: str, after: str) -> None:
    runs = word_runs(before, after)
    assert "".join(run.text for run in runs if run.kind != "added") == before
    assert "".join(run.text for run in runs if run.kind != "removed") == after
    kinds = [run.kind for run in runs]
    assert all((a, b) != ("added", "removed") and a != b for a, b in pairwise(kinds))


@pytest.mark.skipif(shutil.which("patch") is None, reason="the program `patch` is not installed")
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a\nb\nc\n", "a\nB\nc\n"),
        ("a\nb", "a\nB"),
        ("a\r\nb\r\n", "a\r\nB\r\n"),
        ("x\u2028y\n", "x\u2028z\n"),
    ],
)
def test_patch_understands_the_diff(tmp_path: Path, before: str, after: str) -> None:
    path = tmp_path / "f.md"
    path.write_bytes(before.encode())
    diff = unified("f.md", before, after).encode()
    subprocess.run(["patch", "-p1", "--binary"], input=diff, cwd=tmp_path, check=True, capture_output=True)
    assert path.read_bytes() == after.encode()
