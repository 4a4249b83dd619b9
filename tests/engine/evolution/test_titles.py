"""Titles tell rewrites apart, also those that begin alike."""

from aw_engine.domain.candidate import ORIGINAL, Lineage
from aw_engine.domain.result import Ranked, Rating
from aw_engine.evolution.ranking import titled

YOURS = "Due to the fact that nobody wrote anything down, we was asked the same thing again and again."


def ranking(*texts: str) -> list[Ranked]:
    return [
        Ranked(
            id=ORIGINAL if text == YOURS else f"c{rank}",
            rank=rank,
            text=text,
            title="",
            wins=0.715,
            rating=Rating(mean=0.0, sd=1.0),
            provisional=False,
            words=0,
            words_delta=len(text.split()) - len(YOURS.split()),
            preferred=False,
            niche="light",
            flags=(),
            criteria=(),
            lineage=Lineage(operator="x", parents=(), generation=0),
        )
        for rank, text in enumerate(texts, 1)
    ]


def titles(*texts: str) -> list[str]:
    return [entry.title for entry in titled(ranking(*texts))]


def test_the_words_shown_are_those_that_no_text_above_begins_with() -> None:
    shown = titles(
        "Because nobody wrote anything down, we were asked the same thing again and again.",
        "Because nobody wrote anything down, we were asked the same thing again.",
        YOURS,
        YOURS.replace("we was", "we were"),
    )
    assert shown == [
        "1 · 72% vs original · −4 words · “Because nobody wrote anything down, we…”",
        "2 · 72% vs original · −6 words · “…we were asked the same thing again.”",
        "3 · your text",
        "4 · 72% vs original · same length · “…down, we were asked the same thing again…”",
    ]


def test_a_text_without_spaces_or_of_one_word_has_a_title_too() -> None:
    assert titles(YOURS, "好" * 60)[1].endswith(f"“{'好' * 40}…”")
    assert titles(YOURS, "Due")[1].endswith("“Due”")
    assert titles(YOURS, "")[1].endswith("“”")


def test_whatever_the_words_a_title_is_one_line() -> None:
    for text in ("`a`\nb\u202e c\u2028d", f"{YOURS}\r\n`x`", YOURS.replace("nobody", "no\u2029body\t")):
        (title,) = titles(text)
        assert title.isprintable()
        assert "`" not in title
