"""Copy-editing by likelihood: which of the proposed local edits make a sentence more natural.

Rules propose edits (`aw_engine.text.edits`); the model's log-likelihood of the sentence after what precedes
it chooses among them (Bryant and Briscoe, BEA 2018), by some sweeps of block sampling over the places where
an edit could be made. Nothing is written freely, so that nothing can be invented.

An edit's gain is the rise in log-likelihood (nats) plus its kind's log prior minus the request's `keep`. At
temperature 0 edits are made exactly where their gain is positive. Every later sweep looks again at what was
changed: an edit may be undone, and its neighbours may change in its light. All requests share one table of
likelihoods, and every sweep takes two calls of the back end.
"""

import re
from collections.abc import Mapping, Sequence
from math import log
from random import Random

from msgspec import Struct

from aw_engine.evolution.likelihood import Change, Likelihoods, Reading, Scores, context_of
from aw_engine.inference.backend import Backend
from aw_engine.text.edits import (
    GROUPS,
    KINDS,
    SHARPNESS,
    SLIPS,
    Edit,
    Group,
    kinds_of,
    own_words,
    propose,
)
from aw_engine.text.sentences import sentences

SWEEPS = 3
NEAR = 12  # characters that part two edits made in one sweep, at least
REACH = 30  # characters from a change within which a later sweep looks at every edit again
PLAUSIBLE = 4.0  # nats below zero from which an edit is looked at again in a later sweep
MARGIN = 6.0  # nats that an edit may seem too bad by at first glance, and still be read further
PAIRED = 0.7  # share of neighbouring sentences that are read as one where joining is wanted
SHORT = 160  # characters that two such sentences have in all, at most
CLEAR = 4.0  # nats from which an edit is no matter of taste any more
_QUOTES = re.compile('[“”"]')
LEAST_ODDS = 0.08  # an edit less likely than this at the request's temperature is not drawn at all


class CopyEdit(Struct, frozen=True):
    """Ask for one copy-edited version of `source` (one paragraph, in working form).

    `temperature` 0 makes every edit that gains, higher ones draw; `keep` (nats) is what every edit must gain
    beyond its kind's prior, which `leaning` raises by kind (nats). A share `overlooks` of the edits that are
    a matter of taste is not considered. The same request with the same model gives the same text.
    """

    source: str
    groups: tuple[Group, ...]
    temperature: float = 0.0
    keep: float = 0.0
    seed: int = 0
    leaning: Mapping[str, float] = {}
    overlooks: float = 0.0


class _Move(Struct, frozen=True, order=True):
    """A change of the sentence as it now reads, its kind's prior, and what stood there before."""

    start: int
    end: int
    by: str
    old: str
    kind: str
    prior: float
    undo: bool = False

    @property
    def growth(self) -> int:
        return len(self.by) - (self.end - self.start)

    @property
    def key(self) -> tuple[str, str, str]:
        return self.kind, self.old, self.by

    def worth(self, keep: float) -> float:
        """What the move is worth beside its rise in likelihood; undoing pays back what was paid."""
        return keep - self.prior if self.undo else self.prior - keep


class _State(Struct):
    """A sentence of one request as it now reads, the document's own words, and what undoes what was done.

    `quoted` says that all of it stands within a quotation that began before it.
    """

    source: Reading
    own: frozenset[str]
    gap: str
    text: str
    quoted: bool = False
    undoings: tuple[_Move, ...] = ()
    looked: frozenset[tuple[str, str, str]] = frozenset()
    settled: bool = False


