"""Messages are found in whatever stream of bytes there is."""

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from aw_server import framing


def reader(data: bytes, sizes: list[int]) -> Callable[[int], bytes]:
    """Hands the data out in pieces of these sizes, again and again."""
    at = turn = 0

    def read(count: int) -> bytes:
        nonlocal at, turn
        size = min(count, sizes[turn % len(sizes)])
        turn += 1
        at += size
        return data[at - size : at]

    return read


def framed(body: bytes) -> bytes:
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)


SIZES = st.lists(st.integers(1, 70), min_size=1, max_size=5)


@given(bodies=st.lists(st.binary(max_size=200), max_size=6), sizes=SIZES)
def test_bodies_come_out_as_they_went_in(bodies: list[bytes], sizes: list[int]) -> None:
    stream = b"".join(framed(body) for body in bodies)
    assert list(framing.bodies(reader(stream, sizes))) == bodies


@given(noise=st.binary(max_size=200).filter(lambda noise: b"ontent" not in noise.lower()), sizes=SIZES)
def test_after_noise_the_next_message_is_found(noise: bytes, sizes: list[int]) -> None:
    stream = framed(b"one") + noise + framed(b"two") + framed(b"three")
    found = [body for body in framing.bodies(reader(stream, sizes)) if body is not None]
    assert found == [b"one", b"two", b"three"]


@given(noise=st.binary(max_size=300), sizes=SIZES)
def test_no_noise_stops_the_reading(noise: bytes, sizes: list[int]) -> None:
    list(framing.bodies(reader(noise, sizes)))


def test_a_message_that_is_cut_off_is_none() -> None:
    assert list(framing.bodies(reader(framed(b"body")[:-1], [9]))) == []


def test_a_body_beyond_the_limit_is_read_past_and_not_held() -> None:
    held = 0

    def read(count: int) -> bytes:
        nonlocal held
        held += count
        if held > framing.LIMIT + 3_000_000:
            return b""
        return b"x" * count

    header = iter([b"Content-Length: %d\r\n\r\n" % (framing.LIMIT + 1)])
    assert next(framing.bodies(lambda count: next(header, b"") or read(count))) is None
