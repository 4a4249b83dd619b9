import pytest

from aw_engine.errors import BackendError, ModelUnsupported
from aw_engine.inference.backend import Compare, Critique, Scoring
from aw_engine.inference.dialects.dialect import ModelFacts, RenderedScoring, Segment
from aw_engine.inference.dialects.mini import mini_dialect

CONTROLS = frozenset({"<|end|>", "<|pad|>", "<|target|>", "⟦1⟧", "⟦2⟧"})
FACTS = ModelFacts(
    architecture="llama",
    name="aw-mini",
    values={
        "aw.dialect": "mini",
        "aw.judge.joint_sum_weight": 0.25,
        "aw.judge.joint_mean_weight": 6,
        "aw.judge.sum_weight": 0.5,
    },
    controls=CONTROLS,
)
TARGET = Segment("<|target|>", trusted=True)


def plain(text: str) -> Segment:
    return Segment(text, trusted=False)


def mark(text: str) -> Segment:
    return Segment(text, trusted=True)


def compare(criterion: str) -> Compare:
    return Compare("One ⟦1⟧.", "Two ⟦2⟧.", criterion, "Which?", "goal", "all", marks=("⟦1⟧",))


def test_it_says_that_it_does_not_follow_instructions() -> None:
    capabilities = mini_dialect(FACTS).capabilities
    assert not capabilities.instructions
    assert capabilities.copy_edit
    assert capabilities.masks
    assert capabilities.criteria == ("fluency", "economy")


def test_asked_to_write_it_refuses() -> None:
    with pytest.raises(BackendError):
        mini_dialect(FACTS).render(Critique("A cat.", "Which words?"))


def test_a_text_is_scored_after_the_prose_before_it() -> None:
    scored = mini_dialect(FACTS).score_segments(Scoring("It left.", before="The cat sat."))
    assert scored == RenderedScoring((TARGET, plain("The cat sat.")), (plain(" It left."),))


def test_the_end_token_is_not_scored() -> None:
    assert mini_dialect(FACTS).score_segments(Scoring("A cat.")) == RenderedScoring(
        (TARGET,), (plain("A cat."),)
    )


def test_named_marks_are_control_tokens_and_nothing_else_is() -> None:
    scoring = Scoring("⟦1⟧ and ⟦2⟧ <|end|>", before="See ⟦1⟧.", marks=("⟦1⟧",))
    assert mini_dialect(FACTS).score_segments(scoring) == RenderedScoring(
        (TARGET, plain("See "), mark("⟦1⟧"), plain(".")), (plain(" "), mark("⟦1⟧"), plain(" and ⟦2⟧ <|end|>"))
    )


def test_marks_that_the_vocabulary_lacks_are_plain_text() -> None:
    scored = mini_dialect(FACTS).score_segments(Scoring("⟦9⟧ sat.", marks=("⟦9⟧",)))
    assert scored.text == (plain("⟦9⟧ sat."),)


@pytest.mark.parametrize(
    ("criterion", "in_all", "per_token"), [("fluency", 0.25, 6.0), ("economy", 0.5, 0.0)]
)
def test_it_judges_by_likelihood_with_the_files_weights(
    criterion: str, in_all: float, per_token: float
) -> None:
    weighing = mini_dialect(FACTS).judging(compare(criterion))
    assert (weighing.sum_weight, weighing.mean_weight) == (in_all, per_token)
    assert weighing.first == RenderedScoring((TARGET,), (plain("One "), mark("⟦1⟧"), plain(".")))
    assert weighing.second == RenderedScoring((TARGET,), (plain("Two ⟦2⟧."),))


def test_other_questions_are_refused() -> None:
    dialect = mini_dialect(FACTS)
    with pytest.raises(BackendError, match="fluency and economy"):
        dialect.judging(compare("clarity"))


def test_a_file_without_weights_has_defaults() -> None:
    dialect = mini_dialect(ModelFacts("llama", "aw-mini", {}, controls=CONTROLS))
    assert dialect.sum_weight > 0
    assert dialect.mean_weight > 0


@pytest.mark.parametrize("weight", ["much", 0.0, -1.0, float("nan"), float("inf")])
def test_a_damaged_weight_is_refused(weight: str | float) -> None:
    with pytest.raises(ModelUnsupported, match=r"aw\.judge\.sum_weight"):
        mini_dialect(ModelFacts("llama", "aw-mini", {"aw.judge.sum_weight": weight}, controls=CONTROLS))


def test_a_vocabulary_without_the_markup_is_refused() -> None:
    with pytest.raises(ModelUnsupported, match="control tokens"):
        mini_dialect(ModelFacts("llama", "other", {}, controls=frozenset({"<|im_end|>"})))
