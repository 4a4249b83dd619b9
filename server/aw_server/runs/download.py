"""Fetches a model file from the Hugging Face hub into the hub's own cache, and checks it.

The hub's library does the work: redirects, resuming, proxies and tokens are its business. What it fetched is
read once more here, since it compares sizes only.
"""

import errno
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any, Final

from msgspec import Struct

from aw_engine.errors import DownloadFailed, ModelDamaged
from aw_engine.inference.models.reference import HubFile, quantised
from aw_engine.inference.models.verify import sha256

_SHA256_LENGTH: Final = 64
_SPARE: Final = 200_000_000  # bytes that are to stay free


class Fetched(Struct, frozen=True):
    """How far a download is, in bytes; `total` is 0 as long as it is not known."""

    done: int
    total: int


Heard = Callable[[Fetched], None]
"""Told how far it is; whatever it raises ends the download, which can be resumed."""


def download(source: HubFile, heard: Heard, checking: Callable[[float], None]) -> Path:
    """The file's path in the hub's cache, whole and with the digest that the hub gives for it.

    What an earlier, broken download left is gone on with. `checking` is told the share that has been read.

    :raises DownloadFailed: if it cannot be fetched; the sentence says why, and what to do.
    :raises ModelDamaged: if it is not what the hub says; it has then been removed.
    """
    from huggingface_hub import constants, hf_hub_download  # slow to import, and only for this
    from huggingface_hub.utils.logging import set_verbosity_error

    set_verbosity_error()  # type: ignore[no-untyped-call]  # what it would say of each retry is not for the writer
    with _explained(source.repository):
        file = source.file or _choose(source)
        asked: dict[str, Any] = {"repo_id": source.repository, "filename": file}
        planned = hf_hub_download(**asked, dry_run=True)
        if planned.will_download:
            _refuse_if_full(Path(constants.HF_HUB_CACHE), planned.file_size or 0)
        path = Path(hf_hub_download(**asked, tqdm_class=_bar(heard)))
    _check(path, checking)
    return path


def _choose(source: HubFile) -> str:
    from huggingface_hub import HfApi

    files = [Path(each) for each in HfApi().list_repo_files(source.repository) if each.endswith(".gguf")]
    chosen = quantised(sorted(files), source.quant)
    if chosen is None:
        there = ", ".join(sorted(file.name for file in files)) or "none"
        raise DownloadFailed(f"{source.repository} has no such .gguf file. It has: {there}.")
    return chosen.as_posix()


def _refuse_if_full(cache: Path, size: int) -> None:
    place = next(each for each in (cache, *cache.parents) if each.is_dir())
    free = shutil.disk_usage(place).free
    if size + _SPARE > free:
        raise DownloadFailed(
            f"It has {size / 1e6:,.0f} MB, and {free / 1e6:,.0f} MB are free on the disk. Free some space, "
            "or set HF_HOME to a folder on another disk."
        )


def _check(path: Path, checking: Callable[[float], None]) -> None:
    """A file in the cache has the digest for its name, where the hub keeps it as a large file."""
    blob = path.resolve()
    if len(blob.name) == _SHA256_LENGTH and sha256(blob, checking) != blob.name:
        blob.unlink()
        path.unlink(missing_ok=True)
        raise ModelDamaged(
            f"{path.name} is not what the hub says, and was removed. Fetch it again; if that does not help, "
            "something between you and the hub changes files."
        )


def _bar(heard: Heard) -> type:
    from huggingface_hub.utils.tqdm import tqdm

    class Bar(tqdm):
        """A progress bar that draws nothing."""

        def __init__(self, *given: Any, **named: Any) -> None:
            named |= {"disable": False, "file": StringIO()}
            super().__init__(*given, **named)  # type: ignore[no-untyped-call]

        def display(self, *_: Any, **__: Any) -> bool:
            return True

        def update(self, n: float | None = 1) -> bool | None:
            shown: bool | None = super().update(n)
            heard(Fetched(int(self.n), int(self.total or 0)))
            return shown

    return Bar


@contextmanager
def _explained(repository: str) -> Iterator[None]:
    """What the hub's library raises, as sentences."""
    from httpx2 import HTTPError
    from huggingface_hub import errors

    try:
        yield
    except errors.GatedRepoError:
        raise DownloadFailed(
            f"{repository} wants you to accept its terms: open https://huggingface.co/{repository}, then log "
            "in with `hf auth login`."
        ) from None
    except errors.RepositoryNotFoundError:
        raise DownloadFailed(
            f"The hub has no repository {repository}, or only for those who are logged in (`hf auth login`)."
        ) from None
    except errors.EntryNotFoundError as error:
        if isinstance(error, errors.LocalEntryNotFoundError):  # about the hub, whatever the name says
            cause = error.__cause__
            if isinstance(cause, errors.HfHubHTTPError):
                raise _answered(cause.response.status_code) from None
            raise _unreachable() from None
        raise DownloadFailed(
            f"{repository} has no such file. Look at https://huggingface.co/{repository}/tree/main."
        ) from None
    except errors.HFValidationError:
        raise DownloadFailed(f"{repository} is no name of a repository; it is written owner/name.") from None
    except errors.HfHubHTTPError as error:
        raise _answered(error.response.status_code) from None
    except errors.OfflineModeIsEnabled:
        raise DownloadFailed("HF_HUB_OFFLINE is set: nothing is fetched.") from None
    except HTTPError:
        raise _unreachable() from None
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise DownloadFailed("The disk is full. Free some space, then run it again to go on.") from None
        raise DownloadFailed(
            f"The download broke off ({error.strerror or type(error).__name__}). Run it again to go on."
        ) from None


def _unreachable() -> DownloadFailed:
    return DownloadFailed(
        "The hub cannot be reached. Is this computer online? What was fetched is kept; run it again to go on."
    )


def _answered(status: int) -> DownloadFailed:
    if status == 429:
        return DownloadFailed("The hub asks to wait (too many requests). Try again in a few minutes.")
    if status in (401, 403):
        return DownloadFailed("The hub refuses this (not allowed). Log in with `hf auth login`.")
    return DownloadFailed(f"The hub answered with an error ({status}). Try again later.")
