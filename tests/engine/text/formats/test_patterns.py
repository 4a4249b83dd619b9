"""Identifiers in running text are protected in every format; prose that looks a little like them is not."""

import pytest

from aw_engine.domain.passage import Format
from aw_engine.text.formats.patterns import found
from aw_engine.text.formats.reader import inline


def identifiers(text: str, format: Format = "plain") -> list[str]:
    return [text[span.start : span.end] for span in found(text, format)]


@pytest.mark.parametrize(
    "identifier",
    [
        "recieve()",
        "Socket::recieve()",
        "self.recieve(buf, 5)",
        "_exit()",
        "teh_buf",
        "MAX_LENGHT",
        "setLenght",
        "/usr/lib/teh/recieve.so",
        "~/.config/teh",
        "./teh.sh",
        "src/teh/",
        "docs/recieve.md",
        "recieve.conf",
        "teh.test.ts",
        "C:\\teh\\recieve.log",
        "--untill=5",
        "git am",
        "--no-teh",
        "-v",
        "deadbeef12",
        "v1.2.3-rc1",
        "10.4.12",
        "@teh",
        "#recieve",
        "{name}",
        "%s",
        "<T>",
        "$LENGHT",
        "teh@example.org",
        "https://example.org/teh?a=b",
    ],
)
@pytest.mark.parametrize("format", ["plain", "markdown"])
def test_identifiers_are_protected(identifier: str, format: Format) -> None:
    text = f"We saw {identifier} in the old log, and it was right."
    spans = [text[span.start : span.end] for span in inline(text, format).spans]
    assert spans == [identifier]


@pytest.mark.parametrize("identifier", ["recieve()", "recieve.conf", "setLenght", "deadbeef12"])
def test_latex_has_identifiers_too(identifier: str) -> None:
    assert identifiers(f"We saw {identifier} in the log.", "latex") == [identifier]


@pytest.mark.parametrize(
    "text",
    [
        "Bring the file(s) and the book(s), and/or his/her notes.",
        "He came late -- very late -- and paid $5 or 3.5 % of it.",
        "It was -5 degrees at 3 a.m., e.g. in the 1990s, i.e. long ago.",
        "The effaced facade was added in a decade.",
        "He went home (late) and she (his wife) stayed.",
        "It costs 20/month, 24/7, at 90 km/h and 5/6 of the time.",
        "Mr McDonald met Mrs O'Brien-Smith on the MacArthur.",
        "It ended.So they left.",
        "The git and the fool are one.",
    ],
)
def test_prose_is_not_protected(text: str) -> None:
    assert identifiers(text) == []


def test_a_paragraph_has_marks_for_no_more_than_twenty_identifiers() -> None:
    assert len(identifiers(" ".join(f"name_{number} is one." for number in range(50)))) == 20


def test_hostile_text_takes_no_time() -> None:
    for piece in ("a.", "a/", "a_", "aA", "--a", "f(", "a,", "/a", "0a", "$a", "<a", "a::"):
        identifiers(piece * 20_000)
