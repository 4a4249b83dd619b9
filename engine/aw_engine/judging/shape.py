"""Whether a model's output is the new version of the passage and nothing else.

Text around the version is removed where that is certain; where it would take a guess, the output is refused.
This is done by patterns, because what models say around an answer has no grammar. Something that the writer's
own passage has too is never a reason to refuse.
"""

import re
from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from aw_engine.inference.backend import Finish

Flaw = Literal[
    "empty", "cut", "thinking", "markup", "fence", "preamble", "notes", "echo", "refusal", "layout"
]


class Repaired(Struct, frozen=True, tag=True):
    """The rewrite alone, without white space around it; never empty."""

    text: str


class Misshapen(Struct, frozen=True, tag=True):
    """An output that is no rewrite, or none that can be told from what surrounds it; counted as `shape`."""

    flaw: Flaw


_THOUGHTS = re.compile(
    r"""<(?P<tag>(?:seed:)?think(?:ing)?|thought|reasoning)>.*?</(?P=tag)>
    |<\|START_THINKING\|>.*?<\|END_THINKING\|> | \[THINK\].*?\[/THINK\]""",
    re.DOTALL | re.VERBOSE,
)
_FENCED = re.compile(r"(?P<fence>`{3,}|~{3,})[\w+-]*[ \t]*\n(?P<inner>.*?)\n?(?P=fence)", re.DOTALL)
_FENCE = re.compile(r"^[ \t]*(?:`{3,}|~{3,})", re.MULTILINE)
_WRAPPED = re.compile(
    r"<(?P<tag>rewrite_*|rewritten|revision|version|passage|paragraph|text|answer|output|result)>"
    r"(?P<inner>.*)</(?P=tag)>",
    re.DOTALL | re.IGNORECASE,
)
_QUOTES = (("“", "”"), ('"', '"'), ("«", "»"), ("„", "“"), ("‘", "’"), ("'", "'"), ("`", "`"))
_WORD = re.compile(r"\w+")
_OWN = 0.5  # share of a paragraph's words that the source has too, from which it is part of the rewrite
_BLOCKS = re.compile(r"\n[ \t]*\n\s*")

_OPENER = r"(?:sure|certainly|of\ course|absolutely|okay|here(?:['’]s|\ is|\ are|\ you\ go)|below\ is)\b"
_THING = (
    r"(?:rewrit\w+|rewrites?|versions?|revis\w+|edit(?:ed)?|improved|passage|paragraph|text|result|answer)"
)
_PREAMBLE_LINE = re.compile(
    rf"\W*(?:{_OPENER}[^\n]{{0,160}}[:.!] | (?:\w+\ ){{0,3}}{_THING}(?:[*_\ ]*:|[*_]+))[*_\ \t]*\n+",
    re.IGNORECASE | re.VERBOSE,
)
_LABEL = re.compile(
    rf"\W*(?:{_OPENER}[^\n.]{{0,120}}\b{_THING}\b[^\n.:]{{0,60}}:"
    r"| (?:the\ )?(?:rewritten|revised|edited|improved)(?:\ \w+)?\W{0,3}:)[*_\ ]*",
    re.IGNORECASE | re.VERBOSE,
)
_PREAMBLE = re.compile(r"\W*(?:sure|certainly|of course|absolutely)[,!]\s", re.IGNORECASE)
_NOTES = re.compile(
    r"""\W*(?:(?:notes?|changes|reasoning|explanation|word\ count|(?:key|main)\ changes)\b[^\n]{0,40}:
    |(?:i|we)(?:['’]ve|\ have)?\ (?:made|changed|rewrote|rewritten|revised|kept|removed|replaced|tried)\b
    |(?:this|the)\ (?:rewrite|rewritten|revision|revised|new\ version|version)\b
    |let\ me\ know\b|feel\ free\b|would\ you\ like\b|i\ hope\ this\b|\d+\ words\b)""",
    re.IGNORECASE | re.VERBOSE,
)
_COUNTED = re.compile(r"\s*[(\[](?:word count:? ?\d+|\d+ words)[)\]]$", re.IGNORECASE)
_REFUSAL = re.compile(
    r"""\W*(?:(?:i['’]?m|i\ am)\ (?:sorry|unable)|as\ an\ ai\b|please\ provide\ (?:the|me)
    |i\ (?:can['’]t|cannot)\ (?:help|assist|rewrite|comply|provide|fulfil))""",
    re.IGNORECASE | re.VERBOSE,
)
_NOT_MORE_OFTEN: tuple[tuple[Flaw, re.Pattern[str]], ...] = (
    (
        "thinking",
        re.compile(
            r"</?(?:seed:)?(?:think(?:ing)?|thought|reasoning)>|<\|(?:START|END)_THINKING\|>|\[/?THINK\]"
        ),
    ),
    (
        "markup",
        re.compile(
            r"""<[|｜][^|｜<>\s]{1,40}[|｜]> | \[/?INST\] | <</?SYS>> | </?(?:start|end)_of_turn>
            |<\|?turn\|?> |</?s>|<[be]os>|</?(?:rewrite|passage|original|first|second|before|after)_*>""",
            re.VERBOSE,
        ),
    ),
    ("fence", _FENCE),
    (
        "echo",
        re.compile(
            r"^(?:instruction|goal|reader|style|aim): |reply with the rewritten (?:paragraph|sentence)",
            re.IGNORECASE | re.MULTILINE,
        ),
    ),
    ("layout", re.compile(r"^[ \t]*(?:[-*+•]|\d+[.)]|#{1,6})[ \t]", re.MULTILINE)),
)


