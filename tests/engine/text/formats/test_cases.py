"""Files of kinds that people report damage in: what of them is offered, and what in that is protected."""

from pathlib import Path

import msgspec
import pytest

from aw_engine.errors import PassageError
from aw_engine.text.formats.format import recognise
from aw_engine.text.formats.reader import inline, parse

FOLDER = Path(__file__).parents[3] / "data" / "cases"
# By file: the passages, with protected spans between ⟨ and ⟩.
OFFERED = msgspec.json.decode((FOLDER / "formats.json").read_bytes(), type=dict[str, list[str]])


@pytest.mark.parametrize("name", OFFERED)
def test_a_file_offers_its_prose_and_protects_the_rest(name: str) -> None:
    assert offered(name) == OFFERED[name]


@pytest.mark.parametrize("name", ["script.sh", "config.yaml", "page.html"])
def test_a_file_of_code_is_refused(name: str) -> None:
    with pytest.raises(PassageError) as refused:
        offered(name)
    assert refused.value.reason == "notProse"


def offered(name: str) -> list[str]:
    document = (FOLDER / name).read_text(encoding="utf-8")
    format = recognise(name, document).format
    passages = []
    for block in parse(document, format).blocks:
        content = "\n".join(document[start:end] for start, end in block.lines)
        for span in reversed(inline(content, format).spans):
            held = content[span.start : span.end]
            content = f"{content[: span.start]}⟨{held}⟩{content[span.end :]}"
        passages.append(content)
    return passages
