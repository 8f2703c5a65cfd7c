import pytest
from tests.applications.factories import submitted_application
pytestmark = pytest.mark.django_db
def test_smoke():
    filed = submitted_application()
    assert filed.application.state == "submitted"
