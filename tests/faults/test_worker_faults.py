"""What goes wrong with the model's process: it costs the open request, never the caller or the next one."""

import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from pathlib import Path

import anyio
import psutil
import pytest

from aw_engine.errors import AwError, BackendError, ModelDamaged, ModelUnsupported, PassageError, WorkerDied
from aw_engine.inference.backend import Generation, Rewrite, Sampling, Scoring
from aw_engine.inference.supervisor import WorkerBackend
from support.waiting import eventually, until

posix_only = pytest.mark.skipif(os.name == "nt", reason="signals are POSIX")

NOISY = """
import os
from aw_engine.inference import engine, worker
count = engine.InferenceEngine.count
def noisy(self, texts):
    print("noise", flush=True)
    os.write(1, b"\\xff" * 100)
    os.system("echo noise")
    return count(self, texts)
engine.InferenceEngine.count = noisy
worker.main()
"""

PARENT = """
import sys, anyio
from aw_engine.inference.backend import Scoring
from aw_engine.inference.supervisor import WorkerBackend
async def main():
    backend = WorkerBackend(sys.argv[1], dialect="mini")
    await backend.count(["one"])
    print(backend.worker_pid, flush=True)
    await backend.score([Scoring(f"Text {k}. " + "word " * 400) for k in range(4000)])
anyio.run(main)
"""


def generation(seed: int, max_tokens: int) -> Generation:
    prompt = Rewrite("The old man walked to town and bought some bread.", "Shorten.", "clarity", "all")
    return Generation(prompt, Sampling(seed=seed, max_tokens=max_tokens, temperature=1.5))


def long_work(count: int = 400) -> list[Scoring]:
    return [Scoring(f"Number {k}. " + "some more words " * 100) for k in range(count)]


def kill_worker(backend: WorkerBackend) -> None:
    assert backend.worker_pid is not None
    os.kill(backend.worker_pid, signal.SIGKILL)


async def die_in_the_middle(backend: WorkerBackend) -> None:
    """Start long work and kill the worker once it is under way."""
    await backend.count(["one"])
    assert backend.worker_pid is not None
    worker = psutil.Process(backend.worker_pid)
    before = sum(worker.cpu_times()[:2])

    async def kill_when_busy() -> None:
        await eventually(lambda: sum(worker.cpu_times()[:2]) >= before + 0.1)
        kill_worker(backend)

    async with anyio.create_task_group() as group:
        group.start_soon(kill_when_busy)
        with pytest.raises(WorkerDied, match="signal 9"):
            await backend.score(long_work())


@pytest.fixture
async def with_clock(model_path: Path) -> AsyncIterator[tuple[WorkerBackend, list[float]]]:
    """A backend whose deaths are timed by the last entry of the list."""
    now = [0.0]
    backend = WorkerBackend(str(model_path), dialect="mini", clock=lambda: now[-1])
    yield backend, now
    await backend.aclose()


@posix_only
async def test_a_killed_worker_costs_the_open_request_only(backend: WorkerBackend) -> None:
    await die_in_the_middle(backend)
    assert await backend.count(["one"]) == [1]


@posix_only
async def test_a_second_death_within_three_minutes_stops_restarting_until_reset(
    with_clock: tuple[WorkerBackend, list[float]],
) -> None:
    backend, now = with_clock
    await die_in_the_middle(backend)
    now.append(170.0)
    await die_in_the_middle(backend)
    now.append(1000.0)
    with pytest.raises(WorkerDied, match="twice within three minutes"):
        await backend.count(["one"])
    backend.reset()
    assert await backend.count(["one"]) == [1]


@posix_only
async def test_deaths_far_apart_are_forgiven(with_clock: tuple[WorkerBackend, list[float]]) -> None:
    backend, now = with_clock
    await die_in_the_middle(backend)
    now.append(200.0)
    await die_in_the_middle(backend)
    assert await backend.count(["one"]) == [1]


@posix_only
async def test_a_worker_that_dies_between_requests_is_replaced(backend: WorkerBackend) -> None:
    await backend.count(["one"])
    kill_worker(backend)
    await eventually(lambda: backend.worker_pid is None, 10)
    assert await backend.count(["one"]) == [1]


@posix_only
def test_no_worker_outlives_a_parent_killed_in_the_middle_of_its_work(model_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, str(model_path)], stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        worker = psutil.Process(int(parent.stdout.readline()))
        before = sum(worker.cpu_times()[:2])
        until(lambda: sum(worker.cpu_times()[:2]) >= before + 0.1, "the worker to be busy")
        parent.kill()
    worker.wait(timeout=5)


