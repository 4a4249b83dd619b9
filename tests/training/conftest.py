"""A tiny folder of training data, made up here."""

import lzma
import sys
from pathlib import Path

import pytest

# The training code is no part of the installed distribution.
sys.path.insert(0, str(Path(__file__).parents[2] / "training"))

SENTENCES = (
    "The committee met on Tuesday and agreed on a plain plan.",
    "Nobody had asked for “more” than they were given.",
    "We don’t keep what we cannot read.",
    "Call `main()` once; see https://example.org/a_page for why.",
)


@pytest.fixture(scope="session")
def paragraphs() -> list[str]:
    """Three hundred different paragraphs of a few sentences."""
    return [
        f"Report {number} is short. "
        + " ".join(SENTENCES[(number + step) % len(SENTENCES)] for step in range(number % 5 + 1))
        for number in range(300)
    ]


@pytest.fixture(scope="session")
def data(paragraphs: list[str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with modern prose and fiction, some of it held out."""
    folder = tmp_path_factory.mktemp("data")
    for name, part in (("modern", paragraphs[:250]), ("fiction", paragraphs[250:])):
        with lzma.open(folder / f"prose-{name}.txt.xz", "wt", encoding="utf-8") as file:
            file.writelines(f"{paragraph}\n" for paragraph in part)
    return folder
