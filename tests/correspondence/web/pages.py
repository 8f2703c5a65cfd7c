"""How tests open a page of this room, and read what it says."""

import re

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.counting import counted


def page(client, name, *args, query="", status=200):
    """The page of this name, which answers with this status."""
    answer = client.get(reverse(f"correspondence:{name}", args=args) + query)
    assert answer.status_code == status, answer.content.decode()[:2000]
    return answer


def words(answer) -> str:
    """The text of a page without its marks, in one line."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def queries(client, url) -> int:
    """How many queries a page takes."""
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(counted(captured))
