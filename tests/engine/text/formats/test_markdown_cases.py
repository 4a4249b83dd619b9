"""Files of kinds that were spoilt once: which passages they have, and that no other line changes.

`tests/data/cases/markdown.json` has, for each file, its passages with `⟦…⟧` around what is protected.
"""

import json
from pathlib import Path

import pytest

from support.rewriting import extracts, marked, reworded

CASES = Path(__file__).parents[3] / "data" / "cases"
EXPECTED: dict[str, list[str]] = json.loads((CASES / "markdown.json").read_text(encoding="utf-8"))


def _document(name: str) -> str:
    return (CASES / name).read_text(encoding="utf-8")


def _kept_lines(document: str) -> list[str]:
    """The lines that no passage touches."""
    ranges = [(found.frame.start, found.frame.end) for found in extracts(document)]
    kept, at = [], 0
    for line in document.splitlines(keepends=True):
        end = at + len(line)
        if not any(start < end and at < stop for start, stop in ranges):
            kept.append(line)
        at = end
    return kept


@pytest.mark.parametrize("name", EXPECTED)
def test_only_prose_is_offered(name: str) -> None:
    assert marked(_document(name)) == EXPECTED[name]


@pytest.mark.parametrize("name", EXPECTED)
@pytest.mark.parametrize("longer", [False, True])
def test_no_other_line_changes(name: str, longer: bool) -> None:
    document = _document(name)
    changed = reworded(document, lambda word: f"{word}zz {word}" if longer else f"{word}zz")
    lines = iter(changed.splitlines(keepends=True))
    for line in _kept_lines(document):
        assert "zz" not in line
        assert line in lines, line
    shorter = marked(reworded(document, lambda word: f"{word}zz"))
    assert [text.replace("zz", "") for text in shorter] == EXPECTED[name]
