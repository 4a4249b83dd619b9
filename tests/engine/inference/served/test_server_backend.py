"""A server that misbehaves in every way that servers do."""

import json
import logging
import sys
import time
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from importlib.machinery import ModuleSpec
from types import ModuleType

import anyio
import pytest

from aw_engine.errors import AwError, BackendError, PassageError, ServerFailed, SettingsError
from aw_engine.inference.backend import Choice, Compare, Completion, Generation, Rewrite, Sampling
from aw_engine.inference.served.backend import ServerBackend
from aw_engine.inference.served.connection import Patience
from support.model_server import CHAT, ModelServer, serving, wait_until

TEXT = "The old bridge were closed in May."
ODDS = {"A": -0.1, " A": -3.0, "B": -2.5, "C": -4.0}
IMPATIENT = Patience(silent=1.0, refused=0.5, busy=1.5)


@asynccontextmanager
async def backend(script: ModelServer, patience: Patience = IMPATIENT) -> AsyncIterator[ServerBackend]:
    with serving(script):
        made = ServerBackend(script.address, patience=patience)
        try:
            yield made
        finally:
            await made.aclose()


def rewriting(seed: int = 1, tokens: int = 60) -> Generation:
    return Generation(Rewrite(TEXT, "Mend it.", "clear", "all"), Sampling(seed, tokens))


async def written(made: ServerBackend, count: int = 1) -> list[Completion]:
    async with aclosing(made.generate([rewriting(n) for n in range(count)])) as completions:
        return [each async for each in completions]


async def written_by(script: ModelServer) -> Completion:
    async with backend(script) as made:
        return (await written(made))[0]


def choosing() -> Choice:
    return Choice(Compare("One text.", "Another text.", "clarity", "Which is clearer?", "g", "a"), ("A", "B"))


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("The old bridge was closed.", "The old bridge was closed."),
        ('"The old bridge was closed."', "The old bridge was closed."),
        ("“The old bridge was closed.”", "The old bridge was closed."),
        ('"The old bridge was closed." I corrected the verb.', "The old bridge was closed."),
        ('The old bridge was closed."\n\nI corrected the verb.', "The old bridge was closed."),
        ('The revised sentence is: "The old bridge was closed."', "The old bridge was closed."),
        ('Here is the paragraph:\n\n"The old bridge was closed."', "The old bridge was closed."),
        ('The "old" bridge was closed.', 'The "old" bridge was closed.'),
        ('She told us: "It was closed."', 'She told us: "It was closed."'),
    ],
)
async def test_an_answer_may_stand_in_quotation_marks_or_not(said: str, text: str) -> None:
    found = await written_by(ModelServer(answer=lambda body: said))
    assert (found.text, found.finish) == (text, "stop")


async def test_the_model_is_asked_in_the_words_of_a_chat() -> None:
    script = ModelServer()
    await written_by(script)
    asked = script.asked()[-1]
    assert [each["role"] for each in asked["messages"]] == ["system", "user"]
    assert f'"{TEXT}"' in asked["messages"][1]["content"]
    assert asked["stream"] is True
    assert asked["model"] == script.models[0]


async def test_a_server_without_a_place_for_a_system_text_is_asked_without() -> None:
    script = ModelServer(refuses=frozenset({"system"}), odds=ODDS)
    await written_by(script)
    assert [each["role"] for each in script.asked()[-1]["messages"]] == ["user"]


async def test_no_more_are_sent_at_once_than_the_server_works_at() -> None:
    script = ModelServer(answer=lambda body: "A rewritten paragraph that takes a while.", pace=0.02)
    async with backend(script) as made:
        found = await written(made, 9)
    assert {each.index for each in found} == set(range(9))
    assert 1 < script.most <= 4


async def test_letters_are_read_where_the_server_tells_probabilities() -> None:
    async with backend(ModelServer(odds=ODDS)) as made:
        assert (await made.info()).capabilities.judging == "letters"
        (found,) = await made.choose([choosing()])
    assert found.logprobs[0] > found.logprobs[1] == -2.5
    assert 0.9 < found.mass <= 1


async def test_an_answer_that_is_not_among_the_likeliest_counts_as_the_least_of_them() -> None:
    async with backend(ModelServer(odds={"A": -0.1, "C": -4.0})) as made:
        (found,) = await made.choose([choosing()])
    assert found.logprobs == pytest.approx((-0.1, -4.0))


