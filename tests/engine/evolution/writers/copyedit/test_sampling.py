"""Choosing among edits by likelihood: with likelihoods that are known, and with the real model."""

import re

import pytest

from aw_engine.evolution.writers.copyedit.likelihood import LikelihoodTable
from aw_engine.evolution.writers.copyedit.sampling import CopyEdit, copy_edits
from aw_engine.inference.backend import Backend, Scoring
from aw_engine.inference.scripted import ScriptedBackend
from aw_engine.inference.supervisor import WorkerBackend
from aw_engine.text.edits import GROUPS
from support.examples import tables

BAD = {"have", "went", "teh", "buyed", "a", "very", "basically"}

BROKEN = tables("misspelt")["broken"]
CLEAN = (
    "The report covers the first six months of the year. Most of the work was done by volunteers, and the "
    "costs were lower than expected. We will publish the results in the autumn."
)


def liking(request: Scoring) -> float:
    """Ten nats less for every word that is bad, one for every other."""
    return -sum(10.0 if word.strip(".,").lower() in BAD else 1.0 for word in request.text.split())


async def copy_edit(request: CopyEdit, backend: Backend) -> str:
    return (await copy_edits([request], "", LikelihoodTable(backend, ())))[0]


async def edited(source: str, **wanted: object) -> str:
    request = CopyEdit(source=source, groups=GROUPS, **wanted)  # type: ignore[arg-type]
    return await copy_edit(request, ScriptedBackend(score=liking))


async def test_every_edit_that_gains_is_made_at_temperature_zero() -> None:
    text = await edited("He have seen teh dog. It is basically red.")
    assert not BAD & set(re.findall("[a-z]+", text.lower()))
    assert text.endswith(" red.")


async def test_nothing_is_changed_where_nothing_gains() -> None:
    backend = ScriptedBackend(score=lambda request: -float(len(request.text.split()) == 0))
    source = "  He had a lot of dogs in there house.  It was cold.\n"
    request = CopyEdit(source=source, groups=("mend",))
    assert await copy_edit(request, backend) == source


async def test_keep_holds_edits_back() -> None:
    assert await edited("He saw teh dog.", keep=60.0) == "He saw teh dog."


async def test_the_same_seed_gives_the_same_text_and_seeds_differ() -> None:
    source = "In order to win, we have to make a decision. It is very cold, and the night is long."
    # Every edit is a matter of taste: gains are near zero.
    backend = ScriptedBackend(score=lambda request: 0.01 * (len(request.text) % 7))
    requests = [CopyEdit(source, GROUPS, temperature=2.0, keep=-2.0, seed=seed) for seed in (1, 2, 3, 4, 1)]
    texts = await copy_edits(requests, "", LikelihoodTable(backend, ()))
    assert texts[0] == texts[4]
    assert len(set(texts)) > 2
    assert texts[1:3] == await copy_edits(requests[1:3], "", LikelihoodTable(backend, ()))


async def test_requests_share_their_readings() -> None:
    one, many = ScriptedBackend(score=liking), ScriptedBackend(score=liking)
    request = CopyEdit("He have seen teh dog, and it was very red.", GROUPS)
    await copy_edits([request], "", LikelihoodTable(one, ()))
    await copy_edits([request] * 5, "", LikelihoodTable(many, ()))
    assert len(many.scored) == len(one.scored)
    assert len({(scoring.before, scoring.text) for scoring in many.scored}) == len(many.scored)


async def test_what_was_read_for_one_call_is_not_read_again_for_the_next() -> None:
    backend = ScriptedBackend(score=liking)
    table = LikelihoodTable(backend, ())
    request = CopyEdit("He have seen teh dog, and it was very red.", GROUPS)
    first = await copy_edits([request], "", table)
    asked = len(backend.scored)
    assert await copy_edits([request], "", table) == first
    assert len(backend.scored) == asked


async def test_leaning_makes_an_edit_that_loses_a_little_welcome() -> None:
    source = "It is cold, and we do not go out."
    even = ScriptedBackend(score=lambda request: -float(len(request.text.split())))
    assert await copy_edit(CopyEdit(source, ("vary",), leaning={"split": 9.0}), even) != source
    spoken = CopyEdit(source, ("vary",), leaning={"contract": 9.0})
    assert await copy_edit(spoken, even) == "It's cold, and we don't go out."


async def test_taste_is_passed_over_and_errors_are_not() -> None:
    source = "In order to win, he saw teh dog."
    slightly = ScriptedBackend(
        score=lambda request: -3.0 * ("order" in request.text) - 40.0 * ("teh" in request.text)
    )
    for seed in range(3):
        request = CopyEdit(source, ("mend", "tighten"), seed=seed, overlooks=1.0)
        assert await copy_edit(request, slightly) == "In order to win, he saw the dog."
    heavily = ScriptedBackend(score=lambda request: -30.0 * ("order" in request.text))
    clear = await copy_edit(CopyEdit(source, ("tighten",), overlooks=1.0), heavily)
    assert clear == "To win, he saw teh dog."


