"""Training the judge on pairs, with what it must not go by taken out, and in slices that can be resumed."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import softplus

from aw_engine.text.bare import bare
from aw_training.errors import TrainingError
from aw_training.judge.network import JudgeNetwork
from aw_training.judge.pairs import MARKERS, QUALITIES, Pair, markers
from aw_training.log import note

CHECKPOINT = "judge.pt"
EVIDENCE = 1 / 8
"""Log-odds are the difference of two mean scores, times this, times the root of the mean number of tokens: a
text of four times the length says twice as much about how well it is written."""

_SAVED_EVERY = 240  # seconds

Tokenise = Callable[[Sequence[str]], list[list[int]]]


@dataclass(frozen=True)
class JudgePlan:
    """What is trained, and for how long. Learning rate and time are those of one whole training."""

    minutes: float = 16.0
    blocks: int = 12
    rank: int = 16
    first_trained: int = 4
    rate: float = 8e-4
    tokens: int = 4000
    longest: int = 256
    seed: int = 1
    first: int = 0


class Encoded(NamedTuple):
    """A pair as tokens, the first one included, with the difference of its texts' markers."""

    pair: Pair
    better: list[int]
    worse: list[int]
    markers: tuple[float, ...]


def encode(pairs: Sequence[Pair], tokenise: Tokenise, plan: JudgePlan) -> list[Encoded]:
    """The pairs that differ as the judge reads them, cut to the longest length that is trained on."""
    texts = tokenise([bare(text) for pair in pairs for text in (pair.better, pair.worse)])
    found = []
    for at, pair in enumerate(pairs):
        better, worse = ([plan.first, *text[: plan.longest]] for text in texts[2 * at : 2 * at + 2])
        if better != worse and min(len(better), len(worse)) > 1:
            gap = zip(markers(pair.better), markers(pair.worse), strict=True)
            found.append(Encoded(pair, better, worse, tuple(one - other for one, other in gap)))
    return found


def log_odds(network: JudgeNetwork, pairs: Sequence[Encoded]) -> Tensor:
    """Log-odds by quality that the better text is better: (pairs, qualities)."""
    better, worse, size = _scores(network, pairs)
    odds: Tensor = (better - worse) * size.mean(0).sqrt()[:, None] * EVIDENCE
    return odds


def _scores(network: JudgeNetwork, pairs: Sequence[Encoded]) -> tuple[Tensor, Tensor, Tensor]:
    """Mean scores of the better and of the worse texts, and how many tokens each has: (2, pairs)."""
    texts = [each.better for each in pairs] + [each.worse for each in pairs]
    lengths = torch.tensor([len(text) for text in texts])
    tokens = torch.zeros(len(texts), int(lengths.max()), dtype=torch.long)
    for row, text in enumerate(texts):
        tokens[row, : len(text)] = torch.tensor(text)
    better, worse = network(tokens, lengths).view(2, len(pairs), -1)
    return better, worse, (lengths - 1).float().view(2, -1)


def train(
    pairs: Sequence[Encoded], base: Path, out: Path, plan: JudgePlan, report: Callable[[JudgeNetwork], None]
) -> JudgeNetwork:
    """Train until the plan's minutes are full, from the checkpoint in `out` if there is one.

    The rate follows the share of the minutes that has passed. `report` is called every few minutes and at the
    end.

    :raises TrainingError: if the checkpoint belongs to another plan, or there are no pairs.
    """
    if not pairs:
        raise TrainingError("There are no pairs to train on.")
    torch.manual_seed(plan.seed)
    network = JudgeNetwork(base, plan.blocks, len(QUALITIES), plan.rank, plan.first_trained)
    shortcuts = torch.nn.Parameter(torch.zeros(len(MARKERS), len(QUALITIES)))
    adapters = [p for name, p in network.named_parameters() if not name.startswith("heads")]
    optimiser = torch.optim.AdamW(
        [
            {"params": adapters, "lr": plan.rate},
            {"params": network.heads.parameters(), "lr": 3 * plan.rate},
            {"params": [shortcuts], "lr": 1e-2, "weight_decay": 0.0},
        ],
        betas=(0.9, 0.98),
        weight_decay=0.01,
    )
    rates = [group["lr"] for group in optimiser.param_groups]
    state = _State()
    checkpoint = out / CHECKPOINT
    if checkpoint.exists():
        state = _restore(checkpoint, plan, network, shortcuts, optimiser)
    for block in network.blocks:
        block.compile(dynamic=True)
    began, saved = time.monotonic() - state.seconds, time.monotonic()
    smooth = 0.0
    batches = _batches(pairs, plan, state.step)
    while (done := (time.monotonic() - began) / (60 * plan.minutes)) < 1:
        batch = next(batches)
        factor = min(1.0, state.step / 40) * (1.0 if done < 0.3 else max(0.02, (1 - done) / 0.7))
        for group, rate in zip(optimiser.param_groups, rates, strict=True):
            group["lr"] = rate * factor
        loss = _loss(network, shortcuts, batch, plan)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(adapters, 1.0)
        optimiser.step()
        state.step += 1
        state.tokens += sum(len(each.better) + len(each.worse) for each in batch)
        state.seconds = time.monotonic() - began
        smooth = loss.item() if not smooth else 0.98 * smooth + 0.02 * loss.item()
        if state.step % 50 == 0:
            note(out, "step", step=state.step, tokens=state.tokens, seconds=state.seconds, loss=smooth)
        if time.monotonic() - saved > _SAVED_EVERY:
            _save(checkpoint, plan, network, shortcuts, optimiser, state)
            report(network)
            saved = time.monotonic()
    _save(checkpoint, plan, network, shortcuts, optimiser, state)
    note(out, "trained", tokens=state.tokens, shortcuts=shortcuts.tolist())
    report(network)
    return network


