import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aw_engine.domain.rubric import Rubric
from aw_engine.errors import RubricError
from aw_engine.rubrics.decode import decode
from aw_engine.rubrics.template import template

GOOD = template("letters")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("weight = 1.0", "wieght = 1.0", "`criteria[0].wieght` is not a key of a rubric; did you mean `wei"),
        ('title = "Letters"', 'titel = "Letters"', "`titel` is not a key of a rubric; did you mean `title`?"),
        ("slots = 2", "zzz = 2", "`operators[0].zzz` is not a key of a rubric; the keys here are id, "),
        ('title = "Letters"', "", "`title` is missing"),
        ("weight = 1.0", "weight = 0", "`criteria[0].weight` is wrong: expected a number above 0."),
        ("weight = 1.0", "weight = -3", "`criteria[0].weight` is wrong: expected a number above 0."),
        ("weight = 1.0", "weight = nan", "`criteria[0].weight` is wrong"),
        ("weight = 1.0", 'weight = "much"', "`criteria[0].weight` is wrong: expected a number, got text."),
        ("weight = 1.0", "weight = 1979-05-27", "`criteria[0].weight` is wrong: expected a number"),
        ('title = "Letters"', "title = 3", "`title` is wrong: expected text, got a whole number."),
        ('gates = "normal"', 'gates = "lax"', "`gates` is wrong: expected one of strict, normal, relaxed."),
        ('id = "letters"', 'id = "My letters"', "`id` is wrong: expected a name of up to 40"),
        ("# length = [0.8, 1.25]", "length = [1.25, 0.8]", "`length` is [1.25, 0.8]; expected two"),
        ("# length = [0.8, 1.25]", "length = [0.8]", "`length` is wrong: expected a list of length 2, got 1"),
        ("# length = [0.8, 1.25]", "length = [0.8, inf]", "`length`"),
        ('# lift = ["slop"]', 'lift = ["shape"]', "`lift[0]` is wrong: expected one of length, changed"),
        ('# lift = ["slop"]', 'lift = ["slop", "slop"]', "`lift` names `slop` twice"),
        ('id = "economy"', 'id = "clarity"', "`criteria` has the id `clarity` twice"),
        ('id = "tighter"', 'id = "copy-edit"', "`operators` has the id `copy-edit` twice"),
        ('goal = "Say', 'goal = "\\u001b[31mSay', "`goal` holds a control character"),
        ('title = "Letters"', 'title = "  "', "`title` is blank"),
        ("slots = 2", "slots = 2\nslots = 3", "line"),
        ('title = "Letters"', 'title = "Letters', "line 4, column 17: "),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_place_and_what_was_expected(old: str, new: str, says: str) -> None:
    assert old in GOOD
    with pytest.raises(RubricError) as caught:
        decode(GOOD.replace(old, new, 1).encode(), "letters.toml")
    message = str(caught.value)
    assert message.startswith("letters.toml")
    assert says in message
    assert message.count("\n") == 0


def test_the_template_is_a_rubric_as_it_is() -> None:
    rubric = decode(GOOD.encode(), "letters.toml")
    assert (rubric.id, rubric.title) == ("letters", "Letters")


def test_a_byte_order_mark_and_other_line_ends_do_no_harm() -> None:
    data = b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode()
    assert decode(data, "letters.toml") == decode(GOOD.encode(), "letters.toml")


@pytest.mark.parametrize(
    "data", [b"\xff\xfe\x00", b"a = " + b"[" * 30_000, b"a = " + b"9" * 60_000, b"\0", b""]
)
def test_what_is_not_a_rubric_at_all_is_refused(data: bytes) -> None:
    with pytest.raises(RubricError, match=r"x\.toml"):
        decode(data, "x.toml")


TEXTS = ['""', '"text"', "'"]
NUMBERS = ["1", "-1", "nan", "inf", "true", "1979-05-27", "="]
TABLES = ["[]", "{}", "[[1]]", "[1, 2]", '{ id = "a" }']
TOP = ["id", "title", "goal", "criteria", "operators", "length", "lift", "styles", "gates"]
KEYS = st.sampled_from([*TOP, "é", '"a b"', "a.b"])
VALUES = st.sampled_from([*TEXTS, *NUMBERS, *TABLES])
HEADERS = st.sampled_from(["[[criteria]]", "[operators]", "[[operators]]"])


@given(st.lists(st.tuples(KEYS, VALUES).map(" = ".join) | HEADERS))
def test_random_toml_is_a_rubric_or_a_rubric_error(lines: list[str]) -> None:
    _decoded("\n".join(lines).encode())


@given(st.integers(0, 2**32), st.integers(1, 8))
def test_a_damaged_rubric_is_a_rubric_or_a_rubric_error(seed: int, times: int) -> None:
    rng, data = random.Random(seed), bytearray(GOOD.encode())
    for _ in range(times):
        at = rng.randrange(len(data))
        match rng.randrange(3):
            case 0:
                data[at] = rng.randrange(256)
            case 1:
                del data[at : at + rng.randrange(30)]
            case _:
                data[at:at] = bytes(rng.choices(b"[]{}=\"'\n.,x1", k=rng.randrange(1, 5)))
    _decoded(bytes(data))


@given(st.binary(max_size=80))
def test_random_bytes_are_a_rubric_error(data: bytes) -> None:
    with pytest.raises(RubricError):
        decode(data, "x.toml")


def _decoded(data: bytes) -> None:
    try:
        outcome: Rubric | str = decode(data, "x.toml")
    except RubricError as error:
        outcome = str(error)
    assert isinstance(outcome, Rubric) or outcome.startswith("x.toml")
