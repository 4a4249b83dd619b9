"""Writes what the extension takes from the server's own definitions: `src/protocol` and the settings block of
`package.json`. Run it after a change of `protocol` or `settings.py`; a test fails until then."""

import json
import sys
from pathlib import Path

from aw_server import protocol

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from generate_protocol import protocol_ts  # noqa: E402
from generate_settings import configuration  # noqa: E402


def generated() -> dict[Path, str]:
    """Every generated file with the text that it should have."""
    manifest_file = HERE / "package.json"
    manifest = json.loads(manifest_file.read_text(encoding="utf-8"))
    settings = configuration()
    manifest["contributes"]["configuration"] = settings
    restricted = [key for key, value in settings["properties"].items() if value.pop("restricted", False)]
    manifest["capabilities"]["untrustedWorkspaces"]["restrictedConfigurations"] = restricted
    return {
        **{HERE / "src" / "protocol" / name: text for name, text in protocol_ts(protocol).items()},
        manifest_file: json.dumps(manifest, indent=2, ensure_ascii=False) + "\n",
    }


def main() -> None:
    for file, text in generated().items():
        file.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
