"""E-mail, as a file or pasted: headers, what is quoted, and the signature are left alone (RFC 5322, 3676).

Only the sender's own lines are prose. A part that is not plain text, or is encoded (base64,
quoted-printable), is left alone altogether.
"""

import re

from aw_engine.text.formats import code_in_text
from aw_engine.text.formats.block import Inline, Parsed
from aw_engine.text.formats.inline_rules import read, rule
from aw_engine.text.formats.rows import Gathering, Row

_HEADER = re.compile(r"[!-9;-~]+:(?:[ \t]|$)")
_OPENING = re.compile(
    r"(?:From|To|Cc|Bcc|Subject|Date|Message-ID|Received|Return-Path|Reply-To|MIME-Version|Delivered-To"
    r"|Content-Type|In-Reply-To|References|Sender|X-[\w-]+): ",
    re.IGNORECASE,
)
_BOUNDARY = re.compile(r"boundary=\"?([^\"\s;]{1,70})", re.IGNORECASE)
_OPAQUE = re.compile(
    r"content-type:\s*(?!text/plain|multipart/|message/)\S|"
    r"content-transfer-encoding:\s*(?:base64|quoted-printable)|content-disposition:\s*attachment",
    re.IGNORECASE,
)
# A mail that follows whole, as Outlook and others put it below the answer.
_FORWARDED = re.compile(
    r"-{2,} ?(?:Original Message|Forwarded [Mm]essage|Ursprüngliche Nachricht|Message d'origine).*-{2,}"
    r"|_{20,}|Begin forwarded message:",
    re.IGNORECASE,
)
_SAYS = re.compile(r".{0,300}\b(?:wrote|writes|schrieb|a écrit|escribió|said)\b.{0,60}:\Z", re.IGNORECASE)
_DATED = re.compile(r"(?:On|Am|Le|El|At|In) ")
# Lines that a signature has at most, where its dashes have lost the space behind them.
_SIGNATURE = 12
_ITEM = re.compile(r"(?:[-*+•]|\(?\d{1,3}[.)])[ \t]+(?=\S)")
_RULES = (rule("code", r"`[^`\n]+`"),)


def parse(document: str) -> Parsed:
    """The sender's own paragraphs and items of a mail, with or without headers."""
    found = Gathering(document, inline)
    body, boundary, opaque = _headers(found.rows)
    _read(found, found.rows[body:], boundary, opaque)
    return found.parsed()


def parse_body(document: str) -> Parsed:
    """What the text would be below headers."""
    found = Gathering(document, inline)
    _read(found, found.rows, "", opaque=False)
    return found.parsed()


def inline(text: str) -> Inline:
    """Spans of a paragraph: addresses and the like."""
    return read(text, _RULES, "mail")


def is_mail(text: str) -> bool:
    """Whether a text of no declared kind is a mail: it opens with two headers of mail, quotes another under
    a line that says who wrote it, ends in a signature, or carries a patch."""
    rows = Gathering(text[:20_000], inline).rows
    body, _, _ = _headers(rows)
    if body and len([row for row in rows[:body] if _OPENING.match(row.text)]) > 1:
        return True
    for i, row in enumerate(rows[:-1]):
        if row.text == "-- " and len(rows) - i < 20:
            return True
        if row.text.startswith(">") and i and _attributes(rows, i):
            return True
    return bool(code_in_text.patches(rows))


def _headers(rows: list[Row]) -> tuple[int, str, bool]:
    """Where the body begins, the boundary between its parts, and whether it is encoded."""
    at = 0
    while at < len(rows) and rows[at].blank:
        at += 1
    if at < len(rows) and rows[at].text.startswith("From ") and at + 1 < len(rows):
        at += 1
    first = at
    while at < len(rows) and (_HEADER.match(rows[at].text) or (at > first and rows[at].text[:1] in " \t")):
        if rows[at].blank:
            break
        at += 1
    if at == first or not (at == len(rows) or rows[at].blank) or not _OPENING.match(rows[first].text):
        return 0, "", False
    head = "\n".join(row.text for row in rows[first:at])
    boundary = _BOUNDARY.search(head)
    return at, boundary.group(1) if boundary else "", bool(_OPAQUE.search(head))


def _read(found: Gathering, rows: list[Row], boundary: str, opaque: bool) -> None:
    patches = code_in_text.patches(rows)
    alone = patches | _attributions(rows)
    marker = 0
    signed = in_head = False
    for i, row in enumerate(rows):
        if boundary and row.text.startswith(f"--{boundary}"):
            found.close()
            in_head, signed, opaque = True, False, False
        elif in_head:
            in_head = not row.blank
            opaque = opaque or bool(_OPAQUE.match(row.bare))
        elif not boundary and _FORWARDED.match(row.bare):
            break
        elif row.text == "-- " or (row.text == "--" and len(rows) - i < _SIGNATURE):
            found.close()
            signed = True
        elif signed or opaque or row.blank or i in alone or row.bare.startswith((">", "|", "Sent from my ")):
            found.close()
        elif item := _ITEM.match(row.bare):
            found.begin("item")
            marker = row.indent
            found.add(row, row.indent + item.end())
        elif code_in_text.is_indented(row) and not (found.open and found.kind == "item"):
            found.close()
        else:
            if found.kind == "item" and row.indent <= marker:
                found.close()
            found.add(row)


def _attributions(rows: list[Row]) -> frozenset[int]:
    """Numbers of the lines that say who wrote what is quoted below them."""
    found: set[int] = set()
    for i, row in enumerate(rows):
        if row.text.startswith(">"):
            found |= _attributes(rows, i)
    return frozenset(found)


def _attributes(rows: list[Row], quoted: int) -> set[int]:
    """The lines right before line `quoted` that say who wrote it, three at most; none if there are none."""
    last = quoted - 1
    if last >= 0 and rows[last].blank:
        last -= 1
    first = last
    while first >= 0 and last - first < 3 and not rows[first].blank and not rows[first].text.startswith(">"):
        said = " ".join(row.bare for row in rows[first : last + 1])
        if _DATED.match(said) and _SAYS.match(said):
            return set(range(first, last + 1))
        first -= 1
    return {last} if last >= 0 and _SAYS.match(rows[last].bare) else set()
