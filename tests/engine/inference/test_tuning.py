from pathlib import Path

import platformdirs
import pytest

from aw_engine.inference import tuning
from aw_engine.inference.engine import InferenceEngine
from aw_engine.inference.llama import Aborted, AbortFlag, Log, build
from aw_engine.inference.llama_model import NativeModel
from aw_engine.inference.supervisor import WorkerBackend
from aw_engine.inference.tuner import Tuner
from aw_engine.inference.tuning import Tuning


def test_what_was_found_is_remembered_by_file_and_build() -> None:
    found = Tuning(threads=2, batch=256, width=16, keys="q8_0", values="q8_0")
    assert tuning.remembered("a file", "a build") is None
    tuning.remember("a file", "a build", found)
    assert tuning.remembered("a file", "a build") == found
    assert tuning.remembered("a file", "another build") is None
    assert tuning.remembered("another file", "a build") is None


@pytest.mark.parametrize("content", [b"", b"{", b'{"machine": 1}', b"\xff\xfe"])
def test_a_damaged_note_is_as_good_as_none(content: bytes) -> None:
    tuning.remember("damaged", "build", Tuning(threads=1, batch=64))
    folder = platformdirs.user_cache_path("aw", appauthor=False) / "tuning"
    newest = max(folder.iterdir(), key=lambda path: path.stat().st_mtime_ns)
    newest.write_bytes(content)
    assert tuning.remembered("damaged", "build") is None


def test_a_note_with_settings_out_of_bounds_is_as_good_as_none() -> None:
    tuning.remember("wild", "build", Tuning(threads=1, batch=64))
    folder = platformdirs.user_cache_path("aw", appauthor=False) / "tuning"
    newest = max(folder.iterdir(), key=lambda path: path.stat().st_mtime_ns)
    newest.write_bytes(newest.read_bytes().replace(b'"batch":64', b'"batch":99999999'))
    assert tuning.remembered("wild", "build") is None


def test_the_tuner_keeps_one_of_what_it_tried(model: NativeModel, log: Log) -> None:
    first = Tuning(threads=1, batch=64)
    tuned = Tuner(model, first, AbortFlag(), log, seconds=0.4).run(lambda share: None, threads=False)
    assert tuned.best in [trial.tuning for trial in tuned.trials]
    assert tuned.best.threads == 1
    assert all(trial.reading + trial.writing > 0 for trial in tuned.trials)
    assert {trial.tuning.batch for trial in tuned.trials} == {64, 128, 256, 512}


def test_tuning_can_be_given_up(model: NativeModel, log: Log) -> None:
    abort = AbortFlag()

    def give_up(share: float) -> None:
        abort.is_set = True

    with pytest.raises(Aborted):
        Tuner(model, Tuning(threads=1, batch=64), abort, log, seconds=0.4).run(give_up, threads=False)


def test_an_engine_runs_as_was_found_out_for_its_file(chat: InferenceEngine) -> None:
    assert chat.info.settings["batch"] == tuning.default(1).batch


async def test_a_worker_takes_up_what_is_remembered_when_it_loads(model_path: Path) -> None:
    first = WorkerBackend(str(model_path), dialect="mini")
    info = await first.info()
    await first.aclose()
    tuning.remember(info.digest, build(), Tuning(threads=1, batch=32, width=4, values="f16"))
    try:
        second = WorkerBackend(str(model_path), dialect="mini")
        settings = (await second.info()).settings
        await second.aclose()
    finally:
        tuning.remember(info.digest, build(), tuning.default(1))
    assert (settings["batch"], settings["width"], settings["kv"]) == (32, 4, "f16/f16")
