import pytest

from aw_engine.domain.passage import Format
from aw_engine.text.declared_language import declared


@pytest.mark.parametrize(
    ("document", "format", "language"),
    [
        ("---\ntitle: Notes\nlang: en-GB\n---\n\nText.\n", "markdown", "en"),
        ("---\nlanguage: 'de'  # as it is\n---\n\nText.\n", "markdown", "de"),
        ('+++\ntitle = "Notes"\nlang = "fr"\n+++\n\nText.\n', "markdown", "fr"),
        ("---\r\nlang: sv\r\n---\r\n\r\nText.\r\n", "markdown", "sv"),
        ("Text first.\n\nlang: de\n", "markdown", None),
        ("---\ntitle: lang\n---\n\nlang: de\n", "markdown", None),
        ("% !TEX spellcheck = en_GB\n\\documentclass{article}\n", "latex", "en"),
        ("%!TeX spellcheck = de-DE\nText.\n", "latex", "de"),
        ("% LTeX: enabled=true language=nl-BE\nText.\n", "latex", "nl"),
        ("\\usepackage[english,french]{babel}\n\\begin{document}\nText.\n", "latex", "fr"),
        ("\\usepackage[main=british,french]{babel}\n", "latex", "en"),
        ("% \\usepackage[french]{babel}\n\\usepackage[ngerman]{babel}\n", "latex", "de"),
        ("\\documentclass[12pt,ngerman]{article}\n\\usepackage{babel}\n", "latex", "de"),
        ("\\usepackage{polyglossia}\n\\setmainlanguage[variant=british]{english}\n", "latex", "en"),
        ("\\documentclass{article}\n\\usepackage{graphicx}\n", "latex", None),
        ("#+TITLE: Notes\n#+LANGUAGE: fr\n\nText.\n", "plain", "fr"),
        ("= Notes\n:lang: it\n\nText.\n", "plain", "it"),
        ('#set text(font: "X", lang: "pl")\nText.\n', "plain", "pl"),
        ('<!doctype html>\n<html class="no-js" lang="cy">\n', "markdown", "cy"),
        ("Nothing is said here.\n", "plain", None),
    ],
)
def test_a_document_says_which_language_it_is_in(document: str, format: Format, language: str | None) -> None:
    assert declared(document, format) == language


def test_latex_changes_the_language_on_its_way() -> None:
    document = (
        "\\usepackage[french,english]{babel}\n\\begin{document}\nONE\n\\selectlanguage{french}\nTWO\n"
        "\\begin{otherlanguage}{german}\nTHREE\n\\end{otherlanguage}\nFOUR\n\\selectlanguage{english}\nFIVE\n"
    )
    found = [
        declared(document, "latex", document.index(each)) for each in ("ONE", "TWO", "THREE", "FOUR", "FIVE")
    ]
    assert found == ["en", "fr", "de", "fr", "en"]
