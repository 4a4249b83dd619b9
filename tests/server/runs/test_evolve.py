"""The command and the request that start a run, as a client sees them."""

from typing import Any

import psutil
import pytest
from platformdirs import user_state_path

from support.editor import ENDLESS, SMALL
from support.letter import NOTES, RAIN
from support.local_editor import LocalEditor
from support.waiting import eventually

CANCEL = "$/cancelRequest"
COMMAND = "aw.server.evolve"


def ranked(editor: LocalEditor) -> Any:
    """Whether the newest job has a ranking; and the job."""
    jobs = [job for job in editor.server.jobs.remembered() if job.progress is not None]
    return jobs[-1] if jobs else None


async def test_the_request_answers_with_the_ranking_at_the_end(ready: LocalEditor) -> None:
    result = await ready.evolve()
    assert (result["status"], result["stale"], result["uri"]) == ("done", False, ready.uri)
    assert result["range"]["start"] == {"line": 2, "character": 0}
    assert result["original"] == RAIN
    ranks = [each["rank"] for each in result["candidates"]]
    assert ranks == list(range(1, len(ranks) + 1))
    assert result["candidates"][result["originalRank"] - 1]["id"] == "original"
    assert not ready.heard("window/showMessage")
    assert not ready.heard("workspace/applyEdit")


async def test_the_command_answers_at_once_and_tells_once_when_it_is_done(ready: LocalEditor) -> None:
    await eventually(lambda: ready.server.warmup.done)
    started = await ready.command(COMMAND, ready.asked())
    assert started["state"] == "running"
    assert started["range"]["start"] == {"line": 2, "character": 0}
    early = await ready.command("aw.server.results", {"jobId": started["jobId"]})
    assert early["status"] == "running"
    shown = (await ready.hears("window/showMessage"))["params"]
    assert "above your text" in shown["message"]
    result = await ready.ask("aw/results", {"jobId": started["jobId"]})
    assert result["status"] == "done"
    assert len(ready.heard("window/showMessage")) == 1


async def test_command_and_request_lead_to_the_same_job(ready: LocalEditor) -> None:
    started = await ready.command(COMMAND, ready.asked())
    result = await ready.evolve()
    assert result["jobId"] == started["jobId"]
    again = await ready.command(COMMAND, ready.asked())
    assert (again["state"], again["jobId"]) == ("joined", started["jobId"])


async def test_cancelling_the_request_answers_with_the_best_so_far(ready: LocalEditor) -> None:
    number = ready.request("aw/evolve", ready.asked(**ENDLESS))
    await ready.until(lambda: ranked(ready))
    ready.notify(CANCEL, {"id": number})
    result = (await ready.answer(number))["result"]
    assert result["status"] == "cancelled"
    assert len(result["candidates"]) > 1
    assert all(each["provisional"] for each in result["candidates"])
    await ready.until(lambda: not ready.server.queue.unfinished)
    assert not ready.heard("workspace/applyEdit")


async def test_a_stopped_run_says_so_before_its_findings_are_in_order(ready: LocalEditor) -> None:
    number = ready.request("aw/evolve", ready.asked(**ENDLESS))
    await ready.until(lambda: ranked(ready))
    job = ranked(ready)
    workers = psutil.Process().children()
    for worker in workers:
        worker.suspend()  # now the run cannot end, save between two calls of a worker
    try:
        ready.notify(CANCEL, {"id": number})
        assert (await ready.answer(number))["result"]["status"] == "cancelled"
        assert (await ready.ask("aw/results", {"jobId": job.id}))["status"] == "cancelled"
    finally:
        for worker in workers:
            worker.resume()
    await ready.until(job.done.is_set)
    assert job.status == "cancelled"


