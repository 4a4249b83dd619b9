"""A writer goes on writing while runs go on: nothing lands in the wrong place, nothing typed is lost."""

import re

from workbench import RUN, Start, Workbench, expect, until

CLEAN = "The last paragraph stays as it is."
PARAGRAPH = (
    "We meet on Mondays. Due to the fact that nobody wrote anything down, we often recieved the same "
    "questions again and again, and and the answers was very different each time. In order to change this, "
    "Ines proposed an shared log, which is kept in one plain folder that every member can edit. There is now "
    "148 entries in it. It is important to note that the log do not replace the discussion; it just makes "
    "sure that we can start from were we stopped."
)
SECOND = "The second paragraph is alot shorter, and it were written in an hurry."
DRAFT = f"# Notes 😀\n\n{PARAGRAPH}\n\n{SECOND}\n\n{CLEAN}\n"
LONG = {"aw.candidates": 64, "aw.generations": 12}


def crlf(text: str) -> str:
    return text.replace("\n", "\r\n")


def test_what_is_typed_during_runs_moves_a_rewrite_or_is_merged_with_it(start: Start) -> None:
    bench = start({"a.md": crlf(DRAFT)}, settings=LONG)
    bench.open("a.md")
    bench.ready()
    _run_that_lasts(bench)
    with bench.standstill():
        _second_run(bench)
        bench.press("Control+Home", "Enter", "ArrowUp")
        bench.page.keyboard.type("A line of its own.")
        bench.palette("AW: Stop")
    _moved(bench)
    _merging(bench)
    _running_again(bench)
    _closing(bench)


def _run_that_lasts(bench: Workbench) -> None:
    bench.line(CLEAN).click()
    bench.press("Control+Home")
    bench.stand_in("We meet")
    bench.press("Shift+Alt+e")
    bench.toast(re.compile(r"best \d+%"), limit=RUN)


def _second_run(bench: Workbench) -> None:
    bench.stand_in("The second")
    bench.press("Shift+Alt+e")
    bench.toast("Queued: 1 run before this one.")
    expect(bench.status()).to_have_attribute("aria-label", re.compile("evolving, 1 waiting"))
    bench.picture("two-runs")


def _moved(bench: Workbench) -> None:
    bench.review()
    expect(bench.title()).to_contain_text("best so far")
    until(lambda: "recieved" in bench.struck(), "the preview where the paragraph is by now")
    bench.picture("moved")
    bench.press("Enter")
    bench.status_message("in place").wait_for()
    after = bench.saved("a.md")
    assert after.startswith(crlf("A line of its own.\n# Notes 😀\n\n"))
    assert after.endswith(crlf(f"\n\n{SECOND}\n\n{CLEAN}\n"))
    assert "received" in after
    assert "\n" not in after.replace("\r\n", "")
    bench.press("Control+z")
    until(lambda: bench.saved("a.md") == crlf(f"A line of its own.\n{DRAFT}"), "one step back")


def _merging(bench: Workbench) -> None:
    """A sentence that was changed since is kept beside the rewrite of the others."""
    bench.stand_in("We meet")
    bench.press(*["ArrowRight"] * len("We meet on "))
    bench.page.keyboard.type("cold ")
    bench.palette("AW: Show Results")
    bench.review()
    expect(bench.title()).to_contain_text("text changed")
    bench.press("Enter")
    bench.answer(bench.toast("The text changed"), "Merge")
    until(lambda: "received" in bench.shown(), "the merged text")
    bench.picture("merged")
    merged = bench.saved("a.md")
    assert "received" in merged
    assert "We meet on cold Mondays. " in merged
    bench.press("Control+z")
    until(lambda: "recieved" in bench.saved("a.md"), "one step back")


def _running_again(bench: Workbench) -> None:
    bench.stand_in("The second")
    bench.press(*["ArrowRight"] * len("The "))
    with bench.standstill():
        bench.press("Shift+Alt+e")
        expect(bench.status()).to_have_attribute("aria-label", re.compile("evolving"))
        bench.page.keyboard.type("long ")
    bench.review()
    expect(bench.title()).to_contain_text("text changed")
    bench.press("Enter")
    refusal = bench.toast("The text changed")
    bench.answer(refusal, "Re-run on the New Text")
    bench.review()
    expect(bench.title()).not_to_contain_text("text changed")
    bench.press("Escape")
    assert "\r\nThe long second paragraph is alot" in bench.saved("a.md")


def _closing(bench: Workbench) -> None:
    """A run ends with its document's tab, and server and worker with the window."""
    _run_that_lasts(bench)
    with bench.standstill():
        bench.press("Control+w")
        expect(bench.page.locator(".tab")).to_have_count(0)
    bench.toast(re.compile(r"\d+ rewrites? ready"), limit=RUN)
    bench.picture("closed")
    bench.open("a.md")
    _run_that_lasts(bench)
    processes = [*bench.servers(), *bench.workers()]
    assert len(processes) >= 2
    bench.page.close()
    until(lambda: not any(each.is_running() for each in processes), "no server and no worker")