async def test_a_mistake_is_mended_before_its_neighbours_change_by_taste(backend: WorkerBackend) -> None:
    source = "We keep it in a folder that everybody can edit. There is now 148 entries in it."
    for seed in range(3):
        request = CopyEdit(source, GROUPS, 0.9, 0.5, seed, leaning={"join": 4.0})
        assert "is now 148 entries" not in await copy_edit(request, backend)


async def test_within_a_long_quotation_only_slips_are_mended(backend: WorkerBackend) -> None:
    source = "“The the day was cold. We recieved no letter and they was very sad. We left,” he said."
    text = await copy_edit(CopyEdit(source, GROUPS, 0.9, seed=1, leaning={"filler": 9.0}), backend)
    assert "We received no letter and they was very sad." in text


async def test_edits_that_lose_together_are_taken_back() -> None:
    def jealous(request: Scoring) -> float:
        # Each edit gains 20 alone; both together lose 100.
        return 20.0 * (("the dog" in request.text) + ("the cat" in request.text)) - 140.0 * (
            "the dog" in request.text and "the cat" in request.text
        )

    source = "She saw teh dog on the street, near a big old tree, and teh cat."
    text = await copy_edit(CopyEdit(source, ("mend",)), ScriptedBackend(score=jealous))
    assert jealous(Scoring(text)) >= jealous(Scoring(source))


async def test_a_sentence_is_read_after_what_precedes_it() -> None:
    backend = ScriptedBackend(score=liking)
    await copy_edits(
        [CopyEdit("It rained. He have a dog.", ("mend",))], "The day was cold.", LikelihoodTable(backend, ())
    )
    assert {scoring.before for scoring in backend.scored} == {
        "The day was cold.",
        "The day was cold. It rained.",
    }


async def test_marks_stay_where_they_are_whatever_the_model_likes(backend: WorkerBackend) -> None:
    source = "In order to use ⟦1⟧ you make a decision about ⟦2⟧ and ⟦3⟧, due to the fact that it is very new."
    requests = [CopyEdit(source, GROUPS, temperature=1.5, keep=-1.0, seed=seed) for seed in range(4)]
    for text in await copy_edits(requests, "", LikelihoodTable(backend, ("⟦1⟧", "⟦2⟧", "⟦3⟧"))):
        assert re.findall("⟦[0-9]+⟧", text) == ["⟦1⟧", "⟦2⟧", "⟦3⟧"]


async def test_the_model_mends_doubled_words_and_plain_misspellings(backend: WorkerBackend) -> None:
    requests = [CopyEdit(broken, ("mend",)) for broken, _ in BROKEN]
    texts = await copy_edits(requests, "", LikelihoodTable(backend, ()))
    mended = sum(text == whole for text, (_, whole) in zip(texts, BROKEN, strict=True))
    assert mended >= 0.8 * len(BROKEN), [
        text for text, (_, whole) in zip(texts, BROKEN, strict=True) if text != whole
    ]


async def test_the_model_leaves_clean_text_alone_and_what_it_has_mended(backend: WorkerBackend) -> None:
    assert await copy_edit(CopyEdit(CLEAN, ("mend",)), backend) == CLEAN
    once = await copy_edit(CopyEdit(BROKEN[0][0], ("mend",)), backend)
    assert await copy_edit(CopyEdit(once, ("mend",)), backend) == once


async def test_the_model_tightens_padding(backend: WorkerBackend) -> None:
    source = (
        "It should be noted that we made a decision to leave due to the fact that it was late. "
        "In order to get home, we took a bus."
    )
    text = await copy_edit(CopyEdit(source, ("mend", "tighten")), backend)
    assert len(text.split()) <= 0.75 * len(source.split())
    assert "late" in text
    assert "bus" in text


@pytest.mark.parametrize("source", ["", " ", "⟦1⟧", "?!", "B.", "\n\n", "“Quoted.”"])
async def test_odd_texts_come_back_as_they_were(source: str) -> None:
    assert await edited(source) == source


async def test_a_misspelt_adverb_is_mended_and_not_cut_as_padding(backend: WorkerBackend) -> None:
    wrong = "They definately left before the storm came."
    right = wrong.replace("definately", "definitely")
    request = CopyEdit(source=wrong, groups=("mend", "tighten"))
    assert (await copy_edits([request], "", LikelihoodTable(backend, ()))) == [right]
    again = CopyEdit(source=right, groups=("mend", "tighten"))
    assert (await copy_edits([again], "", LikelihoodTable(backend, ()), (), wrong)) == [right]
