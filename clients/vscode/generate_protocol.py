"""Writes the server's protocol as TypeScript: names, and one interface for each struct on the wire."""

import inspect as python
import textwrap
from types import ModuleType
from typing import get_args, get_origin

import msgspec
from msgspec import inspect

HEADER = "// Generated from server/aw_server/protocol by clients/vscode/generate.py. Do not edit.\n"

_LSP = ("Position", "Range")
_SIMPLE: dict[type[inspect.Type], str] = {
    inspect.StrType: "string",
    inspect.IntType: "number",
    inspect.FloatType: "number",
    inspect.BoolType: "boolean",
    inspect.NoneType: "null",
    inspect.AnyType: "unknown",
}


def protocol_ts(protocol: ModuleType) -> dict[str, str]:
    """The files of the folder `protocol` by name: one for each module of the package, `engine.ts` for the
    structs that results take from the engine, and an index."""
    names = [HEADER]
    for name, value in vars(protocol).items():
        if name.isupper() and isinstance(value, str | int):
            names.append(f"export const {name} = {_literal(value)};")
    names.append("")
    for name, value in vars(protocol).items():
        if get_origin(value) is not None and all(isinstance(each, str) for each in get_args(value)):
            names.append(f"export type {name} = {_union([_literal(each) for each in get_args(value)])};")
    files: dict[str, list[type[msgspec.Struct]]] = {}
    for cls in _structs(protocol):
        files.setdefault(_file(cls, protocol), []).append(cls)
    index = [f'export * from "{file}";' for file in ("./names", *files)]
    return {
        "index.ts": "\n".join([HEADER, *index, ""]),
        "names.ts": "\n".join([*names, ""]),
        **{f"{file[2:]}.ts": _module(structs, protocol) for file, structs in files.items()},
    }


def _structs(protocol: ModuleType) -> list[type[msgspec.Struct]]:
    """What the package defines, then whatever that reaches; not LSP's."""
    own = [
        value
        for name, value in vars(protocol).items()
        if isinstance(value, type)
        and issubclass(value, msgspec.Struct)
        and value.__module__.startswith(f"{protocol.__name__}.")
        and not name.startswith("_")
    ]
    reached = [other for cls in own for other in _reached(cls)]
    return [cls for cls in dict.fromkeys([*own, *reached]) if cls.__name__ not in _LSP]


def _file(cls: type[msgspec.Struct], protocol: ModuleType) -> str:
    if cls.__name__ in _LSP:
        return "vscode-languageserver-protocol"
    package, _, module = cls.__module__.rpartition(".")
    return f"./{module if package == protocol.__name__ else 'engine'}"


def _module(structs: list[type[msgspec.Struct]], protocol: ModuleType) -> str:
    used = {other for cls in structs for field in _info(cls).fields for other in _named(field.type)}
    imports: dict[str, list[str]] = {}
    for cls in used.difference(structs):
        imports.setdefault(_file(cls, protocol), []).append(cls.__name__)
    lines = [
        f'import type {{ {", ".join(sorted(names))} }} from "{file}";'
        for file, names in sorted(imports.items(), reverse=True)
    ]
    return "\n".join([HEADER, *lines, *([""] if lines else []), *(_interface(cls) for cls in structs)])


def _interface(cls: type[msgspec.Struct]) -> str:
    # What may be left out: anything with a default that the client sends, and that the server omits.
    omits = cls.__struct_config__.omit_defaults
    lines = [*_comment(cls), f"export interface {cls.__name__} {{"]
    for field in _info(cls).fields:
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


def _info(cls: type[msgspec.Struct]) -> inspect.StructType:
    info = inspect.type_info(cls)
    if not isinstance(info, inspect.StructType):
        raise TypeError(cls)
    return info


def _reached(cls: type[msgspec.Struct]) -> list[type[msgspec.Struct]]:
    """This struct and every one inside, outer ones first."""
    inside = [other for field in _info(cls).fields for other in _named(field.type)]
    return [cls, *(each for other in inside for each in _reached(other))]


def _named(kind: inspect.Type) -> list[type[msgspec.Struct]]:
    """The structs that the type names itself."""
    match kind:
        case inspect.Metadata(type=inner) | inspect.VarTupleType(item_type=inner):
            return _named(inner)
        case inspect.StructType(cls=cls):
            return [cls]
        case inspect.UnionType(types=types):
            return [each for inner in types for each in _named(inner)]
        case _:
            return []


def _literal(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)


def _union(types: list[str]) -> str:
    return " | ".join(dict.fromkeys(sorted(types, key=lambda each: each == "null")))
