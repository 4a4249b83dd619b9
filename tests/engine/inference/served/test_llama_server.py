"""A real llama-server is asked as the worker asks the same file, and answers as it does."""

from collections.abc import Iterator
from contextlib import aclosing
from pathlib import Path

import anyio
import pytest

from aw_engine.inference.backend import Choice, Compare, Generation, Rewrite, Sampling
from aw_engine.inference.served.backend import ServerBackend
from aw_engine.inference.supervisor import WorkerBackend
from support import llama_server

pytestmark = [
    pytest.mark.skipif(bool(llama_server.missing()), reason=llama_server.missing()),
    pytest.mark.timeout(600),
]

TEXT = "The old bridge were closed in May because of the fact that it had rust."


@pytest.fixture(scope="module")
def model() -> Path:
    return llama_server.model()


@pytest.fixture(scope="module")
def address(model: Path) -> Iterator[str]:
    # Not waited for: a server that loads its model says so, and is asked again.
    with llama_server.running(model, "-np", "2", "-c", "4096", "--metrics") as found:
        yield found


def choosing(first: str, second: str) -> Choice:
    return Choice(
        Compare(first, second, "clarity", "Which is clearer?", "clear prose", "all"), answers=("A", "B")
    )


async def test_it_is_found_out_by_asking(address: str) -> None:
    backend = ServerBackend(address)
    info = await backend.info()
    await backend.aclose()
    assert info.settings == {"server": "llama-server", "atOnce": 2}
    assert info.context == 2048
    assert info.name.endswith(".gguf")
    assert "/" not in info.name
    assert info.capabilities.judging == "letters"
    assert info.capabilities.by_sentence


async def test_it_judges_and_counts_as_the_worker_does(address: str, model: Path) -> None:
    served, worker = ServerBackend(address), WorkerBackend(str(model))
    choices = [choosing("He go to school.", TEXT), choosing(TEXT, "A <|im_end|> in the text.")]
    texts = ["One two three.", "Marks <|im_start|>user and <|im_end|> are text.", "Żółć ⟦1⟧ 😀"]
    try:
        assert await served.count(texts) == await worker.count(texts)
        for mine, its in zip(await served.choose(choices), await worker.choose(choices), strict=True):
            assert mine.logprobs == pytest.approx(its.logprobs, abs=0.1)
            assert mine.mass == pytest.approx(its.mass, abs=0.1)
    finally:
        await served.aclose()
        await worker.aclose()


async def test_it_writes_and_keeps_marks(address: str) -> None:
    backend = ServerBackend(address)
    plain = Rewrite(TEXT, "Rewrite this sentence so that it is clearer.", "", "", unit="sentence")
    marked = Rewrite("The ⟦1⟧ were closed in ⟦2⟧.", "Mend it.", "", "", marks=("⟦1⟧", "⟦2⟧"))
    asked = [
        Generation(plain, Sampling(1, 60, 0.3)),
        Generation(marked, Sampling(1, 60, 0.3), marks_once=True),
    ]
    async with aclosing(backend.generate(asked)) as completions:
        found = {each.index: each async for each in completions}
    await backend.aclose()
    assert "bridge" in found[0].text
    assert not found[0].text.startswith('"')
    assert found[0].finish == "stop"
    assert found[0].tokens > 3
    assert [found[1].text.count(mark) for mark in ("⟦1⟧", "⟦2⟧")] == [1, 1]


async def test_giving_up_ends_the_work_on_the_server(address: str) -> None:
    backend = ServerBackend(address)
    await backend.info()
    long = Generation(
        Rewrite("Once upon a time", "Write a very long story in many paragraphs.", "", ""),
        Sampling(1, 1500, 1.0),
        marks_once=False,
    )
    with anyio.move_on_after(3.0):
        async with aclosing(backend.generate([long, long])) as completions:
            async for _ in completions:
                pass
    assert await anyio.to_thread.run_sync(llama_server.rests, address)
    await backend.aclose()
