"""Human prose against rewrites of it by language models, which are fluent and flat: what teaches craft.

One kind asks for a rewrite or a continuation; the other asks for what craft is not, by name.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from random import Random
from typing import Final

from aw_training.judge.data import Side, passages
from aw_training.judge.pairs import Pair
from aw_training.judge.worsening import split

TOGETHER: Final = 160
_PLAIN: Final = re.compile(r"[`*_\[\]#<>|]|https?:")
_WORDS: Final = range(45, 111)
_RATIO: Final = (0.6, 1.25)
_SAME: Final = 0.85
_REWRITE: Final = (
    "Rewrite this passage in your own words:",
    "Improve the writing of this passage:",
    "Edit this passage so that it reads smoothly:",
    "Write this passage anew, with other words and other sentences:",
    "Rewrite this passage to make it more vivid and engaging:",
    "Say this differently, in polished prose:",
)
_WORSEN: Final[Mapping[str, str]] = {
    "vague": "Rewrite this passage so that it stays general: replace every concrete detail by a vague word.",
    "stock": "Rewrite this passage with familiar phrases, stock images and clichés.",
    "explained": "Rewrite this passage and explain plainly what everybody feels and what it all means.",
}
KINDS: Final = tuple(f"craft: {kind}" for kind in ("rewritten", "continued", *_WORSEN))
_CONTINUE: Final = "Continue this text with one paragraph of about {words} words in the same style."
_TEMPERATURES: Final = (0.8, 1.0)
_CHATTER: Final = re.compile(
    r"(?:(?<=.{40})(?:Sure, here|I.m sorry|I apologi|Certainly|As an AI))"
    r"|\n\s*(?:Human|User|Assistant|Note|\*\*)|<\|"
)
_OPENING: Final = re.compile(r"(?i)^(?:sure|certainly|here)[^.:]{0,80}: *")
_END: Final = re.compile(r"[.!?][\"”’']?(?=\s|$)")
_ABOUT_ITSELF: Final = re.compile(
    r"(?i)\b(?:passage|rewrit|clich|an ai\b|i.m sorry|apologi[sz]e|assist (?:with|you))"
    r"|\bcan you (?:explain|please)"
)


def write_rewrites(model: Path, data: Path, out: Path, side: Side, count: int, seed: int) -> None:
    """Append rewrites by `model` to the file `out`, until it holds `count`; each with its human text."""
    done = sum(1 for _ in out.open(encoding="utf-8")) if out.exists() else 0
    asked = list(_asked(data, side, count, seed))[done:]
    if not asked:
        return
    from aw_training.judge.generating import open_model  # heavy, and needed for this step alone

    generate = open_model(model)
    for start in range(0, len(asked), TOGETHER):
        batch = asked[start : start + TOGETHER]
        texts = generate([each["prompt"] for each in batch], _TEMPERATURES[start // TOGETHER % 2])
        with out.open("a", encoding="utf-8") as file:
            for each, text in zip(batch, texts, strict=True):
                row = {
                    "kind": each["kind"],
                    "human": each["human"],
                    "text": cleaned(text),
                    "model": model.stem,
                }
                file.write(json.dumps(row, ensure_ascii=False) + "\n")


def pairs(path: Path) -> Iterator[Pair]:
    """The human texts against the rewrites in a file, but for those cut, copied or about themselves."""
    with path.open(encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            human = row["human"]
            text = _cut(row["text"], round(_RATIO[1] * len(human.split())))
            ratio = len(text.split()) / max(1, len(human.split()))
            one, other = set(human.lower().split()), set(text.lower().split())
            copied = len(one & other) / max(1, len(one | other)) > _SAME
            if _RATIO[0] <= ratio <= _RATIO[1] and not copied:
                yield Pair(f"craft: {row['kind']}", ("craft",), human, text, row["model"])


def _cut(text: str, words: int) -> str:
    """The first sentences of a text that have at most so many words together and are not about the text.

    Small models seldom stop in time.
    """
    kept: list[str] = []
    for sentence in split(text):
        words -= len(sentence.split())
        if words < 0 or _ABOUT_ITSELF.search(sentence):
            break
        kept.append(sentence)
    return " ".join(kept)


def cleaned(answer: str) -> str:
    """The passage in a model's answer: without talk before and after it, ending with a whole sentence."""
    text = _CHATTER.split(answer)[0].strip()
    text = _OPENING.sub("", " ".join(line.strip() for line in text.split("\n") if line.strip()))
    ends = [match.end() for match in _END.finditer(text)]
    return text[: ends[-1]] if ends else ""


def _asked(data: Path, side: Side, count: int, seed: int) -> Iterator[dict[str, str]]:
    rng = Random(seed)
    found = passages(data, side, seed)
    while count:
        human = next(found)
        if len(human.split()) not in _WORDS or _PLAIN.search(human):
            continue
        count -= 1
        parts = split(human)
        draw = rng.random()
        if draw < 0.24:
            kind = rng.choice(list(_WORSEN))
            yield {"kind": kind, "human": human, "prompt": f"{_WORSEN[kind]}\n\n{human}"}
        elif draw < 0.38 and len(parts) >= 4:
            half = len(parts) // 2
            begun, human = " ".join(parts[:half]), " ".join(parts[half:])
            asked = _CONTINUE.format(words=len(human.split()))
            yield {"kind": "continued", "human": human, "prompt": f"{asked}\n\n{begun}"}
        else:
            yield {"kind": "rewritten", "human": human, "prompt": f"{rng.choice(_REWRITE)}\n\n{human}"}
