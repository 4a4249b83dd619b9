"""What each row of the edit tables does to right text: how often it fires in a million words, and where.

    python bench/rule_precision.py DATA [--words 400000] [--kinds wordy,usage] [--contexts 3] [--passing]

DATA is the folder of training data, of which only held-out paragraphs are read. People edited its prose:
a kind that mends and fires there is nearly always wrong. What tightens may fire, and must be read: with
`--contexts` that many sentences stand below each row. With `--passing` only edits are counted that the
shipped model's likelihood would let pass at temperature 0, each by itself.
"""

# ruff: noqa: E402 (the training code is not installed: its folder comes first)
import argparse
import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "training")]

from aw_engine.evolution.writers.copyedit.likelihood import LikelihoodTable, Reading, Substitution, context_of
from aw_engine.evolution.writers.copyedit.sampling import MARGIN
from aw_engine.inference.supervisor import WorkerBackend
from aw_engine.text.edits import KINDS, Edit, own_words, propose
from aw_engine.text.sentences import sentences
from aw_training.corpus import held_out, mask, read_prose

SHARES = (("prose-modern.txt.xz", 0.6), ("prose-fiction.txt.xz", 0.4))
MARKS = tuple(f"⟦{number}⟧" for number in range(1, 33))
Found = tuple[Reading, Edit]


def paragraphs(data: Path, words: int) -> Iterator[str]:
    """Held-out paragraphs of the corpora by their shares, in a fixed random order, protected spans masked."""
    for name, share in SHARES:
        left = int(words * share)
        found = [paragraph for paragraph in read_prose(data / name) if held_out(paragraph)]
        Random(6).shuffle(found)
        for text in map(mask, found):
            if text is not None and left > 0:
                left -= len(text.split())
                yield text


def proposals(text: str, kinds: frozenset[str]) -> Iterator[Found]:
    """The edits proposed for a paragraph, each with the sentence and what precedes it."""
    own = own_words(text)
    for start, end in sentences(text):
        sentence = text[start:end].strip()
        edits = propose(sentence, kinds, own)
        if edits:
            reading = Reading(context_of(text[:start]), sentence)
            yield from ((reading, edit) for edit in edits)


def row_of(found: Found) -> tuple[str, str, str]:
    """Kind, words replaced and replacement: what a table calls a row."""
    reading, edit = found
    return edit.kind, reading.text[edit.start : edit.end].lower().strip(), edit.replacement.lower().strip()


async def passing(found: list[Found]) -> list[Found]:
    """Those that the model's likelihood lets pass."""
    backend = WorkerBackend("builtin")
    kept: list[Found] = []
    try:
        for at in range(0, len(found), 600):
            part = found[at : at + 600]
            table = LikelihoodTable(backend, MARKS)
            rises = await table.rises(
                [
                    Substitution(reading, edit.start, edit.end, edit.replacement, -MARGIN - edit.prior)
                    for reading, edit in part
                ]
            )
            kept += [one for one, rise in zip(part, rises, strict=True) if rise + one[1].prior > 0]
    finally:
        await backend.aclose()
    return kept


def main() -> None:
    """Print a line for each row, the most frequent first."""
    parser = argparse.ArgumentParser(description="Count what each row of the edit tables does to right text.")
    parser.add_argument("data", type=Path)
    parser.add_argument("--words", type=int, default=400_000)
    parser.add_argument("--kinds", default=",".join(KINDS))
    parser.add_argument("--contexts", type=int, default=0)
    parser.add_argument("--passing", action="store_true")
    parser.add_argument("--least", type=int, default=1, help="rows that fire less often are left out")
    options = parser.parse_args()
    kinds = frozenset(options.kinds.split(","))
    found: list[Found] = []
    words = 0
    for text in paragraphs(options.data, options.words):
        words += len(text.split())
        found += proposals(text, kinds)
    if options.passing:
        found = asyncio.run(passing(found))
    rows: dict[tuple[str, str, str], list[Found]] = {}
    for one in found:
        rows.setdefault(row_of(one), []).append(one)
    print(f"{words} words, {len(found)} edits, {len(rows)} rows")
    for row, fires in sorted(rows.items(), key=lambda item: -len(item[1])):
        if len(fires) < options.least:
            continue
        kind, old, new = row
        print(f"{1e6 * len(fires) / words:8.1f}  {kind:<16} {old} → {new}")
        for reading, edit in fires[:: max(1, len(fires) // max(1, options.contexts))][: options.contexts]:
            text = reading.text
            before, after = text[max(0, edit.start - 60) : edit.start], text[edit.end : edit.end + 50]
            print(f"{'':10}…{before}[{text[edit.start : edit.end]} → {edit.replacement}]{after}…")


if __name__ == "__main__":
    main()
