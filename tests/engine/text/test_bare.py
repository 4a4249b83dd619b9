import pytest

from aw_engine.text.bare import bare


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("He said—“no”—and left.", 'He said - "no" - and left.'),
        ('He said -- "no" -- and left.', 'He said - "no" - and left.'),
        ("It’s a *very* **bold** _claim_…", "It's a very bold claim..."),
        ("See [the docs](http://x.org/a_b) for `foo_bar`.", "See the docs for foo_bar."),
        ("See [the docs][1] and ![a picture](p.png).", "See the docs and a picture."),
        (r"\emph{Very} few \textbf{know}.", "Very few know."),
        ("A well-known case, pages 3–5.", "A well-known case, pages 3-5."),
        ("Use `--flag` or --flag.", "Use --flag or --flag."),
        ("snake_case stays,  blanks\n do not.", "snake_case stays, blanks do not."),
        ("", ""),
    ],
)
def test_only_the_wording_is_left(text: str, expected: str) -> None:
    assert bare(text) == expected


def test_it_is_the_same_again() -> None:
    text = bare("“*One*—two” [three](x) `four`")
    assert bare(text) == text
