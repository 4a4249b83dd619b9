"""Lists, as a table for people and as JSON for programs."""

import sys
from collections.abc import Sequence

import msgspec
from rich import box
from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.table import Table
from rich.text import Text

from aw_server.visible import visible

_GAP = 2  # columns between two of a table
_LEAST = 8


def print_json(value: object) -> None:
    """Print a struct, or a sequence of them, as JSON."""
    sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n")
    sys.stdout.flush()


def print_table(
    columns: Sequence[str], rows: Sequence[Sequence[str]], numbers: Sequence[int] = (), cut: int | None = None
) -> None:
    """Print rows under their headings, columns in `numbers` aligned right; off a terminal, tabs between.

    Cells of column `cut` end in `…` where a row would not fit on a line; else cells go on below.
    """
    if not sys.stdout.isatty():
        sys.stdout.writelines("\t".join(" ".join(cell.split()) for cell in row) + "\n" for row in rows)
        return
    console = Console(highlight=False)
    if cut is not None:
        others = (
            max(cell_len(row[at]) for row in (columns, *rows)) for at in range(len(columns)) if at != cut
        )
        room = max(_LEAST, console.width - sum(others) - _GAP * len(columns))
        rows = [[*row[:cut], _shortened(row[cut], room), *row[cut + 1 :]] for row in rows]
    table = Table(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False, padding=(0, _GAP - 1, 0, 0))
    for at, name in enumerate(columns):
        table.add_column(name, justify="right" if at in numbers else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(visible(cell)) for cell in row))
    console.print(table)


def _shortened(text: str, width: int) -> str:
    return text if cell_len(text) <= width else f"{set_cell_size(text, width - 1).rstrip()}…"
