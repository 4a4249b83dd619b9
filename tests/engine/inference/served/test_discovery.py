from typing import Any

import pytest

from aw_engine.errors import BackendError, ModelMissing, ServerFailed
from aw_engine.inference.served.address import server_address
from aw_engine.inference.served.connection import Connection, Patience
from aw_engine.inference.served.discovery import Served, discover, parameters_named
from support.model_server import ModelServer, serving


async def found(script: ModelServer, model: str = "") -> Served:
    with serving(script):
        address = server_address(f"{script.address}#{model}" if model else script.address)
        assert address is not None
        connection = Connection(address, Patience(silent=5, refused=0, busy=1))
        try:
            return await discover(connection)
        finally:
            await connection.aclose()


def ollama() -> ModelServer:
    tags = [{"name": "qwen3:4b", "digest": "abc"}, {"name": "smollm2:latest", "digest": "def"}]
    shown = {
        "capabilities": ["completion", "thinking"],
        "model_info": {"general.parameter_count": 4_000_000_000},
    }
    pages: dict[str, Any] = {
        "/api/version": {"version": "0.13.0"},
        "/api/tags": {"models": tags},
        "/api/ps": {"models": [{"name": "qwen3:4b", "context_length": 8192}]},
        "/api/show": shown,
    }
    return ModelServer(models=("qwen3:4b", "smollm2:latest"), owner="library", pages=pages)


async def test_ollama_is_known_by_its_own_interface() -> None:
    served = await found(ollama(), "qwen3:4b")
    assert (served.kind, served.name, served.context) == ("Ollama", "qwen3:4b", 8192)
    assert served.parameters == 4_000_000_000
    assert served.thinks


async def test_ollamas_tag_may_be_left_out_where_it_is_the_latest() -> None:
    assert (await found(ollama(), "smollm2")).name == "smollm2:latest"


async def test_lm_studio_answers_200_to_everything_and_is_known_all_the_same() -> None:
    nothing = {"error": "Unexpected endpoint or method."}
    models = [
        {"id": "text-embedding-x", "type": "embeddings"},
        {"id": "gemma-3-4b", "type": "vlm", "loaded_context_length": 6000},
    ]
    pages = {"/props": nothing, "/api/version": nothing, "/api/v0/models": {"data": models}}
    script = ModelServer(models=("text-embedding-x", "gemma-3-4b"), owner="organization_owner", pages=pages)
    served = await found(script)
    assert (served.kind, served.name, served.context) == ("LM Studio", "gemma-3-4b", 6000)


async def test_vllm_is_known_by_the_length_that_it_lists() -> None:
    listed = {"data": [{"id": "org/Llama-8B", "owned_by": "vllm", "max_model_len": 16384}]}
    served = await found(ModelServer(pages={"/v1/models": listed}))
    assert (served.kind, served.context, served.parameters) == ("vLLM", 16384, 8_000_000_000)
    assert served.at_once > 4


async def test_llama_server_says_how_many_requests_it_works_at() -> None:
    listed = {"data": [{"id": "m.gguf", "owned_by": "llamacpp", "meta": {"n_params": 5, "size": 6}}]}
    props = {"default_generation_settings": {"n_ctx": 2048}, "total_slots": 3, "chat_template": "x"}
    served = await found(ModelServer(pages={"/v1/models": listed, "/props": props}))
    assert (served.kind, served.context, served.at_once) == ("llama-server", 2048, 3)
    assert served.template is not None


async def test_several_models_are_listed_and_one_must_be_named() -> None:
    with pytest.raises(ModelMissing, match=r"#one\. It has: one, two"):
        await found(ModelServer(models=("one", "two")))
    assert (await found(ModelServer(models=("one", "two")), "two")).name == "two"
    with pytest.raises(ModelMissing, match="has no model three"):
        await found(ModelServer(models=("one", "two")), "three")
    with pytest.raises(ModelMissing, match="has no model yet"):
        await found(ModelServer(models=()))


async def test_what_is_no_model_server_is_said_to_be_none() -> None:
    with pytest.raises(ServerFailed, match="no model server"):
        await found(ModelServer(statuses={"/v1/models": [404]}))
    with pytest.raises(BackendError, match="not as a model server does"):
        await found(ModelServer(pages={"/v1/models": ["something", "else"]}))
    with pytest.raises(ServerFailed, match="sends its callers elsewhere"):
        await found(ModelServer(redirect="http://127.0.0.1:9"))


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("qwen2.5-7b-instruct", 7e9),
        ("smollm2:135m", 135e6),
        ("gpt-oss:20b", 20e9),
        ("phi-4", 0),
        ("v2beta", 0),
    ],
)
def test_a_models_size_is_read_from_its_name(name: str, parameters: float) -> None:
    assert parameters_named(name) == parameters
