"""What all tests of the server share."""

import pytest

from aw_server.welcome import first_time


@pytest.fixture
def welcomed() -> None:
    """What the built-in model is was said on another day."""
    first_time()
