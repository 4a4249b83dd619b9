import pytest
from hypothesis import given
from hypothesis import strategies as st

from aw_engine.judging.shape import Misshapen, Repaired, repair

SOURCE = "The results was good, and we are happy with it."
CLEAN = "The results were good, and we are happy with them."


@pytest.mark.parametrize(
    "output",
    [
        CLEAN,
        f"  {CLEAN}\n",
        f"{CLEAN}\n\nI changed “was” to “were”.",
        f"<rewrite>{CLEAN}</rewrite>",
        f"<rewrite>\n{CLEAN}\n</rewrite>",
        f"Here is the rewritten passage: {CLEAN}",
        f"Revised: {CLEAN}",
        f'**Rewritten paragraph:** "{CLEAN}"',
        "The results were good,\n\nand we are happy with them.",
        f"{CLEAN}\n\nAnother paragraph follows.",
        f"```\n{CLEAN}\n```",
        f"```markdown\n{CLEAN}\n```",
        f"~~~text\n{CLEAN}~~~",
        f"<text>{CLEAN}</text>",
        f'"{CLEAN}"',
        f"“{CLEAN}”",
        f"«{CLEAN}»",
        f"<think>\nThe verb is wrong.\n</think>\n\n{CLEAN}",
        f"<|START_THINKING|>hm<|END_THINKING|>{CLEAN}",
        f"Here is the rewritten passage:\n\n{CLEAN}",
        f"Sure!\n\n{CLEAN}",
        f"Sure, here's a clearer version:\n{CLEAN}",
        f"**Revised version:**\n\n{CLEAN}",
        f'Here is the text:\n\n```\n"{CLEAN}"\n```',
        f"{CLEAN}\n\nNote: I corrected the agreement.",
        f"{CLEAN}\n\n**Changes made:**\n- was → were",
        f"{CLEAN}\n\nI've changed “it” to “them”.\n\nLet me know if you want more.",
        f"{CLEAN} (10 words)",
        "The results were good,\nand we are happy with them.",
    ],
)
def test_what_surrounds_the_rewrite_is_taken_off(output: str) -> None:
    assert repair(output, SOURCE, "stop") == Repaired(CLEAN)


@pytest.mark.parametrize(
    ("output", "flaw"),
    [
        ("", "empty"),
        ("…", "empty"),
        ("<think>The verb", "thinking"),
        (f"The verb is wrong.</think>{CLEAN}", "thinking"),
        (f"{CLEAN}<|im_end|>", "markup"),
        (f"[/INST] {CLEAN}", "markup"),
        (f"{CLEAN}<｜end▁of▁sentence｜>", "markup"),
        (f"<passage>{CLEAN}", "markup"),
        (f"```\n{CLEAN}\n```\nand\n```\n{CLEAN}\n```", "fence"),
        (f"Sure, {CLEAN}", "preamble"),
        (f"Instruction: tighten.\n{CLEAN}", "echo"),
        (f"{CLEAN} Reply with the rewritten paragraph only.", "echo"),
        ("I'm sorry, but I can't help with that.", "refusal"),
        (f"{CLEAN}</rewrite>", "markup"),
        ("- The results were good.\n- We are happy.", "layout"),
        (f"# Results\n{CLEAN}", "layout"),
    ],
)
def test_what_would_take_a_guess_is_refused(output: str, flaw: str) -> None:
    assert repair(output, SOURCE, "stop") == Misshapen(flaw)  # type: ignore[arg-type]


def test_an_output_that_was_cut_off_is_refused() -> None:
    assert repair(CLEAN, SOURCE, "length") == Misshapen("cut")


@pytest.mark.parametrize(
    "text",
    [
        "“Come in,” she said. “Sit down.”",
        '"It is late," he said, "and I am tired."',
        "Note: the door sticks.",
        "Here is the text: it has three parts.",
        "Sure, I said, why not.",
        "The token <|im_end|> ends a turn; </rewrite> ends nothing.",
        "```\nx = 1\n```",
        "He can't; I'm sorry, but that is so. (12 words)",
        "First paragraph.\n\nNote: second paragraph.",
        "- one\n- two",
        "The revised version: a play in two acts.",
    ],
)
def test_what_the_writer_has_too_is_left_alone(text: str) -> None:
    assert repair(text, text, "stop") == Repaired(text)


def test_a_rewrite_with_a_quotation_of_its_own_keeps_the_marks() -> None:
    output = '"Come in," she said, "and sit down."'
    assert repair(output, "She told him to come in and sit down.", "stop") == Repaired(output)


@given(st.text(max_size=80))
def test_a_text_is_its_own_rewrite_or_has_no_letters(text: str) -> None:
    result = repair(text, text, "stop")
    if any(character.isalnum() for character in text):
        assert isinstance(result, Repaired)
        assert result.text.split() == text.split() or "\n" not in text.strip()
    else:
        assert result == Misshapen("empty")


@given(st.text(max_size=60), st.text(max_size=60))
def test_a_repaired_text_is_a_part_of_the_output(output: str, source: str) -> None:
    match repair(output, source, "stop"):
        case Repaired(text=text):
            assert text == text.strip()
            assert "".join(text.split()) in "".join(output.split())
        case Misshapen():
            pass
