"""The model's process: `python -m aw_engine.inference.worker`, with frames on its standard input and output.

One thread serves requests in order; another reads the pipe, so that an abort or the end of the parent takes
effect at once, even during a native call.
"""

import os
import queue
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from typing import Final

import psutil

from aw_engine.inference import offline, wire

_POSIX_NICENESS = 5


def main() -> None:
    """Serve until the pipe from the parent ends."""
    # Before anything can print: whoever writes to standard output writes to standard error from here on.
    replies = os.dup(1)
    os.dup2(2, 1)
    requests = os.dup(0)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    # Ctrl-C in a terminal reaches the whole group of processes: the parent decides what ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ["GGML_NO_BACKTRACE"] = "1"  # a native abort would start a debugger to print its stack
    # Threads that wait for each other by spinning stop the machine, and themselves, once anything else runs:
    # measured on two busy cores, a batch took 551 ms instead of 17.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    _lower_priority()
    if os.environ.get(offline.VARIABLE) == "1":
        offline.enforce()

    from aw_engine.inference.service import Service  # loads the native library, after the pipes are safe

    service = Service(lambda reply: wire.write(replies, reply))
    inbox: Final[queue.SimpleQueue[wire.Request]] = queue.SimpleQueue()
    threading.Thread(target=_receive, args=(requests, inbox, service.abort), daemon=True).start()
    while True:
        service.serve(inbox.get())


def _receive(descriptor: int, inbox: "queue.SimpleQueue[wire.Request]", abort: Callable[[int], None]) -> None:
    try:
        while (request := wire.read_request(descriptor)) is not None:
            if isinstance(request, wire.Abort):
                abort(request.id)
            else:
                inbox.put(request)
    except BaseException:  # noqa: BLE001 - nobody reads on: the process cannot serve
        traceback.print_exc()
        os._exit(70)
    # The parent is gone, or wants us gone. The model thread may be inside a native call: it cannot be asked.
    os._exit(0)


def _lower_priority() -> None:
    process = psutil.Process()
    try:
        if sys.platform == "win32":
            process.nice(psutil.BELOW_NORMAL_PRIORITY_CLASS)
        else:
            process.nice(min(19, process.nice() + _POSIX_NICENESS))
    except (psutil.AccessDenied, OSError):  # a sandbox may forbid it; the model is served all the same
        return


if __name__ == "__main__":
    main()