@pytest.mark.parametrize("moment", ["in the same write", "loading", "writing"])
async def test_cancelling_early_answers_with_the_original_alone(ready: LocalEditor, moment: str) -> None:
    number, jobs, queue = 4711, ready.server.jobs, ready.server.queue
    asked = {"id": number, "method": "aw/evolve", "params": ready.asked(**ENDLESS)}
    cancel = {"method": CANCEL, "params": {"id": number}}
    if moment == "in the same write":
        ready.send(asked, cancel, cancel)
    else:
        ready.send(asked)
        await ready.until(
            lambda: (
                queue.state == "loading"
                if moment == "loading"
                else any(job.started for job in jobs.remembered())
            )
        )
        ready.send(cancel)
        ready.send(cancel)
    result = (await ready.answer(number))["result"]
    assert result["status"] == "cancelled"
    assert [each["id"] for each in result["candidates"]] == ["original"]
    assert (await ready.evolve())["status"] == "done"


async def test_cancelling_what_has_ended_or_never_was_does_nothing(ready: LocalEditor) -> None:
    number = ready.request("aw/evolve", ready.asked())
    assert (await ready.answer(number))["result"]["status"] == "done"
    ready.notify(CANCEL, {"id": number})
    ready.notify(CANCEL, {"id": 99_999})
    await ready.ask("aw/status", {})


async def test_of_two_requests_on_one_job_cancelling_one_leaves_the_other_its_run(ready: LocalEditor) -> None:
    first = ready.request("aw/evolve", ready.asked(n=8))
    second = ready.request("aw/evolve", ready.asked(n=8))
    await ready.until(lambda: ranked(ready))
    ready.notify(CANCEL, {"id": first})
    assert (await ready.answer(first))["result"]["status"] == "cancelled"
    assert (await ready.answer(second))["result"]["status"] == "done"


async def test_a_run_started_by_command_outlives_a_request_that_leaves(ready: LocalEditor) -> None:
    started = await ready.command(COMMAND, ready.asked(n=8))
    number = ready.request("aw/evolve", ready.asked(n=8))
    await ready.until(lambda: ranked(ready))
    ready.notify(CANCEL, {"id": number})
    await ready.answer(number)
    await ready.until(lambda: ready.server.jobs.get(started["jobId"]).done.is_set())
    assert ready.server.jobs.get(started["jobId"]).status == "done"


async def test_cancelling_a_command_that_has_answered_does_not_stop_its_run(ready: LocalEditor) -> None:
    number = ready.request("workspace/executeCommand", {"command": COMMAND, "arguments": [ready.asked()]})
    started = (await ready.answer(number))["result"]
    ready.notify(CANCEL, {"id": number})
    await ready.hears("window/showMessage")
    assert ready.server.jobs.get(started["jobId"]).status == "done"


async def test_stopping_and_then_discarding(ready: LocalEditor) -> None:
    number = ready.request("aw/evolve", ready.asked(**ENDLESS))
    await ready.until(lambda: ranked(ready))
    job = ranked(ready)
    assert await ready.command("aw.server.cancel", {"jobId": job.id}) == {"cancelled": [job.id]}
    assert (await ready.answer(number))["result"]["status"] == "cancelled"
    assert await ready.ask("aw/cancel", {"jobId": job.id, "keep": False}) == {"cancelled": []}
    error = await ready.fails("aw/results", {"jobId": job.id})
    assert (error["code"], error["data"]) == (-32803, {"kind": "unknownJob"})


async def test_a_refusal_is_an_answer_and_for_a_command_a_message_too(ready: LocalEditor) -> None:
    heading = {"textDocument": {"uri": ready.uri}, "position": {"line": 0, "character": 3}}
    result = await ready.ask("aw/evolve", heading)
    assert (result["status"], result["reason"]) == ("refused", "onlyMarkup")
    assert (
        result["message"]
        == "Only headings, code, tables, maths or verse are selected; choose a paragraph of prose."
    )
    assert not ready.heard("window/showMessage")
    started = await ready.command(COMMAND, heading)
    assert (started["state"], started["reason"]) == ("refused", "onlyMarkup")
    shown = (await ready.hears("window/showMessage"))["params"]
    assert shown == {"type": 3, "message": result["message"]}


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({}, "missing required field `textDocument`"),
        ({"textDocument": {"uri": 5}}, "$.textDocument.uri"),
        ({"textDocument": {"uri": "x"}, "n": 1}, "$.n"),
        ({"textDocument": {"uri": "x"}, "colour": "red"}, "unknown field `colour`"),
        ([1], "array"),
    ],
)
async def test_wrong_parameters_are_named_by_their_path(ready: LocalEditor, params: Any, said: str) -> None:
    error = await ready.fails("aw/evolve", params)
    assert error["code"] == -32602
    assert said in error["message"]
    error = await ready.fails("workspace/executeCommand", {"command": COMMAND, "arguments": [params]})
    assert error["code"] == -32602


