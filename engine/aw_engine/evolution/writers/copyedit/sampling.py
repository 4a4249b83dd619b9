"""Copy-editing by likelihood: which of the proposed local edits make a sentence more natural.

Rules propose edits (`aw_engine.text.edits`); the model's log-likelihood of the sentence after what precedes
it chooses among them (Bryant and Briscoe, BEA 2018), by some sweeps of block sampling over the places where
an edit could be made. Nothing is written freely, so that nothing can be invented.

An edit's gain is the rise in log-likelihood (nats) plus its kind's log prior minus the request's `keep`. At
temperature 0 edits are made exactly where their gain is positive. Every later sweep looks again at what was
changed: an edit may be undone, and its neighbours may change in its light. All requests share one table of
likelihoods, and every sweep takes two calls of the back end.
"""

from collections.abc import Mapping, Sequence
from math import log
from random import Random

from anyio.lowlevel import checkpoint
from msgspec import Struct

from aw_engine.evolution.writers.copyedit.likelihood import LikelihoodTable, Reading, Substitution
from aw_engine.evolution.writers.copyedit.sentence import (
    EditedSentence,
    Move,
    edited_sentences,
    make,
    only_given,
    within,
)
from aw_engine.text.edits import KINDS, SHARPNESS, SLIPS, Edit, Group, kinds_of, propose
from aw_engine.text.edits.sense import otherwise
from aw_engine.text.facts import without_idle_words
from aw_engine.text.language import foreign_ranges
from aw_engine.text.slips import without_slips

SWEEPS = 3
NEAR = 12  # characters that part two edits made in one sweep, at least
REACH = 30  # characters from a change within which a later sweep looks at every edit again
PLAUSIBLE = 4.0  # nats below zero from which an edit is looked at again in a later sweep
MARGIN = 6.0  # nats that an edit may seem too bad by at first glance, and still be read further
PAIRED = 0.7  # share of neighbouring sentences that are read as one where joining is wanted
SHORT = 160  # characters that two such sentences have in all, at most
CLEAR = 4.0  # nats from which an edit is no matter of taste any more
LONG = 32  # words from which a sentence may be cut in two where nobody asked for variation
LEAST_ODDS = 0.08  # an edit less likely than this at the request's temperature is not drawn at all
_IN_DIALECT = frozenset(("misspelling", "doubled-word", "spacing"))


class CopyEdit(Struct, frozen=True):
    """Ask for one copy-edited version of `source` (one paragraph, in working form).

    `temperature` 0 makes every edit that gains, higher ones draw; `keep` (nats) is what every edit must gain
    beyond its kind's prior, which `leaning` raises by kind (nats). A share `overlooks` of the edits that are
    a matter of taste is not considered. Unless it `varies`, right sentences are said otherwise only where
    they are long. What is in another language stays if it `spares_foreign` text. The same request with the
    same model gives the same text.
    """

    source: str
    groups: tuple[Group, ...]
    temperature: float = 0.0
    keep: float = 0.0
    seed: int = 0
    leaning: Mapping[str, float] = {}
    overlooks: float = 0.0
    varies: bool = True
    spares_foreign: bool = False


async def copy_edits(
    requests: Sequence[CopyEdit],
    before: str,
    table: LikelihoodTable,
    repeated: Sequence[str] = (),
    original: str = "",
) -> list[str]:
    """The copy-edited text of each request, in order; equal to its source where no edit is worth making.

    `before` is the prose that precedes the passage. `repeated` are the words that its document has more than
    once: those that no list has are its own vocabulary, and no misspellings. `original` is what the writer
    wrote, where the requests' sources are rewrites of it: what an edit has put there is not cut again.
    The marks of `table` stand for protected spans and are never changed; what it has read before is not read
    again.

    :raises WorkerDied, BackendError: from the back end.
    """
    states: list[list[EditedSentence]] = []
    for request in requests:
        sentences = edited_sentences(request.source, before, table, repeated, original)
        states.append(_paired(sentences, request))
        await checkpoint()  # a long passage takes a while, and whoever stops the run must not wait for it
    for sweep in range(SWEEPS):
        moves: list[tuple[EditedSentence, CopyEdit, Random, tuple[Move, ...]]] = []
        for request, row in zip(requests, states, strict=True):
            for at, state in enumerate(row):
                rng = Random(f"{request.seed}:{at}:{sweep}")
                moves.append((state, request, rng, _moves(state, request)))
            await checkpoint()
        changes = [_change(state, move, request.keep) for state, request, _, found in moves for move in found]
        rises = iter(await table.rises(changes))
        for state, request, rng, found in moves:
            _step(state, [(move, next(rises)) for move in found], request, rng)
    cold = [
        (state, request)
        for request, row in zip(requests, states, strict=True)
        for state in row
        if request.temperature == 0 and state.text != state.source.text
    ]
    for row in states:
        _refuse_other_sense(row)
    await _refuse_losses(cold, table)
    return ["".join(state.text + state.gap for state in row) for row in states]


