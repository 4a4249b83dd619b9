"""Writes the server's protocol as TypeScript: names, and one interface for each struct on the wire."""

import inspect as python
import textwrap
from types import ModuleType
from typing import get_args, get_origin

import msgspec
from msgspec import inspect

HEADER = """\
// Generated from server/aw_server/protocol by clients/vscode/generate.py. Do not edit.

import type { Position, Range } from "vscode-languageserver-protocol";
"""

_LSP = ("Position", "Range")
_SIMPLE: dict[type[inspect.Type], str] = {
    inspect.StrType: "string",
    inspect.IntType: "number",
    inspect.FloatType: "number",
    inspect.BoolType: "boolean",
    inspect.NoneType: "null",
    inspect.AnyType: "unknown",
}


def protocol_ts(protocol: ModuleType) -> str:
    """The text of `protocol.ts` for this module."""
    parts = [HEADER]
    for name, value in vars(protocol).items():
        if name.isupper() and isinstance(value, str | int):
            parts.append(f"export const {name} = {_literal(value)};")
    parts.append("")
    for name, value in vars(protocol).items():
        if get_origin(value) is not None and all(isinstance(each, str) for each in get_args(value)):
            parts.append(f"export type {name} = {_union([_literal(each) for each in get_args(value)])};")
    own = [
        value
        for name, value in vars(protocol).items()
        if isinstance(value, type)
        and issubclass(value, msgspec.Struct)
        and value.__module__.startswith(f"{protocol.__name__}.")
        and not name.startswith("_")
    ]
    structs = {cls.__name__: cls for cls in own}
    for cls in own:
        for other in _reached(inspect.type_info(cls)):
            structs.setdefault(other.__name__, other)
    parts += [_interface(cls) for name, cls in structs.items() if name not in _LSP]
    return "\n".join(parts)


def _interface(cls: type[msgspec.Struct]) -> str:
    info = inspect.type_info(cls)
    if not isinstance(info, inspect.StructType):
        raise TypeError(cls)
    # What may be left out: anything with a default that the client sends, and that the server omits.
    omits = cls.__struct_config__.omit_defaults
    lines = [*_comment(cls), f"export interface {cls.__name__} {{"]
    for field in info.fields:
        optional = omits and not field.required
        kind = field.type
        if optional and isinstance(kind, inspect.UnionType):
            kept = tuple(each for each in kind.types if not isinstance(each, inspect.NoneType))
            kind = kept[0] if len(kept) == 1 else inspect.UnionType(kept)
        lines.append(f"  readonly {field.encode_name}{'?' if optional else ''}: {_type(kind)};")
    return "\n".join([*lines, "}", ""])


def _comment(cls: type[msgspec.Struct]) -> list[str]:
    text = python.cleandoc(cls.__doc__ or "")
    lines = [line for paragraph in text.splitlines() for line in textwrap.wrap(paragraph, 110) or [""]]
    return ["/**", *(f" * {line}".rstrip() for line in lines), " */"] if text else []


def _type(kind: inspect.Type) -> str:
    match kind:
        case inspect.Metadata(type=inner):
            return _type(inner)
        case inspect.StructType(cls=cls):
            return cls.__name__
        case inspect.LiteralType(values=values):
            return _union([_literal(each) for each in values])
        case inspect.UnionType(types=types):
            return _union([_type(each) for each in types])
        case inspect.VarTupleType(item_type=item) | inspect.ListType(item_type=item):
            items = _type(item)
            return f"readonly ({items})[]" if "|" in items else f"readonly {items}[]"
        case inspect.TupleType(item_types=types):
            return f"readonly [{', '.join(_type(each) for each in types)}]"
        case inspect.DictType(key_type=key, value_type=value):
            return f"Readonly<Record<{_type(key)}, {_type(value)}>>"
        case _:
            return _SIMPLE[type(kind)]


def _reached(kind: inspect.Type) -> list[type[msgspec.Struct]]:
    """Every struct inside, outer ones first."""
    match kind:
        case inspect.Metadata(type=inner) | inspect.VarTupleType(item_type=inner):
            return _reached(inner)
        case inspect.StructType(cls=cls, fields=fields):
            return [cls, *(each for field in fields for each in _reached(field.type))]
        case inspect.UnionType(types=types):
            return [each for inner in types for each in _reached(inner)]
        case _:
            return []


def _literal(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)


def _union(types: list[str]) -> str:
    return " | ".join(dict.fromkeys(sorted(types, key=lambda each: each == "null")))
