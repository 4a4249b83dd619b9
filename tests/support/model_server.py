"""A model server on loopback that speaks as OpenAI's does, and misbehaves as it is told."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

CHAT = "/v1/chat/completions"
MODEL = "scripted-1b"


@dataclass
class Said:
    """A request as the server got it."""

    path: str
    headers: dict[str, str]
    body: Any


@dataclass
class ModelServer:
    """What the server has and does.

    `pages` are answers by path, beside the list of models. `answer` gives the text of a completion.
    `statuses` are given to the next requests of a path, one each, before it behaves. `odds` are the
    probabilities of the first tokens, None where it tells none. `raw`, if set, is sent instead of an answer
    in a stream. `pace` are the seconds between two words, `breaks` after how many words the connection
    breaks, that many times. `drops` has it break an answer off when the next is asked for. `redirect` sends
    callers elsewhere.

    `closed` counts the callers who left in the middle, `most` is how many were served at once.
    """

    models: tuple[str, ...] = (MODEL,)
    owner: str = "nobody"
    pages: dict[str, Any] = field(default_factory=dict)
    answer: Callable[[Any], str] = lambda body: "A rewritten paragraph."
    odds: dict[str, float] | None = None
    statuses: dict[str, list[int]] = field(default_factory=dict)
    retry_after: str = ""
    key: str = ""
    raw: bytes | None = None
    content_type: str = "text/event-stream"
    pace: float = 0.0
    breaks: list[int] = field(default_factory=list)
    drops: bool = False
    redirect: str = ""
    finish: str = "stop"
    refuses: frozenset[str] = frozenset()
    address: str = ""
    said: list[Said] = field(default_factory=list)
    closed: int = 0
    most: int = 0
    _now: int = 0
    _begun: int = 0

    def asked(self, path: str = CHAT) -> list[Any]:
        """The bodies of the requests to this path."""
        return [each.body for each in self.said if each.path == path]


@contextmanager
def serving(script: ModelServer) -> Iterator[ModelServer]:
    """`script` on a port of its own while the block runs."""
    lock, over = threading.Lock(), threading.Event()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            pass

        def do_GET(self) -> None:
            self._serve(None)

        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self._serve(json.loads(content))

        def _serve(self, body: Any) -> None:
            path = self.path.partition("?")[0]
            with lock:
                script.said.append(Said(path, {k.lower(): v for k, v in self.headers.items()}, body))
                script._now += 1
                script.most = max(script.most, script._now)
            try:
                self._answer(path, body)
            except (BrokenPipeError, ConnectionResetError):
                script.closed += 1
                self.close_connection = True
            finally:
                with lock:
                    script._now -= 1

        def _answer(self, path: str, body: Any) -> None:
            with lock:
                waiting = script.statuses.get(path)
                status = waiting.pop(0) if waiting else 0
            if script.redirect:
                self._send(307, b"", {"Location": script.redirect + self.path})
            elif script.key and self.headers.get("Authorization") != f"Bearer {script.key}":
                self._fault(401, "invalid_api_key")
            elif status:
                self._fault(status, "unavailable_error")
            elif path in script.pages:
                page = script.pages[path]
                self._json(page(body) if callable(page) else page)
            elif path == "/v1/models":
                self._json({"data": [{"id": each, "owned_by": script.owner} for each in script.models]})
            elif path == CHAT:
                self._chat(body)
            else:
                self._fault(404, "not_found_error")

        def _chat(self, body: Any) -> None:
            if script.refuses & body.keys() or ("system" in script.refuses and len(body["messages"]) > 1):
                self._fault(400, "invalid_request_error")
                return
            if script.raw is not None and body.get("stream"):
                self._open(script.content_type)
                self.wfile.write(script.raw)
                self.close_connection = True
                return
            text = script.answer(body)
            if not body.get("stream"):
                logprobs = None
                if body.get("logprobs") and script.odds is not None:
                    top = [{"token": token, "logprob": value} for token, value in script.odds.items()]
                    logprobs = {"content": [{**top[0], "top_logprobs": top}]}
                self._json(
                    {
                        "choices": [
                            {
                                "message": {"content": text},
                                "finish_reason": script.finish,
                                "logprobs": logprobs,
                            }
                        ],
                        "usage": {"prompt_tokens": 7, "completion_tokens": 1},
                    }
                )
                return
            self._open("text/event-stream")
            script._begun += 1
            mine = script._begun
            words = text.split(" ")
            breaks = script.breaks.pop(0) if script.breaks else len(words) + 1
            for number, word in enumerate(words):
                if number == breaks or (script.drops and script._begun > mine):
                    self.close_connection = True
                    return
                self._event(
                    {"choices": [{"delta": {"content": word if not number else f" {word}"}}]},
                )
                if script.pace:
                    over.wait(script.pace)
                    if over.is_set():
                        return
            self._event({"choices": [{"delta": {}, "finish_reason": script.finish}]})
            self._event({"choices": [], "usage": {"prompt_tokens": 7, "completion_tokens": len(words)}})
            self.wfile.write(b"data: [DONE]\n\n")
            self.close_connection = True

        def _open(self, kind: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Connection", "close")
            self.end_headers()

        def _event(self, value: Any) -> None:
            self.wfile.write(b"data: " + json.dumps(value).encode() + b"\n\n")
            self.wfile.flush()

        def _json(self, value: Any) -> None:
            self._send(200, json.dumps(value).encode(), {"Content-Type": "application/json"})

        def _fault(self, status: int, kind: str) -> None:
            content = json.dumps({"error": {"message": "No.", "type": kind, "code": status}}).encode()
            headers = {"Content-Type": "application/json"}
            if script.retry_after:
                headers["Retry-After"] = script.retry_after
            self._send(status, content, headers)

        def _send(self, status: int, content: bytes, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(content))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    script.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield script
    finally:
        over.set()
        server.shutdown()
        server.server_close()
        thread.join()


def wait_until(holds: Callable[[], bool], seconds: float = 5.0) -> bool:
    """Whether it holds, within so many seconds."""
    end = time.monotonic() + seconds
    while not holds() and time.monotonic() < end:
        time.sleep(0.02)
    return holds()
