"""Makes `dist/aw.vsix`: the extension in one file of JavaScript, and the wheel of the server beside it."""

import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
BUNDLE_LIMIT = 1_000_000


def main() -> None:
    """Pack the extension; fail if the types do not fit or the bundle has grown beyond its limit."""
    npm = shutil.which("npm")
    if npm is None:
        sys.exit("npm is needed to package the extension. Install Node.js 20 or newer.")
    shutil.rmtree(HERE / "server", ignore_errors=True)
    (HERE / "dist").mkdir(exist_ok=True)
    uv = Path(sys.executable).with_name("uv.exe" if sys.platform == "win32" else "uv")
    _run(str(uv), "build", "--quiet", "--wheel", "--out-dir", str(HERE / "server"), str(ROOT))
    (HERE / "server" / ".gitignore").unlink(missing_ok=True)
    for each in ("constraints.txt", "llama.cmake"):
        shutil.copy(ROOT / each, HERE / "server")
    shutil.copy(ROOT / "LICENSE", HERE)
    _run(npm, "run", "--silent", "check")
    _run(npm, "run", "--silent", "bundle")
    size = (HERE / "dist" / "extension.js").stat().st_size
    if size > BUNDLE_LIMIT:
        sys.exit(f"The bundle has {size:,} bytes; the limit is {BUNDLE_LIMIT:,}.")
    _run(npm, "run", "--silent", "package")
    sys.stdout.write(f"clients/vscode/dist/aw.vsix, bundle {size:,} bytes\n")


def _run(*command: str) -> None:
    subprocess.run(command, cwd=HERE, check=True)  # noqa: S603 - the commands above


if __name__ == "__main__":
    main()
