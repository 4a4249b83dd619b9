"""`aw-server` and `python -m aw_server`."""

import os
import signal
import sys

from aw_server import __version__


def main() -> None:
    """Run what the command line says, and end the process with its exit code."""
    _open_what_is_closed()
    arguments = sys.argv[1:]
    if _asks_for_server(arguments):
        from aw_server.cli.lsp import run as serve  # guards stdout before it imports anything else

        serve(arguments)
    # A Ctrl-C during the imports ends the process without a traceback.
    before = signal.getsignal(signal.SIGINT)
    if before is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    if arguments == ["--version"]:
        sys.stdout.write(f"aw-server {__version__}\n")
        return
    from aw_server.cli.program import run  # after the check: an editor must not wait for it

    signal.signal(signal.SIGINT, before)
    sys.exit(run(arguments))


def _asks_for_server(arguments: list[str]) -> bool:
    """Whether an editor starts it: by a usual option, or with nothing but a pipe to talk through."""
    if not arguments:
        return not sys.stdin.isatty()
    return arguments[0].split("=")[0] in ("--stdio", "--tcp", "--clientProcessId")


def _open_what_is_closed() -> None:
    """Open the null device for each of stdin, stdout and stderr that is closed (`>&-`, a service)."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), mode))


if __name__ == "__main__":
    main()