def _paired(states: list[EditedSentence], request: CopyEdit) -> list[EditedSentence]:
    """Where joining is wanted, some short neighbours are read as one sentence, so that it may be done."""
    wanted = request.varies and "vary" in request.groups and request.leaning.get("join", 0.0) > 0
    if not wanted or any(state.dialect for state in states):
        return states
    rng = Random(f"{request.seed}:pairs")
    paired: list[EditedSentence] = []
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
            paired[-1] = EditedSentence(
                Reading(last.source.context, text), state.own, state.given, state.gap, text
            )
    return paired


def _moves(state: EditedSentence, request: CopyEdit) -> tuple[Move, ...]:
    """What may be changed in this sweep: everything at first, later what a change has brought up."""
    if state.settled or not state.text:
        return ()
    foreign = foreign_ranges(state.text) if request.spares_foreign else ()
    proposed = [
        _move(edit, state.text, request.leaning)
        for edit in propose(state.text, kinds_of(request.groups), state.own)
        if _welcome(edit.kind, state, request)
        and not any(start <= edit.end and edit.start <= end for start, end, _ in foreign)
        and not _takes_back(edit, state)
    ]
    if not state.undoings:
        return tuple(proposed)
    undone = {(undo.start, undo.end, undo.by) for undo in state.undoings}
    again = [
        move
        for move in proposed
        if (move.start, move.end, move.by) not in undone
        and not any(_chains(move, undo) for undo in state.undoings)
        and (move.key in state.looked or any(within(move, undo, REACH) for undo in state.undoings))
    ]
    return (*state.undoings, *again)


def _chains(move: Move, made: Move) -> bool:
    """Whether a move goes on from what an earlier one made, and could lead away from what was written.

    A word that was exchanged is not exchanged again, unless what was mended was a slip: also, too, to. And
    nothing that adjoins a new word is taken away because of it.
    """
    touches = move.start < made.end and made.start < move.end
    if touches:
        return made.kind not in SLIPS
    return KINDS[move.kind].group == "mend" and not move.by.strip() and within(move, made, 2)


def _welcome(kind: str, state: EditedSentence, request: CopyEdit) -> bool:
    """Whether an edit of this kind may be made here at all.

    Grammar is not corrected in speech, and nothing but plain slips in dialect. Where variation is not asked
    for, a right sentence is cut only if it is long, and not varied otherwise.
    """
    if state.dialect:
        return kind in _IN_DIALECT
    if state.quoted:
        return kind in SLIPS
    if KINDS[kind].group != "vary" or request.varies:
        return True
    return kind == "split" and len(state.text.split()) >= LONG


def _takes_back(edit: Edit, state: EditedSentence) -> bool:
    """Whether this would cut, or take for another word, what an edit has put there.

    A misspelt adverb is mended, and is no padding then; an "also" that became "too" does not become "to".
    """
    once = KINDS[edit.kind].group == "tighten" or edit.kind == "confusable"
    return once and not only_given(state, edit.start, edit.end)


def _move(edit: Edit, text: str, leaning: Mapping[str, float]) -> Move:
    prior = edit.prior + leaning.get(edit.kind, 0.0)
    return Move(edit.start, edit.end, edit.replacement, text[edit.start : edit.end], edit.kind, prior)


def _overlooked(move: Move, gain: float, request: CopyEdit) -> bool:
    """Whether the request passes this edit over, in every sweep and wherever it comes up."""
    if KINDS[move.kind].group == "mend" or move.undo or gain > CLEAR or not request.overlooks:
        return False
    return Random(f"{request.seed}:{move.key}").random() < request.overlooks


def _change(state: EditedSentence, move: Move, keep: float) -> Substitution:
    reading = Reading(state.source.context, state.text)
    return Substitution(reading, move.start, move.end, move.by, -MARGIN - move.worth(keep))


def _step(state: EditedSentence, moves: list[tuple[Move, float]], request: CopyEdit, rng: Random) -> None:
    """Draw which moves are made in this sweep, best first, none near another, and make them."""
    drawn: list[tuple[float, Move]] = []
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
    chosen: list[Move] = []
    # What is wrong is mended before its neighbours change by taste, which has another sweep to come.
    for _, move in sorted(drawn, key=lambda item: (KINDS[item[1].kind].group != "mend", -item[0], item[1])):
        if not any(within(move, other, NEAR) for other in chosen):
            chosen.append(move)
    state.settled = not chosen
    make(state, sorted(chosen))


def _refuse_other_sense(row: Sequence[EditedSentence]) -> None:
    """Take sentences back to their source whose edits together say another thing."""
    for state in row:
        said = without_slips(state.source.text, state.text)
        denied = any(undo.kind == "double-negation" for undo in state.undoings)
        two = without_idle_words(said), without_idle_words(state.text)
        if state.undoings and not denied and otherwise(*two):
            state.text, state.undoings = state.source.text, ()


async def _refuse_losses(cold: Sequence[tuple[EditedSentence, CopyEdit]], table: LikelihoodTable) -> None:
    """Take a sentence back to its source where all its edits together do not gain."""
    now = await table.whole([Reading(state.source.context, state.text) for state, _ in cold])
    was = await table.whole([state.source for state, _ in cold])
    for (state, request), after, before in zip(cold, now, was, strict=True):
        paid = sum(undo.worth(request.keep) for undo in state.undoings)
        if after - before <= paid:
            state.text = state.source.text
