from datetime import date

import pytest
from llama_cpp.llama_chat_format import Jinja2ChatFormatter

from aw_engine.errors import ModelUnsupported
from aw_engine.inference.dialects.template import Turns, read_turns

# Two take lists of tools and are no templates for plain conversations; one wants a list of functions.
TOOLS_ONLY = {
    "CohereForAI-c4ai-command-r-plus-tool_use",
    "NousResearch-Hermes-2-Pro-Llama-3-8B-tool_use",
    "NousResearch-Hermes-3-Llama-3.1-8B-tool_use",
    "fireworks-ai-llama-3-firefunction-v2",
}
# What these need, beyond their own prompt for an answer, to be in the final answer at once.
BEYOND = {
    "Apriel-1.6-15b-Thinker-fixed": "[BEGIN FINAL RESPONSE]\n",
    "Cohere2MoE": "<|START_TEXT|>",
    "CohereForAI-c4ai-command-r7b-12-2024-tool_use": "<|START_RESPONSE|>",
    "Kimi-K2-Thinking": "<think></think>",
    "LFM2.5-8B-A1B": "<think>\n\n</think>\n\n",
    "LFM2.5-Instruct": "<think>\n\n</think>\n\n",
    "MiniMax-M2": "\n</think>\n\n",
    "MiniMax-M3": "</mm:think>",
    "NVIDIA-Nemotron-Nano-v2": "\n</think>\n\n",
    "StepFun3.5-Flash": "\n</think>\n",
    "deepseek-ai-DeepSeek-R1-Distill-Llama-8B": "\n</think>\n\n",
    "llama-cpp-deepseek-r1": "\n</think>\n\n",
    "meetkai-functionary-medium-v3.2": "all\n",
    "muse-glimmer": " to=user<|message|>",
    "openai-gpt-oss-120b": "<|channel|>final<|message|>",
    "unsloth-Apriel-1.5": "[BEGIN FINAL RESPONSE]\n",
    "upstage-Solar-Open-100B": "<|content|>",
}
SYSTEM, USER = "You compare texts.", "Which is better?\n\nSay A or B."


def text(turns: Turns, system: str, user: str) -> str:
    return (
        turns.head + (system + turns.between + user if turns.system else f"{system}\n\n{user}") + turns.tail
    )


def test_every_template_is_rendered_as_it_renders_itself(
    templates: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Jinja2ChatFormatter, "strftime_now", staticmethod(date(2026, 1, 1).strftime))
    assert len(templates) > 50
    for name in sorted(templates.keys() - TOOLS_ONLY):
        turns = read_turns(templates[name], "<BOS>", "<EOS>")
        messages = [{"role": "user", "content": f"{SYSTEM}\n\n{USER}"}]
        if turns.system:
            messages = [{"role": "system", "content": SYSTEM}, {"role": "user", "content": USER}]
        own = Jinja2ChatFormatter(templates[name], "<EOS>", "<BOS>")(
            messages=messages,  # type: ignore[arg-type]
            enable_thinking=False,
            thinking=False,
            reasoning=False,
            thinking_budget=0,
        ).prompt
        assert (name, text(turns, SYSTEM, USER)) == (name, own + BEYOND.get(name, ""))


def test_no_template_leaves_the_model_thinking(templates: dict[str, str]) -> None:
    for name in sorted(templates.keys() - TOOLS_ONLY):
        tail = read_turns(templates[name], "<BOS>", "<EOS>").tail
        opened = max(
            tail.rfind(mark) for mark in ("<think>", "<seed:think>", "[THINK]", "<|START_THINKING|>")
        )
        closed = max(
            tail.rfind(mark) for mark in ("</think>", "</seed:think>", "[/THINK]", "<|END_THINKING|>")
        )
        assert (name, closed) >= (name, opened)


def test_a_template_without_a_system_role_has_the_system_text_in_the_message(
    templates: dict[str, str],
) -> None:
    turns = read_turns(templates["google-gemma-2-2b-it"], "<bos>", "<eos>")
    assert turns == Turns(
        head="<bos><start_of_turn>user\n",
        between="",
        tail="<end_of_turn>\n<start_of_turn>model\n",
        end="<end_of_turn>\n",
        system=False,
    )


def test_a_template_that_ignores_the_system_text_has_it_in_the_message() -> None:
    template = "{% for m in messages %}{% if m.role == 'user' %}[{{ m.content }}]{% endif %}{% endfor %}"
    assert read_turns(template, "", "") == Turns("[", "", "]", "", system=False)


def test_a_template_that_wants_content_in_parts_gets_parts() -> None:
    template = (
        "{% for m in messages %}<{{ m.role }}>{% for p in m.content %}{{ p.text }}{% endfor %}{% endfor %}"
    )
    assert read_turns(template, "", "") == Turns("<system>", "<user>", "<assistant>", "", system=True)


def test_a_prompt_is_the_same_on_every_day() -> None:
    template = "{{ strftime_now('%Y-%m-%d') }}{% for m in messages %}|{{ m.content }}{% endfor %}"
    assert read_turns(template, "", "").head == "2026-01-01|"


@pytest.mark.parametrize(
    "template",
    [
        "{{ raise_exception('no') }}",
        "{{ functions | tojson }}",
        "nothing of what was said",
        "{{ messages[1].content }}{{ messages[1].content }}",
        "{% for m in messages %}",
        "{{ ''.__class__.__mro__ }}{{ messages[0].content }}",
        "{{ messages.append(1) }}{{ messages[0].content }}",
        "{% for i in range(1000) %}{% for j in range(1000) %}{% endfor %}{% endfor %}{{ messages }}",
        "{{ 'x' * 10 ** 9 }}{{ messages[0].content }}",
        "{% for i in range(90000) %}{{ messages }}{% endfor %}",
        "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
    ],
)
def test_a_template_that_cannot_be_used_or_trusted_is_refused(template: str) -> None:
    with pytest.raises(ModelUnsupported, match="chat template cannot be"):
        read_turns(template, "<s>", "</s>")
