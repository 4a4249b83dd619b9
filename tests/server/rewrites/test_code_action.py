"""Ranked rewrites in the menus of several editors."""

import asyncio
from typing import Any

import pytest

from support.announced import Evolve, Open
from support.editor import ENDLESS
from support.letter import RAIN

EVOLVE, RESULT, ROOT = (f"refactor.rewrite.aw{end}" for end in (".evolve", ".result", ""))


def titles(actions: list[dict[str, Any]]) -> list[str]:
    return [action["title"] for action in actions]


async def test_the_capabilities_name_the_kinds(edit_with: Open) -> None:
    editor = await edit_with("helix")
    assert editor.capabilities["codeActionProvider"] == {
        "codeActionKinds": [EVOLVE, RESULT, ROOT],
        "resolveProvider": True,
    }


async def test_where_nothing_was_run_rubrics_are_offered(edit_with: Open) -> None:
    editor = await edit_with("eglot-1.9")
    actions = await editor.actions()
    assert titles(actions) == [
        f"Evolve this paragraph ({name})" for name in ("clarity", "concise", "proofread")
    ]
    assert {action["kind"] for action in actions} == {EVOLVE}
    (argument,) = actions[1]["command"]["arguments"]
    assert actions[1]["command"]["command"] == "aw.server.evolve"
    assert argument["rubric"] == "concise"
    assert await editor.actions(trigger=2) == [], "no light bulb at every cursor move"
    assert len(await editor.actions(selected="was raining", trigger=2)) == 3


async def test_an_offer_starts_a_run(edit_with: Open) -> None:
    editor = await edit_with("eglot-1.9")
    offer = (await editor.actions())[0]["command"]
    started = await editor.ask("workspace/executeCommand", offer)
    assert started["state"] == "running"
    running = await editor.actions()
    assert titles(running)[0].startswith("Evolving…")
    assert titles(running)[1:] == ["Stop and keep the best"]
    assert "edit" not in running[0]
    assert (await editor.ask("workspace/executeCommand", running[1]["command"])) == {
        "cancelled": [started["jobId"]]
    }


async def test_a_run_that_waits_can_be_taken_out_of_the_queue(edit_with: Open) -> None:
    editor = await edit_with("eglot-1.9")
    await editor.command("aw.server.evolve", editor.asked("The last", **ENDLESS))
    waiting = await editor.command("aw.server.evolve", editor.asked())
    (action,) = await editor.actions()
    assert action["title"] == "Do not evolve (1 run before this one)"
    answer = await editor.ask("workspace/executeCommand", action["command"])
    assert answer == {"cancelled": [waiting["jobId"]]}
    await editor.command("aw.server.cancel", {"jobId": "all", "keep": False})


async def test_the_model_under_test_fills_the_menu(edit_with: Open) -> None:
    editor = await edit_with("helix")
    result = await editor.evolve()
    assert result["originalRank"] > 1
    actions = await editor.actions()
    shown = [action for action in actions if action["kind"] == RESULT]
    better = result["candidates"][: result["originalRank"] - 1][:4]
    assert [action["data"]["candidateId"] for action in shown] == [each["id"] for each in better]
    assert titles(shown)[0].startswith("1 · ")
    assert titles(actions)[len(shown) :] == ["Compare all…", "Discard these rewrites"]
    assert [action.get("isPreferred", False) for action in shown] == [each["preferred"] for each in better]
    assert len(set(titles(actions))) == len(actions) <= 6
    assert all("\n" not in title and len(title) < 120 for title in titles(actions))
    assert await editor.actions() == actions, "the order stays"
    editor.take(shown[0]["edit"])
    assert editor.text == editor.before.replace(RAIN, better[0]["text"])


async def test_rewrites_stand_in_the_order_of_their_rank(evolved: Evolve) -> None:
    editor, _ = await evolved("neovim-0.7.2")
    actions = await editor.actions()
    shown = [action for action in actions if action["kind"] == RESULT]
    assert [title[:4] for title in titles(shown)] == ["1 · ", "2 · ", "3 · "]
    assert all("edit" in action and "command" not in action for action in shown)
    assert all(list(action["edit"]) == ["changes"] for action in shown)
    assert not any("isPreferred" in action for action in actions)


@pytest.mark.parametrize("name", ["neovim-0.7.2", "eglot-1.9", "helix", "ale"])
async def test_generic_editors_get_edits_in_their_shape(name: str, evolved: Evolve) -> None:
    editor, result = await evolved(name)
    action = (await editor.actions(only=[RESULT]))[0]
    assert "command" not in action
    assert ("documentChanges" in action["edit"]) == (name in ("eglot-1.9", "helix"))
    editor.take(action["edit"])
    assert editor.text == editor.before.replace(RAIN, result["candidates"][0]["text"])
    assert len(editor.edits) == 1, "one step to undo"


async def test_an_editor_from_before_code_actions_gets_commands(evolved: Evolve) -> None:
    editor, result = await evolved("ancient")
    actions = await editor.actions()
    assert {type(action["command"]) for action in actions} == {str}
    answer = await editor.ask(
        "workspace/executeCommand", {key: actions[0][key] for key in ("command", "arguments")}
    )
    assert answer["outcome"] == "applied"
    assert editor.text == editor.before.replace(RAIN, result["candidates"][0]["text"])


