"""Everything about a passage's place that the model does not see and that must be there again afterwards."""

from msgspec import Struct

from aw_engine.domain.passage import Format
from aw_engine.text.formats.block import Labels
from aw_engine.text.layout import Layout


class Cut(Struct, frozen=True):
    """At `at` in the passage's text stands `clean`, in the document `raw` (a tab, a control character)."""

    at: int
    clean: str
    raw: str


class Joint(Struct, frozen=True):
    """A line break of the original: its space is at `at` in the passage's text; in `Frame.original` the line
    ends at `end`, and the next line's content begins at `start`. `column` is the width of the line ended."""

    at: int
    end: int
    start: int
    column: int


class Folded(Struct, frozen=True):
    """A protected span that the document has over several lines: as in the passage, and with its breaks."""

    text: str
    raw: str


class Frame(Struct, frozen=True):
    """The place of a passage: `[start, end)` in the document, snapped; `original` is what stands there.

    `text` is the passage's text. `column` is the display column at which the passage begins, `prefix` goes
    before every further line, `newline` ends one; `labels` are those that the
    document defines.
    """

    start: int
    end: int
    original: str
    text: str
    format: Format
    layout: Layout
    column: int
    prefix: str
    newline: str
    labels: Labels
    joints: tuple[Joint, ...] = ()
    cuts: tuple[Cut, ...] = ()
    folded: tuple[Folded, ...] = ()
