"""What a rewrite changes, word by word or as a unified diff, as plain values and text."""

from difflib import unified_diff
from itertools import groupby

from aw_engine.text.diff import WordRun, compare


def word_runs(original: str, rewrite: str) -> list[WordRun]:
    """Word runs of the whole text, neighbouring changes joined: first what is gone, then what is new."""
    flat = [run for part in compare(original, rewrite) for run in part.words]
    changed = [run.kind != "same" for run in flat]
    for i in range(1, len(flat) - 1):
        if not changed[i] and changed[i - 1] and changed[i + 1] and flat[i].text.isspace():
            changed[i] = True  # a lone space between two changes would only tear them apart
    joined: list[WordRun] = []
    for is_change, group in groupby(zip(flat, changed, strict=True), key=lambda pair: pair[1]):
        members = [run for run, _ in group]
        if not is_change:
            joined.append(WordRun("same", "".join(run.text for run in members)))
            continue
        gone = "".join(run.text for run in members if run.kind != "added")
        new = "".join(run.text for run in members if run.kind != "removed")
        joined += [run for run in (WordRun("removed", gone), WordRun("added", new)) if run.text]
    return joined


def unified(name: str, before: str, after: str) -> str:
    """A unified diff that `patch` understands; empty if nothing changed."""
    old, new = _lines(before), _lines(after)
    parts: list[str] = []
    for line in unified_diff(old, new, f"a/{name}", f"b/{name}"):
        parts.append(line)
        if not line.endswith("\n"):
            parts.append("\n\\ No newline at end of file\n")
    return "".join(parts)


def _lines(text: str) -> list[str]:
    """Lines as `patch` counts them: by line feed alone."""
    parts = text.split("\n")
    whole = [f"{part}\n" for part in parts[:-1]]
    return [*whole, parts[-1]] if parts[-1] else whole
