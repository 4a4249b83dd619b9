"""Where a project's own rubrics are looked for."""

from pathlib import Path


def project_folder(start: Path) -> Path | None:
    """The nearest folder at or above `start` that holds `.aw`, if any."""
    return next((folder for folder in (start, *start.parents) if (folder / ".aw").is_dir()), None)
