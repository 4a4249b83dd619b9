"""The tree: everybody is in it once, children stand right of their parents, and the best line is marked."""

from itertools import pairwise

from aw_engine.domain.candidate import ORIGINAL
from aw_engine.journal.recovery import outcome
from aw_server.report.family import family
from support.made_up_run import make_run


def test_children_stand_right_of_their_parents() -> None:
    record = make_run()
    tree = family(record, outcome(record), {})
    x = {node.id: node.x for node in tree.nodes}
    assert set(x) == {ORIGINAL, *(each.id for each in record.candidates)}
    for each in record.candidates:
        assert all(x[parent] < x[each.id] for parent in each.lineage.parents or (ORIGINAL,))
    assert len(tree.edges) == sum(len(each.lineage.parents) or 1 for each in record.candidates)


def test_nobody_stands_on_anybody() -> None:
    record = make_run(first=30)
    tree = family(record, outcome(record), {})
    places = sorted((node.x, node.y) for node in tree.nodes)
    for (x1, y1), (x2, y2) in pairwise(places):
        assert x1 != x2 or y2 - y1 >= tree.node_height
    assert all(node.x + tree.node_width <= tree.width for node in tree.nodes)
    assert all(node.y + tree.node_height <= tree.height for node in tree.nodes)


def test_the_line_to_the_best_begins_at_the_original() -> None:
    record = make_run()
    tree = family(record, outcome(record), {})
    best = [node for node in tree.nodes if node.best]
    assert len(best) == 1
    origin = next(node for node in tree.nodes if node.id == ORIGINAL)
    start = f"M{origin.x + tree.node_width:g},{origin.y + tree.node_height / 2:g}C"
    assert any(edge.best and edge.path.startswith(start) for edge in tree.edges)
