"""Doing beforehand what would keep a client waiting: imports, and the markup of long documents."""

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from aw_engine.errors import PassageError
from aw_server.protocol import EvolveParams

if TYPE_CHECKING:
    from aw_server.session import Session

LONG = 100_000  # characters; reading the markup of a longer document takes more than a moment


class Warmup:
    """Imports what the server imports late for a quick start, once, beside the loop."""

    def __init__(self) -> None:
        self._imports: asyncio.Future[None] | None = None

    @property
    def done(self) -> bool:
        """Whether the first run needs to load nothing but the model."""
        return self._imports is not None and self._imports.done()

    def begin(self) -> None:
        """Import in a thread, unless that was begun before."""
        if self._imports is None:
            self._imports = asyncio.get_running_loop().run_in_executor(None, _imported)


def is_long(params: EvolveParams, session: "Session") -> bool:
    """Whether reading the document's markup takes more than a moment."""
    document = session.documents.get(params.text_document.uri)
    return document is not None and len(document.text) > LONG


async def parsed(params: EvolveParams, session: "Session") -> None:
    """Parse a long document in a thread, and read what tells languages apart if the document's is in doubt,
    so that reading the request then takes but a moment."""
    document = session.documents.get(params.text_document.uri)
    if document is None:
        return
    text = document.text

    def work() -> None:
        from aw_engine.text import language
        from aw_engine.text.formats.reader import parse

        with suppress(PassageError):  # said by the run that is then asked for
            parse(text, document.format)
        language.ready(text[:LONG])

    if len(text) > LONG or params.language is None:
        await asyncio.get_running_loop().run_in_executor(None, work)


def _imported() -> None:
    from aw_engine.evolution import effort, run
    from aw_engine.inference import rates, supervisor
    from aw_engine.rubrics import load
    from aw_engine.text import extract, language
    from aw_server.runs import service

    del effort, run, rates, supervisor, load, extract, language, service
