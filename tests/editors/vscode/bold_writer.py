"""The server with a model that writes what is said here: sentences that share little with the old ones."""

import sys
from itertools import cycle

from aw_engine.inference.backend import Choice, Generation
from aw_engine.inference.scripted import ScriptedBackend
from aw_engine.judging.selftest import load_pairs
from aw_server.__main__ import main
from aw_server.cli.lsp import run

REWRITES = (
    "Nobody wrote anything down, so the same questions came back every week, and each time somebody else "
    "made up a different answer. To end this, Ines proposed a log: one plain folder, open to every member "
    "to edit.",
    "We kept no notes. Every week the same questions came back, and every week they got another answer, "
    "until Ines proposed that all of us share one log, which is a plain folder that any member can edit.",
)


def _models() -> ScriptedBackend:
    texts = cycle(REWRITES)
    better = {pair.better for pair in load_pairs()}

    def write(_: Generation) -> str:
        return next(texts)

    def judge(choice: Choice) -> float:
        prompt = choice.prompt
        first, second = ((text in better or text in REWRITES) for text in (prompt.first, prompt.second))
        return 3.0 * (first - second)

    return ScriptedBackend(write=write, judge=judge)


if __name__ == "__main__":
    if "--version" in sys.argv:  # which the extension asks for first
        main()
    else:
        run(sys.argv[1:], lambda spec, on_loading: _models())
