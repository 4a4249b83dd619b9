"""An editor whose server runs in the test's own process."""

import json
from collections.abc import Callable

from anyio.lowlevel import checkpoint

from aw_server.app import create_server
from aw_server.server import AwServer
from support.editor import Editor, Message
from support.letter import LETTER

_TURNS = 8  # turns of the loop: what the server does beside answering is done before the answer is looked at


class LocalEditor(Editor):
    """Its server runs in the test's process and has received each message when `post` returns."""

    def __init__(
        self, text: str = LETTER, words: str = "was raining", server: AwServer | None = None
    ) -> None:
        super().__init__(text, words)
        self.server = server or create_server()
        self.server.protocol.set_writer(_Writer(self.hear))
        self.news.follow(self.server)

    def post(self, *bodies: bytes) -> None:
        for body in bodies:
            self.server.protocol.receive(body)

    async def answer(self, number: int | str | None) -> Message:
        """The answer, and the server's tasks have had their turn, as they have where messages travel."""
        for _ in range(_TURNS):
            await checkpoint()
        return await super().answer(number)

    async def aclose(self) -> None:
        """End the server's runs and its worker."""
        await self.server.aclose()


class _Writer:
    """What the server writes to: whole messages."""

    def __init__(self, hear: Callable[[Message], None]) -> None:
        self._hear = hear

    def write(self, data: bytes) -> None:
        self._hear(json.loads(data.partition(b"\r\n\r\n")[2]))

    def close(self) -> None:
        """Nothing to close."""
