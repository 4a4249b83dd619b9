"""Status, models, rubrics, estimates: what is looked up and begins nothing."""

import shutil
from pathlib import Path

import platformdirs
import pytest

from aw_engine.inference.models.verify import shipped_digest
from aw_server.jobs import announcing
from support.editor import ENDLESS
from support.letter import NOTES, RAIN
from support.local_editor import LocalEditor
from support.waiting import eventually


async def test_the_status_says_what_runs_and_where_the_log_is(ready: LocalEditor) -> None:
    idle = await ready.ask("aw/status", {})
    assert (idle["state"], idle["model"], idle["protocol"], idle["queue"]) == ("idle", "builtin", 1, 0)
    assert idle["digest"] == shipped_digest()
    assert idle["log"].endswith("aw-server.log")
    assert "workerPid" not in idle
    number = ready.request("aw/evolve", ready.asked(**ENDLESS))
    await eventually(
        lambda: ready.server.queue.state == "working" and ready.server.runner.backends.worker_pids()
    )
    working = await ready.command("aw.server.status", {})
    assert working["state"] in ("working", "loading")
    assert working["workerBytes"] > 1_000_000
    ready.notify("$/cancelRequest", {"id": number})
    await ready.answer(number)


async def test_unloading_frees_memory_unless_a_run_needs_the_model(ready: LocalEditor) -> None:
    number = ready.request("aw/evolve", ready.asked(**ENDLESS))
    await eventually(lambda: ready.server.runner.backends.worker_pids())
    refused = await ready.command("aw.server.unload", {})
    assert refused == {"freedBytes": 0, "message": "The model is working; cancel the run first, or wait."}
    ready.notify("$/cancelRequest", {"id": number})
    await ready.answer(number)
    await ready.until(lambda: not ready.server.queue.unfinished)
    assert (await ready.command("aw.server.unload", {}))["freedBytes"] > 1_000_000


async def test_the_models_are_listed_with_what_is_wrong_with_them(ready: LocalEditor, tmp_path: Path) -> None:
    (builtin, *_) = await ready.ask("aw/models", {})
    assert (builtin["ref"], builtin["state"], builtin["active"]) == ("builtin", "ready", True)
    assert (builtin["dialect"], builtin["digest"]) == ("mini", shipped_digest())
    gone = str(tmp_path / "gone.gguf")
    ready.server.models.choose("writer", gone)
    listed = {each["ref"]: each for each in await ready.ask("aw/models", {})}
    assert (listed[gone]["state"], listed[gone]["active"]) == ("missing", True)
    assert not listed["builtin"]["active"]


async def test_a_model_is_chosen_if_it_can_be_used(ready: LocalEditor, chat_path: Path) -> None:
    assert await ready.ask("aw/selectModel", {"ref": str(chat_path)}) == {"ref": str(chat_path)}
    assert (await ready.ask("aw/status", {}))["model"] == str(chat_path)
    error = await ready.fails("aw/selectModel", {"ref": str(chat_path) + ".part.gguf"})
    assert error["code"] == -32803
    assert (await ready.ask("aw/status", {}))["model"] == str(chat_path)
    assert await ready.ask("aw/selectModel", {"ref": str(chat_path), "role": "judge"}) == {
        "ref": str(chat_path)
    }
    assert await ready.ask("aw/selectModel", {"ref": "", "role": "judge"}) == {"ref": ""}


async def test_without_a_reference_the_writer_is_asked(ready: LocalEditor) -> None:
    ready.mute.add("window/showMessageRequest")
    number = ready.request(
        "workspace/executeCommand", {"command": "aw.server.selectModel", "arguments": [{}]}
    )
    asked = await ready.wait(lambda m: m.get("method") == "window/showMessageRequest")
    ready.send({"id": asked["id"], "result": asked["params"]["actions"][0]})
    assert (await ready.answer(number))["result"] == {"ref": "builtin"}


async def test_rubrics_of_a_project_come_with_what_is_wrong_with_them(
    ready: LocalEditor, tmp_path: Path
) -> None:
    folder = tmp_path / ".aw" / "rubrics"
    folder.mkdir(parents=True)
    (folder / "broken.toml").write_text("id = 5\n", encoding="utf-8")
    uri = (tmp_path / "a.md").as_uri()
    listed = {each["id"]: each for each in await ready.ask("aw/rubrics", {"textDocument": {"uri": uri}})}
    assert listed["clarity"]["usable"]
    assert listed["clarity"]["source"] == "builtin"
    assert (listed["broken"]["usable"], listed["broken"]["source"]) == (False, "project")
    assert "broken.toml" in listed["broken"]["reason"]
    assert "broken" not in {each["id"] for each in await ready.ask("aw/rubrics", {})}


async def test_an_estimate_knows_the_words_and_after_a_run_the_seconds(
    ready: LocalEditor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(announcing, "AT_ONCE", 30.0)
    shutil.rmtree(platformdirs.user_cache_path("aw", appauthor=False) / "rates", ignore_errors=True)
    before = await ready.ask("aw/estimate", ready.asked())
    assert before["fits"]
    assert before["passageWords"] == len(RAIN.split())
    assert "seconds" not in before
    await ready.evolve(n=8, generations=2)
    after = await ready.ask("aw/estimate", ready.asked(NOTES, n=8, generations=2))
    low, high = after["seconds"]
    assert 0 < low <= high
    assert after["calls"] > before["calls"]
    started = await ready.command("aw.server.evolve", ready.asked(NOTES, n=8, generations=2))
    assert started["estimate"] == after["seconds"]
    heading = {"textDocument": {"uri": ready.uri}, "position": {"line": 0, "character": 0}}
    assert not (await ready.ask("aw/estimate", heading))["fits"]


async def test_preparing_loads_the_model_and_answers_nothing(ready: LocalEditor) -> None:
    ready.notify("aw/prepare", {"textDocument": {"uri": ready.uri}, "range": None})
    await eventually(lambda: ready.server.runner.backends.worker_pids())
    assert (await ready.evolve())["status"] == "done"
    ready.notify("aw/prepare", {"textDocument": {"uri": "file:///nowhere.md"}})
    ready.notify("aw/prepare", {"nonsense": 1})
    await ready.ask("aw/status", {})


async def test_steering_is_heard_and_unknown_rewrites_are_named(ready: LocalEditor) -> None:
    result = await ready.evolve()
    job, best = result["jobId"], result["candidates"][0]["id"]
    assert await ready.ask("aw/steer", {"jobId": job, "veto": [best]}) == {}
    left = [each["id"] for each in (await ready.ask("aw/results", {"jobId": job}))["candidates"]]
    assert best not in left
    error = await ready.fails("aw/steer", {"jobId": job, "pick": "c999"})
    assert (error["code"], error["data"]) == (-32803, {"kind": "unknownCandidate"})
    assert await ready.ask("aw/discard", {"jobId": job}) == {}
    error = await ready.fails("aw/steer", {"jobId": job})
    assert error["data"] == {"kind": "unknownJob"}