async def test_cancelling_ends_native_work_at_once_and_the_next_request_is_served(
    backend: WorkerBackend,
) -> None:
    expected = await backend.score([Scoring("A short text.")])
    with anyio.move_on_after(0.5) as scope:
        await backend.score(long_work())
    assert scope.cancelled_caught
    assert anyio.current_time() - scope.deadline < 0.5
    started = anyio.current_time()
    assert await backend.score([Scoring("A short text.")]) == expected
    assert anyio.current_time() - started < 2


async def test_leaving_an_iteration_gives_up_the_rest(chat_backend: WorkerBackend) -> None:
    completions = chat_backend.generate([generation(1, 1), generation(2, 250), generation(3, 250)])
    first = await anext(completions)
    assert first.tokens <= 1
    await completions.aclose()
    with anyio.fail_after(5):
        assert await chat_backend.count(["one"]) == [1]


async def test_output_of_libraries_cannot_break_the_frames(model_path: Path) -> None:
    backend = WorkerBackend(str(model_path), dialect="mini", command=[sys.executable, "-c", NOISY])
    assert await backend.count(["one", "one one"]) == [1, 2]
    assert await backend.count(["one"]) == [1]
    await backend.aclose()


@pytest.mark.parametrize(
    "frame", ["b'hello, I am no frame'", "b'\\xff\\xff\\xff\\xff'", "b'\\0\\0\\0\\1\\xc1'"]
)
async def test_a_worker_that_talks_garbage_is_an_error_that_says_so(frame: str) -> None:
    code = f"import os; os.write(1, {frame}); os.read(0, 1 << 20); os.read(0, 1)"
    backend = WorkerBackend(command=[sys.executable, "-c", code])
    with pytest.raises(BackendError), anyio.fail_after(10):
        await backend.info()
    await backend.aclose()


async def test_a_worker_that_cannot_start_is_an_error_that_says_so() -> None:
    backend = WorkerBackend(command=[sys.executable, "-c", "raise SystemExit(3)"])
    with pytest.raises(WorkerDied, match="exit code 3"), anyio.fail_after(10):
        await backend.info()
    await backend.aclose()


async def test_half_a_character_is_refused_and_costs_nothing(backend: WorkerBackend) -> None:
    with pytest.raises(PassageError) as caught:
        await backend.score([Scoring("a\ud800")])
    assert caught.value.reason == "unencodable"
    assert await backend.count(["one"]) == [1]


async def test_strange_characters_are_scored_like_any_other(backend: WorkerBackend) -> None:
    texts = ["a\0b", "a\u2028b", "\ufeffa", "a\x85b\x0c", "𝒳" * 50, "<|end|><|judge|>", "⟦1⟧"]
    for likelihood in await backend.score([Scoring(text) for text in texts]):
        assert likelihood.logprob < 0


async def test_a_file_that_is_no_model_is_an_error_and_another_may_be_tried(tmp_path: Path) -> None:
    page = tmp_path / "model.gguf"
    page.write_text("<!DOCTYPE html><title>Sign in</title>")
    backend = WorkerBackend(str(page))
    for _ in range(2):
        with pytest.raises(ModelDamaged, match="web page"):
            await backend.info()
    await backend.aclose()


def flipped(model_path: Path, folder: Path, place: int) -> Path:
    """A copy of the model with one byte changed."""
    data = bytearray(model_path.read_bytes())
    data[place] ^= 0x41
    (folder / "damaged.gguf").write_bytes(data)
    return folder / "damaged.gguf"


@pytest.mark.parametrize("place", [5, 9, 17, 40, 200, 1000, 20_000, 150_000, 260_000])
async def test_a_flipped_byte_in_the_header_never_reaches_the_caller_as_a_crash_of_its_own(
    model_path: Path, tmp_path: Path, place: int
) -> None:
    backend = WorkerBackend(str(flipped(model_path, tmp_path, place)), dialect="mini")
    with suppress(AwError):
        assert await backend.count(["one"])
    await backend.aclose()


@pytest.mark.parametrize(
    ("name", "match"),
    [
        ("bert", "embedding model"),
        ("vocabulary", "vocabulary only"),
        ("newer", "newer than the installed llama-cpp-python"),
        ("untaught", "chat template"),
    ],
)
async def test_a_model_that_cannot_do_the_work_is_named(
    write_variant: Callable[..., Path], name: str, match: str
) -> None:
    architecture = {"bert": "bert", "newer": "xyz"}.get(name)
    path = write_variant(f"{name}.gguf", architecture=architecture, tensors=name != "vocabulary")
    backend = WorkerBackend(str(path), dialect="chat")
    with pytest.raises(ModelUnsupported, match=match):
        await backend.info()
    await backend.aclose()
