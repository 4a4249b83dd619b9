"""A process killed at any moment leaves a whole file, with everything it had been told was written."""

import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from aw_engine.journal.journal import Journal

_CHILD = """
import sys
from pathlib import Path
from aw_engine.domain.candidate import Candidate, Lineage
from aw_engine.domain.events import Drafted
from aw_engine.domain.passage import Passage
from aw_engine.domain.brief import Brief
from aw_engine.journal.journal import Journal
from aw_engine.rubrics import load

journal = Journal.open(Path(sys.argv[1]))
rubric = load.find(load.DEFAULT, None)
for run in range(10_000):
    name = f"{sys.argv[2]}-{run}"
    journal.begin(name, Brief(Passage("A text that is not long."), rubric))
    for number in range(40):
        candidate = Candidate(f"c{number}", "Another text. " * 20, Lineage("o", ("original",), 1), 40)
        journal.record(name, Drafted(candidate))
        if number % 10 == 9:
            journal.flush()
            print(name, number + 1, flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_nothing_flushed_is_lost_and_the_file_is_whole(path: Path) -> None:
    rng = Random(4)
    for round_ in range(8):
        command = [sys.executable, "-c", _CHILD, str(path), str(round_)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
            assert child.stdout is not None
            said = [child.stdout.readline() for _ in range(rng.randrange(1, 40))]
            child.send_signal(signal.SIGKILL)
            said += child.stdout.read().splitlines(keepends=True)
        flushed: dict[str, int] = {}
        for line in said:
            if line.endswith("\n"):
                name, count = line.split()
                flushed[name] = int(count)
        assert flushed
        journal = Journal.open(path)
        try:
            for run, least in flushed.items():
                found = journal.run(run)
                assert len(found.candidates) >= least
                assert found.status == "interrupted"
                assert [each.id for each in found.candidates] == [
                    f"c{n}" for n in range(len(found.candidates))
                ]
        finally:
            journal.close()
        with closing(sqlite3.connect(path)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
