import pytest

from aw_engine.errors import SettingsError
from aw_engine.inference.served.address import ServerAddress, permit, server_address


@pytest.mark.parametrize(
    ("ref", "base", "model"),
    [
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080", ""),
        ("HTTP://LocalHost:1234/v1/", "http://localhost:1234", ""),
        ("http://127.0.0.1:8000/v1/chat/completions#org/name", "http://127.0.0.1:8000", "org/name"),
        ("http://[::1]:8080#a:7b", "http://[::1]:8080", "a:7b"),
        ("https://host.example/llm/v1", "https://host.example/llm", ""),
        ("http://0.0.0.0:8080", "http://127.0.0.1:8080", ""),
        ("ollama:qwen3:4b", "http://127.0.0.1:11434", "qwen3:4b"),
    ],
)
def test_an_address_is_understood_as_it_is_pasted(ref: str, base: str, model: str) -> None:
    found = server_address(ref)
    assert found is not None
    assert (found.base, found.model) == (base, model)


@pytest.mark.parametrize(
    "ref",
    [
        "builtin",
        "model.gguf",
        "owner/name:Q4",
        "https://huggingface.co/a/b/resolve/main/c.gguf",
        "hf:a/b/c.gguf",
    ],
)
def test_other_references_mean_no_server(ref: str) -> None:
    assert server_address(ref) is None


@pytest.mark.parametrize("ref", ["http://user:secret@127.0.0.1:1", "http://127.0.0.1:1/?key=secret"])
def test_a_password_in_an_address_is_refused_and_not_repeated(ref: str) -> None:
    with pytest.raises(SettingsError, match="AW_SERVER_KEY") as refused:
        server_address(ref)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("ref", ["http://", "http://127.0.0.1:port", "http://[::1"])
def test_a_broken_address_is_refused(ref: str) -> None:
    with pytest.raises(SettingsError, match="no server's address"):
        server_address(ref)


@pytest.mark.parametrize(
    ("host", "here"),
    [
        ("127.0.0.1", True),
        ("127.8.9.1", True),
        ("::1", True),
        ("localhost", True),
        ("192.168.1.2", False),
        ("10.0.0.1", False),
        ("127.0.0.1.example.org", False),
        ("localhost.example.org", False),
    ],
)
def test_only_this_computer_needs_no_permission(host: str, here: bool) -> None:
    address = ServerAddress("http://x", host)
    assert address.loopback == here
    if here:
        permit(address, ())
        return
    with pytest.raises(SettingsError, match="your text would be sent there"):
        permit(address, ("elsewhere",))
    permit(address, (host.upper(),))


def test_offline_allows_no_other_computer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AW_OFFLINE", "1")
    permit(ServerAddress("http://x", "127.0.0.1"), ())
    with pytest.raises(SettingsError, match="the network is not used"):
        permit(ServerAddress("http://x", "gpu"), ("gpu",))
