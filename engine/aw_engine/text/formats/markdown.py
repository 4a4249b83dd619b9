"""Markdown by markdown-it-py: CommonMark, tables, footnotes, maths, definition lists, admonitions.

What other dialects add is in the modules `markdown_*` beside this one, and is read in every Markdown file.

markdown-it gives line ranges for blocks and no columns for inline tokens, so its rules are wrapped: the
paragraph rule notes where each line's content begins, and each inline rule notes the range it consumed.
Inline markup is parsed only for the paragraph at hand, which keeps listing a large document fast.
"""

from collections.abc import Callable
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.common.utils import normalizeReference
from markdown_it.ruler import RuleOptionsType
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.admon import admon_plugin
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin

from aw_engine.domain.passage import Span, SpanKind
from aw_engine.text.formats import markdown_inline, markdown_lines, patterns
from aw_engine.text.formats.block import (
    Block,
    BlockKind,
    Construct,
    Inline,
    Labels,
    Parsed,
    outermost,
    overlay,
)
from aw_engine.text.formats.markdown_html import OpenElements, is_foreign, kept_elements, tags
from aw_engine.text.formats.markdown_items import Lines, are_details, items, trimmed
from aw_engine.text.formats.markdown_within import lines_within, outside_formulas, over_formulas
from aw_engine.text.formats.newlines import Normal

_CONTAINERS: dict[str, BlockKind] = {
    "list_item_open": "item",
    "blockquote_open": "quote",
    "footnote_reference_open": "note",
    "dd_open": "item",
}
_SPAN_BY_RULE: dict[str, SpanKind] = {
    "math_inline": "math",
    "parenthesis_math": "math",
    "escape": "command",
    "backticks": "code",
    "image": "image",
    "footnote_inline": "footnote",
    "footnote_ref": "footnote",
    "autolink": "url",
    "html_inline": "html",
    "entity": "html",
}
_PAIR_MARKS = ("emphasis", "strikethrough")
_BRACKETED = ("link", "image", "footnote_inline", "footnote_ref")
# Beyond this length a paragraph is not looked into when the document is listed.
_LOOK_LIMIT = 5_000


class _Recorder(StateInline):
    """Inline state that keeps (rule, start, end) of everything consumed; nested parses of another text (an
    image's description) run on a plain `StateInline` and are not recorded."""

    consumed: list[tuple[str, int, int]]


def _recording(name: str, rule: Callable[[StateInline, bool], bool]) -> Callable[[StateInline, bool], bool]:
    def consume(state: StateInline, silent: bool) -> bool:
        start, known = state.pos, len(state.tokens)
        if name in _BRACKETED and state.src.find("]", start) < 0:
            # The rules find that out too, but a run of brackets costs them quadratic time.
            return False
        if not rule(state, silent):
            return False
        if silent or not isinstance(state, _Recorder):
            return True
        if name in _PAIR_MARKS:
            at = start
            for token in state.tokens[known:]:
                if token.content and token.content[0] == state.src[start] and not token.content.strip("*_~"):
                    token.meta["at"] = (at, at + len(token.content))
                    at += len(token.content)
        elif any(token.type != "text" for token in state.tokens[known:]):
            breaks = state.tokens[-1].type == "hardbreak"
            state.consumed.append(("break" if breaks else name, start, state.pos))
        return True

    return consume


def _parenthesis_math(state: StateInline, silent: bool) -> bool:
    r"""`\(…\)`, which most renderers with maths understand and CommonMark reads as escapes."""
    if not state.src.startswith("\\(", state.pos):
        return False
    end = state.src.find("\\)", state.pos + 2, min(state.posMax, state.pos + 2000))
    if end < 0:
        return False
    if not silent:
        state.push("math_inline", "math", 0).content = state.src[state.pos + 2 : end]
    state.pos = end + 2
    return True


