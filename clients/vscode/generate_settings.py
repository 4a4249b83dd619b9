"""The settings block of `package.json`, from the server's settings; what each choice means is said here."""

from typing import Any

import msgspec

from aw_server.settings import Settings

# What `aw.KEY` offers to choose from, in plain words. A choice without its line fails here.
_CHOICES: dict[str, dict[str, str]] = {
    "gates": {
        "strict": "Refuse every rewrite that changes a number, a name, a quotation or a negation.",
        "normal": "Refuse what loses markup or meaning; mark changed facts and rank them lower.",
        "relaxed": "Refuse only what loses markup or cannot be used.",
    },
    "context": {
        "none": "The selected text alone.",
        "neighbours": "The paragraphs before and after.",
    },
    "notifyWhenDone": {
        "message": "The rewrites are shown at once.",
        "ask": "A message offers to show them.",
        "none": "Nothing; “Show Results” has them.",
    },
    "results.view": {
        "list": "A list over the editor, with a preview of each rewrite in place.",
        "panel": "The leaderboard in the side bar.",
    },
    "trace.server": {
        "off": "Nothing.",
        "messages": "The names of messages.",
        "verbose": "Whole messages, your text included.",
    },
}
# Not taken from a folder that is not trusted, although their scope would let a workspace set them.
_RESTRICTED = ("rubric",)


def configuration() -> dict[str, Any]:
    """`contributes.configuration`; each property may hold `restricted`, which is the caller's to take out."""
    properties: dict[str, Any] = {}
    for order, (key, kind, default) in enumerate(_flat(Settings(), ""), start=1):
        schema = dict(msgspec.json.schema(kind))
        says = schema.pop("description")
        scope = schema.pop("scope")
        entry: dict[str, Any] = {"order": order, "scope": scope}
        if "enum" in schema:
            choices = _CHOICES[key]
            entry |= {"type": "string", "enum": list(choices), "enumDescriptions": list(choices.values())}
            if set(schema["enum"]) != set(choices):
                raise ValueError(f"aw.{key}: the choices are {schema['enum']}")
        else:
            entry |= schema
        entry["default"] = list(default) if isinstance(default, tuple) else default
        entry["markdownDescription"] = says
        if scope == "machine" or key in _RESTRICTED:
            entry["restricted"] = True
        properties[f"aw.{key}"] = entry
    return {"title": "AW", "properties": properties}


def _flat(group: msgspec.Struct, prefix: str) -> list[tuple[str, Any, Any]]:
    """Dotted key, type and default of every setting, in the order of the server's file."""
    found: list[tuple[str, Any, Any]] = []
    for each in msgspec.structs.fields(type(group)):
        value = getattr(group, each.name)
        key = prefix + each.encode_name
        if isinstance(value, msgspec.Struct):
            found += _flat(value, key + ".")
        else:
            found.append((key, each.type, value))
    return found
