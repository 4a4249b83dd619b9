"""Fetches a model file from the Hugging Face hub into the hub's own cache, and checks it.

The hub's library does the work: redirects, retries, proxies and tokens are its business. Since version 2 it
throws away what a broken download has brought, which for gigabytes is too much: the bytes are fetched here
by its `http_get` into a file that stays, and go into the cache once they have the digest that the hub gives.
"""

import errno
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

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


def download(wanted: HubFile, heard: Heard, checking: Callable[[float], None]) -> Path:
    """The file's path in the hub's cache, whole and with the digest that the hub gives for it.

    What an earlier, broken download left is gone on with. `checking` is told the share that has been read.

    :raises DownloadFailed: if it cannot be fetched; the sentence says why, and what to do.
    :raises ModelDamaged: if it is not what the hub says; it has then been removed.
    """
    # Slow to import, and only for this.
    from huggingface_hub import constants, get_hf_file_metadata, get_token, hf_hub_download, hf_hub_url
    from huggingface_hub.file_download import repo_folder_name
    from huggingface_hub.utils.logging import set_verbosity_error

    set_verbosity_error()  # type: ignore[no-untyped-call]  # what it would say of each retry is not for the writer
    with _explained(wanted.repository):
        file = wanted.file or _choose(wanted)
        asked: dict[str, Any] = {"repo_id": wanted.repository, "filename": file}
        planned = hf_hub_download(**asked, dry_run=True)
        if planned.will_download:
            about = get_hf_file_metadata(hf_hub_url(**asked), token=get_token())
            digest = about.etag or ""
            if not digest.isalnum():  # it becomes a file's name
                raise DownloadFailed("The hub does not say which file this is. Try again later.")
            folder = repo_folder_name(repo_id=wanted.repository, repo_type="model")
            blob = Path(constants.HF_HUB_CACHE, folder, "blobs", digest)
            _fetch(_Remote(about.location, about.size or 0, digest), blob, heard, checking)
        return Path(hf_hub_download(**asked))  # which finds the bytes, and gives them their name


class _Remote(Struct, frozen=True):
    """Where a file's bytes are, how many, and their digest (SHA-256 where the hub keeps a large file)."""

    location: str
    size: int
    digest: str


def _fetch(remote: _Remote, blob: Path, heard: Heard, checking: Callable[[float], None]) -> None:
    """Put the bytes, whole and checked, where the cache wants them."""
    from filelock import FileLock, Timeout
    from huggingface_hub import constants, get_token
    from huggingface_hub.file_download import http_get

    blob.parent.mkdir(parents=True, exist_ok=True)
    part = blob.with_name(f"{blob.name}.aw-incomplete")
    lock = FileLock(f"{part}.lock", timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise DownloadFailed("It is being fetched already, by another program.") from None
    with lock:
        done = part.stat().st_size if part.exists() else 0
        _refuse_if_full(blob.parent, remote.size - done)
        at_hub = urlsplit(remote.location).netloc == urlsplit(constants.ENDPOINT).netloc
        token = get_token() if at_hub else None  # it is for the hub, and nobody else
        with part.open("ab") as bytes_:
            http_get(
                remote.location,
                bytes_,
                resume_size=done,
                headers={"authorization": f"Bearer {token}"} if token else {},
                expected_size=remote.size or None,
                tqdm_class=_bar(heard),
            )
        _check(part, remote.digest, checking)
        part.replace(blob)
    Path(f"{part}.lock").unlink(missing_ok=True)


def _choose(wanted: HubFile) -> str:
    from huggingface_hub import HfApi

    files = [Path(each) for each in HfApi().list_repo_files(wanted.repository) if each.endswith(".gguf")]
    chosen = quantised(sorted(files), wanted.quant)
    if chosen is None:
        there = ", ".join(sorted(file.name for file in files)) or "none"
        raise DownloadFailed(f"{wanted.repository} has no such .gguf file. It has: {there}.")
    return chosen.as_posix()


def _refuse_if_full(folder: Path, size: int) -> None:
    free = shutil.disk_usage(folder).free
    if size + _SPARE > free:
        raise DownloadFailed(
            f"{size / 1e6:,.0f} MB are to come, and {free / 1e6:,.0f} MB are free on the disk. Free some "
            "space, or set HF_HOME to a folder on another disk."
        )


def _check(part: Path, digest: str, checking: Callable[[float], None]) -> None:
    if len(digest) == _SHA256_LENGTH and sha256(part, checking) != digest:
        part.unlink()
        raise ModelDamaged(
            "What has come is not what the hub says, and was removed. Fetch it again; if that does not help, "
            "something between you and the hub changes files."
        )


def _bar(heard: Heard) -> type:
    from huggingface_hub.utils.tqdm import tqdm

    class SilentBar(tqdm):
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

    return SilentBar


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
