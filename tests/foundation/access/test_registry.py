"""The registry: any grant and no denial; nothing at all without a grant."""

import pytest
from django.db.models import Q

from saduak.foundation.access import Actor
from saduak.foundation.access.registry import Registry
from saduak.foundation.models import User

pytestmark = pytest.mark.django_db


def found(registry: Registry, actor: Actor) -> set[str]:
    allowed, denied = registry.visible(User, actor)
    if allowed is None:
        return set()
    rows = User.objects.filter(allowed)
    return set((rows if denied is None else rows.exclude(denied)).values_list("email", flat=True))


@pytest.fixture
def people() -> None:
    for name in ("a", "b", "c"):
        User.objects.create_user(f"{name}@example.org")


def only(name: str) -> Q:
    return Q(email=f"{name}@example.org")


def test_without_a_grant_nothing_is_seen(people: None) -> None:
    assert found(Registry(), Actor.public()) == set()


def test_any_grant_opens_and_any_denial_closes(people: None) -> None:
    registry = Registry()
    registry.grant(User, "a", "", lambda _actor: only("a"))
    registry.grant(User, "b", "", lambda _actor: only("b"))
    registry.grant(User, "nobody", "", lambda _actor: None)
    registry.deny(User, "not-b", "", lambda _actor: only("b"))
    assert found(registry, Actor.public()) == {"a@example.org"}


@pytest.mark.parametrize("order", [("every", "a"), ("a", "every")])
def test_a_grant_of_every_row_is_not_forgotten_beside_another(people: None, order: tuple[str, str]) -> None:
    registry = Registry()
    for name in order:
        registry.grant(User, name, "", lambda _actor, name=name: Q() if name == "every" else only(name))
    assert found(registry, Actor.public()) == {"a@example.org", "b@example.org", "c@example.org"}


def test_a_denial_of_every_row_hides_all(people: None) -> None:
    registry = Registry()
    registry.grant(User, "a", "", lambda _actor: only("a"))
    registry.deny(User, "closed", "", lambda _actor: Q())
    assert found(registry, Actor.public()) == set()


def test_capabilities_follow_the_role() -> None:
    registry = Registry()
    registry.capability("room.read", "", roles={"clerk", "head"})
    registry.capability("room.write", "", roles={"head"})
    assert registry.of_role("clerk") == {"room.read"}
    assert registry.of_role("head") == {"room.read", "room.write"}
    assert [one.key for one in registry.capabilities()] == ["room.read", "room.write"]
