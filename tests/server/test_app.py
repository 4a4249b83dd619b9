"""What a server is made of, and what it must not be made of before it is needed."""

import subprocess
import sys

from aw_server.app import create_server


def test_nothing_heavy_is_imported_to_answer_initialize() -> None:
    code = (
        "import sys, aw_server.app; aw_server.app.create_server();"
        "heavy = {'llama_cpp', 'numpy', 'markdown_it', 'pylatexenc', 'psutil', 'rich', 'click', 'sqlite3'};"
        "sys.exit(', '.join(heavy & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_command_ids_are_the_servers_own() -> None:
    """An editor's client may register commands too; VS Code refuses to start on a double."""
    assert all(name.startswith("aw.server.") for name in create_server().protocol.fm.commands)


def test_servers_know_nothing_of_each_other() -> None:
    one, other = create_server(), create_server()
    assert one.session is not other.session
    assert one.jobs is not other.jobs
