"""What our own clients hear while a run goes on, and others do not."""

import asyncio
import itertools

from support.local_editor import LocalEditor


async def test_who_asks_for_it_hears_of_every_leaderboard(editor: LocalEditor) -> None:
    await editor.begin(updates=True)
    loop = asyncio.get_running_loop()
    began = loop.time()
    result = await editor.evolve(n=8, generations=2)
    updates = editor.heard("$/aw/update")
    assert updates
    assert len(updates) <= 4 * (loop.time() - began) + 1
    for update in updates:
        assert update["jobId"] == result["jobId"]
        assert (update["uri"], update["range"]) == (editor.uri, result["range"])
        assert 1 <= update["generation"] <= update["generations"] == 2
        assert update["callsDone"] <= update["callsTotal"]
        assert [each["rank"] for each in update["leaderboard"]] == list(
            range(1, len(update["leaderboard"]) + 1)
        )


async def test_who_asks_for_it_hears_how_the_server_is(editor: LocalEditor) -> None:
    await editor.begin(status=True)
    await editor.evolve()
    await editor.until(
        lambda: editor.heard("$/aw/status")[-1:] == [{"state": "idle", "model": "builtin", "queue": 0}]
    )
    states = [each["state"] for each in editor.heard("$/aw/status")]
    assert "working" in states or "loading" in states
    assert all(one != other for one, other in itertools.pairwise(states))


async def test_who_says_nothing_hears_nothing(ready: LocalEditor) -> None:
    await ready.evolve()
    assert not ready.heard("$/aw/update")
    assert not ready.heard("$/aw/status")
