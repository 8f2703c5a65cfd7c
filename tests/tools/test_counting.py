"""Which tests count for coverage."""

from types import SimpleNamespace

import pytest

from tests.covering import TESTS, counts


@pytest.mark.parametrize(
    ("path", "slow", "counted"),
    [
        ("register/test_queries.py", False, True),
        ("applications/test_machine.py", True, False),
        ("applications/web/test_filing.py", False, False),
    ],
)
def test_what_stands_in_its_room_and_is_not_slow_counts(path, slow, counted):
    item = SimpleNamespace(path=TESTS / path, get_closest_marker=lambda name: "slow" if slow else None)
    assert counts(item) is counted
