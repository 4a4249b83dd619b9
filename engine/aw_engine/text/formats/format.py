"""Which markup a document is written in, by its name, an editor's word for it, or its text."""

from pathlib import PurePath
from typing import Final

from msgspec import Struct

from aw_engine.domain.passage import Format
from aw_engine.errors import PassageError
from aw_engine.text.formats.rows import names


class Markup(Struct, frozen=True):
    """How a format is known: suffixes with their dot, whole file names, and what editors call it, in small
    letters."""

    format: Format
    suffixes: str
    languages: str
    names: str = ""


MARKUPS: Final = (
    Markup("markdown", ".md .markdown .mdown .mkd .mdx .qmd .rmd", "markdown quarto rmd mdx markdown.mdx"),
    Markup("latex", ".tex .latex .ltx", "latex tex plaintex context"),
    Markup("org", ".org", "org orgmode org-mode"),
    Markup("rst", ".rst .rest", "restructuredtext rst rest"),
    Markup("asciidoc", ".adoc .asciidoc .asc", "asciidoc asciidoctor adoc"),
    Markup("typst", ".typ", "typst typ"),
    Markup("mail", ".eml .mbox", "mail eml message email rfc822"),
    Markup(
        "commit",
        ".gitcommit",
        "git-commit gitcommit git-commit-message",
        "commit_editmsg merge_msg squash_msg tag_editmsg notes_editmsg edit_description pullreq_editmsg",
    ),
    Markup("subtitles", ".srt .vtt", "srt subrip vtt webvtt"),
    Markup("plain", ".txt .text", "plaintext text txt"),
)
# What neither Pygments nor the above know, and which is no prose all the same.
_NO_PROSE_SUFFIXES: Final = names(
    ".csv .tsv .html .htm .xhtml .svg .xml .json .yaml .yml .toml .ini .cfg .conf .env .lock .log .bib "
    ".sty .cls .ass .ssa .sub .ipynb .po .pot .diff .patch .css .js .ts .sh .py .rtf .ics .vcf .odt .docx "
    ".sql .fodt .dtx"
)
_NO_PROSE_LANGUAGES: Final = names(
    "shellscript jsonc javascriptreact typescriptreact dockercompose dockerfile git-rebase gitrebase "
    "gitconfig ignore properties csv tsv bibtex diff html xml json yaml toml css scss less sh bash zsh "
    "fish help"
)
# Pygments has lexers for these too, and they hold prose.
_PROSE_LEXERS: Final = frozenset(
    (
        "BBCode",
        "E-mail",
        "Markdown",
        "MoinMoin/Trac Wiki markup",
        "Org Mode",
        "TeX",
        "Text only",
        "Text output",
        "TiddlyWiki5",
        "Todotxt",
        "Typst",
        "Wikitext",
        "reStructuredText",
    )
)
_WAY_OUT: Final = (
    "select the text in it that you mean and pipe that (aw-server evolve -), or say --format plain"
)


class Recognised(Struct, frozen=True):
    """A document's format; `known` is false where nothing says so, and it will be read as plain text."""

    format: Format
    known: bool = True


def _by(field: str) -> dict[str, Format]:
    return {word: markup.format for markup in MARKUPS for word in getattr(markup, field).split()}


_BY_SUFFIX: Final = _by("suffixes")
_BY_NAME: Final = _by("names")
_BY_LANGUAGE: Final = _by("languages")


def recognise(name: str, text: str, language: str = "") -> Recognised:
    """The format of a document called `name`, which an editor takes for `language` (its id; may be empty).

    The editor's word counts first, then the file name, then what the text looks like. Text that carries no
    word of its kind may be a mail, or LaTeX with a document class.

    :raises PassageError: `notProse` for code, data and the like.
    """
    language = language.lower()
    format = _BY_LANGUAGE.get(language)
    if format == "plain":
        return Recognised(_of_plain(text))
    if format:
        return Recognised(format)
    if language and _is_code_language(language):
        raise _refused(f"This file ({language})")
    path = PurePath(name)
    suffix = path.suffix.lower()
    format = _BY_NAME.get(path.name.lower()) or _BY_SUFFIX.get(suffix)
    if format == "plain":
        return Recognised(_of_plain(text))
    if format:
        return Recognised(format)
    if text.startswith("#!"):
        raise _refused(path.name or "This script")
    if suffix in _NO_PROSE_SUFFIXES or (path.name and _is_code_file(path.name)):
        raise _refused(path.name)
    return Recognised(_of_text(text), known=not suffix)


def _of_text(text: str) -> Format:
    head = text[:2000]
    if "\\documentclass" in head or "\\begin{document}" in head:
        return "latex"
    return _of_plain(text)


def _of_plain(text: str) -> Format:
    from aw_engine.text.formats.mail import is_mail  # readers are not needed to start a server

    return "mail" if is_mail(text) else "plain"


def _is_code_file(name: str) -> bool:
    from pygments.lexers import find_lexer_class_for_filename

    return _is_code(find_lexer_class_for_filename(name))


def _is_code_language(language: str) -> bool:
    if language in _NO_PROSE_LANGUAGES:
        return True
    from pygments.lexers import find_lexer_class_by_name
    from pygments.util import ClassNotFound

    try:
        return _is_code(find_lexer_class_by_name(language))
    except ClassNotFound:
        return False


def _is_code(lexer: object) -> bool:
    return lexer is not None and getattr(lexer, "name", "") not in _PROSE_LEXERS


def _refused(what: str) -> PassageError:
    return PassageError("notProse", f"{what} is code or data and not prose, so it is left alone; {_WAY_OUT}.")
