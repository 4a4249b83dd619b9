from hypothesis import given
from hypothesis import strategies as st

from aw_engine.inference.prefix import PrefixTree, common_prefix, parted, shared_length

tokens = st.lists(st.integers(0, 2), min_size=1, max_size=8).map(tuple)
many = st.lists(tokens, min_size=1, max_size=12)


@given(tokens, tokens)
def test_shared_length_is_the_longest_common_prefix(first: tuple[int, ...], second: tuple[int, ...]) -> None:
    length = shared_length(first, second)
    assert first[:length] == second[:length]
    assert length == min(len(first), len(second)) or first[length] != second[length]


@given(many, tokens, st.integers(1, 10), st.integers(1, 4))
def test_every_distinct_prefix_beyond_what_is_held_is_one_node(
    tails: list[tuple[int, ...]], held: tuple[int, ...], budget: int, members: int
) -> None:
    sequences = [held + tail for tail in tails]
    expected = {sequence[: end + 1] for sequence in sequences for end in range(len(held), len(sequence))}
    tree = PrefixTree(sequences, held)
    found = []
    for group in tree.groups(budget, members):
        assert group.end - group.start <= members
        assert len(group.nodes) <= budget or group.end - group.start == 1
        for node in group.nodes:
            prefix = tree.texts[node.first][: node.position + 1]
            assert prefix[-1] == node.token
            assert [text[: node.position + 1] == prefix for text in tree.texts] == [
                node.first <= k <= node.last for k in range(len(sequences))
            ]
            found.append(prefix)
    assert sorted(found) == sorted(expected)


@given(many, st.integers(1, 10), st.integers(1, 4))
def test_what_a_group_holds_comes_from_the_last_sequence_before_it(
    sequences: list[tuple[int, ...]], budget: int, members: int
) -> None:
    tree = PrefixTree(sequences, ())
    for group in tree.groups(budget, members):
        before = tree.texts[group.start - 1] if group.start else ()
        for text, held in zip(tree.texts[group.start : group.end], group.held, strict=True):
            assert held == shared_length(before, text)


@given(many)
def test_parents_come_before_their_children(sequences: list[tuple[int, ...]]) -> None:
    tree = PrefixTree(sequences, ())
    seen: set[tuple[int, ...]] = {()}
    for group in tree.groups(1000, 100):
        for node in group.nodes:
            prefix = tree.texts[node.first][: node.position]
            assert prefix in seen
            seen.add((*prefix, node.token))


@given(many, st.integers(1, 10), st.integers(1, 4))
def test_a_sequence_lies_in_memory_in_its_own_order(
    sequences: list[tuple[int, ...]], budget: int, members: int
) -> None:
    tree = PrefixTree(sequences, ())
    trunk: list[int] = []  # cells of what the next group continues
    for group in tree.groups(budget, members):
        free = iter(cell for cell in range(10_000) if cell not in trunk[: max(group.held)])
        cells = {seat: trunk[:held] for seat, held in enumerate(group.held)}
        for node in group.nodes:
            cell = next(free)
            for seat in range(node.first - group.start, min(node.last + 1, group.end) - group.start):
                assert len(cells[seat]) == node.position
                cells[seat].append(cell)
        assert all(own == sorted(own) for own in cells.values())
        trunk = cells[group.end - group.start - 1][: group.kept]


@given(many)
def test_the_common_prefix_begins_every_sequence(sequences: list[tuple[int, ...]]) -> None:
    prefix = common_prefix(sequences)
    assert all(sequence[: len(prefix)] == prefix for sequence in sequences)


@given(many, st.sampled_from((1, 2, 4)), st.integers(1, 20))
def test_parts_hold_every_sequence_once_and_neighbours_together(
    sequences: list[tuple[int, ...]], parts: int, least: int
) -> None:
    found = parted(sequences, parts, least)
    assert 1 <= len(found) <= parts
    assert all(found)
    assert [index for part in found for index in part] == PrefixTree(sequences, ()).order


@given(many, st.integers(1, 20))
def test_two_parts_spare_what_is_asked(sequences: list[tuple[int, ...]], least: int) -> None:
    sizes = [
        PrefixTree([sequences[index] for index in part], ()).size for part in parted(sequences, 2, least)
    ]
    assert len(sizes) == 1 or max(sizes) <= PrefixTree(sequences, ()).size - least


def test_parts_are_cut_where_little_is_shared_and_are_about_even() -> None:
    first, second = ((start, *range(50)) for start in (1, 2))
    sequences = [(*first, 90), (*second, 90), (*first, 91), (*second, 91), (*first, 92)]
    assert parted(sequences, 2, 10) == [[0, 2, 4], [1, 3]]
    assert parted([(*first, at) for at in range(60)], 2, 40) == [list(range(60))]