async def test_a_command_without_arguments_or_with_two_is_refused(ready: LocalEditor) -> None:
    for arguments in ({}, {"arguments": [ready.asked(), ready.asked()]}):
        error = await ready.fails("workspace/executeCommand", {"command": COMMAND, **arguments})
        assert error["code"] == -32602


async def test_going_on_from_a_rewrite_uses_the_key_from(ready: LocalEditor) -> None:
    result = await ready.evolve()
    origin = {"jobId": result["jobId"], "candidateId": result["candidates"][0]["id"]}
    further = await ready.evolve(**{"from": origin})
    assert result["candidates"][0]["text"] in [each["text"] for each in further["candidates"]]
    error = await ready.fails("aw/evolve", ready.asked(**{"from": {**origin, "candidateId": "c999"}}))
    assert (error["code"], error["data"]) == (-32803, {"kind": "unknownCandidate"})


async def test_repeating_takes_the_last_plan_to_another_passage(ready: LocalEditor) -> None:
    await ready.evolve(rubric="concise", seed=3)
    passage = {"textDocument": {"uri": ready.uri}, "position": ready.place(ready.text.index(NOTES))}
    started = await ready.command("aw.server.repeat", passage)
    assert started["state"] == "running"
    request = ready.server.jobs.get(started["jobId"]).request
    plan = request.brief.plan
    assert (request.brief.rubric.id, plan.seed, plan.n) == ("concise", 3, SMALL["n"])
    assert request.extract.frame.original == NOTES


async def test_a_message_is_only_sent_if_it_is_wanted(editor: LocalEditor) -> None:
    await editor.begin(settings={"notifyWhenDone": "none"})
    started = await editor.command(COMMAND, editor.asked())
    await editor.until(lambda: editor.server.jobs.get(started["jobId"]).done.is_set())
    await editor.ask("aw/status", {})
    assert not editor.heard("window/showMessage")


@pytest.mark.parametrize(("choice", "command"), [("Compare all…", "window/showDocument"), ("Later", None)])
async def test_who_wants_to_be_asked_is_asked(editor: LocalEditor, choice: str, command: str | None) -> None:
    editor.mute.add("window/showMessageRequest")
    window = {"showDocument": {"support": True}}
    await editor.begin({"window": window}, settings={"notifyWhenDone": "ask"})
    await editor.command(COMMAND, editor.asked())
    asked = await editor.wait(lambda m: m.get("method") == "window/showMessageRequest")
    assert "above your text" in asked["params"]["message"]
    actions = asked["params"]["actions"]
    assert [each["title"] for each in actions] == ["Apply the best", "Compare all…", "Later"]
    editor.send({"id": asked["id"], "result": {"title": choice}})
    if command is not None:
        await editor.hears(command)
    await editor.ask("aw/status", {})
    assert not editor.heard("window/showMessage")
    assert not editor.heard("workspace/applyEdit")


async def test_the_first_run_ever_says_what_the_builtin_model_is(editor: LocalEditor) -> None:
    (user_state_path("aw", appauthor=False) / "welcomed").unlink()
    await editor.begin()
    await editor.ask("aw/status", {})
    assert not editor.heard("window/showMessage")
    for seed in (1, 2):
        assert (await editor.evolve(seed=seed))["status"] == "done"
    (shown,) = editor.heard("window/showMessage")
    assert "built-in model" in shown["message"]


async def test_hanging_up_during_a_run_leaves_no_worker(editor: LocalEditor) -> None:
    await editor.begin()
    editor.request("aw/evolve", editor.asked(**ENDLESS))
    await editor.until(lambda: ranked(editor))
    assert editor.server.runner.backends.worker_pids()
    editor.send({"id": 777, "method": "shutdown"})
    assert (await editor.answer(777))["result"] is None
    assert not editor.server.runner.backends.worker_pids()
