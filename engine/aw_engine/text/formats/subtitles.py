"""Subtitles, SubRip and WebVTT: the text of the cues; timings, names of cues, notes and styles stay.

Source: the W3C's WebVTT, section 4; SubRip has no standard and is a part of it but for its commas.
"""

import re

from aw_engine.text.formats.block import Inline, Parsed
from aw_engine.text.formats.inline_rules import read, rule
from aw_engine.text.formats.rows import Gathering, Row

_TIMING = re.compile(r"\s*(?:\d+:)?\d{1,2}:\d{2}[.,]\d{1,3}\s*-->")
_APART = ("WEBVTT", "NOTE", "STYLE", "REGION")
# A dash, chevrons or a name in capitals begin what another speaker says.
_SPEAKER = re.compile(r"(?:(?:<[^<>]{1,60}>)*(?:[-–—‐]|>>+)[ ]?|[A-Z][A-Z .'\d]{1,30}:[ ])(?=\S)")
# What is sung or heard.
_NOT_SPOKEN = re.compile(r"[-–] ?[(\[].*[)\]]|[(\[][^()\[\]]*[)\]]|[♪♫#].*")
_RULES = (
    rule("html", r"</?[^<>\n]{0,100}>"),
    rule("html", r"\{\\[^{}\n]{1,100}\} | \{[A-Za-z]:[^{}\n]{1,60}\}"),
    rule("html", r"&\#?\w{1,10};"),
    rule("command", r"\[[^\[\]\n]{1,200}\] | [♪♫#][^♪♫\n]*[♪♫#]? | \\[Nnh]"),
)


def parse(document: str) -> Parsed:
    """The lines of each cue, those of another speaker apart."""
    found = Gathering(document, inline)
    within = False
    for row in found.rows:
        if _TIMING.match(row.text):
            found.close()
            within = True
        elif row.blank:
            found.close()
            within = False
        elif within:
            _add(found, row)
    return found.parsed()


def parse_body(document: str) -> Parsed:
    """What the lines would be within a cue."""
    found = Gathering(document, inline)
    for row in found.rows:
        if row.blank or _TIMING.match(row.text) or row.text.startswith(_APART):
            found.close()
        else:
            _add(found, row)
    return found.parsed()


def inline(text: str) -> Inline:
    """Tags, entities, sounds in brackets, and lines that are sung."""
    return read(text, _RULES, "subtitles")


def _add(found: Gathering, row: Row) -> None:
    if _NOT_SPOKEN.fullmatch(row.bare):
        found.close()
        return
    speaker = _SPEAKER.match(row.bare)
    if speaker:
        found.begin("item")
    found.add(row, row.indent + speaker.end() if speaker else None)
