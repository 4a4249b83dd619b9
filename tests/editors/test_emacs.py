"""Emacs 28 with eglot 1.9 in batch: a client without resolve, cancel and progress, that waits 10 s."""

from pathlib import Path

import pytest

from support.real_editor import RunEditor

pytestmark = pytest.mark.editors


def test_eglot_evolves_and_applies_a_ranked_rewrite(editor: RunEditor) -> None:
    script = Path(__file__).parent / "emacs" / "eglot.el"
    needs = {"emacs-nox": "emacs", "elpa-eglot": "/usr/share/emacs/site-lisp/elpa/eglot-*"}
    assert "done" in editor("emacs", "-Q", "--batch", "-l", str(script), needs=needs)
