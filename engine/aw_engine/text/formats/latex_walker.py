"""LaTeX as pylatexenc's walker reads it, with the macros that prose uses."""

import re
from typing import Any

from pylatexenc import macrospec
from pylatexenc.latexwalker import LatexCharsNode, LatexToken, LatexWalker, get_default_latex_context_db

from aw_engine.text.formats.latex_names import (
    CAPTIONS,
    CITES,
    REFERENCES,
    TAKING_ARGUMENTS,
    URLS,
    WRAPPERS,
)

# pylatexenc has no type hints.
LatexNode = Any

# Characters that mean nothing to LaTeX, with single spaces between them.
_RUN = re.compile(r"(?: ?(?:[^\W_]|[.,;:()/*+=@|\"]))+")


class _Walker(LatexWalker):  # type: ignore[misc]
    """Reads runs of ordinary characters as one token; one token a character makes large files slow."""

    def get_token(self, pos: int, *args: Any, **options: Any) -> Any:
        # Only the reader of running text names these options; readers of arguments need single characters.
        if options.keys() == {"include_brace_chars", "parsing_state"} and (run := _RUN.match(self.s, pos)):
            return LatexToken(tok="char", arg=run.group(), pos=pos, len=run.end() - pos, pre_space="")
        return super().get_token(pos, *args, **options)


class _AddressArgument(macrospec.MacroStandardArgsParser):  # type: ignore[misc]
    r"""The argument of `\url`, in which `%`, `_` and `#` are ordinary characters."""

    def parse_args(self, w: LatexWalker, pos: int, parsing_state: Any = None) -> tuple[Any, int, int]:
        at = pos
        while w.s[at : at + 1].isspace():
            at += 1
        depth, end = 0, at
        while w.s[end : end + 1] not in ("", "\n", "\r"):
            depth += {"{": 1, "}": -1}.get(w.s[end], 0)
            end += 1
            if depth <= 0:
                break
        node = w.make_node(
            LatexCharsNode, parsing_state=parsing_state, chars=w.s[at:end], pos=at, len=end - at
        )
        return macrospec.ParsedMacroArgs(argnlist=[node], argspec="{"), pos, end - pos


def _context() -> Any:
    specs = [macrospec.MacroSpec(name, "*[[{") for name in CITES]
    specs += [macrospec.MacroSpec(name, "*{") for name in REFERENCES]
    specs += [
        macrospec.MacroSpec(name, args) for name, args in (TAKING_ARGUMENTS | WRAPPERS | CAPTIONS).items()
    ]
    specs += [macrospec.MacroSpec(name, args_parser=_AddressArgument()) for name in URLS]
    db = get_default_latex_context_db()
    db.add_context_category("prose", macros=specs, prepend=True)
    return db


_CONTEXT = _context()


def read_nodes(text: str) -> list[LatexNode]:
    """Nodes of the text; of a text nested beyond the interpreter's depth, none."""
    try:
        walker = _Walker(text, latex_context=_CONTEXT, tolerant_parsing=True)
        nodes: list[LatexNode] = walker.get_latex_nodes()[0]
    except RecursionError:
        return []
    return nodes
