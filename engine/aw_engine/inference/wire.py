"""Frames between server and worker: four bytes of length (big endian), then one msgpack-encoded message."""

import os
import struct
from typing import Final

import msgspec
from msgspec import Struct

from aw_engine.errors import BackendError, PassageError
from aw_engine.inference.backend import (
    Choice,
    ChoiceScores,
    Completion,
    Generation,
    Likelihood,
    ModelInfo,
    Scoring,
)
from aw_engine.inference.tuning import Tuned

LARGEST: Final = 64 << 20  # bytes of one message
_LENGTH: Final = struct.Struct(">I")


class Load(Struct, frozen=True, tag=True):
    """Load the model `ref`; `dialect` overrides its file's, and `threads` 0 lets the worker choose."""

    id: int
    ref: str
    dialect: str | None
    threads: int
    context: int


class Generate(Struct, frozen=True, tag=True):
    """Write completions; answered by `Completed` messages, between them `Wrote` if it is to be `told`, then
    `Ended`."""

    id: int
    requests: tuple[Generation, ...]
    told: bool = False


class Choose(Struct, frozen=True, tag=True):
    """Ask for the probabilities of answers; answered by `Chosen`."""

    id: int
    requests: tuple[Choice, ...]


class Score(Struct, frozen=True, tag=True):
    """Ask for the likelihoods of texts; answered by `Scored`."""

    id: int
    requests: tuple[Scoring, ...]


class Count(Struct, frozen=True, tag=True):
    """Count tokens; answered by `CountedTokens`."""

    id: int
    texts: tuple[str, ...]


class Tune(Struct, frozen=True, tag=True):
    """Find the quickest settings and remember them; answered by `Progressed` messages, then `Settled`."""

    id: int


class Abort(Struct, frozen=True, tag=True):
    """Abort request `id`, running or waiting; it is answered by `Ended`."""

    id: int


class Progressed(Struct, frozen=True, tag=True):
    """Share of a `Load` or `Tune` that is done, 0..1."""

    id: int
    share: float


class Loaded(Struct, frozen=True, tag=True):
    """The model is ready."""

    id: int
    info: ModelInfo


class Completed(Struct, frozen=True, tag=True):
    """One completion of a `Generate` has finished."""

    id: int
    completion: Completion


class Wrote(Struct, frozen=True, tag=True):
    """What has been written so far for one request of a `Generate`, by its place in it."""

    id: int
    index: int
    text: str


class Chosen(Struct, frozen=True, tag=True):
    """Answer to `Choose`, in the order of its requests."""

    id: int
    scores: tuple[ChoiceScores, ...]


class Scored(Struct, frozen=True, tag=True):
    """Answer to `Score`, in the order of its requests."""

    id: int
    likelihoods: tuple[Likelihood, ...]


class CountedTokens(Struct, frozen=True, tag=True):
    """Answer to `Count`, in the order of its texts."""

    id: int
    counts: tuple[int, ...]


class Settled(Struct, frozen=True, tag=True):
    """Answer to `Tune`; the model runs with the best settings from here on, as `info` says."""

    id: int
    tuned: Tuned
    info: ModelInfo


class Ended(Struct, frozen=True, tag=True):
    """The last reply to request `id`, which was completed, or `aborted`."""

    id: int
    aborted: bool = False


class Failed(Struct, frozen=True, tag=True):
    """Request `id` failed with an error of class `kind`; `reason` is that of a `PassageError`."""

    id: int
    kind: str
    message: str
    reason: str | None = None


Request = Load | Generate | Choose | Score | Count | Tune | Abort
Reply = Progressed | Loaded | Completed | Wrote | Chosen | Scored | CountedTokens | Settled | Ended | Failed

_encoder: Final = msgspec.msgpack.Encoder()
_requests: Final = msgspec.msgpack.Decoder(Request)
_replies: Final = msgspec.msgpack.Decoder(Reply)


def encode(message: Request | Reply) -> bytes:
    """The frame of a message.

    :raises PassageError: `unencodable`, if a text holds a lone surrogate; `tooLong`, above 64 MiB.
    """
    try:
        body = _encoder.encode(message)
    except UnicodeEncodeError:
        raise PassageError(
            "unencodable", "The passage holds half a character (a lone surrogate); remove it and try again."
        ) from None
    if len(body) > LARGEST:
        raise PassageError("tooLong", "The passage is too large for the model; choose a shorter one.")
    return _LENGTH.pack(len(body)) + body


def read_request(descriptor: int) -> Request | None:
    """The next request from a pipe; None at the pipe's end.

    :raises BackendError: if it cannot be decoded.
    """
    body = _read_frame(descriptor)
    try:
        return None if body is None else _requests.decode(body)
    except msgspec.MsgspecError as error:
        raise BackendError(f"A request to the model's process cannot be read ({error}).") from error


def read_reply(descriptor: int) -> Reply | None:
    """The next reply from a pipe; None at the pipe's end.

    :raises BackendError: if it cannot be decoded.
    """
    body = _read_frame(descriptor)
    try:
        return None if body is None else _replies.decode(body)
    except msgspec.MsgspecError as error:
        raise BackendError(f"The model's process answered with something unreadable ({error}).") from error


def write(descriptor: int, message: Request | Reply) -> None:
    """Write the whole frame of a message to a pipe."""
    frame = memoryview(encode(message))
    while frame:
        frame = frame[os.write(descriptor, frame) :]


def _read_frame(descriptor: int) -> bytes | None:
    head = _read(descriptor, _LENGTH.size)
    if head is None:
        return None
    (length,) = _LENGTH.unpack(head)
    if length > LARGEST:
        raise BackendError(f"A message of {length} bytes was announced, which is too large to be one.")
    return _read(descriptor, length)


def _read(descriptor: int, length: int) -> bytes | None:
    """Exactly `length` bytes; None if the pipe ends before (its other side is gone, mid-frame or not)."""
    parts = bytearray()
    while len(parts) < length:
        part = os.read(descriptor, min(length - len(parts), 1 << 20))
        if not part:
            return None
        parts += part
    return bytes(parts)
