"""How many judge calls the product's rating and pairing need for the quality of AlphaWrite's tournament.

Both schemes are the product's own code, judged by a simulated judge: true strengths N(0, sigma^2); an answer
is the difference plus position bias plus noise of the pair plus noise of the order, such that one hard
verdict is exactly Bradley-Terry with unit scale, and asking again gives nothing new. AlphaWrite sees signs
and spends 20 rounds of random pairs; the product sees log-odds clipped at +-4. Regret is the mean strength
of the true best k minus that of the chosen k; "calls to match" is where the product's mean regret reaches
AlphaWrite's final one, interpolated linearly. The same seeds serve both.
"""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from itertools import pairwise
from math import pi, sqrt
from pathlib import Path
from random import Random
from statistics import fmean

from msgspec import Struct, to_builtins

from aw_engine.domain.comparison import Comparison
from aw_engine.judging.elo import EloTournament
from aw_engine.judging.gaussian import GaussianTournament
from aw_engine.judging.pairing import DELTA
from aw_engine.judging.profile import Noise
from aw_engine.judging.tournament import Tournament

SIGMAS = (0.5, 1.0, 2.0)
FIELDS = {6: 2, 8: 3, 12: 3, 30: 5, 60: 5}
TARGETS = {12: 1 / 3, 30: 1 / 4.5, 60: 1 / 5}
BIAS, RHO, CLIP = 0.6, 0.5, 4.0


class Judge:
    """Answers about `n` texts of known strengths; the same question always gets the same answer."""

    def __init__(self, n: int, sigma: float, rng: Random) -> None:
        self.ids = [f"c{i}" for i in range(n)]
        self.strengths = {c: rng.gauss(0.0, sigma) for c in self.ids}
        tau = sqrt(pi**2 / 3)
        self._logits: dict[tuple[str, str], float] = {}
        for x, i in enumerate(self.ids):
            for j in self.ids[x + 1 :]:
                shared = rng.gauss(0.0, tau * sqrt(RHO))
                for first, second, sign in ((i, j, 1.0), (j, i, -1.0)):
                    noise = sign * shared + rng.gauss(0.0, tau * sqrt(1 - RHO))
                    gap = self.strengths[first] - self.strengths[second]
                    self._logits[first, second] = gap + BIAS + noise

    def answer(self, pair: tuple[str, str]) -> Comparison:
        logit = min(max(self._logits[pair], -CLIP), CLIP)
        return Comparison(first=pair[0], second=pair[1], logit=logit, spread=0.0, length=0.0, readouts=())

    def regret(self, tournament: Tournament, k: int) -> float:
        chosen = sorted(self.ids, key=lambda c: -tournament.beats(c, self.ids[0]))[:k]
        best = sorted(self.strengths.values(), reverse=True)[:k]
        return fmean(best) - fmean(self.strengths[c] for c in chosen)


class Curve(Struct):
    """Regret after each call, from 0 calls on."""

    regrets: list[float]


def play(judge: Judge, tournament: Tournament, k: int, cap: int, batch: int = 1) -> Curve:
    """One tournament among all; `batch` pairs are chosen at a time."""
    for c in judge.ids:
        tournament.add(c)
    tournament.begin(judge.ids, k, cap)
    regrets = [judge.regret(tournament, k)]
    while pairs := tournament.next_pairs(batch):
        tournament.record([judge.answer(pair) for pair in pairs])
        regrets += [judge.regret(tournament, k)] * len(pairs)
    return Curve(regrets=regrets)


def final_elo_regret(judge: Judge, k: int, rng: Random) -> float:
    """Regret of AlphaWrite's schedule at its full budget."""
    tournament = EloTournament(rng)
    for c in judge.ids:
        tournament.add(c)
    tournament.begin(judge.ids, k, tournament.calls(judge.ids))
    while pairs := tournament.next_pairs(len(judge.ids)):
        tournament.record([judge.answer(pair) for pair in pairs])
    return judge.regret(tournament, k)


def calls_to_match(regrets: Sequence[float], goal: float) -> float | None:
    """Calls at which the curve first reaches `goal`, by linear interpolation; None when it never does."""
    for calls, (before, after) in enumerate(pairwise(regrets)):
        if after <= goal:
            return calls + ((before - goal) / (before - after) if before > goal else 0.0)
    return None


