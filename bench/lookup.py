"""Would prompt lookup pay? Drafts copied from the original, checked against what was really written.

    python bench/lookup.py PAIRS.jsonl [--model FILE.gguf]

Each line of PAIRS holds `before` and `after`: a text and its rewrite. Whenever the last two tokens of the
rewrite so far occur in the original, the tokens that follow there are the draft, accepted up to the first
that is not what was written. A step that checks k drafted tokens of each of 8 texts evaluates up to 8 (1 + k)
tokens: it pays if the steps that it saves outweigh what it costs. `time` below 1 is a gain.
"""

import argparse
import json
import time
from pathlib import Path

from aw_engine.inference.kv_cache import TRUNK, KVCache
from aw_engine.inference.llama import AbortFlag, Log, quiet_start
from aw_engine.inference.llama_context import Context, ContextShape
from aw_engine.inference.llama_model import NativeModel
from aw_engine.inference.models.reference import BUILTIN_FILE
from aw_engine.inference.tuning import Tuning

TOGETHER = 8
DRAFTS = (1, 2, 4, 8)
NGRAM = 2


def steps(original: list[int], written: list[int], drafted: int) -> tuple[int, int]:
    """Steps needed to write a text, and tokens evaluated in them."""
    places: dict[tuple[int, ...], int] = {}
    for at in range(len(original) - NGRAM):
        places.setdefault(tuple(original[at : at + NGRAM]), at + NGRAM)
    done, count, evaluated = 0, 0, 0
    while done < len(written):
        start = places.get(tuple(written[max(0, done - NGRAM) : done]))
        draft = original[start : start + drafted] if start is not None else []
        right = 0
        while (
            right < len(draft) and done + right < len(written) - 1 and draft[right] == written[done + right]
        ):
            right += 1
        count, evaluated, done = count + 1, evaluated + 1 + len(draft), done + right + 1
    return count, evaluated


def step_costs(model: NativeModel, log: Log) -> dict[int, float]:
    """Processor seconds of a step that evaluates so many tokens, after a prefix of 192."""
    found = {}
    widths = sorted({TOGETHER} | {TOGETHER * (1 + drafted) for drafted in DRAFTS})
    shape = ContextShape(1024, 128, widths[-1] + 1, 128)
    context = Context(model, shape, Tuning(threads=1, batch=128), AbortFlag(), log)
    cache = KVCache(context)
    prefix = tuple(range(40, 232))
    for width in widths:
        taken = []
        for _ in range(4):
            cache.begin(prefix, 512)
            for slot in range(1, width + 1):
                context.share(TRUNK, slot, len(prefix))
                context.batch.add(50 + slot, len(prefix), (slot,), True)
            began = time.process_time()
            context.decode()
            taken.append(time.process_time() - began)
            for slot in range(1, width + 1):
                context.forget(slot)
        found[width] = min(taken)
    context.close()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pairs", type=Path)
    parser.add_argument("--model", type=Path, default=BUILTIN_FILE)
    arguments = parser.parse_args()
    log = quiet_start()
    model = NativeModel(arguments.model, log, AbortFlag(), lambda share: None)
    costs = step_costs(model, log)
    pairs = [json.loads(line) for line in arguments.pairs.read_text(encoding="utf-8").splitlines()]
    tokens = [
        (model.tokenise(each["before"].encode()), model.tokenise(each["after"].encode())) for each in pairs
    ]
    written = sum(len(after) for _, after in tokens)
    print(f"{arguments.model.name}: {len(tokens)} pairs, {written} tokens written, {TOGETHER} texts together")
    print(f"{'drafted':>7} {'tokens a step':>13} {'evaluated a step':>16} {'time':>6}")
    for drafted in DRAFTS:
        made = [steps(before, after, drafted) for before, after in tokens]
        count, evaluated = (sum(each[part] for each in made) for part in (0, 1))
        load = evaluated / count
        low, high = costs[TOGETHER], costs[TOGETHER * (1 + drafted)]
        cost = low + (high - low) * (load - 1) / drafted
        print(f"{drafted:>7} {written / count:>13.2f} {load:>16.2f} {cost * count / (low * written):>6.2f}")
    model.close()


if __name__ == "__main__":
    main()
