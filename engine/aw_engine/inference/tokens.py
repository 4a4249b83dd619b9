"""From segments to tokens: only a trusted segment can spell control tokens.

All text between two control tokens is tokenised in one piece, with special tokens off, so the tokens are
those of the whole string. The native tokeniser recognises "user-defined" tokens (`<think>`, `<tool_call>`)
even so; where the writer's text looks like one, it is cut inside the look-alike and tokenised in two pieces.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from msgspec import Struct

from aw_engine.errors import PassageError
from aw_engine.inference.dialects.dialect import Segment


class Specials(Struct, frozen=True):
    """Special tokens of a vocabulary: texts of control tokens with their ids, and user-defined texts.

    Text after a token in `trim_after` (before one in `trim_before`) loses its leading (trailing) spaces.
    `space_first`: the native tokeniser puts a space before each piece it is given (SentencePiece).
    """

    controls: dict[str, int]
    defined: tuple[str, ...] = ()
    trim_before: frozenset[int] = frozenset()
    trim_after: frozenset[int] = frozenset()
    space_first: bool = False


class Tokeniser:
    """Turns segments into tokens; `native` tokenises bytes with special tokens off and none added."""

    def __init__(self, native: Callable[[bytes], list[int]], specials: Specials) -> None:
        self._native = native
        self._specials = specials
        self._controls = _any_of(specials.controls)
        self._defined = _any_of(text for text in specials.defined if len(text) > 1 and not text.isspace())
        self._newline = native(b"\n") if specials.space_first else []

    def encode(self, segments: Sequence[Segment]) -> tuple[int, ...]:
        """The tokens of all segments together, nothing added.

        :raises PassageError: `unencodable`, if the text holds a lone surrogate.
        """
        tokens: list[int] = []
        run: list[Segment] = []
        for part in self._split(segments):
            if isinstance(part, Segment):
                run.append(part)
            else:
                tokens += self._text(run)
                tokens.append(part)
                run = []
        tokens += self._text(run)
        return tuple(tokens)

    def _split(self, segments: Sequence[Segment]) -> Iterator[Segment | int]:
        trim = False
        for segment in segments:
            if not segment.trusted or self._controls is None:
                yield segment
                trim = False
                continue
            pieces = self._controls.split(segment.text)
            for place, piece in enumerate(pieces):
                if place % 2:
                    token = self._specials.controls[piece]
                    yield token
                    trim = token in self._specials.trim_after
                elif piece:
                    following = (
                        self._specials.controls.get(pieces[place + 1]) if place + 1 < len(pieces) else None
                    )
                    text = piece.lstrip() if trim else piece
                    text = text.rstrip() if following in self._specials.trim_before else text
                    if text:
                        yield Segment(text, trusted=True)
                    trim = trim and not text

    def _text(self, run: list[Segment]) -> list[int]:
        text = "".join(segment.text for segment in run)
        if not text:
            return []
        try:
            pieces = [piece.encode() for piece in self._fenced(text, run)]
        except UnicodeEncodeError:
            raise PassageError(
                "unencodable",
                "The passage holds half a character (a lone surrogate); remove it and try again.",
            ) from None
        tokens = self._native(pieces[0])
        for piece in pieces[1:]:
            tokens += self._continued(piece)
        return tokens

    def _continued(self, piece: bytes) -> list[int]:
        """Tokens of a piece that continues a word: without the space that SentencePiece would put first."""
        if not self._newline:
            return self._native(piece)
        return self._native(b"\n" + piece)[len(self._newline) :]

    def _fenced(self, text: str, run: list[Segment]) -> list[str]:
        """`text` cut inside whatever would become a user-defined token and is not all trusted."""
        if self._defined is None or self._defined.search(text) is None:
            return [text]
        trusted = bytearray()
        for segment in run:
            trusted += bytes([segment.trusted]) * len(segment.text)
        cuts = [0]
        match = self._defined.search(text)
        while match is not None:
            if 0 in trusted[match.start() : match.end()]:
                cuts.append(match.start() + 1)
                match = self._defined.search(text, match.start() + 1)
            else:
                match = self._defined.search(text, match.end())
        return [text[low:high] for low, high in zip(cuts, [*cuts[1:], len(text)], strict=True)]


def _any_of(texts: Iterable[str]) -> re.Pattern[str] | None:
    longest_first = sorted((text for text in texts if text), key=lambda text: (-len(text), text))
    return re.compile("(" + "|".join(map(re.escape, longest_first)) + ")") if longest_first else None
