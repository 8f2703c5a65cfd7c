"""The small site, an empty menu, and a way to render a piece of template."""

import pytest
from django.template import RequestContext, engines
from django_cotton.compiler_regex import CottonCompiler

from saduak.foundation import clock
from saduak.foundation.access import Actor, Holding
from saduak.foundation.models import User
from saduak.foundation.web import nav


@pytest.fixture(autouse=True)
def small_site(settings, monkeypatch):
    settings.ROOT_URLCONF = "tests.foundation.web.urls"
    for name in ("_items", "_public", "_footer", "_places"):
        monkeypatch.setattr(nav, name, {})


@pytest.fixture
def officer():
    holding = Holding(
        ref="appointment:1",
        role="officer",
        capabilities=frozenset({"room.verb"}),
        label="เจ้าหน้าที่ผู้รับผิดชอบ <อำเภอวังทอง>",
    )
    return Actor(kind="user", ref="user:1", received_at=clock.now(), name="ก", holdings=(holding,))


@pytest.fixture
def signed_in(client, db):
    client.force_login(User.objects.create_user("officer@example.test"))
    return client


@pytest.fixture
def render(rf):
    """Render a piece of template as a page would, components included."""

    def rendered(text, path="/", actor=None, **context):
        request = rf.get(path)
        request.actor = actor or Actor.public()
        request.resolver_match = None
        made = engines["django"].from_string(CottonCompiler().process(text))
        return made.template.render(RequestContext(request, context))

    return rendered
