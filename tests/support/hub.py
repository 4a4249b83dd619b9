"""A server on loopback that behaves like the hub, and misbehaves as it is told."""

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

COMMIT = "c" * 40
REPOSITORY = "owner/tiny-GGUF"
FILE = "tiny-q4_k_m.gguf"


@dataclass
class Hub:
    """What the server has and does: `cut` ends the first answer after so many bytes, `wrong` sends others
    than those whose digest it gives, `status` answers all with an error. `ranges` are those asked for.
    """

    content: bytes
    cut: int = 0
    wrong: bool = False
    status: int = 0
    address: str = ""
    elsewhere: str = ""
    ranges: list[str] = field(default_factory=list)

    @property
    def digest(self) -> str:
        """The digest that it gives."""
        return hashlib.sha256(self.content).hexdigest()


@contextmanager
def serving(hub: Hub) -> Iterator[Hub]:
    """`hub` on a port of its own while the block runs."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            pass

        def do_HEAD(self) -> None:
            self._answer(body=False)

        def do_GET(self) -> None:
            self._answer(body=True)

        def _answer(self, *, body: bool) -> None:
            path = self.path.partition("?")[0]
            if hub.status:
                self._send(hub.status, {}, b"", body=body)
            elif (
                path == f"/{REPOSITORY}/resolve/main/{FILE}"
                or path == f"/{REPOSITORY}/resolve/{COMMIT}/{FILE}"
            ):
                self._send(
                    302,
                    {
                        "Location": f"{hub.elsewhere}/cdn/{hub.digest}",
                        "X-Repo-Commit": COMMIT,
                        "X-Linked-Etag": f'"{hub.digest}"',
                        "X-Linked-Size": str(len(hub.content)),
                        "ETag": '"abc"',
                    },
                    b"",
                    body=body,
                )
            elif path == f"/cdn/{hub.digest}":
                self._file(body=body)
            elif path.startswith(f"/api/models/{REPOSITORY}"):
                listed = [
                    {"type": "file", "oid": "a" * 40, "size": 1, "path": name} for name in ("README.md", FILE)
                ]
                about = {"id": REPOSITORY, "sha": COMMIT, "siblings": [{"rfilename": FILE}]}
                found = json.dumps(listed if "/tree/" in path else about).encode()
                self._send(200, {"Content-Type": "application/json"}, found, body=body)
            elif path.startswith((f"/{REPOSITORY}/", f"/api/models/{REPOSITORY}")):
                self._send(404, {"X-Error-Code": "EntryNotFound", "X-Repo-Commit": COMMIT}, b"", body=body)
            else:
                self._send(404, {"X-Error-Code": "RepoNotFound"}, b"", body=body)

        def _file(self, *, body: bool) -> None:
            content = bytes(len(hub.content)) if hub.wrong else hub.content
            asked = self.headers.get("Range", "")
            start = int(asked.removeprefix("bytes=").partition("-")[0]) if asked else 0
            if body:
                hub.ranges.append(asked)
            part = content[start:]
            headers = {"ETag": f'"{hub.digest}"', "Accept-Ranges": "bytes"}
            if asked:
                headers["Content-Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
            if body and hub.cut:
                self.send_response(206 if asked else 200)
                for name, value in {**headers, "Content-Length": str(len(part))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(part[: hub.cut])
                self.wfile.flush()
                hub.cut = 0
                self.close_connection = True
                return
            self._send(206 if asked else 200, headers, part, body=body)

        def _send(self, status: int, headers: dict[str, str], content: bytes, *, body: bool) -> None:
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(content))}.items():
                self.send_header(name, value)
            self.end_headers()
            if body:
                self.wfile.write(content)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    hub.address = f"http://127.0.0.1:{server.server_address[1]}"
    hub.elsewhere = hub.address.replace("127.0.0.1", "localhost")  # files lie on another host than the hub's
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
