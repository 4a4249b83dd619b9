"""One open document, the jobs on it, the model under test behind them."""

from collections.abc import AsyncIterator

import pytest

from support.desk import Desk


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    desk = Desk()
    await desk.initialize()
    desk.open()
    yield desk
    await desk.aclose()
