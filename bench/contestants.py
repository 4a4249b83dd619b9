"""Who takes part in `bench/peers.py`: aw's worker, llama-server, llama-cpp-python's high-level API."""

import asyncio
import json
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import anyio
import llama_cpp
from msgspec import Struct
from msgspec.structs import replace

from aw_engine.domain.brief import Brief
from aw_engine.domain.plan import NORMAL
from aw_engine.evolution.run import evolve
from aw_engine.inference.backend import Backends, Choice, Generation
from aw_engine.inference.prefix import Tokens
from aw_engine.inference.supervisor import WorkerBackend
from aw_engine.rubrics import load
from prepared import PASSAGE, Prepared
from standins import llama_source
from work import CRITERIA, WRITTEN

NICENESS: Final = 5  # what the worker takes for itself
CONTEXT: Final = 8192
_SAMPLING: Final[dict[str, Any]] = {
    "temperature": 0.8,
    "min_p": 0.05,
    "top_p": 1.0,
    "top_k": 0,
    "repeat_penalty": 1.0,
}
_AMX: Final = b"AMX_INT8 = 1" in llama_cpp.llama_print_system_info()


class Amount(Struct, frozen=True):
    """Tokens evaluated of prompts, and tokens written (an answer read counts as one)."""

    evaluated: int
    written: int


def build_server(folder: Path) -> Path:
    """llama-server of the installed version's source, in `folder`; built if it is not there.

    :raises subprocess.CalledProcessError: if cmake fails.
    """
    build = folder / "build"
    server = build / "bin" / "llama-server"
    if not server.exists():
        flags = {
            "CMAKE_BUILD_TYPE": "Release",
            "BUILD_SHARED_LIBS": "ON",
            "LLAMA_BUILD_TESTS": "OFF",
            "LLAMA_BUILD_EXAMPLES": "OFF",
            "LLAMA_BUILD_APP": "OFF",
            "LLAMA_OPENSSL": "OFF",
            "LLAMA_USE_PREBUILT_UI": "OFF",
        }
        given = [f"-D{key}={value}" for key, value in flags.items()]
        subprocess.run(["cmake", "-S", llama_source(folder), "-B", build, *given], check=True)
        command = ["cmake", "--build", str(build), "--target", "llama-server", "-j", str(os.cpu_count() or 1)]
        subprocess.run(command, check=True)
    return server


class _Contestant:
    pid: int

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the processes and free the models."""


class Ours(_Contestant):
    """A worker as every run uses it, through its pipes."""

    def __init__(self, path: Path, threads: int) -> None:
        self._runner = asyncio.Runner()
        self._backend = WorkerBackend(str(path), threads=threads, dialect="chat", context=CONTEXT)
        self.settings = self._runner.run(self._backend.info()).settings
        self.pid = self._backend.worker_pid or 0
        self.comparisons = 0

    def close(self) -> None:
        self._runner.run(self._backend.aclose())
        self._runner.close()

    def write(self, requests: Sequence[Generation]) -> Amount:
        """Write all completions."""

        async def all_of_them() -> Amount:
            done = [completion async for completion in self._backend.generate(requests)]
            return Amount(sum(each.prompt_tokens for each in done), sum(each.tokens for each in done))

        return self._runner.run(all_of_them())

    def judge(self, requests: Sequence[Choice]) -> Amount:
        """Read all answers."""
        scores = self._runner.run(self._backend.choose(requests))
        return Amount(sum(each.prompt_tokens for each in scores), len(scores))

    def run(self) -> Amount:
        """A whole run of the normal plan, as many questions a pair as `CRITERIA`; what a stand-in says is
        exchanged."""
        rubric = load.find(load.DEFAULT)
        rubric = replace(rubric, criteria=rubric.criteria[: len(CRITERIA)])
        prepared = Prepared(self._backend, WRITTEN)

        async def whole() -> Amount:
            scope, brief = anyio.CancelScope(), Brief(PASSAGE, rubric, NORMAL)
            result = await evolve(brief, Backends(prepared), lambda event: None, scope, "bench")
            self.comparisons = result.calls
            return Amount(result.usage.prompt_tokens, result.usage.decoded_tokens)

        return self._runner.run(whole())


class LlamaServer(_Contestant):
    """llama-server with `slots` slots, its prompt cache on, asked by as many clients at a time."""

    def __init__(self, binary: Path, model: Path, slots: int, threads: int) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = probe.getsockname()[1]
        command = [str(binary), "--model", str(model), "--port", str(self._port), "--parallel", str(slots)]
        command += ["--ctx-size", str(CONTEXT), "--threads", str(threads), "--batch-size", "2048"]
        command += ["--ubatch-size", "512", "--flash-attn", "on", "--no-webui", "--log-disable"]
        # Where our worker must do without (inference/llama_model.py), the contestant would crash.
        command += ["--no-repack"] if _AMX else []
        self._process = subprocess.Popen(
            command,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=lambda: os.nice(NICENESS) and None,
        )
        self.pid = self._process.pid
        self._clients = ThreadPoolExecutor(slots)
        self._wait()

    def close(self) -> None:
        self._clients.shutdown()
        self._process.terminate()
        self._process.wait()

    def write(self, prompts: Sequence[Tokens], length: int) -> Amount:
        """Write `length` tokens after each prompt."""
        replies = list(
            self._clients.map(lambda at: self._complete(prompts[at], length, at), range(len(prompts)))
        )
        return Amount(
            sum(reply["timings"]["prompt_n"] for reply in replies),
            sum(reply["tokens_predicted"] for reply in replies),
        )

    def _complete(self, prompt: Tokens, length: int, seed: int) -> dict[str, Any]:
        body = {
            "prompt": list(prompt),
            "n_predict": length,
            "seed": seed,
            "ignore_eos": True,
            "cache_prompt": True,
            **_SAMPLING,
        }
        request = urllib.request.Request(
            f"http://127.0.0.1:{self._port}/completion",
            json.dumps(body).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request) as reply:  # noqa: S310 - our own server
            answer: dict[str, Any] = json.load(reply)
            return answer

    def _wait(self) -> None:
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self._port}/health"):
                    return
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.2)
        raise SystemExit("llama-server did not start.")


class LlamaCpp(_Contestant):
    """llama-cpp-python as its documentation shows it: one completion after another."""

    def __init__(self, path: Path, threads: int) -> None:
        if _AMX:
            original = llama_cpp.llama_model_default_params

            def without_amx() -> llama_cpp.llama_model_params:
                params: llama_cpp.llama_model_params = original()
                params.use_extra_bufts = False
                return params

            llama_cpp.llama_model_default_params = without_amx
            llama_cpp.llama_cpp.llama_model_default_params = without_amx
        self.pid = os.getpid()
        self._llama = llama_cpp.Llama(
            str(path), n_ctx=2048, n_threads=threads, n_threads_batch=threads, flash_attn=True, verbose=False
        )

    def close(self) -> None:
        self._llama.close()

    def write(self, prompts: Sequence[Tokens], length: int) -> Amount:
        """Write up to `length` tokens after each prompt."""
        written = 0
        for seed, prompt in enumerate(prompts):
            reply = self._llama.create_completion(
                list(prompt), max_tokens=length, seed=seed, **_SAMPLING, stream=False
            )
            assert isinstance(reply, dict)
            written += reply["usage"]["completion_tokens"]
        return Amount(sum(map(len, prompts)), written)
