"""What the copy-editor does to held-out prose: clean paragraphs left alone, injected errors repaired.

    python bench/mending.py DATA MODEL [--paragraphs 150]

Mending only, at temperature 0. A paragraph is damaged at one place in twelve words, kinds drawn evenly; an
error counts as repaired, and a change as a new error, by aligning words with the clean text.
"""

# ruff: noqa: E402 (the training code is not installed: its folder comes first)
import argparse
import asyncio
import sys
from difflib import SequenceMatcher
from itertools import islice
from math import sqrt
from pathlib import Path
from random import Random

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "training")]

from aw_engine.evolution.copyedit import CopyEdit, copy_edit
from aw_engine.inference.supervisor import WorkerBackend
from aw_engine.text.sentences import sentences
from aw_training.corpus import held_out, mask, read_prose
from damage import damage

MARKS = tuple(f"⟦{number}⟧" for number in range(1, 33))
WORDS_AN_ERROR = 12


def paragraphs(data: Path, count: int) -> list[str]:
    """Held-out modern paragraphs of 40 to 120 words, protected spans masked, in a fixed random order."""
    found = [
        text
        for paragraph in read_prose(data / "prose-modern.txt.xz")
        if held_out(paragraph) and 40 <= len(paragraph.split()) <= 120
        if (text := mask(paragraph)) is not None
    ]
    Random(1).shuffle(found)
    return list(islice(found, count))


def damaged(text: str, rng: Random) -> str:
    """The paragraph with an error in every twelve words, at most one a sentence part."""
    parts = [text[start:end] for start, end in sentences(text)]
    for _ in range(max(1, len(text.split()) // WORDS_AN_ERROR)):
        at = rng.randrange(len(parts))
        made = damage(parts[at].strip(), rng)
        if made is not None:
            parts[at] = parts[at].replace(parts[at].strip(), made[1])
    return "".join(parts)


def differences(one: str, other: str) -> int:
    """Number of places in which two texts differ, word by word."""
    codes = SequenceMatcher(None, one.split(), other.split(), autojunk=False).get_opcodes()
    return sum(code[0] != "equal" for code in codes)


def share(part: int, whole: int) -> str:
    """A share with its 95 % interval (Wilson)."""
    p, z = part / whole, 1.96
    middle = (p + z * z / 2 / whole) / (1 + z * z / whole)
    half = z / (1 + z * z / whole) * sqrt(p * (1 - p) / whole + z * z / 4 / whole**2)
    return f"{part}/{whole} = {p:.1%} ({middle - half:.1%}–{middle + half:.1%})"


async def mend(text: str, backend: WorkerBackend) -> str:
    """The paragraph with every edit that is worth making."""
    return await copy_edit(CopyEdit(source=text, groups=("mend",)), MARKS, "", backend)


async def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description="Measure mending on held-out prose.")
    parser.add_argument("data", type=Path)
    parser.add_argument("model")
    parser.add_argument("--paragraphs", type=int, default=150)
    options = parser.parse_args()
    clean = paragraphs(options.data, options.paragraphs)
    rng = Random(2)
    faulty = [damaged(text, rng) for text in clean]
    backend = WorkerBackend(options.model)
    try:
        mended_clean = [await mend(text, backend) for text in clean]
        mended = [await mend(text, backend) for text in faulty]
    finally:
        await backend.aclose()
    words = sum(len(text.split()) for text in clean)
    errors = sum(differences(a, b) for a, b in zip(clean, faulty, strict=True))
    left = sum(differences(a, b) for a, b in zip(clean, mended, strict=True))
    nearer = [differences(a, m) - differences(a, f) for a, f, m in zip(clean, faulty, mended, strict=True)]
    same = sum(a == b for a, b in zip(clean, mended_clean, strict=True))
    changes = sum(differences(a, b) for a, b in zip(clean, mended_clean, strict=True))
    print("clean paragraphs returned unchanged   ", share(same, len(clean)))
    print(f"changes per 100 words of clean text    {100 * changes / words:.2f}")
    print("errors gone, net of new ones           ", share(max(0, errors - left), errors))
    print(
        "damaged paragraphs nearer / same / farther",
        *(sum(test) for test in ([n < 0 for n in nearer], [n == 0 for n in nearer], [n > 0 for n in nearer])),
    )


if __name__ == "__main__":
    asyncio.run(main())