@pytest.mark.parametrize("refuses", [frozenset[str](), frozenset({"logprobs"})])
async def test_without_probabilities_a_server_does_not_judge(refuses: frozenset[str]) -> None:
    async with backend(ModelServer(refuses=refuses)) as made:
        assert (await made.info()).capabilities.judging == "none"
        with pytest.raises(BackendError, match="name another judge"):
            await made.choose([choosing()])
        assert (await written(made))[0].text


async def test_a_busy_server_is_asked_again() -> None:
    script = ModelServer(statuses={"/v1/models": [503, 503], CHAT: [429, 503]})
    assert (await written_by(script)).text == "A rewritten paragraph."


async def test_a_server_says_how_long_to_wait() -> None:
    script = ModelServer(statuses={"/v1/models": [429]}, retry_after="1")
    began = time.monotonic()
    await written_by(script)
    assert time.monotonic() - began >= 1


async def test_one_that_stays_busy_is_given_up() -> None:
    script = ModelServer(statuses={"/v1/models": [503] * 99})
    with pytest.raises(ServerFailed, match="loading or busy for"):
        await written_by(script)


async def test_nothing_at_the_address_is_said_with_the_next_step() -> None:
    made = ServerBackend("http://127.0.0.1:9", patience=IMPATIENT)
    with pytest.raises(ServerFailed, match="Nothing answers at"):
        await made.info()
    await made.aclose()


async def test_a_stream_that_breaks_off_once_is_asked_for_again() -> None:
    script = ModelServer(breaks=[1])
    assert (await written_by(script)).text == "A rewritten paragraph."
    assert len(script.asked()) == 3  # the first question, the broken answer, the whole one


async def test_a_server_that_drops_a_request_for_the_next_gets_one_at_a_time() -> None:
    script = ModelServer(drops=True, answer=lambda body: "A rewritten paragraph of some words.", pace=0.02)
    async with backend(script) as made:
        found = await written(made, 6)
    assert len(found) == 6
    assert all(each.text == "A rewritten paragraph of some words." for each in found)


async def test_one_that_always_breaks_off_is_an_error() -> None:
    with pytest.raises(ServerFailed, match="breaks its answers off"):
        await written_by(ModelServer(breaks=[1, 1, 1, 1]))


@pytest.mark.parametrize(
    "raw",
    [
        b"data: {no json\n\n",
        b'data: {"choices": 7}\n\n',
        b"data: [1, 2]\n\n",
        b"data: " + b"[" * 100_000 + b"\n\n",
        b"data: \xff\xfe\n\n",
        b"data: " + b"x" * 3_000_000,
    ],
)
async def test_what_is_no_answer_is_an_error_with_a_next_step(raw: bytes) -> None:
    with pytest.raises(BackendError, match="choose another model"):
        await written_by(ModelServer(raw=raw))


async def test_a_page_instead_of_a_stream_is_an_error() -> None:
    with pytest.raises(BackendError, match="not as a model server does"):
        await written_by(ModelServer(raw=b"<html>Hello</html>", content_type="text/html"))


async def test_an_error_in_the_middle_of_a_stream_is_one() -> None:
    event = json.dumps({"error": {"message": f"I read {TEXT}", "type": "server_error", "code": 500}})
    with pytest.raises(ServerFailed, match="server_error") as failed:
        await written_by(ModelServer(raw=f"data: {event}\n\n".encode()))
    assert TEXT not in str(failed.value)


async def test_too_long_a_prompt_is_the_passages_fault() -> None:
    event = json.dumps({"error": {"message": "too long", "type": "exceed_context_size_error", "code": 400}})
    with pytest.raises(PassageError, match="Choose a shorter passage"):
        await written_by(ModelServer(raw=f"data: {event}\n\n".encode()))


async def test_an_answer_in_one_piece_is_taken_too() -> None:
    whole = {"choices": [{"message": {"content": "The old bridge was closed."}, "finish_reason": "stop"}]}
    script = ModelServer(raw=json.dumps(whole).encode(), content_type="application/json")
    assert (await written_by(script)).text == "The old bridge was closed."


