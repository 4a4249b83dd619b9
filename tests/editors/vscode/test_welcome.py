"""A new writer is led from the walkthrough to the first ranking, in bright colours and read aloud."""

import json
import re
from pathlib import Path

from workbench import RUN, Start, expect

EXTENSION = Path(__file__).resolve().parents[3] / "clients" / "vscode"

SETTINGS = {"aw.results.view": "panel"}
THEIRS = {"workbench.colorTheme": "Default High Contrast Light", "editor.accessibilitySupport": "on"}


def test_everything_that_is_offered_exists() -> None:
    manifest = json.loads((EXTENSION / "package.json").read_text(encoding="utf-8"))
    declared = {each["command"] for each in manifest["contributes"]["commands"]}
    said = json.dumps({key: each for key, each in manifest["contributes"].items() if key != "commands"})
    offered = set(re.findall(r'(?:command:|"command": ")(aw\.[\w.]+)', said))
    assert offered <= declared
    source = (EXTENSION / "src" / "commands.ts").read_text(encoding="utf-8")
    assert [each for each in sorted(declared) if each.removeprefix("aw.") not in source] == []
    pages = re.findall(r'"markdown": "([^"]+)"', said)
    assert pages
    assert all((EXTENSION / each).is_file() for each in pages)


def test_the_walkthrough_leads_to_a_ranking_that_can_be_read_aloud(start: Start) -> None:
    bench = start({"a.md": "# Nothing yet\n"}, settings=SETTINGS, looks=THEIRS)
    page = bench.page
    bench.open("a.md")
    bench.ready()
    bench.press("Control+b")  # beside the side bar there is no room for a step's page
    bench.palette("Welcome: Open Walkthrough")
    bench.rows().filter(has_text="Evolve a paragraph").first.wait_for()
    page.keyboard.type("Evolve a paragraph")
    bench.press("Enter")
    steps = page.locator(".gettingStartedContainer .getting-started-step")
    expect(steps).to_have_count(4)
    for title, words in (
        ("Install the server", "Everything stays on this computer"),
        ("Choose a model", "Two kinds of models"),
        ("Keys", "preview each rewrite"),
        ("Try it on a sample", "What you will see"),
    ):
        steps.filter(has_text=title).first.click()
        shown = page.locator("iframe.webview").last.content_frame.locator("#active-frame").content_frame
        shown.get_by_text(words).first.wait_for()
        bench.picture(title.split()[0].lower())

    steps.get_by_role("button", name="Open a Sample").click()
    bench.line("Due to the fact").wait_for()
    bench.press("Control+Home", "ArrowDown", "ArrowDown", "Shift+Alt+e")
    row = page.locator(".pane-body .monaco-list-row").filter(has_text="%")
    row.first.wait_for(timeout=RUN)
    expect(row.first).to_have_attribute(
        "aria-label", re.compile(r"^Rank 1, better than your text with \d+% \(±\d+\)")
    )
    expect(bench.status()).to_have_attribute("aria-label", re.compile("AW idle"), timeout=RUN)
    bench.picture("panel")
