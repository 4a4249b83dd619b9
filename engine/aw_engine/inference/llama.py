"""The native library as a whole: its version, its log, its start, and how a call in progress is ended.

Only the files `llama*.py` import `llama_cpp`. Every C object is owned by one Python object and freed once.
Model, context and samplers belong to one thread; only `AbortFlag` may be used from another.
"""

import ctypes
from collections import deque
from typing import Final

import llama_cpp

LIBRARY: Final = f"llama-cpp-python {llama_cpp.__version__}"
_WARN = 3


class Aborted(Exception):
    """The caller gave up; the KV cache has been cleared."""


class AbortFlag:
    """A flag, settable from any thread, that ends the native call in progress and refuses the next."""

    def __init__(self) -> None:
        self.is_set = False


class Log:
    """The library's last 200 lines, and the first error since `forget`; none holds text of a prompt."""

    def __init__(self) -> None:
        self.lines: Final[deque[str]] = deque(maxlen=200)
        self._error = ""
        self._level = 0
        self._callback: Final = llama_cpp.llama_log_callback(self._take)
        llama_cpp.llama_log_set(self._callback, ctypes.c_void_p(0))

    def _take(self, level: int, text: bytes | None, _: int | None) -> None:
        line = (text or b"").decode(errors="replace").strip()
        if not line or level == 5:  # 5 continues a line: progress dots
            return
        if level >= _WARN:
            self.lines.append(line)
        # The first error is the cause; what follows says that loading failed.
        if level > _WARN and not self._error:
            self._error = line

    def forget(self) -> None:
        """Forget the error, so that the next one counts as the first."""
        self._error = ""

    @property
    def error(self) -> str:
        """The first error line since `forget`, "" if there was none."""
        return self._error


def build() -> str:
    """Versions of llama.cpp and of its Python binding."""
    version = llama_cpp.llama_version().decode(errors="replace")
    return f"{LIBRARY}, llama.cpp {version}"


def quiet_start() -> Log:
    """Initialise the library; its log goes to the returned buffer instead of stderr."""
    log = Log()
    llama_cpp.llama_backend_init()
    return log
