"""What tests of the pages of letters start from."""

import pytest


@pytest.fixture
def sender(world, sign_in):
    """The browser of the clerk who sends for the province."""
    return sign_in(world.clerk(world.office))