class Cell(Struct):
    """One field size and spread of strengths, averaged over runs.

    `calls` is where the curve without a stop (of 4n calls) reaches `elo_regret`, None when it does not;
    `stop_calls` and `stop_regret` are those of the product's own stop, at 3n calls at the latest.
    """

    n: int
    k: int
    sigma: float
    runs: int
    elo_calls: int
    elo_regret: float
    calls: float | None
    end_regret: float
    stop_calls: float
    stop_regret: float


def measure(n: int, sigma: float, runs: int, seed: int, batch: int = 1) -> Cell:
    """The cell's numbers; runs are seeded one by one, so fewer runs are a prefix of more."""
    k = FIELDS[n]
    goal: list[float] = []
    curves: list[Curve] = []
    stops: list[Curve] = []
    for run in range(runs):
        judge = Judge(n, sigma, Random(f"{seed}/{n}/{sigma}/{run}"))
        goal.append(final_elo_regret(judge, k, Random(f"elo/{seed}/{run}")))
        endless = GaussianTournament(Noise(), Random(f"pairs/{seed}/{run}"), delta=0.0)
        curves.append(play(judge, endless, k, 4 * n, batch))
        stopping = GaussianTournament(Noise(), Random(f"pairs/{seed}/{run}"), delta=DELTA)
        stops.append(play(judge, stopping, k, 3 * n, batch))
    length = max(len(c.regrets) for c in curves)
    mean = [fmean(c.regrets[min(x, len(c.regrets) - 1)] for c in curves) for x in range(length)]
    return Cell(
        n=n,
        k=k,
        sigma=sigma,
        runs=runs,
        elo_calls=EloTournament.matches(n),
        elo_regret=fmean(goal),
        calls=calls_to_match(mean, fmean(goal)),
        end_regret=mean[-1],
        stop_calls=fmean(len(c.regrets) - 1 for c in stops),
        stop_regret=fmean(c.regrets[-1] for c in stops),
    )


def main() -> int:
    """Print the table; exit code 0 when every target is met, 1 when one is missed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, default=80, help="runs a cell (half of them at n = 60)")
    parser.add_argument("--fields", type=int, nargs="*", default=list(FIELDS), choices=list(FIELDS))
    parser.add_argument("--batch", type=int, default=1, help="pairs chosen at a time")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path, help="also write the numbers to this file")
    options = parser.parse_args()
    began = time.monotonic()
    rows: list[Cell] = []
    missed = 0
    print("judge calls to reach AlphaWrite's final top-k regret (sigma = 0.5 / 1 / 2)")
    print(
        f"{'n, k':>6} {'AlphaWrite':>10} {'calls to match':>19} {'ratio':>7} {'target':>7}   stops (regret)"
    )
    for n in options.fields:
        runs = max(1, options.runs // 2) if n == 60 else options.runs
        cells = [measure(n, sigma, runs, options.seed, options.batch) for sigma in SIGMAS]
        rows += cells
        matched = [c.calls for c in cells if c.calls is not None]
        ratio = fmean(matched) / cells[0].elo_calls if len(matched) == len(cells) else None
        target = TARGETS.get(n)
        missed += target is not None and (ratio is None or ratio > target)
        counts = " / ".join("-" if c.calls is None else f"{c.calls:.0f}" for c in cells)
        stops = " ".join(f"{c.stop_calls:.0f} ({c.stop_regret:.2f})" for c in cells)
        print(
            f"{n:>3}, {FIELDS[n]} {cells[0].elo_calls:>10} {counts:>19} "
            f"{'-' if ratio is None else f'1/{1 / ratio:.1f}':>7} "
            f"{'' if target is None else f'1/{1 / target:.1f}':>7}   {stops}",
            flush=True,
        )
    print(f"{options.runs} runs a cell, seed {options.seed}, {time.monotonic() - began:.0f} s")
    if options.json is not None:
        options.json.write_text(json.dumps(to_builtins(rows), indent=1) + "\n", encoding="utf-8")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
