"""How the worker serves requests: each is answered, whatever happens."""

import threading
import traceback
from collections.abc import Callable
from pathlib import Path

from aw_engine.domain.brief import TRAINED
from aw_engine.errors import AwError, BackendError, PassageError
from aw_engine.inference import wire
from aw_engine.inference.engine import InferenceEngine
from aw_engine.inference.llama import Aborted, AbortFlag, quiet_start
from aw_engine.inference.loading import Loading
from aw_engine.inference.models.header import read_header
from aw_engine.inference.models.reference import resolve
from aw_engine.inference.models.verify import check_memory, digest_of
from aw_engine.inference.trained.judge import TrainedJudge

_CHECKING = 0.2  # share of the progress that goes to reading the file before loading it


class Service:
    """Serves requests one after another on one thread; `abort` may be called from any other."""

    def __init__(self, send: Callable[[wire.Reply], None]) -> None:
        self._send = send
        self._log = quiet_start()
        self._engine: InferenceEngine | TrainedJudge | None = None
        self._flag = AbortFlag()
        self._lock = threading.Lock()
        self._current: int | None = None
        self._given_up: set[int] = set()

    def abort(self, request: int) -> None:
        """Abort a request, at once if it is being served."""
        with self._lock:
            if request == self._current:
                self._flag.is_set = True
            else:
                self._given_up.add(request)

    def serve(self, request: wire.Request) -> None:
        """Serve one request to its end: its last reply is `Loaded`, `Chosen`, … or `Ended` or `Failed`."""
        with self._lock:
            self._current = request.id
            self._flag.is_set = request.id in self._given_up
            self._given_up = {other for other in self._given_up if other > request.id}
        try:
            if self._flag.is_set:
                raise Aborted
            self._answer(request)
        except Aborted:
            self._send(wire.Ended(request.id, aborted=True))
        except PassageError as error:
            self._send(wire.Failed(request.id, "PassageError", str(error), error.reason))
        except AwError as error:
            self._send(wire.Failed(request.id, type(error).__name__, str(error)))
        except MemoryError:
            self._send(
                wire.Failed(request.id, "OutOfMemory", "The computer's memory is full; close something.")
            )
        except Exception as error:  # noqa: BLE001 - the worker's frame loop is a boundary
            traceback.print_exc()
            message = f"The model's process met a bug ({type(error).__name__}); see the log."
            self._send(wire.Failed(request.id, "BackendError", message))
        finally:
            with self._lock:
                self._current = None

    def _answer(self, request: wire.Request) -> None:
        match request:
            case wire.Load():
                self._load(request)
            case wire.Generate(id, requests, told):
                send = self._send

                def written(index: int, text: str) -> None:
                    send(wire.Wrote(id, index, text))

                for completion in self._writing().generate(requests, written if told else None):
                    send(wire.Completed(id, completion))
                self._send(wire.Ended(id))
            case wire.Choose(id, requests):
                self._send(wire.Chosen(id, tuple(self._loaded().choose(requests))))
            case wire.Score(id, requests):
                self._send(wire.Scored(id, tuple(self._writing().score(requests))))
            case wire.Count(id, texts):
                self._send(wire.CountedTokens(id, tuple(self._loaded().count(texts))))
            case wire.Tune(id):
                engine = self._writing()
                tuned = engine.tune(lambda share: self._send(wire.Progressed(id, share)))
                self._send(wire.Settled(id, tuned, engine.info))
            case wire.Abort():
                raise BackendError("An abort is not a request to be served.")

    def _loaded(self) -> InferenceEngine | TrainedJudge:
        if self._engine is None:
            raise BackendError("No model has been loaded.")
        return self._engine

    def _writing(self) -> InferenceEngine:
        engine = self._loaded()
        if isinstance(engine, TrainedJudge):
            raise BackendError("The trained judge compares texts and can do nothing else.")
        return engine

    def _load(self, request: wire.Load) -> None:
        if self._engine is not None:
            self._engine.close()
            self._engine = None
        path = resolve(request.ref)
        self._engine = self._judge(request, path) if request.ref == TRAINED else self._model(request, path)
        self._send(wire.Loaded(request.id, self._engine.info))

    def _judge(self, request: wire.Load, path: Path) -> TrainedJudge:
        digest = digest_of(path, request.ref, self._checked(request, 1.0))
        return TrainedJudge(request.ref, digest, path, request.threads, self._log, self._flag)

    def _model(self, request: wire.Load, path: Path) -> InferenceEngine:
        header = read_header(path)
        check_memory(header, request.context)
        digest = digest_of(path, request.ref, self._checked(request, _CHECKING))
        reported = 0

        def progressed(share: float) -> None:
            nonlocal reported
            if int(share * 20) > reported:
                reported = int(share * 20)
                self._send(wire.Progressed(request.id, _CHECKING + share * (1 - _CHECKING)))

        loading = Loading(
            ref=request.ref,
            path=path,
            digest=digest,
            values=header.values,
            dialect=request.dialect,
            threads=request.threads,
            context=request.context,
        )
        return InferenceEngine(loading, self._log, self._flag, progressed)

    def _checked(self, request: wire.Load, most: float) -> Callable[[float], None]:
        """Tell how far the file has been read, `most` being the share of it all; give up if that is asked."""

        def checked(share: float) -> None:
            self._send(wire.Progressed(request.id, share * most))
            if self._flag.is_set:
                raise Aborted

        return checked
