"""A small folder of data to train a judge on."""

import lzma
from pathlib import Path

from aw_training.judge import human_edits

TEXT = (
    "The committee decided to close the bridge because the two bearings had worn. On Monday it told the "
    "mayor, the press and the bus company. Nobody had asked for a ferry, and she wanted it open by May."
)


def write_data(folder: Path) -> Path:
    """Data with one edit of a repository that is held out and some of another, and a little prose."""
    before, after = TEXT.replace("Nobody", "No one"), TEXT
    edits = [
        human_edits.Edit(
            repo=repo, licence="CC0-1.0", commit="1", date="2026-01-01", message="Reword",
            editorial=editorial, similarity=0.9, numbers_kept=True, code_kept=kept,
            before=before, after=after,
        )
        for repo, editorial, kept in (
            ("rust-lang/book", True, True),
            ("some/docs", True, True),
            ("some/docs", True, False),
            *[("some/docs", False, True)] * 4,
        )
    ]  # fmt: skip
    human_edits.write(folder / "edits.jsonl.xz", edits)
    for name in ("prose-modern.txt.xz", "prose-fiction.txt.xz"):
        with lzma.open(folder / name, "wt", encoding="utf-8") as file:
            file.writelines(f"{TEXT} It was {'so ' * number}good.\n" for number in range(40))
    return folder
