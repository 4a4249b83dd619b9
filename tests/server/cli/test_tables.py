import io
import sys

import pytest

from aw_server.cli.tables import print_table


class Screen(io.StringIO):
    """A stdout that says it is a terminal."""

    def isatty(self) -> bool:
        return True


ROWS = (("one", "[/red] two \x1b[2J [bold]three", "four\tfive\nsix"),)


def test_cells_are_text_and_neither_markup_nor_control(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Screen()
    monkeypatch.setattr(sys, "stdout", screen)
    print_table(("a", "b", "c"), ROWS)
    assert "[/red] two ␛[2J [bold]three" in screen.getvalue()


def test_off_a_terminal_a_row_is_a_line_and_a_cell_has_no_tab(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(("a", "b", "c"), ROWS)
    (line,) = capsys.readouterr().out.splitlines()
    assert line.split("\t") == ["one", "[/red] two \x1b[2J [bold]three", "four five six"]
