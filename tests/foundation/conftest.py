"""Fixtures of the foundation's tests."""

import pytest

from tests.foundation.audits import grow, seal_and_hand_out
from tests.foundation.factories import AggregateFactory


@pytest.fixture
def chains():
    """Two chains of three entries, sealed and handed out; then one more entry on the first."""
    rows = [grow(AggregateFactory(), 3, name="สมหญิง", phone="02") for _number in range(2)]
    seal_and_hand_out()
    grow(rows[0])
    return rows
