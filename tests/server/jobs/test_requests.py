"""What is evolved when something is asked for, and what is refused before anything is begun."""

from pathlib import Path

import pytest

from aw_engine.errors import InstructionUnsupported
from aw_server import protocol
from aw_server.documents.document import Document
from support.desk import Desk
from support.letter import LAST, NOTES, RAIN


@pytest.fixture
def cut_model(tmp_path: Path, model_path: Path) -> Path:
    path = tmp_path / "cut.gguf"
    path.write_bytes(model_path.read_bytes()[:100_000])
    return path


def asked(desk: Desk, start: int, end: int) -> tuple[protocol.StartResult, str | None]:
    """The answer for these code points, and the text that is evolved."""
    spans = desk.document.lines.range(start, end, "utf-16")
    started, job = desk.submit(
        protocol.EvolveParams(protocol.TextDocument(desk.uri), range=spans, n=2, generations=1)
    )
    return started, None if job is None else job.original


async def test_an_empty_selection_means_the_paragraph(desk: Desk) -> None:
    place = desk.before.index("referee")
    started, text = asked(desk, place, place)
    assert text == RAIN
    at = desk.before.index(RAIN)
    assert started.range == desk.document.lines.range(at, at + len(RAIN), "utf-16")


async def test_a_selection_grows_to_the_sentence(desk: Desk) -> None:
    place = desk.before.index("they received there")
    started, text = asked(desk, place + 2, place + 9)
    assert text == RAIN.partition("noon. ")[2]
    assert started.range is not None
    assert started.range.end.character == len(RAIN)


@pytest.mark.parametrize(
    ("text", "reason", "message"),
    [
        ("\n \n", "empty", "Nothing to rewrite here: select at least four words."),
        ("Three words only.\n", "tooShort", "Nothing to rewrite here: select at least four words."),
        (
            "```\nlet x = 1; let y = 2;\n```\n",
            "onlyMarkup",
            "Only headings, code, tables, maths or verse are selected; choose a paragraph of prose.",
        ),
        ("This one has a lone \ud800 surrogate in it.\n", "unencodable", None),
    ],
)
async def test_what_is_no_prose_is_refused(desk: Desk, text: str, reason: str, message: str | None) -> None:
    desk.type(text)
    started, none = asked(desk, 0, 1)
    assert (none, started.state, started.reason) == (None, "refused", reason)
    assert message in (None, started.message)


async def test_a_document_of_code_is_refused_with_what_to_do_instead(desk: Desk) -> None:
    desk.session.documents[desk.uri] = Document(desk.uri, "python", 1, "# A comment of quite some words.\n")
    started, none = asked(desk, 0, 1)
    assert (none, started.state, started.reason) == (None, "refused", "notProse")
    assert "python" in started.message
    assert "pipe" in started.message


async def test_a_passage_that_is_too_long_is_refused_with_the_limit(desk: Desk) -> None:
    desk.type(" ".join(f"Sentence number {number} is is here." for number in range(2_000)))
    refusal = desk.refused("Sentence number 1 ")
    assert refusal.reason == "tooLong"
    desk.set(context_length=128)
    desk.type(" ".join([RAIN, NOTES, LAST]))
    _, job = desk.start(RAIN)
    result = await desk.ended(job)
    assert (result.status, result.reason) == ("refused", "tooLong")
    assert result.message is not None
    assert "words; the limit is about" in result.message


async def test_a_range_beyond_the_document_is_cut_to_it(desk: Desk) -> None:
    spans = protocol.Range(protocol.Position(4, 9), protocol.Position(4, 999_999))
    _, job = desk.submit(protocol.EvolveParams(protocol.TextDocument(desk.uri), range=spans, n=2))
    assert job is not None
    assert job.original == NOTES


async def test_a_document_that_is_not_open_is_refused(desk: Desk) -> None:
    started, _ = desk.submit(protocol.EvolveParams(protocol.TextDocument("file:///other.md")))
    assert (started.state, started.reason) == ("refused", "notOpen")


async def test_a_rubric_that_is_not_there_is_refused(desk: Desk) -> None:
    started = desk.refused(rubric="clarty")
    assert started.reason == "unknownRubric"
    assert "Did you mean clarity" in started.message


