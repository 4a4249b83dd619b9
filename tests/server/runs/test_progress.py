"""Progress bars: who gets one, what it says, and that it always ends."""

import asyncio

from support.editor import ENDLESS, SMALL
from support.letter import NOTES
from support.local_editor import LocalEditor

CREATE = "window/workDoneProgress/create"


async def test_the_clients_token_is_used_from_begin_to_end(ready: LocalEditor) -> None:
    await ready.evolve(n=8, generations=2, workDoneToken=7)
    said = ready.progress(7)
    assert [each["kind"] for each in said[:1] + said[-1:]] == ["begin", "end"]
    assert said[0]["title"] == "AW"
    assert said[0]["cancellable"]
    reports = said[1:-1]
    assert all(each["kind"] == "report" for each in reports)
    shares = [each["percentage"] for each in reports]
    assert shares == sorted(shares)
    assert any("generation 1/" in each["message"] and " calls" in each["message"] for each in reports)
    assert "above your text" in said[-1]["message"] or "ranked first" in said[-1]["message"]
    assert not ready.heard(CREATE)
    assert 7 not in ready.server.work_done_progress.tokens


async def test_reports_come_at_most_four_times_a_second(ready: LocalEditor) -> None:
    loop = asyncio.get_running_loop()
    began = loop.time()
    await ready.evolve(n=12, generations=3, workDoneToken="t")
    reports = len(ready.progress("t")) - 2
    assert reports <= 4 * (loop.time() - began) + 1


async def test_a_command_gets_a_bar_of_ours_where_the_client_can_show_one(ready: LocalEditor) -> None:
    started = await ready.command("aw.server.evolve", ready.asked())
    token = (await ready.hears(CREATE))["params"]["token"]
    assert isinstance(token, str)
    await ready.until(lambda: ready.server.jobs.get(started["jobId"]).done.is_set())
    await ready.until(lambda: ready.progress(token)[-1:] and ready.progress(token)[-1]["kind"] == "end")
    assert ready.progress(token)[0]["kind"] == "begin"
    assert not ready.server.work_done_progress.tokens


async def test_a_client_that_cannot_show_progress_is_sent_none(editor: LocalEditor) -> None:
    await editor.begin()
    started = await editor.command("aw.server.evolve", editor.asked())
    await editor.until(lambda: editor.server.jobs.get(started["jobId"]).done.is_set())
    assert not editor.heard(CREATE)
    assert not editor.heard("$/progress")


async def test_a_client_that_never_answers_holds_nothing_up(ready: LocalEditor) -> None:
    ready.mute.add(CREATE)
    started = await ready.command("aw.server.evolve", ready.asked())
    await ready.until(lambda: ready.server.jobs.get(started["jobId"]).done.is_set())
    assert ready.server.jobs.get(started["jobId"]).status == "done"
    assert not ready.heard("$/progress")


async def test_a_client_that_refuses_to_create_is_sent_nothing(ready: LocalEditor) -> None:
    ready.mute.add(CREATE)
    started = await ready.command("aw.server.evolve", ready.asked())
    create = await ready.wait(lambda m: m.get("method") == CREATE)
    ready.send({"id": create["id"], "error": {"code": -32603, "message": "no"}})
    await ready.until(lambda: ready.server.jobs.get(started["jobId"]).done.is_set())
    assert not ready.heard("$/progress")


async def test_cancelling_the_bar_stops_the_run_and_keeps_the_best(ready: LocalEditor) -> None:
    number = ready.request("aw/evolve", ready.asked(**ENDLESS, workDoneToken="bar"))
    await ready.until(lambda: any("best" in each.get("message", "") for each in ready.progress("bar")))
    ready.notify("window/workDoneProgress/cancel", {"token": "bar"})
    result = (await ready.answer(number))["result"]
    assert result["status"] == "cancelled"
    end = ready.progress("bar")[-1]
    assert end == {"kind": "end", "message": f"cancelled, {len(result['candidates']) - 1} kept"}


async def test_a_token_may_be_used_again_and_not_twice_at_once(ready: LocalEditor) -> None:
    first = ready.request("aw/evolve", ready.asked(workDoneToken="same"))
    second = ready.request("aw/evolve", ready.asked(NOTES, workDoneToken="same"))
    await ready.answer(first)
    await ready.answer(second)
    assert [each["kind"] for each in ready.progress("same") if each["kind"] != "report"] == ["begin", "end"]
    await ready.evolve(seed=1, workDoneToken="same")
    assert len([each for each in ready.progress("same") if each["kind"] == "end"]) == 2


async def test_a_run_that_waits_says_so(ready: LocalEditor) -> None:
    first = ready.request("aw/evolve", ready.asked(**ENDLESS))
    second = ready.request("aw/evolve", ready.asked(NOTES, workDoneToken="w"))
    await ready.until(lambda: ready.progress("w"))
    assert ready.progress("w")[0]["message"] == "Queued: 1 run before this one."
    ready.notify("$/cancelRequest", {"id": first})
    await ready.answer(second)
    assert ready.progress("w")[-1]["kind"] == "end"


async def test_a_split_has_one_bar_for_all_its_paragraphs(ready: LocalEditor) -> None:
    whole = {"start": {"line": 0, "character": 0}, "end": {"line": 9, "character": 0}}
    asked = {"textDocument": {"uri": ready.uri}, "range": whole, "split": True, **SMALL}
    started = await ready.command("aw.server.evolve", asked)
    assert len(started["also"]) == 1
    await ready.hears("window/showMessage")
    said = next(m["message"] for m in ready.heard("window/showMessage"))
    assert said.startswith("2 of 2 paragraphs have a rewrite")
    tokens = {m["token"] for m in ready.heard("$/progress")}
    assert len(tokens) == 1
    kinds = [each["kind"] for each in ready.progress(tokens.pop())]
    assert (kinds[0], kinds[-1], kinds.count("end")) == ("begin", "end", 1)


async def test_a_run_that_fails_to_begin_ends_its_bar(ready: LocalEditor) -> None:
    ready.server.session.settings = type(ready.server.session.settings)(context_length=64, history=False)
    result = await ready.evolve(workDoneToken="f")
    assert (result["status"], result["reason"]) == ("refused", "tooLong")
    assert ready.progress("f")[-1]["kind"] == "end"
