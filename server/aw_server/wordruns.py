"""What a rewrite changes, word by word, for terminals and pages."""

from itertools import groupby

from aw_engine.text.diff import WordRun, compare


def runs(original: str, rewrite: str) -> list[WordRun]:
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