@dataclass
class _State:
    step: int = 0
    tokens: int = 0
    seconds: float = 0.0


def _loss(network: JudgeNetwork, shortcuts: Tensor, batch: Sequence[Encoded], plan: JudgePlan) -> Tensor:
    odds = log_odds(network, batch)
    # What markers explain is explained by them while the judge is trained, and left out when it judges.
    explained = torch.tensor([each.markers for each in batch]) @ shortcuts
    weights = torch.tensor(
        [[each.pair.weight * (quality in each.pair.qualities) for quality in QUALITIES] for each in batch]
    )
    loss: Tensor = (softplus(-odds - explained) * weights).sum() / weights.sum()
    return loss


def _batches(pairs: Sequence[Encoded], plan: JudgePlan, skip: int) -> Iterator[list[Encoded]]:
    """Batches of about `plan.tokens` tokens for ever; the first `skip` are left out."""
    rng = Random(plan.seed)
    while True:
        order = list(pairs)
        rng.shuffle(order)
        made: list[list[Encoded]] = []
        for start in range(0, len(order), 400):
            # Sorted only among neighbours: padding costs little, and a batch still has several lengths.
            part = sorted(order[start : start + 400], key=lambda each: len(each.better))
            made += _filled(part, plan.tokens)
        rng.shuffle(made)
        for batch in made:
            if skip:
                skip -= 1
            else:
                yield batch


def _filled(pairs: Sequence[Encoded], tokens: int) -> Iterator[list[Encoded]]:
    batch: list[Encoded] = []
    longest = 0
    for each in pairs:
        longest_then = max(longest, len(each.better), len(each.worse))
        if batch and 2 * (len(batch) + 1) * longest_then > tokens:
            yield batch
            batch, longest_then = [], max(len(each.better), len(each.worse))
        batch.append(each)
        longest = longest_then
    if batch:
        yield batch


def _save(
    path: Path,
    plan: JudgePlan,
    network: JudgeNetwork,
    shortcuts: Tensor,
    optimiser: torch.optim.Optimizer,
    state: _State,
) -> None:
    part = path.with_suffix(".part")
    weights = {name.replace("_orig_mod.", ""): value for name, value in network.state_dict().items()}
    torch.save(
        {
            "plan": asdict(plan),
            "network": weights,
            "shortcuts": shortcuts.detach(),
            "optimiser": optimiser.state_dict(),
            "state": asdict(state),
        },
        part,
    )
    part.rename(path)


def _restore(
    path: Path,
    plan: JudgePlan,
    network: JudgeNetwork,
    shortcuts: Tensor,
    optimiser: torch.optim.Optimizer,
) -> _State:
    held: dict[str, Any] = torch.load(path, weights_only=True)
    if {**held["plan"], "minutes": plan.minutes} != asdict(plan):
        raise TrainingError(f"{path} was trained by another plan; give another --out, or the same options.")
    network.load_state_dict(held["network"])
    with torch.no_grad():
        shortcuts.copy_(held["shortcuts"])
    optimiser.load_state_dict(held["optimiser"])
    return _State(**held["state"])


def load(path: Path, base: Path) -> tuple[JudgeNetwork, JudgePlan]:
    """A trained network from its checkpoint.

    :raises TrainingError: if there is none.
    """
    if not path.exists():
        raise TrainingError(f"There is no {path}; train first.")
    held: dict[str, Any] = torch.load(path, weights_only=True)
    plan = JudgePlan(**held["plan"])
    network = JudgeNetwork(base, plan.blocks, len(QUALITIES), plan.rank, plan.first_trained)
    network.load_state_dict(held["network"])
    return network, plan


class Scored(NamedTuple):
    """A pair and what the network gives its texts by each quality, means over so many tokens."""

    pair: Pair
    better: list[float]
    worse: list[float]
    tokens: tuple[int, int]

    def odds(self, at: int, slope: float = 0.0) -> float:
        """Log-odds for the better text by quality `at`, less what `slope` says of their lengths."""
        one, other = self.tokens
        gap = self.better[at] - self.worse[at] - slope * math.log(one / other)
        return gap * math.sqrt((one + other) / 2) * EVIDENCE


def scored(network: JudgeNetwork, pairs: Sequence[Encoded]) -> Iterator[Scored]:
    """Each pair with its scores, in the order of their lengths."""
    with torch.no_grad():
        for batch in _filled(sorted(pairs, key=lambda each: len(each.better)), 6000):
            better, worse, _ = _scores(network, batch)
            for each, one, other in zip(batch, better.tolist(), worse.tolist(), strict=True):
                yield Scored(each.pair, one, other, (len(each.better) - 1, len(each.worse) - 1))


def accuracy(network: JudgeNetwork, pairs: Sequence[Encoded]) -> dict[str, dict[str, float]]:
    """Share of each kind's pairs that each quality gets right, and how many there are."""
    found: dict[str, list[list[float]]] = {}
    for each in scored(network, pairs):
        odds = [each.odds(at) for at in range(len(QUALITIES))]
        found.setdefault(each.pair.kind, []).append(odds)
    return {
        kind: {
            "pairs": len(rows),
            **{
                quality: math.fsum(0.5 if row[at] == 0 else float(row[at] > 0) for row in rows) / len(rows)
                for at, quality in enumerate(QUALITIES)
            },
        }
        for kind, rows in sorted(found.items())
    }