async def copy_edits(requests: Sequence[CopyEdit], before: str, scores: Likelihoods) -> list[str]:
    """The copy-edited text of each request, in order; equal to its source where no edit is worth making.

    `before` is the prose that precedes the passage. The marks of `scores` stand for protected spans and are
    never changed; what it has read before is not read again.

    :raises WorkerDied, BackendError: from the back end.
    """
    states = [_paired(_states(request.source, before, scores), request) for request in requests]
    for sweep in range(SWEEPS):
        moves = [
            (state, request, Random(f"{request.seed}:{at}:{sweep}"), _moves(state, request))
            for request, row in zip(requests, states, strict=True)
            for at, state in enumerate(row)
        ]
        changes = [_change(state, move, request.keep) for state, request, _, found in moves for move in found]
        rises = iter(await scores.rises(changes))
        for state, request, rng, found in moves:
            _step(state, [(move, next(rises)) for move in found], request, rng)
    cold = [
        (state, request)
        for request, row in zip(requests, states, strict=True)
        for state in row
        if request.temperature == 0 and state.text != state.source.text
    ]
    await _refuse_losses(cold, scores)
    return ["".join(state.text + state.gap for state in row) for row in states]


async def survey(
    requests: Sequence[CopyEdit], before: str, scores: Likelihoods
) -> list[tuple[Change, float]]:
    """Every edit of the source that all `requests` share, and by how much it raises the likelihood (nats).

    Minus infinity where it is hopeless even for the boldest of them. What is read for it `copy_edits` would
    read as well, and need not read again.

    :raises WorkerDied, BackendError: from the back end.
    """
    boldest = CopyEdit(
        source=requests[0].source,
        groups=tuple(group for group in GROUPS if any(group in each.groups for each in requests)),
        keep=min(each.keep for each in requests),
        leaning={
            kind: max(each.leaning.get(kind, 0.0) for each in requests)
            for kind in sorted({kind for each in requests for kind in each.leaning})
        },
    )
    states = [state for state in _states(boldest.source, before, scores) if state.text]
    changes = [_change(state, move, boldest.keep) for state in states for move in _moves(state, boldest)]
    return list(zip(changes, await scores.rises(changes), strict=True))


async def copy_edit(request: CopyEdit, marks: tuple[str, ...], before: str, backend: Backend) -> str:
    """The copy-edited text of one request; see `copy_edits`."""
    return (await copy_edits([request], before, Scores(backend, marks)))[0]


def _states(source: str, before: str, scores: Likelihoods) -> list[_State]:
    states: list[_State] = []
    own = own_words(f"{before} {source}")
    for start, end in sentences(source):
        whole = source[start:end]
        text = whole.strip()
        lead = whole[: len(whole) - len(whole.lstrip())]
        if lead:
            states.append(_State(Reading("", ""), own, lead, ""))
        reading = scores.as_met(Reading(context_of(f"{before.rstrip()} {source[:start]}"), text))
        quoted = _opened(source[:start]) and not _QUOTES.search(text)
        states.append(_State(reading, own, whole[len(lead) + len(text) :], text, quoted))
    return states


def _opened(before: str) -> bool:
    """Whether a quotation is open at the end of this text."""
    straight = len(re.findall(r'(?<!\d)"', before))  # 6" are inches
    return before.count("“") > before.count("”") or straight % 2 == 1


def _paired(states: list[_State], request: CopyEdit) -> list[_State]:
    """Where joining is wanted, some short neighbours are read as one sentence, so that it may be done."""
    if "vary" not in request.groups or request.leaning.get("join", 0.0) <= 0:
        return states
    rng = Random(f"{request.seed}:pairs")
    paired: list[_State] = []
    for state in states:
        last = paired[-1] if paired else None
        drawn = rng.random() < PAIRED
        if (
            last is None
            or not last.text
            or not drawn
            or last.gap != " "
            or len(last.text) + len(state.text) > SHORT
            or last.quoted
            or state.quoted
        ):
            paired.append(state)
        else:
            text = f"{last.text} {state.text}"
            paired[-1] = _State(Reading(last.source.context, text), state.own, state.gap, text)
    return paired


def _moves(state: _State, request: CopyEdit) -> tuple[_Move, ...]:
    """What may be changed in this sweep: everything at first, later what a change has brought up."""
    if state.settled or not state.text:
        return ()
    proposed = [
        _move(edit, state.text, request.leaning)
        for edit in propose(state.text, kinds_of(request.groups), state.own)
        if edit.kind in SLIPS or not state.quoted
    ]
    if not state.undoings:
        return tuple(proposed)
    undone = {(undo.start, undo.end, undo.by) for undo in state.undoings}
    again = [
        move
        for move in proposed
        if (move.start, move.end, move.by) not in undone
        and (move.key in state.looked or any(_within(move, undo, REACH) for undo in state.undoings))
    ]
    return (*state.undoings, *again)


