"""From the letter to the certificate. Each walk is one test: its scenes need one another.

On the phone, where there is the least room, all of it is walked, and the officer writes alone; at the desk the draft is written
by three people, sent back once, and filed.
"""

from contextlib import ExitStack

import pytest

from tests.system import journey, together

# The walk goes on with an invented letter where the real one is not there, and says so.
pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.filterwarnings("default:.*an invented letter takes its place:UserWarning"),
]


SCENES = {
    1280: (*together.SCENES, *journey.FILED),
    360: (*journey.BEFORE, *journey.ALONE, *journey.FILED, *journey.AFTER),
}


@pytest.mark.parametrize("width", SCENES, ids=["desktop", "phone"])
def test_from_the_letter_to_the_certificate(own_site, visit, width, tmp_path):
    with ExitStack() as open_:
        visitor = open_.enter_context(visit(own_site, width=width))
        walk = journey.Journey(visitor, folder=tmp_path)
        if width != 360:
            walk.phone = open_.enter_context(visit(own_site, width=360))
        for scene in SCENES[width]:
            scene(walk)
        visitor.nothing_wrong()
        if walk.phone is not None:
            walk.phone.nothing_wrong()
    own_site.stop()
    assert "Traceback" not in own_site.said()
