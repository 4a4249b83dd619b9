"""What a writer does with the rewrites of one window: stops, rejects, compares, and is kept from harm."""

import re
import sys
from pathlib import Path

from bold_writer import REWRITES
from workbench import RUN, Start, Workbench, expect

from support.waiting import until

PARAGRAPH = (
    "Due to the fact that nobody wrote anything down, we often recieved the same questions again and again, "
    "and and the answers was very different each time. In order to change this, Ines proposed an shared log, "
    "which is kept in one plain folder that every member can edit. There is now 148 entries in it. It is "
    "important to note that the log do not replace the discussion; it just makes sure that we can start from "
    "were we stopped."
)
DRAFT = f"# The reading group\n\n{PARAGRAPH}\n\nThe last paragraph stays as it is.\n"
OVERFLOWING = """() => {
    const right = each => each.getBoundingClientRect().right
    return [...document.querySelectorAll('.editor-instance .view-line > span')]
        .filter(each => right(each) > right(each.closest('.editor-instance'))).length
}"""
LONG = {"aw.candidates": 64, "aw.generations": 12}


def test_a_run_that_is_stopped_shows_the_best_so_far_and_the_next_one_works(start: Start) -> None:
    bench = start({"a.md": DRAFT}, settings=LONG)
    bench.open("a.md")
    bench.ready()
    bench.stand_in("Due to the fact")
    bench.press("Shift+Alt+e")
    progress = bench.toast(re.compile(r"best \d+%"), limit=RUN)
    bench.picture("progress")
    with bench.standstill():
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
    bench.review()
    until(lambda: "recieved" in bench.struck(), "the preview")
    bench.picture("list")
    _copying(bench)
    _pinning(bench)
    _rejecting(bench)
    bench.press("Escape")
    _side_bar(bench)
    _comparing(bench)
    _report(bench)
    _stale(bench)


def _copying(bench: Workbench) -> None:
    bench.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    bench.rows().first.hover()
    bench.rows().first.get_by_role("button", name="Copy this rewrite").click()
    bench.status_message("rewrite 1 copied").wait_for()
    copied = str(bench.page.evaluate("navigator.clipboard.readText()"))
    assert "received" in copied
    assert copied.endswith("stopped.")


def _pinning(bench: Workbench) -> None:
    """What is pinned comes first, also when the list is opened again, until it is unpinned."""
    second = bench.rows().filter(has_text=re.compile(r"^2")).first
    second.hover()
    second.get_by_role("button", name=re.compile("^Pin")).click()
    expect(bench.rows().first).to_have_attribute("aria-label", re.compile("^2,"))
    bench.picture("pinned")
    bench.press("Escape")
    bench.palette("AW: Show Results")
    bench.review()
    expect(bench.rows().first).to_have_attribute("aria-label", re.compile("^2,"))
    bench.rows().first.hover()
    bench.rows().first.get_by_role("button", name="Unpin").click()
    expect(bench.rows().first).to_have_attribute("aria-label", re.compile(r"^1,.*preferred"))


def _rejecting(bench: Workbench) -> None:
    before = bench.rewrites()
    bench.rows().last.hover()
    bench.rows().last.get_by_role("button", name=re.compile("Reject")).click()
    bench.expect_rewrites(before - 1)


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
    page = bench.page.frame_locator("iframe.webview").frame_locator("#active-frame")
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


def test_sentences_written_anew_are_read_in_the_place_of_the_old_ones(start: Start) -> None:
    """The built-in model changes words; that a model writes freely is played by a script."""
    program = [sys.executable, str(Path(__file__).with_name("bold_writer.py"))]
    draft = f"# Notes\n\n{PARAGRAPH[: PARAGRAPH.index(' There is now')]}\n"
    bench = start(
        {"a.md": draft},
        settings={"aw.server.command": program},
        looks={"workbench.colorTheme": "Default Light Modern"},
    )
    bench.open("a.md")
    bench.ready()
    bench.stand_in("Due to the fact")
    bench.press("Shift+Alt+e")
    bench.review()
    until(lambda: "".join(bench.inserted()) in REWRITES, "the rewrite in place of the text")
    assert bench.struck() == []
    assert bench.page.evaluate(OVERFLOWING) == 0
    bench.picture("bold")
    bench.press("Escape")
    until(lambda: not bench.inserted(), "no preview")
    assert bench.saved("a.md") == draft
