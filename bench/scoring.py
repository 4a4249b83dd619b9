"""How fast texts are scored: all together, every shared prefix once, against one text at a time.

    python bench/scoring.py [MODEL.gguf] [--threads N]

Both sides score the same texts in the same process on the same context; the median of alternating rounds.
"""

import argparse
import random
import statistics
import time
from collections.abc import Sequence
from pathlib import Path

from aw_engine.inference.kv_cache import KVCache
from aw_engine.inference.llama import AbortFlag, build, quiet_start
from aw_engine.inference.llama_context import Context, ContextShape
from aw_engine.inference.llama_model import NativeModel
from aw_engine.inference.models.reference import BUILTIN_FILE
from aw_engine.inference.models.verify import sha256
from aw_engine.inference.reading import Scorable, score_texts
from aw_engine.inference.tuning import Tuning

SENTENCE = (
    "The committee, which had been meeting in the old town hall for several weeks, decided that its "
    "proposal for a new bridge should have been published before the summer began."
)
ROUNDS = 5


def variants(model: NativeModel, count: int, last: int) -> list[Scorable]:
    """Copies of the sentence with one of its last `last` tokens and another of them exchanged."""
    rng = random.Random(1)
    tokens = model.tokenise(SENTENCE.encode())
    found = []
    for _ in range(count):
        copy = list(tokens)
        for _ in range(2):
            copy[rng.randrange(max(1, len(copy) - last), len(copy))] = rng.choice(tokens)
        found.append(Scorable((3,), tuple(copy)))
    return found


def seconds(cache: KVCache, calls: Sequence[Sequence[Scorable]]) -> float:
    """How long it takes to score the texts of each call."""
    started = time.perf_counter()
    for texts in calls:
        score_texts(cache, texts)
    return time.perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", nargs="?", type=Path, default=BUILTIN_FILE)
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    log = quiet_start()
    model = NativeModel(arguments.model, log, AbortFlag(), lambda share: None)
    context = Context(
        model,
        ContextShape(1024, 128, 64, 128),
        Tuning(threads=arguments.threads, batch=128),
        AbortFlag(),
        log,
    )
    cache = KVCache(context)
    digest = sha256(arguments.model, lambda share: None)[:12]
    print(
        f"{arguments.model.name} {digest}, {build()}, {arguments.threads} threads, 200 texts, {ROUNDS} rounds"
    )
    print(
        f"{'changes in':>12} {'tokens':>7} {'evaluated':>9} {'together':>12} {'one by one':>12} {'ratio':>6}"
    )
    for label, last in (("all", 1000), ("last 20", 20), ("last 8", 8)):
        texts = variants(model, 200, last)
        tokens = sum(len(text.text) for text in texts)
        together, alone = [], []
        for _ in range(ROUNDS):
            together.append(seconds(cache, [texts]))
            alone.append(seconds(cache, [[text] for text in texts]))
        evaluated = sum(score_texts(cache, texts).costs)
        quick, slow = statistics.median(together), statistics.median(alone)
        print(
            f"{label:>12} {tokens:>7} {evaluated:>9} {tokens / quick:>8.0f} t/s {tokens / slow:>8.0f} t/s "
            f"{slow / quick:>6.2f}"
        )
    context.close()
    model.close()


if __name__ == "__main__":
    main()
