"""The sandbox that a model file's chat template runs in: what templates expect, within bounds.

A template is a program by a stranger. It cannot reach Python's objects, change what it is given, or loop and
write without end. What it can still waste is memory, by doubling a text; it runs in the model's own process,
and a server's template in one that is made for it.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import NoReturn

import jinja2
from jinja2 import meta, nodes
from jinja2.ext import Extension, loopcontrols
from jinja2.parser import Parser
from jinja2.sandbox import ImmutableSandboxedEnvironment

from aw_engine.errors import ModelUnsupported

_DAY = date(2026, 1, 1)
_LONGEST = 200_000
_MOST_STEPS = 100_000
# A template that raises can do so with any of these; all mean that it cannot render the conversation.
FAILURES = (
    jinja2.TemplateError,
    ArithmeticError,
    AttributeError,
    LookupError,
    MemoryError,
    RecursionError,
    TypeError,
    ValueError,
)
Render = Callable[[Sequence[Mapping[str, object]], bool, Mapping[str, object]], str]


def renderer(source: str, begin: str, end: str) -> Render:
    """Renders messages, with or without a prompt for an answer, with switches; raises any of `FAILURES`.

    :raises ModelUnsupported: `source` is no template.
    """
    environment = _Sandbox()
    try:
        template = environment.from_string(source)
    except (*FAILURES, SyntaxError) as error:
        raise ModelUnsupported(
            "The model's chat template cannot be read; choose another model, or a newer file of it."
        ) from error

    def render(messages: Sequence[Mapping[str, object]], prompt: bool, switches: Mapping[str, object]) -> str:
        environment.steps = 0
        pieces: list[str] = []
        size = 0
        for piece in template.generate(
            messages=messages, add_generation_prompt=prompt, bos_token=begin, eos_token=end, **switches
        ):
            size += len(piece)
            if size > _LONGEST:
                raise ValueError("the template writes too much")
            pieces.append(piece)
        return "".join(pieces)

    return render


def undeclared(source: str) -> set[str]:
    """The names that the template reads and does not set; `source` has passed `renderer`."""
    return meta.find_undeclared_variables(_Sandbox().parse(source))


class _Sandbox(ImmutableSandboxedEnvironment):
    """What templates are written for (Transformers' environment), with bounds on loops and sizes."""

    intercepted_binops = frozenset({"*", "**"})

    def __init__(self) -> None:
        super().__init__(trim_blocks=True, lstrip_blocks=True, extensions=[loopcontrols, _Generation])
        self.steps = 0
        self.filters["tojson"] = _to_json
        self.globals |= {"raise_exception": _refuse, "strftime_now": _date, "range": self._range}

    def _range(self, *bounds: int) -> range:
        numbers = range(*bounds)
        self.steps += len(numbers)
        if self.steps > _MOST_STEPS:
            raise ValueError("the template loops too often")
        return numbers

    def call_binop(self, context: object, operator: str, left: object, right: object) -> object:
        if operator == "**" or not (isinstance(left, int | float) and isinstance(right, int | float)):
            raise ValueError("the template multiplies texts")
        return left * right


class _Generation(Extension):
    """The tag `{% generation %}`, which marks what to train on; here only its body counts."""

    tags = {"generation"}  # noqa: RUF012 - the base class's type

    def parse(self, parser: Parser) -> list[nodes.Node]:
        next(parser.stream)
        return parser.parse_statements(("name:endgeneration",), drop_needle=True)


def _refuse(message: str) -> NoReturn:
    raise jinja2.TemplateError(message)


def _date(layout: str) -> str:
    # Some templates print today's date; a run that is repeated tomorrow must meet the same prompt.
    return _DAY.strftime(layout)


def _to_json(value: object, indent: int | None = None, **_options: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=indent)