async def test_what_a_model_wrote_is_marked_where_the_editor_knows_such_marks(evolved: Evolve) -> None:
    editor, _ = await evolved("next")
    assert [action.get("tags") for action in await editor.actions()][:4] == [[1], [1], [1], None]


async def test_our_own_client_gets_the_command(evolved: Evolve) -> None:
    editor, result = await evolved("vscode")
    actions = await editor.actions(only=[RESULT])
    assert not any("edit" in action for action in actions)
    answer = await editor.ask("workspace/executeCommand", actions[0]["command"])
    assert answer["outcome"] == "applied"
    assert editor.text == editor.before.replace(RAIN, result["candidates"][0]["text"])


async def test_kinds_are_filtered_by_prefix_and_renamed_for_parents(evolved: Evolve) -> None:
    editor, _ = await evolved()
    everything = titles(await editor.actions())
    for kind in ("refactor", "refactor.rewrite", ROOT):
        actions = await editor.actions(only=[kind])
        assert titles(actions) == everything
        assert {action["kind"] for action in actions} == {kind}
    assert {action["kind"] for action in await editor.actions(only=["refactor", RESULT])} == {
        RESULT,
        "refactor",
    }
    for kind in ("quickfix", "refactor.rewrite.a", "source.organizeImports"):
        assert await editor.actions(only=[kind]) == []
    assert titles(await editor.actions(only=[])) == everything


async def test_where_the_original_wins_the_menu_says_so(evolved: Evolve) -> None:
    editor, _ = await evolved(original=5.0)
    actions = await editor.actions()
    assert titles(actions)[0] == "Your text ranked first (of 4) – compare…"
    assert [action["kind"] for action in actions] == [ROOT, RESULT, RESULT, ROOT]
    assert not any("isPreferred" in action for action in actions)


async def test_changed_text_leaves_no_edit_and_undo_brings_them_back(evolved: Evolve) -> None:
    editor, result = await evolved()
    best = result["candidates"][0]["text"]
    before = await editor.actions()
    editor.type(editor.before.replace("received", "were given"))
    stale = await editor.actions()
    assert titles(stale) == ["Re-run on the new text", "Compare… (text changed)"]
    assert not any("edit" in action for action in stale)
    editor.type(editor.before)
    assert titles(await editor.actions()) == titles(before)
    editor.type("Something new.\n\n" + editor.before)
    moved = await editor.actions()
    editor.take(moved[0]["edit"])
    assert editor.text == "Something new.\n\n" + editor.before.replace(RAIN, best)


async def test_what_stands_is_replaced_by_the_next_rewrite_or_the_original(evolved: Evolve) -> None:
    editor, result = await evolved()
    editor.take((await editor.actions())[0]["edit"])
    actions = await editor.actions()
    assert [title[:4] for title in titles(actions)][:2] == ["2 · ", "3 · "]
    assert titles(actions)[2:] == ["Back to your text", "Compare all…", "Discard these rewrites"]
    editor.take(actions[0]["edit"])
    assert editor.text == editor.before.replace(RAIN, result["candidates"][1]["text"])
    back = next(each for each in await editor.actions() if each["title"] == "Back to your text")
    editor.take(back["edit"])
    assert editor.text == editor.before


async def test_an_action_is_resolved_for_the_text_as_it_is(evolved: Evolve) -> None:
    editor, _ = await evolved("helix")
    action = (await editor.actions())[0]
    bare = {key: value for key, value in action.items() if key != "edit"}
    assert await editor.ask("codeAction/resolve", bare) == action
    editor.type("More.\n\n" + editor.before)
    resolved = await editor.ask("codeAction/resolve", action)
    assert resolved["edit"] != action["edit"]
    editor.type(editor.before.replace("received", "got"))
    assert "edit" not in await editor.ask("codeAction/resolve", action)
    assert editor.shown()[-1].startswith("The text changed")
    assert (await editor.ask("codeAction/resolve", {"title": "x", "data": {"foreign": 1}}))["title"] == "x"


async def test_a_model_that_is_not_there_is_named(edit_with: Open) -> None:
    editor = await edit_with("eglot-1.9")
    editor.server.models.choose("writer", "/nowhere/model.gguf")
    (action,) = await editor.actions()
    assert action["title"] == "AW: model file not found – choose another…"
    assert action["command"]["command"] == "aw.server.selectModel"


async def test_a_hundred_questions_in_a_row_are_answered(edit_with: Open) -> None:
    editor = await edit_with("helix")
    await editor.command("aw.server.evolve", editor.asked(n=64, generations=9))
    answers = await asyncio.gather(*(editor.actions() for _ in range(100)))
    assert all(len(answer) == 2 for answer in answers)
    await editor.command("aw.server.cancel", {"jobId": "all", "keep": False})


async def test_a_document_that_is_not_open_has_no_actions(edit_with: Open) -> None:
    editor = await edit_with("helix")
    place = {"line": 0, "character": 0}
    asked = {
        "textDocument": {"uri": "file:///elsewhere.md"},
        "range": {"start": place, "end": place},
        "context": {"diagnostics": []},
    }
    assert await editor.ask("textDocument/codeAction", asked) is None


async def test_a_discarded_run_is_offered_again(evolved: Evolve) -> None:
    editor, _ = await evolved()
    await editor.ask("workspace/executeCommand", (await editor.actions())[-1]["command"])
    assert titles(await editor.actions())[0] == "Evolve this paragraph (clarity)"
