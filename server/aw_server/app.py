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
from aw_server.jobs.jobs import Jobs
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
    code_action,
    preview,
    mix,
    report,
    acceptance,
    welcome,
)


def create_server() -> AwServer:
    """A server that waits for `initialize`. Nothing is loaded or started before the first run."""
    session = Session()
    server = AwServer(session)
    server.jobs = Jobs(session)
    for feature in _FEATURES:
        feature.register(server)
    choices = ending.Choices(apply=apply.register(server), compare=compare.register(server))
    ending.register(server, choices)
    return server
