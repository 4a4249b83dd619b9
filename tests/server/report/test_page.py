"""The page stands alone, holds everything, and nothing in it can act."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from aw_engine.domain.candidate import ORIGINAL, Candidate, Lineage
from aw_engine.domain.events import Drafted
from aw_engine.journal.record import Happened
from aw_server.report.page import render
from aw_server.visible import visible
from support.made_up_run import make_run

HOSTILE = (
    "</p></style></svg><script>alert(1)</script> <img src=x onerror=alert(1)> \"' onmouseover='x' "
    "{{ 7*7 }} {% raw %} &lt;b&gt; <!-- --> ]]> \u202egnihton\u202c \x00\x1b[31m In order to end."
)


class Page(HTMLParser):
    """What a page is made of: elements with their attributes, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in ("meta", "br", "line", "rect", "circle", "path"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text += data


def test_the_page_is_well_formed_and_stands_alone() -> None:
    html = render(make_run())
    page = Page(html)
    assert page.open == []
    active = {"script", "link", "img", "iframe", "object", "form", "input"}
    assert active.isdisjoint(tag for tag, _ in page.elements)
    for tag, attributes in page.elements:
        assert "style" not in attributes, tag
        assert "src" not in attributes, tag
        assert not [name for name in attributes if name.startswith("on")], tag
        if "href" in attributes:
            assert (attributes["href"] or "").startswith("#"), attributes
    assert "url(" not in html
    assert "@import" not in html
    policy = next(a["content"] or "" for t, a in page.elements if a.get("http-equiv"))
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy


def test_the_policy_names_the_style_that_is_there() -> None:
    import base64
    import hashlib

    html = render(make_run())
    style = re.search(r"<style>(.*?)</style>", html, re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert f"'sha256-{digest}'" in html


def test_every_link_leads_somewhere() -> None:
    page = Page(render(make_run()))
    ids = [a["id"] for _, a in page.elements if "id" in a]
    assert len(ids) == len(set(ids))
    targets = {(a["href"] or "")[1:] for t, a in page.elements if t == "a"}
    assert targets <= set(ids)
    labels = {a["aria-labelledby"] for _, a in page.elements if a.get("aria-labelledby")}
    assert labels <= set(ids)


def test_everything_about_the_run_is_there() -> None:
    record = make_run()
    text = " ".join(Page(render(record)).text.split())
    assert record.result is not None
    for candidate in record.candidates:
        assert candidate.id in text
    for word in (
        "heating report.md",
        "Writer-4B.Q4_K_M.gguf",
        "Position bias",
        "Label mass",
        "Criteria disagree",
        "Diversity",
        "Worn phrases",
        "repeated another",
        "pinned by you",
        "rejected by you",
        "check",
        "aw-server runs replay 3f2a9c1b",
        "Keeps the voice",
    ):
        assert word in text, word
    assert "/home/somebody" not in text  # folders are private; the page may be passed on


def test_hostile_text_stays_text() -> None:
    html = render(make_run(text=HOSTILE, uri="file:///%3Cscript%3Ealert(2)%3C%2Fscript%3E.md"))
    page = Page(html)
    assert page.open == []
    assert "script" not in {tag for tag, _ in page.elements}
    assert "img" not in {tag for tag, _ in page.elements}
    assert "<script>alert(1)</script>" in page.text
    assert "<script>alert(2)</script>" in page.text
    assert "{{ 7*7 }} {% raw %} &lt;b&gt;" in page.text
    assert "\x00" not in html
    assert "\x1b" not in html


def test_a_hostile_reason_operator_and_instruction_stay_text() -> None:
    record = make_run()
    bad = Candidate("c99", HOSTILE, Lineage('"><script>x', (), 3), 9)
    record = replace(
        record,
        events=(*record.events, Happened(1.0, Drafted(bad))),
        plan=replace(record.plan, instruction="<script>y"),
        passage=replace(record.passage, language='"><script>z'),
    )
    page = Page(render(record))
    assert "script" not in {tag for tag, _ in page.elements}
    assert page.open == []


def test_a_run_that_was_killed_shows_what_it_had() -> None:
    whole = make_run()
    for count in (0, 1, 5, 30, len(whole.events)):
        record = replace(whole, events=whole.events[:count], result=None, ended=None, status="interrupted")
        page = Page(render(record))
        assert page.open == []
        assert "it was interrupted" in page.text


@pytest.mark.parametrize(("first", "children"), [(2, 1), (64, 3)])
def test_small_and_large_runs_are_drawn(first: int, children: int) -> None:
    record = make_run(first=first, children=children)
    page = Page(render(record))
    assert (
        sum("node" in (a.get("class") or "").split() for _, a in page.elements) == len(record.candidates) + 1
    )
    assert ORIGINAL not in {a.get("id") for _, a in page.elements}
    assert "nan" not in page.text.lower().split()


def test_figures_are_inside_their_drawings() -> None:
    html = render(make_run())
    for box, inner in re.findall(r'<svg[^>]*viewBox="0 0 ([\d. ]+)"[^>]*>(.*?)</svg>', html, re.DOTALL):
        width, height = map(float, box.split())
        for x, y in re.findall(r"[ML]([\d.-]+),([\d.-]+)", inner):
            assert 0 <= float(x) <= width
            assert 0 <= float(y) <= height


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=80))
def test_any_text_comes_out_as_it_went_in(text: str) -> None:
    page = Page(render(make_run(text=text, first=2, children=1)))
    assert page.open == []
    assert visible(text) in page.text
