import pytest
from msgspec.structs import replace

from aw_engine.judging.profile import UNMEASURED, noise_of_accuracy


@pytest.mark.parametrize(("accuracy", "tau2"), [(0.71, 3.3), (0.63, 11), (0.60, 19), (0.58, 30)])
def test_noise_follows_from_accuracy(accuracy: float, tau2: float) -> None:
    assert noise_of_accuracy(accuracy) == pytest.approx(tau2, rel=0.08)


def test_no_accuracy_is_believed_to_be_perfect_or_useless() -> None:
    assert noise_of_accuracy(1.0) == noise_of_accuracy(0.78) > 1
    assert noise_of_accuracy(0.3) == noise_of_accuracy(0.51) < 2100


@pytest.mark.parametrize(
    ("accuracy", "mass", "claim"),
    [
        (0.65, 1.0, "ranks"),
        (0.64, 1.0, "weak"),
        (0.58, 1.0, "weak"),
        (0.57, 1.0, "unranked"),
        (0.9, 0.4, "unranked"),
    ],
)
def test_what_may_be_claimed_depends_on_accuracy_and_label_mass(
    accuracy: float, mass: float, claim: str
) -> None:
    assert replace(UNMEASURED, accuracy=accuracy, mass=mass).claim == claim
