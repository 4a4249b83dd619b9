import os
import threading

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aw_engine.errors import BackendError, PassageError
from aw_engine.inference import wire
from aw_engine.inference.backend import Compare, Generation, Rewrite, Sampling, Scoring


def through_a_pipe(data: bytes) -> wire.Reply | None:
    reader, writer = os.pipe()

    def send() -> None:
        os.write(writer, data)
        os.close(writer)

    thread = threading.Thread(target=send)
    thread.start()
    try:
        return wire.read_reply(reader)
    finally:
        thread.join()
        os.close(reader)


def test_a_reply_arrives_as_it_was_sent() -> None:
    reply = wire.Failed(3, "PassageError", "Too long.", "tooLong")
    assert through_a_pipe(wire.encode(reply)) == reply


def test_a_request_larger_than_the_pipe_arrives_whole() -> None:
    prompt = Rewrite("word " * 100_000, "Shorten.", "clarity", "all", marks=("⟦1⟧",))
    request = wire.Generate(1, (Generation(prompt, Sampling(seed=1, max_tokens=9)),))
    reader, writer = os.pipe()
    thread = threading.Thread(target=wire.write, args=(writer, request))
    thread.start()
    assert wire.read_request(reader) == request
    thread.join()
    os.close(reader)
    os.close(writer)


def test_a_pipe_that_ends_in_a_frame_reads_as_ended() -> None:
    frame = wire.encode(wire.Ended(1))
    assert through_a_pipe(frame[:-1]) is None
    assert through_a_pipe(b"") is None


@given(st.binary(min_size=4, max_size=60))
def test_garbage_is_an_error_or_an_end_never_a_crash(data: bytes) -> None:
    try:
        reply = through_a_pipe(data)
    except BackendError:
        return
    assert reply is None


def test_a_frame_too_large_to_be_one_is_refused_before_it_is_read() -> None:
    with pytest.raises(BackendError, match="too large"):
        through_a_pipe(b"\xff\xff\xff\xff")


def test_a_well_formed_message_of_another_kind_is_refused() -> None:
    body = msgspec.msgpack.encode({"type": "Surprise", "id": 1})
    with pytest.raises(BackendError, match="unreadable"):
        through_a_pipe(len(body).to_bytes(4, "big") + body)


def test_half_a_character_cannot_be_sent() -> None:
    with pytest.raises(PassageError) as caught:
        wire.encode(wire.Score(1, (Scoring("a\udc80"),)))
    assert caught.value.reason == "unencodable"


def test_a_passage_larger_than_a_frame_cannot_be_sent() -> None:
    compare = Compare("x" * wire.LARGEST, "", "fluency", "", "", "")
    with pytest.raises(PassageError) as caught:
        wire.encode(wire.Count(1, (compare.first,)))
    assert caught.value.reason == "tooLong"
