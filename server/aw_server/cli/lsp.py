"""`aw-server --stdio`: the language server's command line, and a stdout that nothing else can write to."""

import os
import socket
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple, NoReturn

if TYPE_CHECKING:
    from aw_server.runs.backends import BackendFactory

_USAGE = "aw-server --stdio | --tcp [HOST:]PORT [--clientProcessId=N]"
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class _Wanted(NamedTuple):
    address: tuple[str, int] | None  # None: stdin and stdout
    client: int | None


class _UsageFault(Exception):
    """The arguments make no sense; `str` is a sentence."""


def run(arguments: list[str], make: "BackendFactory | None" = None) -> NoReturn:
    """Serve one editor and end the process, by the protocol with 0 after `shutdown`, else 1.

    `make` makes the back ends of the server's models, by default workers.
    """
    try:
        wanted = _read(arguments)
    except _UsageFault as error:
        sys.stderr.write(f"aw-server: {error} Usage: {_USAGE}\n")
        sys.exit(2)
    if wanted.address is None:
        if not arguments:
            sys.stderr.write("aw-server: no command given; serving an editor on stdin and stdout.\n")
        elif sys.stdin.isatty():
            sys.stderr.write("aw-server: waiting for an editor's messages on stdin; Ctrl-C ends it.\n")
        read, write = _stdio()
    else:
        read, write = _accept(*wanted.address)
    code = _serve(read, write, wanted.client, make)
    # A thread that still reads stdin, or the markup of a long document, must not hold the process.
    os._exit(code)


def _read(arguments: list[str]) -> _Wanted:
    """
    :raises _UsageFault: for what is unknown or incomplete.
    """
    address, client = None, None
    rest = list(arguments)
    while rest:
        name, equals, value = rest.pop(0).partition("=")
        if name == "--stdio" and not equals:
            continue
        if name not in ("--tcp", "--clientProcessId"):
            raise _UsageFault(f"{name} is unknown beside the language server's options.")
        if not equals:
            value = rest.pop(0) if rest else ""
        if name == "--tcp":
            address = _address(value)
        elif value.isascii() and value.isdecimal():
            client = int(value)
        else:
            raise _UsageFault("--clientProcessId is the number of a process.")
    return _Wanted(address, client)


def _address(value: str) -> tuple[str, int]:
    """Without a host this computer alone is served."""
    host, _, port = value.rpartition(":")
    if not (port.isascii() and port.isdecimal()) or int(port) > 65535:
        raise _UsageFault("--tcp is a port, or an address such as 127.0.0.1:4711.")
    return host.strip("[]") or _LOOPBACK[0], int(port)


def _stdio() -> tuple[Callable[[int], bytes], Callable[[bytes], object]]:
    """The streams of messages. What else is written to stdout, by whatever library, lands on stderr."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    source = os.dup(0)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)

    def write(data: bytes) -> None:
        out.write(data)
        out.flush()

    return lambda count: os.read(source, count), write


def _accept(host: str, port: int) -> tuple[Callable[[int], bytes], Callable[[bytes], object]]:
    """The streams of the first editor that connects."""
    if host not in _LOOPBACK:
        sys.stderr.write(f"aw-server: whoever reaches {host} can read your text and change it.\n")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.create_server((host, port), family=family) as listening:
            sys.stderr.write(f"aw-server: waiting for an editor on {host}:{listening.getsockname()[1]}.\n")
            sys.stderr.flush()
            connection, _ = listening.accept()
    except OSError as error:
        why = f"{host}:{port} cannot be served ({error.strerror}); take another port."
        sys.stderr.write(f"aw-server: {why}\n")
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
    os.dup2(2, 1)
    return connection.recv, connection.sendall


def _serve(
    read: Callable[[int], bytes],
    write: Callable[[bytes], object],
    client: int | None,
    make: "BackendFactory | None",
) -> int:
    import gc

    gc.disable()  # a tenth of the time to `initialize`: hundreds of classes of the protocol are made

    import asyncio
    import logging

    _import_protocol()
    from pygls.exceptions import JsonRpcException

    from aw_server import log, parent
    from aw_server.app import create_server
    from aw_server.serve import serve

    log.start(answered=JsonRpcException)

    async def until_the_end() -> int:
        server = create_server(make)
        gc.freeze()
        gc.enable()
        if client is not None:
            server.spawn(parent.wait_for_end(client, server.stop))
        return await serve(server, read, write)

    # Not `asyncio.run`: it would wait for threads that nothing can interrupt.
    code = asyncio.new_event_loop().run_until_complete(until_the_end())
    logging.getLogger(__name__).info("ended with %d", code)
    return code


def _import_protocol() -> None:
    """Import lsprotocol, its 554 classes made without `__repr__`, so that no log can quote one, and without
    slots, for which each would be made twice: it takes a fifth less time."""
    import functools

    import attrs

    define = attrs.define
    attrs.define = functools.partial(define, repr=False, slots=False)
    try:
        import lsprotocol.types  # noqa: F401
    finally:
        attrs.define = define
