"""From the letter to the certificate, at a desk and on a phone. Each walk is one test: its scenes need one another."""

import pytest

from tests.system import journey

# The walk goes on with an invented letter where the real one is not there, and says so.
pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("default:.*an invented letter takes its place:UserWarning"),
]


@pytest.mark.parametrize("width", [1280, 360], ids=["desktop", "phone"])
def test_from_the_letter_to_the_certificate(own_site, visit, width, tmp_path):
    with visit(own_site, width=width) as visitor:
        walk = journey.Journey(visitor, folder=tmp_path)
        for scene in journey.SCENES:
            scene(walk)
        visitor.nothing_wrong()
    own_site.stop()
    assert "Traceback" not in own_site.said()
