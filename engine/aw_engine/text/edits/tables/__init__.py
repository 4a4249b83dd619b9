"""The lists behind the edits, one TSV each, wrong or long form first; `#` begins a comment line."""

from functools import cache
from importlib.resources import files

__all__ = ["phrases", "rows", "words"]


@cache
def rows(name: str) -> tuple[tuple[str, ...], ...]:
    """The rows of table `name`, split at tabs, comments and empty lines left out."""
    text = files(__name__).joinpath(f"{name}.tsv").read_text(encoding="utf-8")
    lines = (line for line in text.splitlines() if line and not line.startswith("#"))
    return tuple(tuple(line.split("\t")) for line in lines)


@cache
def phrases(name: str) -> dict[str, tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]]:
    """Table `name` by each left side's first word: (its words, its replacements, empty = leave out)."""
    index: dict[str, list[tuple[tuple[str, ...], tuple[str, ...]]]] = {}
    for left, *right in rows(name):
        words = tuple(left.split())
        index.setdefault(words[0], []).append((words, tuple(right) or ("",)))
    return {first: tuple(sorted(found, key=lambda entry: -len(entry[0]))) for first, found in index.items()}


@cache
def words(name: str) -> frozenset[str]:
    """The members of the word list `name`."""
    return next(frozenset(members.split()) for key, members in rows("lists") if key == name)
