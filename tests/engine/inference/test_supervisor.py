import asyncio
import os
import signal
import subprocess
import sys
from contextlib import aclosing
from pathlib import Path

import anyio
import psutil
import pytest

from aw_engine.inference import wire
from aw_engine.inference.backend import Choice, Compare, Generation, Rewrite, Sampling, Scoring
from aw_engine.inference.supervisor import WorkerBackend
from support.waiting import eventually


def generation(seed: int, max_tokens: int) -> Generation:
    prompt = Rewrite("The old man walked to town and bought some bread.", "Shorten.", "clarity", "all")
    return Generation(prompt, Sampling(seed=seed, max_tokens=max_tokens))


async def test_a_worker_starts_with_the_first_request_and_ends_with_the_backend(
    backend: WorkerBackend,
) -> None:
    assert backend.worker_pid is None
    assert await backend.count(["one", ""]) == [1, 0]
    pid = backend.worker_pid
    assert pid is not None
    await backend.aclose()
    assert backend.worker_pid is None
    assert not psutil.pid_exists(pid)


async def test_info_names_the_file_by_its_digest(backend: WorkerBackend) -> None:
    info = await backend.info()
    assert (info.dialect, len(info.digest)) == ("mini", 64)
    assert info.context >= 512


async def test_two_workers_give_the_same_answers(backend: WorkerBackend) -> None:
    requests = [Scoring("He go to school."), Scoring("He goes to school.", before="Tom is a boy.")]
    choice = Choice(Compare("He goes.", "He go.", "fluency", "", "", ""), ("A", "B"))
    first = await backend.score(requests), await backend.choose([choice])
    await backend.aclose()
    assert (await backend.score(requests), await backend.choose([choice])) == first


async def test_completions_arrive_one_by_one_and_all(chat_backend: WorkerBackend) -> None:
    requests = [generation(seed, 2 + 6 * seed) for seed in range(4)]
    done = [completion async for completion in chat_backend.generate(requests)]
    assert sorted(completion.index for completion in done) == [0, 1, 2, 3]


async def test_another_request_may_be_made_while_completions_are_awaited(chat_backend: WorkerBackend) -> None:
    counts = [
        (await chat_backend.count(["one"]))[0]
        async for _ in chat_backend.generate([generation(seed, 8) for seed in range(3)])
    ]
    assert counts == [1, 1, 1]


async def test_callers_at_the_same_time_get_their_own_answers(backend: WorkerBackend) -> None:
    texts = ["one " * size for size in range(1, 9)]
    found: dict[int, int] = {}

    async def ask(size: int) -> None:
        (found[size],) = await backend.count([texts[size - 1]])

    async with anyio.create_task_group() as group:
        for size in range(1, 9):
            group.start_soon(ask, size)
    alone = await backend.count(texts)
    assert [found[size] for size in range(1, 9)] == alone


async def test_an_idle_worker_is_ended_and_the_next_request_starts_another(model_path: Path) -> None:
    hasty = WorkerBackend(str(model_path), dialect="mini", idle=0.01)
    await hasty.count(["one"])
    pid = hasty.worker_pid
    assert pid is not None
    await eventually(lambda: hasty.worker_pid is None and not psutil.pid_exists(pid), 10)
    assert await hasty.count(["one"]) == [1]
    await hasty.aclose()


async def test_idle_time_is_not_counted_while_the_first_request_is_served(chat_path: Path) -> None:
    hasty = WorkerBackend(str(chat_path), idle=0.01)
    requests = [generation(seed, 40) for seed in range(4)]
    assert len([completion async for completion in hasty.generate(requests)]) == 4
    await hasty.aclose()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no SIGINT to another process")
async def test_ctrl_c_in_the_terminal_leaves_the_worker_to_its_parent(backend: WorkerBackend) -> None:
    await backend.count(["one"])
    pid = backend.worker_pid
    assert pid is not None
    os.kill(pid, signal.SIGINT)
    assert await backend.count(["one"]) == [1]
    assert backend.worker_pid == pid


async def test_the_worker_gives_way_to_its_parent(backend: WorkerBackend) -> None:
    await backend.count(["one"])
    assert backend.worker_pid is not None
    worker = psutil.Process(backend.worker_pid)
    if sys.platform == "win32":
        assert worker.nice() == psutil.BELOW_NORMAL_PRIORITY_CLASS
    else:
        assert worker.nice() > psutil.Process().nice() or worker.nice() == 19


def test_the_supervising_process_never_loads_the_native_library() -> None:
    code = "import sys, aw_engine.inference.supervisor; sys.exit('llama_cpp' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


async def test_loading_is_reported_and_can_be_cancelled(
    model_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shares: list[float] = []
    scope = anyio.CancelScope()
    held: list[wire.Reply] = []

    def on_loading(share: float) -> None:
        shares.append(share)
        if len(shares) == 1:
            scope.cancel()

    def deliver_at_once(reply: wire.Reply) -> None:
        """Hold progress back, so that the caller finds all replies there when it looks for the first."""
        held.append(reply)
        if not isinstance(reply, wire.Progressed):
            loop.call_soon_threadsafe(release, tuple(held))
            held.clear()

    def release(replies: tuple[wire.Reply, ...]) -> None:
        for each in replies:
            deliver(each)

    loop = asyncio.get_running_loop()
    async with aclosing(WorkerBackend(str(model_path), dialect="mini", on_loading=on_loading)) as backend:
        deliver = backend._deliver
        monkeypatch.setattr(backend, "_deliver", deliver_at_once)
        with scope:
            await backend.info()
        assert scope.cancelled_caught
        shares.clear()
        assert (await backend.info()).dialect == "mini"
        assert shares == sorted(shares)
        assert shares[-1] == 1.0
