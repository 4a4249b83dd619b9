"""What a writer does with the rewrites of one window: stops, rejects, compares, and is kept from harm."""

import re

from workbench import RUN, Start, Workbench, expect, until

PARAGRAPH = (
    "Due to the fact that nobody wrote anything down, we often recieved the same questions again and again, "
    "and and the answers was very different each time. In order to change this, Ines proposed an shared log, "
    "which is kept in one plain folder that every member can edit. There is now 148 entries in it. It is "
    "important to note that the log do not replace the discussion; it just makes sure that we can start from "
    "were we stopped."
)
DRAFT = f"# The reading group\n\n{PARAGRAPH}\n\nThe last paragraph stays as it is.\n"
LONG = {"aw.candidates": 64, "aw.generations": 12}


def test_a_run_that_is_stopped_shows_the_best_so_far_and_the_next_one_works(start: Start) -> None:
    bench = start({"a.md": DRAFT}, settings=LONG)
    bench.open("a.md")
    bench.ready()
    bench.stand_in("Due to the fact")
    bench.press("Shift+Alt+e")
    progress = bench.toast(re.compile(r"best \d+%"), limit=RUN)
    bench.picture("progress")
    bench.answer(progress, "Cancel")
    rows = bench.review()
    expect(bench.title()).to_contain_text("best so far")
    assert len(rows) >= 1
    bench.picture("stopped")
    expect(bench.status()).to_have_attribute("aria-label", re.compile("AW idle"))
    bench.press("Escape")
    assert bench.saved("a.md") == DRAFT

    bench.set("aw.candidates", 4)
    bench.set("aw.generations", 1)
    bench.stand_in("Due to the fact")
    bench.palette("AW: Repeat Last")
    bench.review()
    expect(bench.title()).not_to_contain_text("best so far")


def test_rewrites_are_rejected_compared_reported_and_never_put_over_changed_text(start: Start) -> None:
    bench = start({"a.md": DRAFT})
    bench.open("a.md")
    bench.ready()
    bench.stand_in("Due to the fact")
    bench.code_action("Evolve this paragraph")
    rows = bench.review()
    until(lambda: "recieved" in bench.struck(), "the preview")
    bench.picture("list")
    _rejecting(bench, len(rows))
    bench.press("Escape")
    _side_bar(bench)
    _comparing(bench)
    _report(bench)
    _stale(bench)


def _rejecting(bench: Workbench, before: int) -> None:
    bench.rows().last.hover()
    bench.rows().last.get_by_role("button", name=re.compile("Reject")).click()
    expect(bench.rows()).to_have_count(before - 1)


def _side_bar(bench: Workbench) -> None:
    bench.palette("View: Show AW")
    tree = bench.page.locator(".pane-body .monaco-list-row").filter(has_text="%")
    tree.first.wait_for()
    bench.picture("leaderboard")
    assert re.search(r"1\s+\d+% \(±\d+\)", tree.first.inner_text())


def _comparing(bench: Workbench) -> None:
    bench.palette("AW: Compare All")
    files = bench.page.locator(".multiDiffEntry")
    files.first.wait_for()
    bench.picture("compare-all")
    bench.press("Control+w")
    bench.page.locator(".pane-body .monaco-list-row").filter(has_text="%").first.click()
    bench.page.locator(".diff-editor, .monaco-diff-editor").first.wait_for()
    bench.picture("differences")
    bench.press("Control+w")


def _report(bench: Workbench) -> None:
    bench.palette("AW: Open Report")
    page = bench.page.frame_locator("iframe.webview").frame_locator("iframe")
    expect(page.locator("h1")).to_contain_text(re.compile("rank|original"))
    background = page.locator("body").evaluate("each => getComputedStyle(each).fontFamily")
    assert "sans" in background or "serif" in background
    bench.picture("report")
    bench.press("Control+w")


def _stale(bench: Workbench) -> None:
    bench.stand_in("Due to the fact")
    bench.press(*["ArrowRight"] * len("Due "))
    bench.press("x")
    changed = DRAFT.replace("Due to", "Due xto")
    bench.palette("AW: Show Results")
    bench.review()
    expect(bench.title()).to_contain_text("text changed")
    assert bench.struck() == []
    bench.press("Enter")
    refusal = bench.toast(re.compile("The text changed"))
    expect(refusal.locator(".monaco-button").filter(has_text="Re-run")).to_be_visible()
    bench.picture("stale")
    expect(refusal.locator(".monaco-button").filter(has_text="Copy")).to_be_visible()
    assert bench.saved("a.md") == changed
    bench.answer(refusal, "Copy")
    until(lambda: bench.saved("a.md") == changed, "the text as typed")

    bench.line("Due xto").click()
    bench.press("Control+z")
    bench.palette("AW: Show Results")
    bench.review()
    expect(bench.title()).not_to_contain_text("text changed", timeout=RUN)
    bench.press("Enter")
    bench.toast_gone("The text changed")
    until(lambda: "received" in bench.saved("a.md"), "the rewrite after an undo")
