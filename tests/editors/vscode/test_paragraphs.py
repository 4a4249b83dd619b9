"""A writer has several paragraphs evolved, goes through their lists, and says what better means."""

import re

from workbench import RUN, Start, Workbench, expect

FIRST = (
    "Due to the fact that nobody wrote anything down, we often recieved the same questions again and again, "
    "and and the answers was very different each time."
)
SECOND = "The second paragraph is alot shorter, and it were written in an hurry."
DRAFT = f"# The reading group\n\n{FIRST}\n\n{SECOND}\n"


def test_paragraphs_evolved_one_by_one_have_a_list_each(start: Start) -> None:
    bench = start(
        {"a.md": DRAFT},
        settings={"aw.codeLens": True},
        looks={"workbench.colorTheme": "Default High Contrast"},
    )
    bench.open("a.md")
    bench.ready()
    bench.press("Control+a", "Shift+Alt+e")
    bench.answer(bench.toast("2 paragraphs are selected"), "Paragraph by Paragraph")
    bench.review()
    expect(bench.title()).to_contain_text("Paragraph 1 of 2")
    bench.press("Enter")
    expect(bench.title()).to_contain_text("Paragraph 2 of 2")
    bench.picture("second-paragraph")
    bench.press("Escape")
    after = bench.saved("a.md")
    assert "received" in after
    assert after.endswith(f"\n\n{SECOND}\n")

    bench.press("Control+Home")
    lenses = bench.page.locator(".codelens-decoration a").filter(
        has_text=re.compile(r"▲ \d+ rewrites? ready")
    )
    expect(lenses).to_have_count(1)  # the first paragraph reads otherwise by now
    bench.picture("lens")
    lenses.click()
    bench.review()
    expect(bench.title()).to_contain_text("Paragraph 2 of 2")
    bench.press("Escape")
    _wishes(bench)


def _wishes(bench: Workbench) -> None:
    """The built-in model says what it cannot do; a rubric is chosen for once and for good."""
    bench.stand_in("The second")
    bench.palette("AW: Evolve with Instruction")
    bench.page.locator(".quick-input-widget").filter(has_text="What should the rewrites do?").wait_for()
    bench.page.keyboard.type("Make it friendlier")
    bench.press("Enter")
    honest = bench.toast("cannot follow free instructions", limit=RUN)
    bench.picture("instruction")
    bench.answer(honest, "Choose a Rubric…")
    bench.rows().filter(has_text="Proofread").click()
    bench.review()
    bench.press("Escape")

    bench.palette("AW: Select Rubric")
    bench.rows().filter(has_text="Concise").click()
    bench.status_message("concise").wait_for()
    bench.palette("AW: Select Rubric")
    chosen = bench.rows().filter(has_text="Concise")
    expect(chosen).to_contain_text("in use")
    bench.picture("rubrics")
    bench.press("Escape")
