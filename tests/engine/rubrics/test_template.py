import pytest

from aw_engine.errors import RubricError
from aw_engine.rubrics.template import template


@pytest.mark.parametrize("name", ["", "My rubric", "../escape", "1st", 'a"b', "a\n", "x" * 41])
def test_a_name_that_cannot_be_an_id_is_refused(name: str) -> None:
    with pytest.raises(RubricError, match="cannot name a rubric"):
        template(name)
