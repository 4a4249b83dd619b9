"""The family tree: candidates by generation, the best on top, lines to their parents."""

from collections.abc import Mapping

from msgspec import Struct

from aw_engine.domain.candidate import ORIGINAL
from aw_engine.domain.result import EvolveResult
from aw_engine.journal.record import Record
from aw_engine.judging.verdict import percent
from aw_server import messages

_WIDTH, _HEIGHT = 118, 28  # of a node
_COLUMN, _ROW = 198, 38  # from node to node
_TOP = 30


class TreeNode(Struct, frozen=True):
    """A candidate at (x, y), its top left corner. `tone` is -3 (much worse than the original) … 3."""

    id: str
    x: float
    y: float
    label: str
    tone: int
    title: str
    marks: str
    best: bool


class Edge(Struct, frozen=True):
    """A line from parent to child; `best` where it leads to the best rewrite."""

    path: str
    best: bool


class Family(Struct, frozen=True):
    """The drawing; `columns` are the generations' headings with their places."""

    width: float
    height: float
    nodes: tuple[TreeNode, ...]
    edges: tuple[Edge, ...]
    columns: tuple[tuple[float, str], ...]
    node_width: int = _WIDTH
    node_height: int = _HEIGHT


def family(record: Record, result: EvolveResult, marks: Mapping[str, str]) -> Family:
    """The tree of all rewrites that passed the gates; those out of the final ranking are without rating."""
    ranked = {each.id: each for each in result.candidates}
    born = record.candidates
    generations: dict[int, list[str]] = {0: [ORIGINAL]}
    for each in born:
        generations.setdefault(each.lineage.generation, []).append(each.id)
    tallest = max(len(ids) for ids in generations.values())
    places: dict[str, tuple[float, float]] = {}
    for column, number in enumerate(sorted(generations)):
        ids = sorted(
            generations[number], key=lambda key: (key not in ranked, ranked[key].rank if key in ranked else 0)
        )
        top = _TOP + (tallest - len(ids)) * _ROW / 2
        for row, key in enumerate(ids):
            places[key] = (1 + column * _COLUMN, top + row * _ROW)
    parents = {each.id: each.lineage.parents or (ORIGINAL,) for each in born}
    best = next((each.id for each in result.candidates if each.id != ORIGINAL), None)
    line = _ancestry(best, parents) if best else frozenset()
    nodes = []
    for key, (x, y) in places.items():
        entry = ranked.get(key)
        if key == ORIGINAL:
            label, title = "your text", "Your text"
        elif entry is None:
            label, title = key, f"{key}: dropped before the end"
        else:
            label = f"{key} · {percent(entry.wins)}%"
            title = f"{key}: {messages.chance(entry)} better than your text, by {entry.lineage.operator}"
        tone = 0 if entry is None or key == ORIGINAL else max(-3, min(3, round(entry.rating.mean / 0.6)))
        nodes.append(TreeNode(key, x, y, label, tone, title, marks.get(key, ""), key == best))
    edges = [
        Edge(_curve(places[parent], places[child]), child in line and parent in line)
        for child, its in parents.items()
        for parent in its
        if parent in places
    ]
    headings = [
        (1 + column * _COLUMN, "original" if number == 0 else f"generation {number}")
        for column, number in enumerate(sorted(generations))
    ]
    return Family(
        width=2 + (len(generations) - 1) * _COLUMN + _WIDTH,
        height=_TOP + tallest * _ROW,
        nodes=tuple(nodes),
        edges=tuple(sorted(edges, key=lambda edge: edge.best)),
        columns=tuple(headings),
    )


def _ancestry(key: str, parents: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    found = {key}
    waiting = [key]
    while waiting:
        for parent in parents.get(waiting.pop(), ()):
            if parent not in found:
                found.add(parent)
                waiting.append(parent)
    return frozenset(found)


def _curve(parent: tuple[float, float], child: tuple[float, float]) -> str:
    x1, y1 = parent[0] + _WIDTH, parent[1] + _HEIGHT / 2
    x2, y2 = child[0], child[1] + _HEIGHT / 2
    bend = (x2 - x1) / 2
    return f"M{x1:g},{y1:g}C{x1 + bend:g},{y1:g} {x2 - bend:g},{y2:g} {x2:g},{y2:g}"
