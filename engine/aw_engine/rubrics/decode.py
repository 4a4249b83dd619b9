"""TOML into a rubric, strictly: whatever is wrong is named with its key and what was expected there."""

import math
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import get_args

import msgspec

from aw_engine.domain.rubric import Criterion, Lift, Operator, Rubric, Strictness
from aw_engine.errors import RubricError

_AT = re.compile(r"(?P<what>.*?)(?: - at `\$\.?(?P<path>.*)`)?", re.DOTALL)
_PLACE = re.compile(r"(?P<what>.*) \(at (?P<place>.*)\)", re.DOTALL)
_UNKNOWN = re.compile(r"Object contains unknown field `(.*)`", re.DOTALL)
_MISSING = re.compile(r"Object missing required field `(.*)`")
_INDEX = re.compile(r"\[\d+\]")
_TYPES: Mapping[str, type[msgspec.Struct]] = {"": Rubric, "criteria[]": Criterion, "operators[]": Operator}
_CHOICES: Mapping[str, tuple[str, ...]] = {
    "gates": get_args(Strictness),
    "lift[]": get_args(Lift),
    "criteria[].basis": ("fluency", "economy"),
    "criteria[].quality": ("clear", "craft"),
}
_WORDS = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "a table",
    "object | null": "a table",
    "array | null": "a list",
    "datetime": "a date",
    "date": "a date",
    "time": "a time",
}
# Terminals obey these, and a rubric may come from a stranger's project.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def decode(data: bytes, name: str) -> Rubric:
    """The rubric that the TOML text `data` describes; `name` is the file's, for messages.

    :raises RubricError: naming the file, the line or the key, and what was expected there.
    """
    try:
        table = tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as wrong:
        raise RubricError(f"{name}: byte {wrong.start + 1} is not UTF-8; save the file as UTF-8.") from None
    except tomllib.TOMLDecodeError as wrong:
        raise RubricError(_syntax(name, str(wrong))) from None
    except (RecursionError, ValueError):
        raise RubricError(f"{name}: this is not TOML (a number too long, or brackets too deep).") from None
    try:
        rubric = msgspec.convert(table, Rubric)
    except msgspec.ValidationError as wrong:
        raise RubricError(f"{name}: {_explain(str(wrong))}") from None
    for fault in _faults(rubric):
        raise RubricError(f"{name}: {fault}")
    return rubric


def _syntax(name: str, message: str) -> str:
    match = _PLACE.fullmatch(message)
    what, place = (match["what"], match["place"]) if match else (message, "")
    what = what[:1].lower() + what[1:]
    return f"{name}, {place}: {what}; expected TOML." if place else f"{name}: {what}; expected TOML."


def _explain(message: str) -> str:
    """A decoder's message in the words of somebody who writes a rubric."""
    match = _AT.fullmatch(message)
    what, path = (match["what"], match["path"] or "") if match else (message, "")
    known = [
        field.encode_name for field in msgspec.structs.fields(_TYPES.get(_INDEX.sub("[]", path), Rubric))
    ]
    if unknown := _UNKNOWN.fullmatch(what):
        key = unknown[1]
        near = get_close_matches(key, known, n=1, cutoff=0.6)
        hint = f"did you mean `{near[0]}`?" if near else f"the keys here are {', '.join(known)}."
        return f"`{_clean(_join(path, key))}` is not a key of a rubric; {hint}"
    if missing := _MISSING.fullmatch(what):
        return f"`{_join(path, missing[1])}` is missing; it is required."
    if "enum value" in what:
        return f"`{path}` is wrong: expected one of {', '.join(_CHOICES[_INDEX.sub('[]', path)])}."
    return f"`{_clean(path)}` is wrong: {_plain(what)}." if path else f"{_plain(what)}."


def _plain(what: str) -> str:
    if "matching regex" in what:
        return "expected a name of up to 40 small letters, digits and hyphens that begins with a letter"
    what = re.sub(r"`([a-z| ]+)`", lambda found: _WORDS.get(found[1], found[1]), what)
    what = re.sub(r"(\d)\.0\b", r"\1", what)
    for sign, spoken in ((">=", "at least"), ("<=", "at most"), (">", "above"), ("<", "below")):
        what = what.replace(f" {sign} ", f" {spoken} ")
    return _clean(what[:1].lower() + what[1:])


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _clean(text: str) -> str:
    return _CONTROL.sub("?", text)[:200]


def _faults(rubric: Rubric) -> Iterator[str]:
    """What types cannot say: each fault as a sentence."""
    for table, ids in (
        ("criteria", [each.id for each in rubric.criteria]),
        ("operators", [each.id for each in rubric.operators]),
    ):
        if twice := _twice(ids):
            yield f"`{table}` has the id `{twice}` twice; ids must differ."
    if twice := _twice(rubric.lift):
        yield f"`lift` names `{twice}` twice; once is enough."
    if rubric.length is not None:
        low, high = rubric.length
        if not math.isfinite(high) or low >= high:
            yield f"`length` is [{low:g}, {high:g}]; expected two numbers, the smaller one first."
    for path, text in _texts(rubric):
        if _CONTROL.search(text):
            yield f"`{path}` holds a control character; expected plain text."
        if not text.strip():
            yield f"`{path}` is blank; expected some words."


def _twice(ids: Iterable[str]) -> str | None:
    return next((each for each, count in Counter(ids).items() if count > 1), None)


def _texts(rubric: Rubric) -> Iterator[tuple[str, str]]:
    yield from (
        ("title", rubric.title),
        ("description", rubric.description),
        ("goal", rubric.goal),
        ("audience", rubric.audience),
    )
    for at, criterion in enumerate(rubric.criteria):
        yield f"criteria[{at}].question", criterion.question
        yield f"criteria[{at}].edit", criterion.edit
        yield f"criteria[{at}].label", criterion.label or criterion.id
    for at, operator in enumerate(rubric.operators):
        yield f"operators[{at}].instruction", operator.instruction
    for table, texts in (("styles", rubric.styles), ("themes", rubric.themes)):
        yield from ((f"{table}[{at}]", text) for at, text in enumerate(texts))
