"""What the records of the kinds say holds."""

import tomllib
from importlib.resources import files

import pytest

from aw_engine.text import edits
from aw_engine.text.edits.kinds import KINDS, PROPOSERS, priors
from aw_engine.text.edits.sentence import read

LETTERS = (
    "Although teh comm ittee have recieve to many letter, but they dont has much informations about it",
    "He said that that man are more taller then me , and in my opinion it is very importent to goes there.",
    "Yesterday I go to an house in london because of the fact that there is two reason for it, it was late.",
    "The night was cold, and the wind blew hard. I know he doesn't utilise the most quickest way alot.",
    "For example she ask me if could I made a decision, the work done by him it is good for the childrens.",
)


@pytest.mark.parametrize("text", LETTERS)
def test_a_proposer_proposes_only_kinds_that_name_it(text: str) -> None:
    sentence = read(text)
    for proposer in PROPOSERS:
        assert all(KINDS[edit.kind].proposer is proposer for edit in proposer(sentence))


def test_a_prior_is_set_by_hand_or_calibrated_and_never_both() -> None:
    calibrated = tomllib.loads(files(edits).joinpath("priors.toml").read_text(encoding="utf-8"))["priors"]
    assert calibrated.keys() <= {
        kind.name for kind in KINDS.values() if kind.group == "mend" and kind.prior is None
    }
    bounds = {kind.name: kind.prior_at_most for kind in KINDS.values()}
    assert all(bound is None or priors()[name] <= bound for name, bound in bounds.items())


def test_only_mending_is_a_slip_or_sure_and_only_rewording_safe() -> None:
    for kind in KINDS.values():
        assert kind.group == "mend" or not (kind.slip or kind.sure)
        assert kind.group == "vary" or not kind.safe
