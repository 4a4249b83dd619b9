"""What stderr shows while a run works: generation, comparisons of planned, best so far, seconds left."""

import threading
import time
from types import TracebackType
from typing import Final, Self, TextIO

from rich.console import Console, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from aw_engine.domain.candidate import ORIGINAL
from aw_engine.domain.events import Drafted, Event, Leaderboard, Measuring, Started, Writing
from aw_engine.domain.result import Ranked
from aw_engine.judging.verdict import percent
from aw_server import messages

EVERY: Final = 10.0
"""Seconds between two lines where there is no terminal to draw on."""
_TAIL: Final = 60  # characters of what is being written


class Progress:
    """Follows the events of one run after another, and says in a few words how far it is."""

    def __init__(self) -> None:
        self._prefix = ""
        self._generations = 0
        self._drafted = 0
        self._done = 0
        self._planned = 1
        self._words = "loading the model"
        self._expected = ""
        self._ends: float | None = None
        self._text = ""

    @property
    def said(self) -> str:
        """What goes on now, and how long it should take."""
        return self._prefix + " · ".join(part for part in (self._words, self._time()) if part)

    def begin(self, number: int, of: int, seconds: tuple[float, float] | None) -> None:
        """Show that the run of paragraph `number` among `of` begins, and the seconds that it should take."""
        self._prefix = f"paragraph {number}/{of} · " if of > 1 else ""
        self._expected = "" if seconds is None else messages.about(seconds)
        self._ends = None
        self._words = "loading the model" if number == 1 else "writing"
        self._done = self._drafted = 0
        self._text = ""

    def stopping(self) -> None:
        """Show that the writer has asked to stop."""
        self._words = "stopping; once more to end at once"
        self._foresee(None)

    def follow(self, event: Event) -> None:
        """Show what has changed with this event."""
        match event:
            case Measuring():
                self._words = messages.MEASURING
            case Started(generations=generations, calls_planned=planned):
                self._generations, self._planned = generations, max(1, planned)
                self._words = "writing"
            case Writing(text=text) if text:
                self._text = _tail(text)
            case Drafted(candidate=candidate):
                self._drafted += 1
                self._text = ""
                generation = self._generation(candidate.lineage.generation)
                self._words = f"{generation} · {self._drafted} written"
            case Leaderboard(generation=generation, calls=calls, seconds_left=left, candidates=candidates):
                self._done = calls
                self._foresee(left)
                parts = [
                    self._generation(generation),
                    f"{calls} of {self._planned} comparisons",
                    _best(candidates),
                ]
                self._words = " · ".join(part for part in parts if part)

    def _foresee(self, left: float | None) -> None:
        """Note when the run should end, from a forecast made during it."""
        self._expected = ""
        self._ends = None if left is None else time.monotonic() + left

    def _time(self) -> str:
        """What the run should take, or what is left of it now."""
        return self._expected if self._ends is None else messages.left(self._ends - time.monotonic())

    def _generation(self, number: int) -> str:
        return f"generation {number}/{self._generations}"


class ProgressLine(Progress):
    """Draws itself on a terminal while it is entered."""

    def __init__(self, console: Console) -> None:
        super().__init__()
        self._spinner = Spinner("dots")
        self._live = Live(self, console=console, refresh_per_second=8, transient=True)

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.stop()

    def __rich__(self) -> RenderableType:
        row = Table.grid(padding=(0, 1))
        row.add_column()
        row.add_column()
        row.add_column(no_wrap=True, overflow="ellipsis")
        total = self._planned if self._done else None  # it pulses while there is nothing to count
        bar = ProgressBar(total=total, completed=self._done, width=16)
        said = Text(self.said, no_wrap=True, overflow="ellipsis")
        if self._text:
            said.append(f" · {self._text}", "dim")
        row.add_row(self._spinner, bar, said)
        return row


class ProgressLog(Progress):
    """Prints a line to `stream` every `every` seconds while it is entered: a log shows that work goes on."""

    def __init__(self, stream: TextIO, every: float = EVERY) -> None:
        super().__init__()
        self._stream = stream
        self._every = every
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._print, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def _print(self) -> None:
        while not self._over.wait(self._every):
            self._stream.write(f"{self.said}\n")
            self._stream.flush()


def _tail(text: str) -> str:
    """The last words of what is being written."""
    return f"…{text[-_TAIL:].partition(' ')[2]}" if len(text) > _TAIL else text


def _best(candidates: tuple[Ranked, ...]) -> str:
    best = next((each for each in candidates if each.id != ORIGINAL), None)
    return "" if best is None else f"best {percent(best.wins)}%"
