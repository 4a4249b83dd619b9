"""Structures of several lines in Markdown whose bodies are no prose: where they end.

Each function is given the lines from the structure's first one to the end of what holds it, without the
prefixes of lists and quotes, and returns how many of them belong to it: 0 if it does not begin there or is
never closed.
"""

import re
from collections.abc import Sequence

from aw_engine.text.formats import markdown_braces as braces
from aw_engine.text.formats.markdown_html import TAG, is_foreign

# Further on an opener and a closer are no pair, and hostile text would cost quadratic time.
_MOST_LINES = 1_000
_MOST_MATHS = 100
_MOST_MODULE = 200
_MOST_EXPRESSION = 200

_TEMPLATE_BODY = re.compile(
    r"\{%-?\s*(?P<liquid>raw|verbatim|highlight|code|codeblock|comment|javascript|schema|style|stylesheet|mermaid"
    r"|math|katex|plantuml|prism)\b[^{}]{0,300}%\}"
    r"|\{\{[<%]\s*(?P<hugo>raw|highlight|code|comment|math|katex|mermaid|plantuml|chart|typeit|html)\b"
    r"[^{}]{0,300}[>%]\}\}"
    r"|\{::(?P<kramdown>comment|nomarkdown)\b[^{}/]{0,100}\}"
    r"|(?P<jinja>\{#)(?![\w:.-]{1,100}[\s}])|(?P<percent><%)"
)
_CODE_DIRECTIVE = re.compile(
    r"code|code-block|code-cell|sourcecode|literalinclude|math|mermaid|raw|eval-rst|toctree|"
    r"tableofcontents|csv-table|list-table|table-of-contents|bibliography|graphviz|plantuml|"
    r"d2|vega-lite|jupyter-execute|include|index|autofunction|autoclass|automodule|autodoc2|"
    r"doctest|testcode|testoutput|prompt|command-output|bash|sh|python|html|json|yaml|"
    r"iframe|embed|image|video"
)
_DIRECTIVE = re.compile(r"(:{3,})\s*(?:\{\s*)?([.\w-]*)")
_DIRECTIVE_END = re.compile(r":{3,}\s*")
_OPTION = re.compile(r":[A-Za-z][\w-]*:(?:\s.*)?")
# Environments of LaTeX in which people write Markdown prose; the bodies of all others stay as they are.
_PROSE_ENVIRONMENT = re.compile(
    r"abstract|acknowledgements|acknowledgments|answer|axiom|case|center|centering|claim|"
    r"conjecture|corollary|definition|exercise|fact|lemma|landscape|minipage|multicols|"
    r"notation|note|proof|proposition|problem|question|remark|remarks|solution|summary|"
    r"theorem|tcolorbox"
)
_ENVIRONMENT = re.compile(r"\\begin\{([A-Za-z@]+)(\*?)\}")
_MATHS_END = re.compile(r".*?(?P<closer>\$\$|\\\])\s*(?:\{[^{}]*\}|\([^()]*\))?[.,;]?\s*")
_MODULE = re.compile(
    r"import\s+(?:[\w$*{][^'\"]{0,500}?\bfrom\s+)?['\"][^'\"]+['\"];?\s*"
    r"|import\s+(?:[\w$]+\s*,\s*)?\{[^}]*"
    r"|export\s+(?:const|let|var|function|async\s+function|class|type|interface)\s+[\w$]+.*"
    r"|export\s+\{.*|export\s+\*\s+from\s.*"
    r"|export\s+default\s+(?:function|class|async|\(|\[|\{|[\w$]+\s*[({;]|[\w$]+\s*$).*"
)
_COMPONENT = re.compile(r"</?(?:[A-Z][\w.]*[a-z][\w.]*|[A-Z]|[\w-]+(?=[^<>]*\{))(?=[\s>/]|$)|</?>")


def template_body(lines: Sequence[str]) -> int:
    """A template tag that quotes (`raw`, `highlight`, `comment`, …) with its body and its end tag."""
    opener = _TEMPLATE_BODY.match(lines[0])
    if not opener:
        return 0
    text = "\n".join(lines[:_MOST_LINES])
    found = _template_closer(opener).search(text, opener.end())
    if not found:
        return 0
    behind = text[found.end() :].partition("\n")[0].strip()
    if behind and all(line.strip() for line in text[: found.end()].split("\n")):
        # A paragraph goes on behind it.
        return 0
    return text.count("\n", 0, found.end()) + 1


def quoted_ranges(text: str) -> list[tuple[int, int]]:
    """Ranges of the quoting template tags in running text, from opening to closing tag."""
    found, at = [], 0
    while opener := _TEMPLATE_BODY.search(text, at):
        closer = _template_closer(opener).search(text, opener.end())
        at = closer.end() if closer else opener.end()
        if closer:
            found.append((opener.start(), at))
    return found


