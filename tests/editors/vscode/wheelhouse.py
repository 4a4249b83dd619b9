"""A wheel of what is installed, so that a test need not compile it once more."""

import zipfile
from importlib.metadata import distribution
from pathlib import Path


def wheel_of(name: str, folder: Path) -> Path:
    """A wheel made of an installed distribution's files, in `folder`."""
    installed = distribution(name)
    files = [each for each in installed.files or () if ".." not in each.parts and each.suffix != ".pyc"]
    described = installed.read_text("WHEEL") or ""
    tag = next(line.removeprefix("Tag: ") for line in described.splitlines() if line.startswith("Tag: "))
    wheel = folder / f"{name.replace('-', '_')}-{installed.version}-{tag}.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for each in files:
            if each.name not in ("INSTALLER", "REQUESTED", "direct_url.json", "uv_cache.json"):
                archive.write(Path(str(installed.locate_file(each))), str(each))
    return wheel
