"""Rewrites put in place: over the text they were made for, or not at all; believed when they are there."""

import asyncio
import time
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support.announced import Evolve, Open, open_as
from support.letter import RAIN, REWRITES
from support.local_editor import LocalEditor
from support.script import Script


def journaled(editor: LocalEditor, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the history is told from now on."""
    told: list[str] = []
    monkeypatch.setattr(
        editor.server.runner.history, "applied", lambda job_id, candidate: told.append(candidate)
    )
    return told


@pytest.mark.parametrize("manner", ["honest", "answers-first", "silent"])
async def test_a_rewrite_is_applied_when_it_stands_there(
    manner: Any, evolved: Evolve, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor, result = await evolved()
    told = journaled(editor, monkeypatch)
    editor.manner = manner
    answer = await editor.ask("aw/apply", {"jobId": result["jobId"]})
    best = result["candidates"][0]
    assert answer["outcome"] == "applied"
    assert answer["message"] == "Rewrite 1 is in place; undo brings the former text back."
    assert editor.text == editor.before.replace(RAIN, best["text"])
    assert answer["range"]["start"] == editor.place(editor.text.index(best["text"]))
    assert told == [best["id"]]


@pytest.mark.parametrize(
    ("manner", "outcome"),
    [("liar", "unknown"), ("refuses", "refused"), ("fails", "refused"), ("mute", "unknown")],
)
async def test_what_is_not_there_is_not_believed(
    manner: Any, outcome: str, evolved: Evolve, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor, result = await evolved()
    told = journaled(editor, monkeypatch)
    editor.manner = manner
    begun = time.monotonic()
    answer = await editor.command("aw.server.apply", {"jobId": result["jobId"]})
    assert time.monotonic() - begun < 8  # eglot waits for ten seconds
    assert answer["outcome"] == outcome
    assert answer["message"].startswith("The editor did not apply the rewrite; your text is unchanged.")
    assert editor.shown()[-1] == answer["message"]
    assert (editor.text, told) == (editor.before, [])
    editor.manner = "honest"
    assert (await editor.command("aw.server.apply", {"jobId": result["jobId"]}))["outcome"] == "applied"


async def test_a_stale_rewrite_is_refused_with_choices(evolved: Evolve) -> None:
    editor, result = await evolved()
    typed = editor.before.replace("In order to be fair", "To be blunt")
    editor.type(typed)
    asked = {"jobId": result["jobId"], "candidateId": result["candidates"][0]["id"]}
    answer = await editor.ask("aw/apply", asked)
    assert answer["outcome"] == "stale"
    assert answer["message"].startswith("The text changed since this run began.")
    assert answer["choices"][:2] == ["rerun", "copy"]
    assert (editor.text, editor.edits) == (typed, [])
    editor.type(editor.before)
    assert (await editor.ask("aw/apply", asked))["outcome"] == "applied"


async def test_a_clean_merge_keeps_what_was_typed(evolved: Evolve, monkeypatch: pytest.MonkeyPatch) -> None:
    editor, result = await evolved()
    told = journaled(editor, monkeypatch)
    # The lightest rewrite changes the first sentence alone.
    light = next(each for each in result["candidates"] if each["text"] == REWRITES[2])
    editor.type(editor.before.replace("In order to be fair", "To be blunt"))
    asked = {"jobId": result["jobId"], "candidateId": light["id"]}
    assert (await editor.ask("aw/apply", asked))["choices"] == ["rerun", "copy", "merge"]
    answer = await editor.ask("aw/apply", {**asked, "onStale": "merge"})
    assert answer["outcome"] == "merged"
    assert editor.text == editor.before.replace(
        RAIN, light["text"].replace("In order to be fair", "To be blunt")
    )
    assert told == [light["id"]]


async def test_a_merge_with_conflicts_is_stale(evolved: Evolve) -> None:
    editor, result = await evolved()
    typed = editor.before.replace("was was raining", "was pouring")
    editor.type(typed)
    answer = await editor.ask("aw/apply", {"jobId": result["jobId"], "onStale": "merge"})
    assert (answer["outcome"], answer["choices"]) == ("stale", ["rerun", "copy"])
    assert editor.text == typed


async def test_the_next_candidate_replaces_the_one_applied_until_it_is_touched(
    evolved: Evolve, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor, result = await evolved("vscode")
    told = journaled(editor, monkeypatch)
    first, second, third = (each for each in result["candidates"] if each["id"] != "original")
    for each in (first, second):
        asked = {"jobId": result["jobId"], "candidateId": each["id"]}
        assert (await editor.ask("aw/apply", asked))["outcome"] == "applied"
        assert editor.text == editor.before.replace(RAIN, each["text"])
    again = await editor.ask("aw/apply", {"jobId": result["jobId"], "candidateId": second["id"]})
    assert (again["outcome"], again["message"]) == ("refused", "Your text reads like this already.")
    assert told == [first["id"], second["id"]]
    back = await editor.ask("aw/apply", {"jobId": result["jobId"], "candidateId": "original"})
    assert (back["outcome"], editor.text) == ("applied", editor.before)
    await editor.ask("aw/apply", {"jobId": result["jobId"], "candidateId": second["id"]})
    editor.type(editor.text.replace("at noon", "at one"))
    touched = await editor.ask("aw/apply", {"jobId": result["jobId"], "candidateId": third["id"]})
    assert touched["outcome"] == "stale"


async def test_an_editor_that_takes_no_edits_is_sent_none(evolved: Evolve) -> None:
    editor, result = await evolved("ale")
    answer = await editor.command("aw.server.apply", {"jobId": result["jobId"]})
    assert answer["outcome"] == "refused"
    assert "code actions" in answer["message"]
    assert editor.text == editor.before


async def test_a_closed_document_is_never_edited(evolved: Evolve) -> None:
    editor, result = await evolved()
    editor.close_document()
    answer = await editor.ask("aw/apply", {"jobId": result["jobId"]})
    assert (answer["outcome"], editor.edits) == ("refused", [])
    assert answer["message"] == "This document is not open in the editor; open it and try again."


async def test_the_history_keeps_what_was_taken_by_command_and_by_edit(evolved: Evolve) -> None:
    editor, result = await evolved()
    first, second = result["candidates"][:2]
    await editor.ask("aw/apply", {"jobId": result["jobId"], "candidateId": second["id"]})
    action = next(each for each in await editor.actions() if each["title"].startswith("1 · "))
    editor.take(action["edit"])
    await editor.ask("aw/status", {})
    journal = editor.server.runner.history.journal
    assert journal is not None
    journal.flush()
    actions = journal.run(result["jobId"]).user_actions
    assert [(action.kind, action.candidate) for action in actions] == [
        ("applied", second["id"]),
        ("applied", first["id"]),
    ]


async def test_two_at_once_come_one_after_the_other(evolved: Evolve) -> None:
    editor, result = await evolved()
    editor.manner = "answers-first"
    rewrites = [each for each in result["candidates"] if each["id"] != "original"][:2]
    answers = await asyncio.gather(
        *(editor.ask("aw/apply", {"jobId": result["jobId"], "candidateId": each["id"]}) for each in rewrites)
    )
    assert [answer["outcome"] for answer in answers] == ["applied", "applied"]
    assert editor.text == editor.before.replace(RAIN, rewrites[1]["text"])


async def test_unknown_runs_and_rewrites_are_errors(evolved: Evolve) -> None:
    editor, result = await evolved()
    for asked, kind in (
        ({"jobId": "nope"}, "unknownJob"),
        ({"jobId": result["jobId"], "candidateId": "nope"}, "unknownCandidate"),
        ({"jobId": result["jobId"], "parts": [99]}, "unknownCandidate"),
    ):
        error = await editor.fails("aw/apply", asked)
        assert (error["code"], error["data"]["kind"]) == (-32803, kind)


async def test_where_nothing_is_better_there_is_no_best(evolved: Evolve) -> None:
    editor, result = await evolved(original=5.0)
    answer = await editor.ask("aw/apply", {"jobId": result["jobId"]})
    assert (answer["outcome"], editor.text) == ("refused", editor.before)


async def test_a_wrapped_quotation_with_crlf_keeps_its_shape(edit_with: Open, scripted: Script) -> None:
    editor = await edit_with("eglot-1.9")
    quoted = "> " + RAIN.replace(" cancelled by", "\r\n> cancelled by").replace(" received", "\r\n> received")
    whole = editor.before.replace(RAIN, quoted).replace("\n", "\r\n").replace("\r\r", "\r")
    editor.type(whole)
    scripted(*REWRITES)
    result = await editor.evolve(n=6)
    answer = await editor.ask("aw/apply", {"jobId": result["jobId"]})
    assert answer["outcome"] == "applied"
    assert "\n" not in editor.text.replace("\r\n", "")
    assert "\r\n> " in editor.text
    assert editor.text == whole.replace(result["original"], result["candidates"][0]["text"])


STEPS = st.lists(
    st.tuples(
        st.floats(0, 1),
        st.integers(0, 12),
        st.sampled_from(["", "x", "👩🏽‍🚀", "e\u0301", "漢字。", "\r\n", "\n\n", "\u2028", "noon", "שלום "]),
    ),
    max_size=6,
)


@pytest.fixture(params=["helix", "eglot-1.9"])
def ended(
    request: pytest.FixtureRequest, welcomed: None, scripted: Script
) -> Iterator[tuple[asyncio.Runner, LocalEditor, Any]]:
    """An editor with a run that has ended, in a loop of its own, through which hypothesis sends examples."""
    with asyncio.Runner() as runner:

        async def begin() -> tuple[LocalEditor, Any]:
            scripted(*REWRITES)
            editor = await open_as(request.param)
            return editor, await editor.evolve(n=6)

        editor, result = runner.run(begin())
        yield runner, editor, result
        runner.run(editor.aclose())


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, undo=st.booleans())
def test_after_any_edits_a_rewrite_lands_on_the_original_or_nowhere(
    ended: tuple[asyncio.Runner, LocalEditor, Any], steps: list[tuple[float, int, str]], undo: bool
) -> None:
    runner, editor, result = ended
    runner.run(check(editor, result, steps, undo=undo))


async def check(editor: LocalEditor, result: Any, steps: list[tuple[float, int, str]], *, undo: bool) -> None:
    text = editor.before
    for share, length, new in steps:
        at = int(share * len(text))
        text = text[:at] + new + text[at + length :]
        editor.type(text)
    if undo:
        text = editor.before
        editor.type(text)
    best = result["candidates"][0]
    answer = await editor.ask("aw/apply", {"jobId": result["jobId"], "candidateId": best["id"]})
    if answer["outcome"] == "applied":
        places = [at for at in range(len(text)) if text.startswith(RAIN, at)]
        landed = [text[:at] + best["text"] + text[at + len(RAIN) :] for at in places]
        assert editor.text in landed
    else:
        assert answer["outcome"] == "stale"
        assert editor.text == text
        assert not undo
    editor.type(editor.before)
