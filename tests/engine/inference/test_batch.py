import ctypes

import pytest

from aw_engine.inference.batch import Batch


def test_tokens_keep_all_their_sequences() -> None:
    batch = Batch(4, 8)
    batch.add(7, 0, (0, 1, 2), False)
    batch.add(8, 1, (1,), True)
    read = [
        list((ctypes.c_int32 * int(batch.counts[i])).from_address(int(batch.pointers[i]))) for i in range(2)
    ]
    assert read == [[0, 1, 2], [1]]
    assert batch.wanted[:2].tolist() == [0, 1]


def test_a_full_batch_refuses_another_token() -> None:
    batch = Batch(1, 8)
    batch.add(7, 0, (0,), False)
    with pytest.raises(IndexError):
        batch.add(8, 1, (0,), False)


def test_too_many_memberships_are_refused() -> None:
    batch = Batch(4, 2)
    with pytest.raises(IndexError):
        batch.add(7, 0, (0, 1, 2), False)


def test_a_cleared_batch_has_room_again() -> None:
    batch = Batch(1, 1)
    batch.add(7, 0, (0,), False)
    batch.clear()
    assert batch.add(8, 0, (0,), False) == 0
