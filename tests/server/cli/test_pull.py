"""`aw-server models pull` against a server on loopback that behaves like the hub."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest

from aw_engine.inference.models.reference import BUILTIN_FILE, HubFile, hub_file
from aw_server.cli.exits import Exit
from support.hub import FILE, REPOSITORY, Hub, serving

REF = f"hf:{REPOSITORY}/{FILE}"
Pull = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def hub() -> Iterator[Hub]:
    content = BUILTIN_FILE.read_bytes()[:400_000] + Random(1).randbytes(100_000)
    with serving(Hub(content)) as running:
        yield running


@pytest.fixture
def aw(hub: Hub, tmp_path: Path) -> Pull:
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("HF_", "HUGGING"))},
        "HOME": str(tmp_path),
        "HF_HOME": str(tmp_path / "hf"),
        "HF_ENDPOINT": hub.address,
        "HF_HUB_DISABLE_XET": "1",
        "no_proxy": "*",
    }

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "aw_server", *arguments]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    return run


def test_a_model_is_fetched_checked_found_and_removed(aw: Pull, hub: Hub) -> None:
    done = aw("models", "pull", REF)
    assert (done.returncode, done.stderr) == (Exit.DONE, "")
    assert Path(done.stdout.strip()).read_bytes() == hub.content
    assert aw("models", "path", REF).stdout == done.stdout
    assert aw("models", "path", REPOSITORY).stdout == done.stdout
    asked = len(hub.ranges)
    assert aw("models", "pull", REF).stdout == done.stdout
    assert len(hub.ranges) == asked, "it is there already"
    assert aw("models", "rm", REF).stdout.startswith(f"Removed {FILE}: 0.5 MB")
    missing = aw("models", "path", REF)
    assert missing.returncode == Exit.MODEL
    assert f"aw-server models pull {REF}" in missing.stderr


def test_the_repository_alone_gets_its_usual_quantisation(aw: Pull, hub: Hub) -> None:
    done = aw("models", "pull", REPOSITORY)
    assert Path(done.stdout.strip()).name == FILE
    wrong = aw("models", "pull", f"{REPOSITORY}:Q8_0")
    assert wrong.returncode == Exit.MODEL
    assert f"It has: {FILE}." in wrong.stderr


def test_a_broken_connection_is_taken_up_again(aw: Pull, hub: Hub) -> None:
    hub.content += bytes(24_000_000)  # the hub's library writes ten million at a time
    hub.cut = 16_000_000
    done = aw("models", "pull", REF)
    if done.returncode:
        assert "again to go on" in done.stderr
        done = aw("models", "pull", REF)
    assert Path(done.stdout.strip()).read_bytes() == hub.content
    assert any(each.startswith("bytes=") for each in hub.ranges), "from where it broke off"


def test_what_an_earlier_download_left_is_gone_on_with(aw: Pull, hub: Hub, tmp_path: Path) -> None:
    blobs = tmp_path / "hf" / "hub" / f"models--{REPOSITORY.replace('/', '--')}" / "blobs"
    blobs.mkdir(parents=True)
    (blobs / f"{hub.digest}.aw-incomplete").write_bytes(hub.content[:123_456])
    done = aw("models", "pull", REF)
    assert Path(done.stdout.strip()).read_bytes() == hub.content
    assert hub.ranges == ["bytes=123456-"]
    assert [each.name for each in blobs.iterdir()] == [hub.digest]


def test_a_file_with_another_digest_is_removed(aw: Pull, hub: Hub, tmp_path: Path) -> None:
    hub.wrong = True
    done = aw("models", "pull", REF)
    assert done.returncode == Exit.MODEL
    assert "is not what the hub says, and was removed" in done.stderr
    assert not list(tmp_path.rglob("*.gguf"))
    assert not list(tmp_path.rglob("*.aw-incomplete"))
    hub.wrong = False
    assert aw("models", "pull", REF).returncode == Exit.DONE


@pytest.mark.parametrize(
    ("ref", "said"),
    [
        ("hf:owner/other/a.gguf", "The hub has no repository owner/other"),
        (f"hf:{REPOSITORY}/b.gguf", "has no such file"),
    ],
)
def test_what_the_hub_has_not_is_said(aw: Pull, ref: str, said: str) -> None:
    done = aw("models", "pull", ref)
    assert done.returncode == Exit.MODEL
    assert said in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("status", "said"), [(429, "asks to wait"), (403, "hf auth login"), (401, "hf auth login")]
)
def test_the_hubs_refusals_are_explained(aw: Pull, hub: Hub, status: int, said: str) -> None:
    hub.status = status
    done = aw("models", "pull", REF)
    assert done.returncode == Exit.MODEL
    assert said in done.stderr


def test_without_the_hub_it_is_said_what_to_do(aw: Pull, hub: Hub) -> None:
    hub.status = 503
    done = aw("models", "pull", REF)
    assert done.returncode == Exit.MODEL
    assert "aw-server: " in done.stderr
    assert "Traceback" not in done.stderr


def test_nothing_is_fetched_by_a_run(aw: Pull, hub: Hub, tmp_path: Path) -> None:
    draft = tmp_path / "draft.txt"
    draft.write_text("The match were cancelled by the referee at noon.")
    done = aw("evolve", str(draft), "--model", REF)
    assert done.returncode == Exit.MODEL
    assert f"Fetch it: aw-server models pull {REF}" in done.stderr
    assert not hub.ranges


@pytest.mark.parametrize(
    ("ref", "wanted"),
    [
        ("hf:a/b/c.gguf", HubFile("a/b", "c.gguf")),
        ("hf:a/b/sub/c.gguf", HubFile("a/b", "sub/c.gguf")),
        ("https://huggingface.co/a/b/resolve/main/c.gguf", HubFile("a/b", "c.gguf")),
        ("a/b", HubFile("a/b")),
        ("hf:a/b:Q8_0", HubFile("a/b", quant="Q8_0")),
        ("qwen2.5-0.5b", HubFile("Qwen/Qwen2.5-0.5B-Instruct-GGUF", "qwen2.5-0.5b-instruct-q4_k_m.gguf")),
        ("./a/b.gguf", None),
        ("nonsense", None),
        ("https://example.org/c.gguf", None),
    ],
)
def test_what_a_reference_means_on_the_hub(ref: str, wanted: HubFile | None) -> None:
    assert hub_file(ref) == wanted


def test_the_catalogue_is_a_table(aw: Pull) -> None:
    shown = aw("models", "catalogue").stdout
    assert "qwen2.5-0.5b\t491" in shown
    assert "apache-2.0" in shown
