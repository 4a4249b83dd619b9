"""The composition root of the language server: what it is made of is decided here."""

from aw_server.features import (
    acceptance,
    apply,
    cancel,
    code_action,
    compare,
    configuration,
    discard,
    ending,
    estimate,
    evolve,
    lifecycle,
    mix,
    models,
    prepare,
    preview,
    pull,
    repeat,
    report,
    results,
    rubrics,
    status,
    steer,
    text_sync,
    unload,
    updates,
    welcome,
)
from aw_server.jobs.admission import Admission
from aw_server.jobs.queue import JobQueue
from aw_server.jobs.runner import Runner
from aw_server.jobs.selection import ModelSelection
from aw_server.jobs.store import JobStore
from aw_server.jobs.warmup import Warmup
from aw_server.runs.backends import BackendFactory, worker
from aw_server.server import AwServer
from aw_server.session import Session

_FEATURES = (
    lifecycle,
    text_sync,
    configuration,
    evolve,
    repeat,
    cancel,
    discard,
    results,
    steer,
    estimate,
    prepare,
    unload,
    updates,
    status,
    rubrics,
    models,
    pull,
    code_action,
    preview,
    mix,
    report,
    acceptance,
    welcome,
)


def create_server(make: BackendFactory | None = None) -> AwServer:
    """A server that waits for `initialize`. Nothing is loaded or started before the first run.

    `make` makes the back ends of its models, by default workers.
    """
    session = Session()
    server = AwServer(session)
    server.runner = Runner(make or worker)
    server.models = ModelSelection(session)
    server.jobs = JobStore()
    server.queue = JobQueue(session, server.runner)
    server.admission = Admission(session, server.models, server.jobs, server.queue)
    server.warmup = Warmup()
    for feature in _FEATURES:
        feature.register(server)
    choices = ending.Choices(apply=apply.register(server), compare=compare.register(server))
    ending.register(server, choices)
    return server
