"""A text in another language, and what the writer says when asked about it."""

from support.local_editor import LocalEditor

GERMAN = "Das ist ein kurzer Absatz, der nicht auf Englisch ist und auch nicht so aussieht."


async def test_the_writer_is_asked_whether_it_is_english_and_the_run_begins(ready: LocalEditor) -> None:
    ready.type(f"{GERMAN}\n")
    ready.mute.add("window/showMessageRequest")
    started = await ready.command("aw.server.evolve", ready.asked(GERMAN))
    assert (started["state"], started["reason"]) == ("refused", "unsupportedLanguage")
    asked = await ready.wait(lambda m: m.get("method") == "window/showMessageRequest")
    assert asked["params"]["message"].startswith("This text looks like German")
    assert [each["title"] for each in asked["params"]["actions"]] == ["It is English"]
    assert not ready.server.queue.unfinished
    ready.send({"id": asked["id"], "result": asked["params"]["actions"][0]})
    await ready.until(lambda: bool(ready.server.queue.unfinished))
    await ready.until(lambda: not ready.server.queue.unfinished)


async def test_without_an_answer_nothing_begins(ready: LocalEditor) -> None:
    ready.type(f"{GERMAN}\n")
    started = await ready.command("aw.server.evolve", ready.asked(GERMAN))
    assert started["state"] == "refused"
    await ready.wait(lambda m: m.get("method") == "window/showMessageRequest")
    await ready.ask("aw/status", {})
    assert not ready.server.queue.unfinished
