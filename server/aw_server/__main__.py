"""`aw-server` and `python -m aw_server`."""

import sys
from importlib.metadata import version

from aw_server import app


def main() -> None:
    """Runs what the command line says, and ends the process with its exit code."""
    arguments = sys.argv[1:]
    if app.asked_for(arguments) or (not arguments and not sys.stdin.isatty()):
        sys.stderr.write(f"aw-server: {app.STDIO}\n")
        sys.exit(2)
    if arguments == ["--version"]:
        sys.stdout.write(f"aw-server {version('aw-server')}\n")
        return
    from aw_server.cli.program import run  # after the check: an editor must not wait for it

    sys.exit(run(arguments))


if __name__ == "__main__":
    main()
