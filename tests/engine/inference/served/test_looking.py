import socket
from urllib.parse import urlsplit

import pytest

from aw_engine.inference.served.looking import FoundServer, look
from support.model_server import MODEL, ModelServer, serving


def port_of(script: ModelServer) -> int:
    port = urlsplit(script.address).port
    assert port is not None
    return port


async def test_servers_at_the_ports_are_named_with_their_models() -> None:
    with serving(ModelServer()) as one, serving(ModelServer(models=("a", "b"))) as several:
        found = await look({port_of(one): "vLLM", port_of(several): "Ollama"})
    assert found[0] == FoundServer(one.address, "OpenAI-compatible server", MODEL)
    assert (found[1].address, found[1].model) == (several.address, "")
    assert "It has: a, b" in found[1].says


async def test_what_is_no_model_server_is_told_apart_and_nothing_is_silence() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))  # taken, and nobody listens
        with serving(ModelServer(statuses={"/v1/models": [404]})) as other:
            found = await look({free.getsockname()[1]: "LM Studio", port_of(other): "llama-server"})
    (only,) = found
    assert "no model server" in only.says
    assert only.kind == "something, llama-server perhaps"


async def test_no_key_is_sent_to_what_was_only_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AW_SERVER_KEY", "sk-mine")
    with serving(ModelServer()) as script:
        await look({port_of(script): "vLLM"})
    assert not any("authorization" in each.headers for each in script.said)
