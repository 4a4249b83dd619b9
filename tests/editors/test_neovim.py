"""Neovim, headless: each script under `neovim/` is one scenario, named for the behaviour it shows.

`generic_…` use core Neovim alone, the others the plugin in `clients/neovim`.
"""

from pathlib import Path

import pytest

from support.real_editor import RunEditor

_HERE = Path(__file__).parent / "neovim"
_PLUGIN = Path(__file__).parents[2] / "clients" / "neovim"
_SCENARIOS = sorted(path for path in _HERE.glob("*.lua") if path.stem != "harness")

pytestmark = pytest.mark.editors


@pytest.mark.parametrize("script", _SCENARIOS, ids=lambda path: path.stem)
def test_in_neovim(script: Path, editor: RunEditor) -> None:
    plugin = () if script.stem.startswith("generic_") else ("--cmd", f"set rtp^={_PLUGIN}")
    # 0.7 has no `-l`; `--clean` takes no user files but loads plugins.
    editor(
        *("nvim", "--headless", "--clean", "-n"),
        *plugin,
        *("-c", f"luafile {_HERE / 'harness.lua'}", "-c", f"luafile {script}"),
        needs={"neovim": "nvim"},
    )
