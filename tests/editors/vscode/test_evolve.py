"""A writer evolves a selection, looks at the rewrites, and takes one."""

from workbench import EVOLVING, Start, expect, until

LINE = (
    "In order to tell the truth, we often recieved the same questions again and again, and and the answers "
    "was very different each time."
)
LEAD = "second 😀 paragraph here. "
DRAFT = f"# Notes 😀\n\n{LEAD}{LINE}\n\nThe last paragraph stays as it is.\n"


def test_a_selection_after_an_emoji_is_evolved_previewed_applied_and_undone(start: Start) -> None:
    bench = start({"a.md": DRAFT})
    bench.open("a.md")
    bench.ready()
    assert len(bench.servers()) == 1
    assert bench.workers() == []

    bench.select_line("second 😀", skip=len(LEAD) - 1)
    bench.press("Shift+Alt+e")
    with bench.standstill_from_the_first():
        progress = bench.toast(EVOLVING)
        bench.picture("progress")
    rows = bench.review()
    expect(progress).to_have_count(0)
    assert len(rows) >= 2
    until(lambda: "recieved" in bench.struck(), "the word to go struck through")
    assert "received" in bench.inserted()
    bench.picture("list")

    first = bench.struck(), bench.inserted()
    bench.press("ArrowDown")
    until(lambda: (bench.struck(), bench.inserted()) != first, "another preview")
    bench.picture("second")
    bench.press("Escape")
    until(lambda: not bench.struck(), "no preview")
    assert bench.saved("a.md") == DRAFT

    bench.palette("AW: Show Results")
    bench.review()
    bench.press("Enter")
    bench.page.locator(".tab.active.dirty").wait_for()
    bench.picture("applied")
    after = bench.saved("a.md")
    before, rest = DRAFT.split(LINE)
    assert after.startswith(before)
    assert after.endswith(rest)
    assert "received" in after
    assert "recieved" not in after

    bench.line("second").click()
    bench.press("Control+z")
    until(lambda: bench.saved("a.md") == DRAFT, "the draft again after one undo")
    bench.picture("undone")