async def test_an_answer_without_an_end_is_cut() -> None:
    script = ModelServer(answer=lambda body: "again and " * 20_000)
    found = await written_by(script)
    assert found.finish == "length"
    assert len(found.text) < 20_000


async def test_a_list_of_models_without_an_end_is_not_read() -> None:
    script = ModelServer(pages={"/v1/models": {"data": [{"id": "x" * 9_000_000}]}})
    with pytest.raises(BackendError, match="not as a model server does"):
        await written_by(script)


async def test_a_model_that_only_thinks_is_said_to() -> None:
    thoughts = json.dumps({"choices": [{"delta": {"reasoning_content": "Hm."}, "finish_reason": "length"}]})
    with pytest.raises(ServerFailed, match="Turn thinking off"):
        await written_by(ModelServer(raw=f"data: {thoughts}\n\ndata: [DONE]\n\n".encode()))


async def test_a_silent_server_is_given_up() -> None:
    script = ModelServer(answer=lambda body: "One word " + "and another " * 9, pace=30.0)
    with pytest.raises(ServerFailed, match="said nothing for 1 seconds"):
        await written_by(script)


async def test_giving_up_closes_the_connection() -> None:
    script = ModelServer(answer=lambda body: "word " * 2000, pace=0.01)
    async with backend(script) as made:
        with anyio.move_on_after(0.6) as scope:
            await written(made, 2)
        assert scope.cancelled_caught
        assert wait_until(lambda: script.closed == 2)


async def test_leaving_the_iteration_ends_the_others() -> None:
    script = ModelServer(answer=lambda body: "Short." if body.get("seed") == 0 else "word " * 2000, pace=0.01)
    async with backend(script) as made:
        async with aclosing(made.generate([rewriting(0), rewriting(1)])) as completions:
            async for first in completions:
                assert first.text == "Short."
                break
        assert wait_until(lambda: script.closed == 1)


async def test_a_wrong_key_is_said_without_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AW_SERVER_KEY", "sk-wrong")
    with pytest.raises(ServerFailed, match="wants a key, or another one") as refused:
        await written_by(ModelServer(key="sk-right"))
    assert "sk-" not in str(refused.value)


async def test_the_key_is_sent_and_told_nobody(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("AW_SERVER_KEY", "sk-right")
    caplog.set_level(logging.INFO)
    async with backend(ModelServer(key="sk-right", odds=ODDS)) as made:
        info = await made.info()
        await written(made)
        assert "sk-right" not in repr(made) + repr(info) + repr(vars(made))
    assert "sk-right" not in caplog.text
    assert TEXT not in caplog.text


async def test_the_key_may_lie_in_the_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, str]] = []

    class Keyring(ModuleType):
        class errors:  # noqa: N801 - as the package has it
            KeyringError = OSError

        def get_password(self, service: str, user: str) -> str:
            asked.append((service, user))
            return "sk-right"

    keyring = Keyring("keyring")
    keyring.__spec__ = ModuleSpec("keyring", None)
    monkeypatch.setitem(sys.modules, "keyring", keyring)
    script = ModelServer(key="sk-right")
    assert (await written_by(script)).text
    assert asked == [("aw-server", script.address)]


async def test_redirects_are_not_followed() -> None:
    script = ModelServer()
    with serving(ModelServer()) as other:
        script.redirect = other.address
        with pytest.raises(ServerFailed, match="sends its callers elsewhere"):
            await written_by(script)
        assert other.said == []


async def test_no_proxy_stands_between_this_computer_and_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert (await written_by(ModelServer())).text


async def test_another_computer_is_refused_before_anything_is_sent() -> None:
    with pytest.raises(SettingsError, match="--allow-host gpu"):
        ServerBackend("http://gpu.example:8080")
    await ServerBackend("http://gpu.example:8080", hosts=("gpu.example",)).aclose()


async def test_likelihoods_are_not_to_be_had() -> None:
    async with backend(ModelServer()) as made:
        assert not (await made.info()).capabilities.copy_edit
        counts = await made.count(["", "Some words to be counted."])
    assert counts[0] == 0
    assert 5 <= counts[1] <= 12


@pytest.fixture(autouse=True)
def _no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AW_SERVER_KEY", raising=False)


def test_every_failure_is_of_the_tree() -> None:
    assert issubclass(ServerFailed, AwError)
