import io

from msgspec.structs import replace
from rich.console import Console

from aw_engine.domain.candidate import ORIGINAL
from aw_engine.domain.result import EvolveResult
from aw_server.cli.show import ranking


def drawn(result: EvolveResult, *, width: int = 100, everything: bool = False) -> str:
    out = io.StringIO()
    ranking(Console(file=out, width=width, highlight=False), result, everything=everything)
    return out.getvalue()


def test_a_ranking_says_how_sure_what_changed_why_and_what_was_refused(result: EvolveResult) -> None:
    text = drawn(result)
    assert text.startswith("2 rewrites of 3 rank above your text; best 93% (±")
    assert "[-Due to the fact that-]{+Because+} nobody" in text
    assert "why    Clear 83% (±4) · Correct 45%" in text
    assert "about equal" in text
    assert "3  your text · 34 words" in text
    assert "check  number: one → two" in text
    assert "2 changed a number" in text
    assert "3 rewrites repeated another." in text


def test_one_comparison_is_counted_as_one(result: EvolveResult) -> None:
    assert " · 31 comparisons · " in drawn(result)
    assert " · 1 comparison · " in drawn(replace(result, calls=1))


def test_no_line_is_wider_than_the_terminal(result: EvolveResult) -> None:
    for width in (40, 80, 120):
        assert max(map(len, drawn(result, width=width).splitlines())) <= width


def test_where_the_original_ranks_first_the_alternatives_are_still_shown(result: EvolveResult) -> None:
    own = next(each for each in result.candidates if each.id == ORIGINAL)
    others = [each for each in result.candidates if each.id != ORIGINAL]
    lost = replace(
        result,
        original_rank=1,
        candidates=(replace(own, rank=1), *(replace(each, rank=at) for at, each in enumerate(others, 2))),
        notices=("Your original ranked first (of 4).",),
    )
    text = drawn(lost)
    assert text.startswith("Your original ranked first (of 4).")
    assert text.count("Your original ranked first") == 1
    assert "{+received+}" in text


def test_a_run_without_a_rewrite_says_so(result: EvolveResult) -> None:
    assert drawn(replace(result, candidates=(), status="cancelled")).startswith("Cancelled. Nothing yet.")
    assert drawn(replace(result, candidates=())).startswith("No rewrite to show; your text stands.")


def test_more_than_three_rewrites_are_shown_on_request_only(result: EvolveResult) -> None:
    more = (*result.candidates, *(replace(each, rank=9, id="x") for each in result.candidates[:2]))
    assert "2 more with --all" in drawn(replace(result, candidates=more))
    assert "with --all" not in drawn(replace(result, candidates=more), everything=True)
