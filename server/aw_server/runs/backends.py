"""Models that are open: each is loaded when it is first needed, and stays while runs ask for it."""

from collections.abc import Callable, Collection
from contextlib import suppress
from typing import TYPE_CHECKING, Final, Protocol, runtime_checkable

from msgspec import Struct

from aw_engine.domain.brief import BUILTIN, Models
from aw_engine.inference.served.address import server_address
from aw_engine.inference.sizes import CONTEXT_LIMIT

if TYPE_CHECKING:
    from aw_engine.inference.backend import Backend, Backends


class Resources(Struct, frozen=True):
    """What of this computer a model may take.

    `threads` 0 means as many as fit; `context` is in tokens; an idle worker ends after `idle` seconds.
    `hosts` are the other computers to whose model servers the writer's text may be sent.
    """

    threads: int = 0
    context: int = CONTEXT_LIMIT
    idle: float = 300.0
    hosts: tuple[str, ...] = ()


AUTOMATIC: Final = Resources()


class BackendSpec(Struct, frozen=True):
    """What a back end is made from; another model or other resources mean another one."""

    ref: str
    resources: Resources


BackendFactory = Callable[[BackendSpec, Callable[[float], None]], "Backend"]
"""Makes a back end, which calls the function with the share of its model that is loaded, 0..1."""


@runtime_checkable
class Supervised(Protocol):
    """A back end whose model works in a process of its own."""

    @property
    def worker_pid(self) -> int | None:
        """The process id while there is a process."""

    def reset(self) -> None:
        """Let a process that died twice be started again."""


def worker(spec: BackendSpec, on_loading: Callable[[float], None]) -> "Backend":
    """A back end with a worker process or a model server, neither of which is used before something is asked.

    :raises SettingsError: if it is a server that text may not be sent to.
    """
    # Both are heavy: an editor's `initialize` cannot wait.
    resources = spec.resources
    if server_address(spec.ref) is not None:
        from aw_engine.inference.served.backend import ServerBackend

        return ServerBackend(spec.ref, hosts=resources.hosts, context=resources.context)
    from aw_engine.inference.supervisor import WorkerBackend

    return WorkerBackend(
        spec.ref,
        threads=resources.threads,
        context=resources.context,
        idle=resources.idle,
        on_loading=on_loading,
    )


class OpenBackends:
    """Keeps the back ends of writer and judge until other ones are asked for, or it is closed.

    `on_loading` hears the share of a model that is loaded, 0..1, in whichever thread loads it.
    """

    def __init__(
        self, make: BackendFactory = worker, on_loading: Callable[[float], None] = lambda share: None
    ) -> None:
        self._make = make
        self._on_loading = on_loading
        self._open: dict[BackendSpec, Backend] = {}

    async def open(self, models: Models, resources: Resources) -> "Backends":
        """The back ends of these models. Those of other models and resources are closed."""
        from aw_engine.inference.backend import Backends

        writer = BackendSpec(models.writer, resources)
        judge = BackendSpec(models.judge or models.writer, resources)
        wanted = {writer, judge}
        stand_in = None
        if judge == writer and server_address(models.writer) is not None:  # it may not be able to judge
            stand_in = BackendSpec(BUILTIN, resources)
            wanted.add(stand_in)
        await self._close_but(wanted)
        return Backends(
            self._get(writer),
            None if judge == writer else self._get(judge),
            None if stand_in is None else self._get(stand_in),
        )

    def reset(self) -> None:
        """Let workers that died twice be started again: somebody asked for it by hand."""
        for backend in self._supervised():
            backend.reset()

    def any_open(self) -> bool:
        """Whether there is a back end to close."""
        return bool(self._open)

    def worker_pids(self) -> list[int]:
        """The process ids of the models' workers."""
        return [pid for each in self._supervised() if (pid := each.worker_pid) is not None]

    def worker_bytes(self) -> int:
        """Resident bytes of the workers."""
        pids = self.worker_pids()
        if not pids:
            return 0
        import psutil  # only now: the answer to `initialize` must not wait for it

        total = 0
        for pid in pids:
            with suppress(psutil.Error):
                total += psutil.Process(pid).memory_info().rss
        return total

    async def aclose(self) -> None:
        """End every worker. What is asked for later is opened anew."""
        await self._close_but(())

    def _get(self, spec: BackendSpec) -> "Backend":
        if spec not in self._open:
            self._open[spec] = self._make(spec, self._on_loading)
        return self._open[spec]

    def _supervised(self) -> list[Supervised]:
        # A copy: another thread may open or close one meanwhile.
        return [each for each in tuple(self._open.values()) if isinstance(each, Supervised)]

    async def _close_but(self, kept: Collection[BackendSpec]) -> None:
        for spec in [each for each in self._open if each not in kept]:
            await self._open.pop(spec).aclose()
