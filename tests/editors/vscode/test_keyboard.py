"""A writer without a mouse reaches everything, and what has gone wrong can be looked into and begun again."""

import re

from test_meanwhile import PARAGRAPH
from workbench import RUN, Start, Workbench, expect

from support.waiting import until

SENTENCE = (
    "In order to tell the truth, we often recieved the same questions again and again, and and the answers "
    "was very different each time."
)
DRAFT = f"# Notes\n\n{SENTENCE}\n"
LONG = f"# Notes\n\n{SENTENCE} {PARAGRAPH}\n"
_FOCUSED = """() => {
    let found = document.activeElement
    while (found?.shadowRoot?.activeElement) found = found.shadowRoot.activeElement
    return found?.getAttribute('aria-label') || found?.innerText || ''
}"""


def test_menu_and_list_are_worked_by_keys(start: Start) -> None:
    bench = start({"a.md": DRAFT})
    bench.open("a.md")
    bench.ready()
    bench.stand_in("In order")
    _from_the_context_menu(bench)
    bench.review()
    before = bench.rewrites()
    until(lambda: "recieved" in bench.struck(), "the preview")
    _the_buttons_of_a_row(bench)
    bench.expect_rewrites(before - 1)
    _the_buttons_above(bench)
    assert bench.saved("a.md") == DRAFT


def _from_the_context_menu(bench: Workbench) -> None:
    bench.press("Shift+F10")
    bench.page.get_by_role("menuitem", name="Evolve (AW)").wait_for()
    _until_focused(bench, "ArrowDown", "Evolve (AW)")
    bench.press("ArrowRight")
    bench.page.get_by_role("menuitem", name="Evolve Selection").wait_for()
    bench.picture("context-menu")
    _until_focused(bench, "ArrowDown", "Evolve Selection")
    bench.press("Enter")


def _the_buttons_of_a_row(bench: Workbench) -> None:
    _until_focused(bench, "Tab", "Show differences")
    reached = []
    for name in ("Copy", "Pin", "Reject"):
        bench.press("ArrowRight")
        reached.append(_focused(bench))
        assert reached[-1].startswith(name), reached
    bench.picture("on-reject")
    bench.press("Enter")


def _the_buttons_above(bench: Workbench) -> None:
    bench.page.locator(".quick-input-widget input.input").focus()
    _until_focused(bench, "Shift+Tab", "Compare all")
    _until_focused(bench, "ArrowRight", "Open the report")
    _until_focused(bench, "ArrowRight", "Discard these rewrites")
    _until_focused(bench, "ArrowLeft", "Compare all")
    bench.press("Enter")
    bench.page.locator(".multiDiffEntry").first.wait_for()
    bench.press("Control+w")


def test_a_run_that_is_stopped_twice_is_discarded(start: Start) -> None:
    bench = start({"a.md": LONG}, settings={"aw.candidates": 64, "aw.generations": 12})
    bench.open("a.md")
    bench.ready()
    bench.stand_in("In order")
    bench.press("Shift+Alt+e")
    bench.toast(re.compile("of .* calls"), limit=RUN)
    with bench.standstill(bench.servers()):  # the first request to stop is not answered before the second
        bench.palette("AW: Stop")
        bench.picture("stopped-once")
        bench.palette("AW: Stop")
        bench.picture("stopped-twice")
    bench.ready()
    bench.toast_gone("calls")
    bench.picture("afterwards")
    bench.page.keyboard.press("F1")
    bench.page.locator(".quick-input-widget input.input").fill(">AW: Show Results")
    expect(bench.rows().filter(has_text="AW: Show Results")).to_have_count(0)
    bench.picture("discarded")


def test_the_server_is_started_anew_and_its_output_is_shown(start: Start) -> None:
    bench = start({"a.md": DRAFT})
    bench.open("a.md")
    bench.ready()
    [first] = bench.servers()
    bench.palette("AW: Restart Server")
    until(lambda: [each.pid for each in bench.servers()] not in ([], [first.pid]), "another server")
    until(lambda: not first.is_running(), "the end of the first server")
    bench.ready()
    bench.palette("AW: Show Output")
    shown = bench.page.locator(".output-view-pane .view-lines, .panel .view-lines")
    expect(shown.first).to_contain_text(re.compile("aw-server"))
    bench.picture("output")
    bench.stand_in("In order")
    bench.press("Shift+Alt+e")
    bench.review()


def _until_focused(bench: Workbench, key: str, name: str) -> None:
    """Presses the key until what has this name has the focus."""
    passed = []
    for _ in range(30):
        if _focused(bench).startswith(name):
            return
        passed.append(_focused(bench))
        bench.press(key)
    raise AssertionError(f"{key} did not lead to {name!r}: {passed}")


def _focused(bench: Workbench) -> str:
    return str(bench.page.evaluate(_FOCUSED))