async def test_the_builtin_model_refuses_free_instructions(desk: Desk) -> None:
    started = desk.refused(instruction="Make it rhyme.")
    said = str(InstructionUnsupported.by(builtin=True))
    assert (started.reason, started.message) == ("unsupportedInstruction", said)
    started, _ = desk.start(instruction="  ")  # says nothing
    assert started.state == "running"


async def test_the_builtin_model_refuses_other_languages(desk: Desk) -> None:
    desk.type(
        "Das ist ein kurzer Absatz, der nicht auf Englisch ist und auch nicht so aussieht wie Englisch.\n"
    )
    assert desk.refused("Das ist").reason == "unsupportedLanguage"
    started, _ = desk.start("Das ist", language="en")
    assert started.state == "running"


async def test_of_several_paragraphs_the_foreign_ones_are_left_alone_and_named(desk: Desk) -> None:
    desk.type(
        "The rain have stopped, and the the children went out.\n\nDas ist ein kurzer Absatz, der nicht auf "
        "Englisch ist.\n\nThey was happy, and nobody was cold at all.\n"
    )
    whole = protocol.Range(protocol.Position(0, 0), protocol.Position(6, 0))
    started, _ = desk.start("The rain", range=whole, split=True)
    assert len(started.also) == 1
    shown = [each["params"]["message"] for each in desk.said if each.get("method") == "window/showMessage"]
    assert shown == ["The paragraph on line 3 looks like another language than English and is left alone."]


async def test_what_the_settings_or_the_document_say_of_the_language_counts(desk: Desk) -> None:
    desk.type("Das ist gut so.\n")
    desk.set(language="de-AT")
    assert "German" in desk.refused("Das ist").message
    desk.set(language="en-GB")
    assert desk.start("Das ist")[0].state == "running"
    desk.set(language="")
    desk.type("---\nlang: de\n---\n\nDas ist gut so.\n")
    assert desk.refused("Das ist").reason == "unsupportedLanguage"


async def test_a_missing_model_is_named_and_no_other_is_taken(desk: Desk, tmp_path: Path) -> None:
    desk.set(model=str(tmp_path / "gone.gguf"))
    started = desk.refused()
    assert started.reason == "modelMissing"
    assert "gone.gguf" in started.message


async def test_a_damaged_model_is_refused_before_it_is_loaded(desk: Desk, cut_model: Path) -> None:
    desk.set(model=str(cut_model))
    assert desk.refused().reason == "modelDamaged"
    cut_model.write_bytes(b"<html>not found</html>")  # noqa: ASYNC240
    assert desk.refused().reason == "modelDamaged"
    desk.set(model="builtin")
    assert desk.start()[0].state == "running"


async def test_the_models_in_force_are_those_chosen_until_the_setting_changes(desk: Desk) -> None:
    desk.server.models.choose("writer", "/models/chosen.gguf")
    assert desk.server.models.in_force.writer == "/models/chosen.gguf"
    desk.set(judge_model="/models/judge.gguf")
    assert desk.server.models.in_force.writer == "/models/chosen.gguf"
    assert desk.server.models.in_force.judge == "/models/judge.gguf"
    desk.set(model="/models/set.gguf")
    assert desk.server.models.in_force.writer == "/models/set.gguf"


async def test_the_plan_comes_from_the_request_else_from_the_settings(desk: Desk) -> None:
    desk.set(candidates=3, generations=4, budget_seconds=7.0, gates="strict")
    _, job = desk.submit(protocol.EvolveParams(protocol.TextDocument(desk.uri), desk_range(desk)))
    assert job is not None
    plan = job.request.brief.plan
    assert (plan.n, plan.generations, plan.budget.seconds, plan.gates) == (3, 4, 7.0, "strict")
    _, job = desk.start(NOTES, n=5, generations=1, gates="relaxed", budget=protocol.Limits(calls=9))
    plan = job.request.brief.plan
    assert (plan.n, plan.generations, plan.gates, plan.budget.calls) == (5, 1, "relaxed", 9)
    assert plan.budget.seconds == 7.0


def desk_range(desk: Desk) -> protocol.Range:
    at = desk.before.index(RAIN)
    return desk.document.lines.range(at, at + len(RAIN), "utf-16")