def repair(text: str, source: str, finish: Finish) -> Repaired | Misshapen:
    """The rewrite of `source` in a model's output `text`, or what is wrong with the output.

    `source` is the passage as the model saw it. Taken off are: a thinking block in front, and (each only by
    itself, around or beside a whole) a fence, tags, quotation marks, a preamble, notes. If the source is one
    paragraph, those that the rewrite was broken into are joined; if it is one line, lines are. An output that
    the token limit cut off is refused.
    """
    if finish == "length":
        return Misshapen("cut")
    body = _unwrap(text, source)
    blocks, wanted = _BLOCKS.split(body), len(_BLOCKS.split(source.strip()))
    if len(blocks) > wanted and _begins(_NOTES, blocks[wanted], source):
        body = _unwrap("\n\n".join(blocks[:wanted]), source)
    elif len(blocks) > wanted == 1:
        body = _unwrap(_joined(blocks, source), source)
    if not _COUNTED.search(source):
        body = _COUNTED.sub("", body)
    if (flaw := _flaw(body, source, wanted)) is not None:
        return Misshapen(flaw)
    if "\n" not in source.strip():
        body = " ".join(line.strip() for line in body.splitlines())
    return Repaired(body)


def _joined(blocks: Sequence[str], source: str) -> str:
    """The blocks made of the source's words as one line; those made of other words are remarks about it."""
    known = set(_WORD.findall(source.lower()))
    own = [block for block in blocks if _share(block, known) >= _OWN]
    return " ".join(line.strip() for block in own for line in block.splitlines())


def _share(block: str, known: set[str]) -> float:
    found = _WORD.findall(block.lower())
    return sum(word in known for word in found) / max(1, len(found))


def _flaw(body: str, source: str, wanted: int) -> Flaw | None:
    if not any(character.isalnum() for character in body):
        return "empty"
    if _begins(_REFUSAL, body, source):
        return "refusal"
    if _begins(_PREAMBLE, body, source):
        return "preamble"
    for flaw, pattern in _NOT_MORE_OFTEN:
        if len(pattern.findall(body)) > len(pattern.findall(source)):
            return flaw
    return "layout" if len(_BLOCKS.split(body)) > wanted else None


def _unwrap(body: str, source: str) -> str:
    """`body` without everything that stands before or around the whole of it, layer by layer."""
    while True:
        before = body = body.strip()
        longer = len(body.split("\n")) > len(source.strip().split("\n"))
        if (thoughts := _THOUGHTS.match(body)) and thoughts[0] not in source:
            body = body[thoughts.end() :]
        elif longer and (preamble := _PREAMBLE_LINE.match(body)) and not _PREAMBLE_LINE.match(source):
            body = body[preamble.end() :]
        elif (label := _LABEL.match(body)) and not _LABEL.match(source):
            body = body[label.end() :]
        elif (fenced := _FENCED.fullmatch(body)) and not _FENCE.search(source):
            body = body if _FENCE.search(fenced["inner"]) else fenced["inner"]
        elif (wrapped := _WRAPPED.fullmatch(body)) and f"<{wrapped['tag']}>" not in source:
            body = wrapped["inner"]
        else:
            body = _unquote(body, source)
        if body == before:
            return body


def _unquote(body: str, source: str) -> str:
    for begin, end in _QUOTES:
        inner = body[len(begin) : len(body) - len(end)]
        if len(body) > 1 and body.startswith(begin) and body.endswith(end):
            # A passage that has such marks, or a rewrite with more of them, may rightly stand in them.
            return body if any(mark in source or mark in inner for mark in (begin, end)) else inner
    return body


def _begins(pattern: re.Pattern[str], text: str, source: str) -> bool:
    """Whether the text begins in this way and the source does not."""
    return pattern.match(text) is not None and pattern.match(source) is None