def _noting_paragraphs(
    rule: Callable[[StateBlock, int, int, bool], bool],
) -> Callable[[StateBlock, int, int, bool], bool]:
    def paragraph(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        if not rule(state, start, end, silent):
            return False
        # A formula keeps the indent that it has beyond the paragraph's.
        indent = state.tShift[start + 1] if start + 1 < state.line else 0
        lines = []
        for n in range(start, state.line):
            shift = min(state.tShift[n], indent) if n in state.env["within"] else state.tShift[n]
            lines.append((n, state.bMarks[n] + shift, state.eMarks[n]))
        state.env["paragraphs"].append(lines)
        return True

    return paragraph


def _reader() -> MarkdownIt:
    md = MarkdownIt("commonmark", {"maxNesting": 40}).enable(["table", "strikethrough"])
    md.use(footnote_plugin, move_to_end=False).use(deflist_plugin).use(admon_plugin)
    md.use(dollarmath_plugin, allow_space=False, allow_digits=False, double_inline=True)
    md.block.ruler.disable("math_block")
    anywhere: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list", "footnote_def"]}
    md.block.ruler.before("table", "front_matter", markdown_lines.front_matter, {"alt": []})
    md.block.ruler.before("blockquote", "structure", markdown_lines.structure, anywhere)
    md.block.ruler.before("blockquote", "tab", markdown_lines.tab, anywhere)
    md.block.ruler.after("html_block", "tag_line", markdown_lines.tag_line, anywhere)
    md.inline.ruler.before("escape", "parenthesis_math", _parenthesis_math)
    for rule in md.inline.ruler.__rules__:
        md.inline.ruler.at(rule.name, _recording(rule.name, rule.fn))
    for block_rule in md.block.ruler.__rules__:
        if block_rule.name == "paragraph":
            md.block.ruler.at("paragraph", over_formulas(_noting_paragraphs(block_rule.fn)))
        elif block_rule.name == "deflist":
            md.block.ruler.at("deflist", outside_formulas(block_rule.fn), {"alt": block_rule.alt})
        elif block_rule.name == "blockquote":
            md.block.ruler.at("blockquote", over_formulas(block_rule.fn), {"alt": block_rule.alt})
    # Targets are protected, never followed: no address is invalid, and none is re-encoded.
    md.normalizeLink = lambda url: url  # type: ignore[method-assign]
    md.validateLink = lambda url: True  # type: ignore[method-assign]
    return md


_MD = _reader()


def parse(document: str) -> Parsed:
    """Prose blocks of a Markdown document, and the reference and footnote labels that it defines.

    Headings, code, tables, front matter, HTML and display maths are not blocks, nor is a paragraph without
    a word outside its markup (a lone image, a badge, a template line).
    """
    newlines = Normal(document)
    normal = newlines.text.replace("\0", "\ufffd")
    env: dict[str, Any] = {"paragraphs": [], "within": lines_within(normal)}
    tokens: list[Token] = []
    if normal:
        _MD.block.parse(normal, _MD, env, tokens)
    labels = Labels(
        frozenset(env.get("references", ())),
        frozenset(name[1:] for name in env.get("footnotes", {}).get("refs", ())),
    )
    blocks = []
    for kind, lines in zip(_kinds(tokens), env["paragraphs"], strict=True):
        for item_kind, item in items(kind, lines, normal, env["within"]) if kind else ():
            ranges = trimmed(item_kind, item, normal)
            if not ranges or are_details(ranges, normal) or not _is_prose(normal, ranges, labels):
                continue
            back = newlines.back
            within = frozenset(i for i, (n, _, _) in enumerate(ranges) if n in env["within"])
            blocks.append(Block(item_kind, tuple((back(s), back(e)) for _, s, e in ranges), within))
    blocks.sort(key=lambda block: block.start)
    return Parsed(tuple(blocks), labels)


def _kinds(tokens: list[Token]) -> list[BlockKind | None]:
    """For each paragraph in order, the innermost container that holds it; None inside an HTML element whose
    content is not the writer's prose, and above attributes that name another language."""
    kinds: list[BlockKind | None] = []
    holders: list[BlockKind] = ["paragraph"]
    elements = OpenElements()
    last_line = 0
    for token in tokens:
        if token.type == "paragraph_open":
            kinds.append(None if elements else holders[-1])
            last_line = token.map[1] if token.map else 0
        elif token.type == "structure":
            if kinds and token.map and token.map[0] == last_line and is_foreign(token.content):
                kinds[-1] = None
        elif token.type == "html_block":
            elements.read(token.content)
        elif token.type in _CONTAINERS:
            holders.append(_CONTAINERS[token.type])
        elif token.nesting < 0 and token.type.replace("_close", "_open") in _CONTAINERS:
            holders.pop()
    return kinds


def _is_prose(normal: str, ranges: Lines, labels: Labels) -> bool:
    start, end = ranges[0][1], ranges[-1][2]
    if normal[start].isalpha() or end - start > _LOOK_LIMIT:
        return True
    text = "\n".join(normal[s:e] for _, s, e in ranges)
    at = 0
    for span in inline(text, labels).spans:
        if any(c.isalnum() for c in text[at : span.start]):
            return True
        at = span.end
    return any(c.isalnum() for c in text[at:])


def inline(text: str, labels: Labels) -> Inline:
    """Spans and paired constructs of one paragraph's content."""
    env = {
        "references": {name: {"href": "", "title": ""} for name in labels.references},
        "footnotes": {"refs": {":" + name: -1 for name in labels.footnotes}, "list": {}},
    }
    state = _Recorder(text, _MD, env, [])
    state.consumed = []
    _MD.inline.tokenize(state)
    for pair_rule in _MD.inline.ruler2.getRules(""):
        # The last one joins text tokens, among them halves of `**` whose place we still need.
        if pair_rule.__name__ != "fragments_join":
            pair_rule(state)
    spans: list[Span] = []
    constructs: list[Construct] = []
    for rule, start, end in state.consumed:
        if rule == "link":
            _add_link(text, start, end, spans, constructs)
        elif rule == "break":
            while text[start - 1 : start] == " ":
                start -= 1
            spans.append(Span(start, end, "break"))
        elif rule in _SPAN_BY_RULE:
            kind: SpanKind = _SPAN_BY_RULE[rule]
            if rule == "autolink" and "@" in text[start:end] and "/" not in text[start:end]:
                kind = "email"
            spans.append(Span(start, end, kind))
    _add_pairs(state.tokens, spans, constructs)
    code = [(start, end) for rule, start, end in state.consumed if rule == "backticks"]
    dialects = outermost([*patterns.found(text, "markdown"), *markdown_inline.found(text, code)])
    spans = overlay(outermost(spans), dialects)
    spans = overlay(spans, _elements(text, spans))
    return Inline(tuple(spans), tuple(sorted(constructs, key=lambda c: (c.start, -c.end))))


def _elements(text: str, spans: list[Span]) -> list[Span]:
    """Elements of HTML that are to stay as they are; a tag within code is none."""
    if "<" not in text:
        return []
    own = {span.start for span in spans if span.kind == "html"}
    return kept_elements(tag for tag in tags(text) if tag.start in own)


def _add_link(text: str, start: int, end: int, spans: list[Span], constructs: list[Construct]) -> None:
    label_end = _label_end(text, start)
    if label_end < 0 or text[label_end + 1 : end] in ("", "[]"):
        # The text of a shortcut or collapsed reference is its label, so it must not change either.
        spans.append(Span(start, end, "link"))
        return
    spans.append(Span(start, start + 1, "link"))
    spans.append(Span(label_end, end, "link"))
    constructs.append(Construct(start, start + 1, label_end, end, "link"))


def _label_end(text: str, start: int) -> int:
    probe = StateInline(text, _MD, {}, [])
    end: int = _MD.helpers.parseLinkLabel(probe, start, True)
    return end


def _add_pairs(tokens: list[Token], spans: list[Span], constructs: list[Construct]) -> None:
    open_marks: list[tuple[int, int]] = []
    for token in tokens:
        if "at" not in token.meta or not token.nesting:
            continue
        start, end = token.meta["at"]
        if token.type == "strong_open":
            start -= 1
        elif token.type == "strong_close":
            end += 1
        spans.append(Span(start, end, "emphasis"))
        if token.nesting > 0:
            open_marks.append((start, end))
        elif open_marks:
            outer, inner = open_marks.pop()
            constructs.append(Construct(outer, inner, start, end, "emphasis"))


def is_one_paragraph(text: str) -> bool:
    """Whether the text, standing alone at the margin, is read as a single paragraph with all its lines."""
    env: dict[str, Any] = {"paragraphs": [], "within": lines_within(text)}
    tokens: list[Token] = []
    _MD.block.parse(text, _MD, env, tokens)
    return (
        len(tokens) == 3
        and tokens[0].type == "paragraph_open"
        and len(env["paragraphs"][0]) == text.count("\n") + 1
        and len(items("paragraph", env["paragraphs"][0], text, env["within"])) == 1
    )


def labels_of(spans: list[tuple[str, SpanKind]]) -> Labels:
    """The labels that these spans refer to, so that a piece of prose can be read away from its document."""
    references, footnotes = set(), set()
    for text, kind in spans:
        if kind == "footnote" and text.startswith("[^"):
            footnotes.add(text[2:-1])
        elif kind in ("link", "image") and text.endswith("]"):
            body = text[:-2] if text.endswith("[]") else text
            opened = body.rfind("[")
            references.add(normalizeReference(body[opened + 1 : -1]))
    return Labels(frozenset(references), frozenset(footnotes))
