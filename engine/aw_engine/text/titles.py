"""Titles: lines by themselves, to which no full stop belongs."""


def as_title(original: str, rewrite: str) -> str:
    """A rewrite of a title without the full stop at its end that the original has not."""
    return rewrite if original.rstrip().endswith(".") else rewrite.rstrip().removesuffix(".")
