from math import log

from aw_engine.domain.rubric import Operator
from aw_engine.evolution.writers.prompted.diagnosis import diagnosed
from aw_engine.inference.backend import Choice, Diagnose
from aw_engine.inference.scripted import ScriptedBackend
from aw_engine.rubrics.load import find

NEEDS = {"cliche": 0.3, "purple prose": 0.2}


def fond_of_the_first_letter(choice: Choice) -> tuple[float, ...]:
    assert isinstance(choice.prompt, Diagnose)
    return tuple(
        log((3 if label == "A" else 1) * NEEDS.get(weakness, 0.05))
        for label, weakness in choice.prompt.options
    )


async def test_the_rare_operators_stand_in_order_of_need_and_the_others_where_they_stood() -> None:
    operators = find("clarity").operators
    scripted = ScriptedBackend(judge=fond_of_the_first_letter)
    found = await diagnosed(operators, "A text.", scripted)
    common = [operator.id for operator in operators if operator.slots >= 1]
    assert [operator.id for operator in found[: len(common)]] == common
    assert [operator.id for operator in found[len(common) :]][:2] == ["cliche", "purple-prose"]
    assert sorted(each.id for each in found) == sorted(each.id for each in operators)
    assert len(scripted.chosen) == 2


async def test_a_rubric_whose_operators_all_get_a_slot_is_not_asked_about() -> None:
    operators = (Operator(id="tighter", instruction="Cut."),)
    assert await diagnosed(operators, "A text.", ScriptedBackend()) == operators
