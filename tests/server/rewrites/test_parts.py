"""Rewrites in parts: shown by sentence, taken in part, mixed, compared."""

import stat
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse

from support.announced import Evolve, Open
from support.letter import RAIN, REWRITES
from support.local_editor import LocalEditor
from support.script import Script


def named(editor: LocalEditor, result: Any, place: int) -> str:
    """The id of the rewrite that was scripted at this place."""
    return str(next(each["id"] for each in result["candidates"] if each["text"] == REWRITES[place]))


def private(uri: str) -> str:
    """The text of a file that only its owner can read; nothing if it is gone."""
    path = Path(unquote(urlparse(uri).path))
    if not path.exists():
        return ""
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    return path.read_text(encoding="utf-8")


async def test_a_preview_shows_sentences_where_they_stand(evolved: Evolve) -> None:
    editor, result = await evolved("vscode")
    asked = {"jobId": result["jobId"], "candidateId": named(editor, result, 0)}
    preview = await editor.ask("aw/preview", asked)
    first, second = preview["parts"]
    assert preview["text"] == REWRITES[0] == first["after"] + second["after"]
    assert (first["kind"], second["kind"]) == ("changed", "changed")
    second_at = editor.text.index("In order")
    assert second["original"]["start"] == editor.place(second_at)
    assert second["original"]["end"] == editor.place(second_at + len(second["before"]))
    assert "".join(word["text"] for word in first["words"] if word["kind"] != "added") == first["before"]
    taken = await editor.ask("aw/preview", {**asked, "parts": [0]})
    assert taken["text"] == first["after"] + second["before"]
    unified = await editor.ask("aw/preview", {**asked, "format": "unified"})
    assert unified["text"].startswith("--- a/letter.md\n+++ b/letter.md\n")


async def test_parts_of_a_quotation_stand_behind_its_prefixes(edit_with: Open, scripted: Script) -> None:
    editor = await edit_with("vscode")
    quoted = "> " + RAIN.replace(" cancelled by", "\n> cancelled by").replace(" In order", "\n> In order")
    editor.type(editor.before.replace(RAIN, quoted))
    scripted(*REWRITES)
    result = await editor.evolve(n=6)
    preview = await editor.ask(
        "aw/preview", {"jobId": result["jobId"], "candidateId": result["candidates"][0]["id"]}
    )
    assert preview["parts"][1]["original"]["start"] == editor.place(editor.text.index("In order"))
    assert preview["parts"][0]["original"]["start"] == editor.place(editor.text.index("Due to"))


async def test_a_rewrite_is_taken_in_part(evolved: Evolve) -> None:
    editor, result = await evolved("vscode")
    asked = {"jobId": result["jobId"], "candidateId": named(editor, result, 0)}
    answer = await editor.ask("aw/apply", {**asked, "parts": [1]})
    assert answer["outcome"] == "applied"
    first, second = RAIN.index(" In order"), REWRITES[0].index(" To be fair")
    part = RAIN[:first] + REWRITES[0][second:]
    assert editor.text == editor.before.replace(RAIN, part)
    whole = await editor.ask("aw/apply", asked)
    assert whole["outcome"] == "applied"
    assert editor.text == editor.before.replace(RAIN, REWRITES[0])


async def test_parts_pass_the_gates_again(evolved: Evolve) -> None:
    editor, result = await evolved("vscode")
    asked = {"jobId": result["jobId"], "candidateId": named(editor, result, 0), "parts": []}
    answer = await editor.ask("aw/apply", asked)
    assert answer["outcome"] == "refused"
    assert answer["message"] == "That would not do: nothing would change. Your text is unchanged."
    assert editor.text == editor.before


async def test_a_mixture_is_rated_and_can_be_applied(evolved: Evolve) -> None:
    editor, result = await evolved("vscode")
    light, short = named(editor, result, 2), named(editor, result, 0)
    picks = [{"part": 0, "candidateId": light}, {"part": 1, "candidateId": short}]
    answer = await editor.ask("aw/mix", {"jobId": result["jobId"], "picks": picks})
    assert answer["outcome"] == "mixed", answer
    candidate = answer["candidate"]
    assert candidate["lineage"]["operator"] == "mix"
    assert candidate["lineage"]["parents"] == [light, short]
    assert candidate["text"].startswith(REWRITES[2][:60])
    assert candidate["text"].endswith(REWRITES[0][-60:])
    results = await editor.ask("aw/results", {"jobId": result["jobId"]})
    assert [each["rank"] for each in results["candidates"]] == [1, 2, 3, 4, 5]
    assert candidate in results["candidates"]
    asked = {"jobId": result["jobId"], "candidateId": candidate["id"]}
    assert (await editor.ask("aw/apply", asked))["outcome"] == "applied"
    assert editor.text == editor.before.replace(RAIN, candidate["text"])
    again = await editor.ask("aw/mix", {"jobId": result["jobId"], "picks": picks})
    assert (again["outcome"], "candidate" in again) == ("refused", False)


async def test_two_sentences_for_one_place_are_no_mixture(evolved: Evolve) -> None:
    editor, result = await evolved("vscode")
    picks = [{"part": 0, "candidateId": named(editor, result, place)} for place in (0, 2)]
    answer = await editor.ask("aw/mix", {"jobId": result["jobId"], "picks": picks})
    assert answer["outcome"] == "refused"
    assert answer["message"].startswith("Two of the chosen sentences stand for the same part")


async def test_the_model_under_test_rates_a_mixture(edit_with: Open) -> None:
    editor = await edit_with("vscode")
    result = await editor.evolve(n=6)
    rewrites = [each for each in result["candidates"] if each["id"] != "original"]
    whole = {each["text"] for each in result["candidates"]}
    for one in rewrites:
        parts = (await editor.ask("aw/preview", {"jobId": result["jobId"], "candidateId": one["id"]}))[
            "parts"
        ]
        for part in (part for part in parts if part["kind"] == "changed"):
            alone = RAIN.replace(part["before"], part["after"])
            if len([each for each in parts if each["kind"] != "same"]) > 1 and alone not in whole:
                pick = {"part": part["index"], "candidateId": one["id"]}
                answer = await editor.ask("aw/mix", {"jobId": result["jobId"], "picks": [pick]})
                assert answer["outcome"] == "mixed", answer
                assert 0 < answer["candidate"]["wins"] < 1
                assert answer["candidate"]["text"] == alone
                return
    raise AssertionError("no rewrite changes two sentences")


async def test_the_comparison_is_a_private_file_that_goes_with_the_run(evolved: Evolve) -> None:
    editor, result = await evolved("helix")
    answer = await editor.command("aw.server.compare", {"jobId": result["jobId"]})
    text = private(answer["uri"])
    assert text.startswith("# Rewrites\n")
    assert [line[:6] for line in text.splitlines() if line.startswith("## ")] == [
        f"## {rank} ·" for rank in (1, 2, 3, 4)
    ]
    assert "received [-there-]{+their+}" in text
    await editor.ask("aw/status", {})
    assert [each["uri"] for each in editor.heard("window/showDocument")] == [answer["uri"]]
    await editor.ask("aw/discard", {"jobId": result["jobId"]})
    assert private(answer["uri"]) == ""


async def test_an_editor_that_opens_nothing_is_told_where_it_lies(evolved: Evolve) -> None:
    editor, result = await evolved()
    answer = await editor.command("aw.server.compare", {"jobId": result["jobId"]})
    await editor.ask("aw/status", {})
    assert editor.shown()[-1].endswith(unquote(urlparse(answer["uri"]).path))