def _move(edit: Edit, text: str, leaning: Mapping[str, float]) -> _Move:
    prior = edit.prior + leaning.get(edit.kind, 0.0)
    return _Move(edit.start, edit.end, edit.replacement, text[edit.start : edit.end], edit.kind, prior)


def _overlooked(move: _Move, gain: float, request: CopyEdit) -> bool:
    """Whether the request passes this edit over, in every sweep and wherever it comes up."""
    if KINDS[move.kind].group == "mend" or move.undo or gain > CLEAR or not request.overlooks:
        return False
    return Random(f"{request.seed}:{move.key}").random() < request.overlooks


def _change(state: _State, move: _Move, keep: float) -> Change:
    reading = Reading(state.source.context, state.text)
    return Change(reading, move.start, move.end, move.by, -MARGIN - move.worth(keep))


def _step(state: _State, moves: list[tuple[_Move, float]], request: CopyEdit, rng: Random) -> None:
    """Draws which moves are made in this sweep, best first, none near another, and makes them."""
    drawn: list[tuple[float, _Move]] = []
    for move, rise in moves:
        gain = rise + move.worth(request.keep)
        if gain > -PLAUSIBLE:
            state.looked |= {move.key}
        if _overlooked(move, gain - request.leaning.get(move.kind, 0.0), request):
            continue
        temperature = request.temperature * SHARPNESS[KINDS[move.kind].group]
        if temperature > 0:
            if gain < temperature * log(LEAST_ODDS):
                continue
            share = min(max(rng.random(), 1e-9), 1 - 1e-9)
            gain += temperature * log(share / (1 - share))
        if gain > 0:
            drawn.append((gain, move))
    chosen: list[_Move] = []
    # What is wrong is mended before its neighbours change by taste, which has another sweep to come.
    for _, move in sorted(drawn, key=lambda item: (KINDS[item[1].kind].group != "mend", -item[0], item[1])):
        if not any(_within(move, other, NEAR) for other in chosen):
            chosen.append(move)
    state.settled = not chosen
    _make(state, sorted(chosen))


def _within(one: _Move, other: _Move, reach: int) -> bool:
    return one.start <= other.end + reach and other.start <= one.end + reach


def _make(state: _State, chosen: list[_Move]) -> None:
    """Applies moves that do not overlap, and carries the undoings of earlier ones along."""
    parts: list[str] = []
    undoings: list[_Move] = []
    at = shift = 0
    for move in chosen:
        parts += [state.text[at : move.start], move.by]
        at = move.end
        if not move.undo:
            undoings.append(_undoing(move, shift))
        shift += move.growth
    parts.append(state.text[at:])
    for undo in state.undoings:
        if not any(_within(move, undo, 0) for move in chosen):
            shift = sum(move.growth for move in chosen if move.end <= undo.start)
            undoings.append(_moved(undo, shift))
    state.text = "".join(parts)
    state.undoings = tuple(sorted(undoings))


def _undoing(move: _Move, shift: int) -> _Move:
    start = move.start + shift
    return _Move(start, start + len(move.by), move.old, move.by, move.kind, move.prior, undo=True)


def _moved(undo: _Move, shift: int) -> _Move:
    return _Move(undo.start + shift, undo.end + shift, undo.by, undo.old, undo.kind, undo.prior, undo=True)


async def _refuse_losses(cold: Sequence[tuple[_State, CopyEdit]], scores: Likelihoods) -> None:
    """Takes a sentence back to its source where all its edits together do not gain."""
    now = await scores.whole([Reading(state.source.context, state.text) for state, _ in cold])
    was = await scores.whole([state.source for state, _ in cold])
    for (state, request), after, before in zip(cold, now, was, strict=True):
        paid = sum(undo.worth(request.keep) for undo in state.undoings)
        if after - before <= paid:
            state.text = state.source.text
