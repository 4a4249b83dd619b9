"""A class name means one thing in the whole program."""

import ast
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGES = ("engine/aw_engine", "server/aw_server")

# What a client sees of the engine's struct. Its TypeScript is generated from the protocol's class names.
MIRRORED = {"EvolveResult"}


def test_no_two_modules_define_a_class_of_the_same_name() -> None:
    modules: dict[str, set[str]] = defaultdict(set)
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.ClassDef):
                    modules[node.name].add(str(path.relative_to(ROOT)))
    twice = {name: sorted(where) for name, where in modules.items() if len(where) > 1}
    assert {name: where for name, where in twice.items() if name not in MIRRORED} == {}
