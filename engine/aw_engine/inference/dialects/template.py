"""A model file's own chat template, run once in a sandbox to learn what it writes around the texts.

The template is never given the texts: it is rendered with stand-ins, and what it writes between these is the
markup. So nothing in a text can influence the template.
"""

import re
from collections.abc import Mapping

from msgspec import Struct

from aw_engine.errors import ModelUnsupported
from aw_engine.inference.dialects.sandbox import FAILURES, Render, renderer, undeclared

_SYSTEM, _USER, _ANSWER = "\ue000system\ue001", "\ue000user\ue001", "\ue000answer\ue001"
# Each is some family's name for the same switch; templates ignore the names that they do not know.
_THINKING = ("enable_thinking", "thinking", "reasoning")
_OFF: Mapping[str, object] = {**dict.fromkeys(_THINKING, False), "thinking_budget": 0}
_THOUGHTS = re.compile(
    r"(?P<angle><(?P<name>(?:seed:)?think(?:ing)?(?::\w+)?)>)"
    r"|(?P<cohere><\|START_THINKING\|>)|(?P<square>\[THINK\])"
)
_PROSE_THOUGHTS = "[BEGIN FINAL RESPONSE]"


class Turns(Struct, frozen=True):
    """What is written around the texts: `head` SYSTEM `between` USER `tail`, then the answer, then `end`.

    Where `system` is False the template has no place for a system text: `head` USER `tail`. `tail` leaves
    the model in its final answer, past any thinking.
    """

    head: str
    between: str
    tail: str
    end: str
    system: bool


class _Messages(Struct, frozen=True):
    system: bool
    parts: bool

    def build(self, answer: bool = False) -> list[dict[str, object]]:
        texts = [("system", _SYSTEM)] if self.system else []
        texts += [("user", _USER)]
        texts += [("assistant", _ANSWER)] if answer else []
        return [{"role": role, "content": self._content(text)} for role, text in texts]

    def _content(self, text: str) -> object:
        return [{"type": "text", "text": text}] if self.parts else text


def read_turns(source: str, begin: str, end: str) -> Turns:
    """What the template `source` writes; `begin` and `end` are the texts of the file's own tokens.

    :raises ModelUnsupported: the template cannot render a plain conversation.
    """
    render = renderer(source, begin, end)
    reason = "it leaves out what the user says"
    for messages in (_Messages(system, parts) for system in (True, False) for parts in (False, True)):
        try:
            whole = render(messages.build(), True, _OFF)
        except FAILURES as error:
            reason = f"{type(error).__name__}: {' '.join(str(error).split())[:120]}"
            continue
        found = _split(whole, messages.system)
        if found is not None:
            head, between, tail = found
            return _finish(Turns(head, between, tail, "", messages.system), messages, source, render)
    raise ModelUnsupported(
        f"The model's chat template cannot be used ({reason}); choose another model, or a newer file of it."
    )


def _split(whole: str, system: bool) -> tuple[str, str, str] | None:
    expected = [_SYSTEM, _USER] if system else [_USER]
    if re.findall("\ue000.*?\ue001", whole) != expected:
        return None
    if not system:
        head, tail = whole.split(_USER)
        return head, "", tail
    head, rest = whole.split(_SYSTEM)
    between, tail = rest.split(_USER)
    return head, between, tail


def _finish(turns: Turns, messages: _Messages, source: str, render: Render) -> Turns:
    """Extend the tail to where a final answer begins, and find the end of an answer.

    What the template writes before an answer that has already been given shows the prefix that it needs,
    such as a channel's name; what it writes when asked to prompt for one shows its switch for thinking.
    """
    tail, end = _close_thoughts(turns.tail), ""
    try:
        answered = render(messages.build(answer=True), False, _OFF)
        before, _, end = answered.partition(_USER)[2].partition(_ANSWER)
        if _ANSWER in answered:
            tail = _join(turns.tail, before)
    except FAILURES:
        pass
    if "</think>" in source and "think>" not in tail and not _can_switch(source):
        # The model thinks and cannot be told not to: it is shown that it has done so.
        tail += "<think>\n\n</think>\n\n"
    if _PROSE_THOUGHTS in source and _PROSE_THOUGHTS not in tail:
        tail += f"{_PROSE_THOUGHTS}\n"
    return Turns(turns.head, turns.between, tail, end, turns.system)


def _join(prompted: str, given: str) -> str:
    """The prompt for an answer, thinking closed, and then what else stands before a given answer."""
    closed = _close_thoughts(prompted)
    if given.rstrip() == prompted.rstrip() or prompted.startswith(given.rstrip()):
        return closed
    if given.startswith(prompted.rstrip()):
        return _close_thoughts(given)
    shared = 0
    while shared < min(len(prompted), len(given)) and prompted[shared] == given[shared]:
        shared += 1
    for opener, closer in ("<>", "[]"):
        if (cut := given.rfind(opener, 0, shared)) > given.rfind(closer, 0, shared):
            shared = cut
    rest = given[shared:].strip()
    return closed if "think" in rest.lower() or closed.endswith(rest) else closed + rest


def _can_switch(source: str) -> bool:
    """Whether the template reads one of the names that turn thinking off."""
    return not undeclared(source).isdisjoint(_THINKING)


def _close_thoughts(tail: str) -> str:
    """The tail with a thinking block that it leaves open closed, empty."""
    for opened in reversed(list(_THOUGHTS.finditer(tail))):
        if opened["angle"]:
            closer = f"</{opened['name']}>"
        else:
            closer = "<|END_THINKING|>" if opened["cohere"] else "[/THINK]"
        if closer in tail[opened.end() :]:
            return tail
        return tail + (f"\n{closer}\n\n" if tail.endswith("\n") else closer)
    return tail