def _template_closer(opener: re.Match[str]) -> re.Pattern[str]:
    if opener["liquid"]:
        return re.compile(rf"\{{%-?\s*end\s?{opener['liquid']}\s*-?%\}}")
    if opener["hugo"]:
        return re.compile(rf"\{{\{{[<%]\s*/\s*{opener['hugo']}\s*[>%]\}}\}}")
    if opener["percent"]:
        return re.compile(r"%>")
    return re.compile(r"#\}") if opener["jinja"] else re.compile(r"\{:/[a-z]*\}")


def directive(lines: Sequence[str]) -> int:
    """The opening line of a `:::` block with its options, and all of it where the body is code or foreign."""
    opener = _DIRECTIVE.match(lines[0])
    if not opener:
        return 0
    name, rest = opener[2].lstrip("."), lines[0][len(opener[1]) :]
    if _CODE_DIRECTIVE.fullmatch(name.lower()) or is_foreign(rest):
        closed = _directive_end(lines, len(opener[1]))
        if closed or "{" in rest:
            # One that is never closed ends with what holds it.
            return closed or len(lines[:_MOST_LINES])
    end = 1
    if "{" in lines[0]:
        if len(lines) > 1 and lines[1].strip() == "---":
            options = next((n for n in range(2, min(len(lines), 60)) if lines[n].strip() == "---"), 0)
            end = options + 1 if options else 1
        while end < len(lines) and _OPTION.fullmatch(lines[end].strip()):
            end += 1
    return end


def _directive_end(lines: Sequence[str], colons: int) -> int:
    depth = 0
    for number, line in enumerate(lines[:_MOST_LINES]):
        line = line.strip()
        if not line.startswith(":::"):
            continue
        if not _DIRECTIVE_END.fullmatch(line):
            depth += 1
        elif len(line) >= colons or depth > 1:
            depth -= 1
            if not depth:
                return number + 1
    return 0


def environment(lines: Sequence[str]) -> int:
    """A LaTeX environment from `\\begin` to `\\end`, unless people write prose in it."""
    opener = _ENVIRONMENT.match(lines[0])
    if not opener or _PROSE_ENVIRONMENT.fullmatch(opener[1]):
        return 0
    name = opener[1] + opener[2]
    depth = 0
    for number, line in enumerate(lines[:_MOST_LINES]):
        depth += line.count(f"\\begin{{{name}}}") - line.count(f"\\end{{{name}}}")
        if depth <= 0:
            return number + 1
    return 0


def maths(lines: Sequence[str]) -> int:
    """Display maths between `$$` or between `\\[` and `\\]`, with the label behind it.

    Blank lines may stand in it only where both delimiters have lines of their own.
    """
    opener = lines[0][:2]
    if opener not in ("$$", "\\["):
        return 0
    closer = "\\]" if opener == "\\[" else "$$"
    alone = lines[0].strip() == opener
    for number, line in enumerate(lines[:_MOST_MATHS]):
        if number and not line.strip() and not alone:
            return 0
        found = _MATHS_END.fullmatch(line, 2 if number == 0 else 0)
        if found and found["closer"] == closer and (number or len(line.strip()) > 4):
            blank = any(not inner.strip() for inner in lines[:number])
            return 0 if blank and not line.lstrip().startswith(closer) else number + 1
        if closer in line[2 if number == 0 else 0 :]:
            return 0
    return 0


def module(lines: Sequence[str]) -> int:
    """An `import` or `export` of MDX with all of its lines."""
    if not lines[0].startswith(("import", "export")) or not _MODULE.fullmatch(lines[0].rstrip()):
        return 0
    open_brackets = 0
    for number, line in enumerate(lines[:_MOST_MODULE]):
        open_brackets += braces.depth(line)
        following = lines[number + 1].strip() if number + 1 < len(lines) else ""
        if open_brackets <= 0 and (not following or not following.startswith((".", "?", ":", "&&", "||"))):
            return number + 1
    return 0


def component(lines: Sequence[str]) -> int:
    """A line of JSX tags with nothing between them; a tag may reach over several lines."""
    if not _COMPONENT.match(lines[0]):
        return 0
    text = ""
    for number, line in enumerate(lines[:_MOST_EXPRESSION]):
        text += line + "\n"
        if ">" in line and not TAG.sub("", text).strip():
            return number + 1
        if number == 0 and TAG.match(text):
            return 0
    return 0


def expression(lines: Sequence[str]) -> int:
    """Lines of nothing but balanced braces: attributes, template tags, expressions of MDX."""
    opened = 0
    for number, line in enumerate(lines[:_MOST_EXPRESSION]):
        opened += line.count("{") - line.count("}")
        if opened <= 0:
            return number + 1 if braces.fills("\n".join(lines[: number + 1])) else 0
    return 0


def comment(lines: Sequence[str]) -> int:
    """A comment of Obsidian between lines that hold `%%`."""
    if lines[0].count("%%") != 1:
        return 0
    for number, line in enumerate(lines[1:_MOST_LINES], 1):
        if "%%" in line:
            return number + 1 if line.rstrip().endswith("%%") else 0
    return 0
