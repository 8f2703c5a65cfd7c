"""Helpers of an application, made by the real actions."""

from typing import Any

from saduak.applications import actions
from saduak.applications.models import Answer, Application
from saduak.foundation.access import Actor, resolver
from saduak.organisations.models import Person
from tests.organisations.factories import PersonFactory, actor_of
from tests.programme.factories import MID_WINDOW


def items_of(application: Application, *numbers: str) -> list[Answer]:
    """The answers with these numbers in the parts with points, in their order."""
    rows = Answer.objects.filter(application=application, criterion__number__in=numbers)
    return list(rows.exclude(criterion__kind="gate").order_by("criterion__ordinal"))


def given(application: Application, officer: Actor, *numbers: str, **more: Any) -> actions.Given:
    """Some items given to a helper: by a link to `name`, unless `person` is named."""
    person: Person | None = more.pop("person", None)
    if person is None:
        more.setdefault("name", "คุณช่วย ด้วยลิงก์")
    else:
        more["person_id"] = person.public_id
    answers = items_of(application, *(numbers or ("2.1", "2.2")))
    return actions.delegate(
        actor=officer,
        application_id=application.public_id,
        items=[row.public_id for row in answers],
        **more,
    )


def by_link(token: str) -> Actor:
    """Who holds a link, in mid-window."""
    actor = resolver.of_link(token, MID_WINDOW)
    assert actor is not None
    return actor


def outsider(name: str = "คนนอกสำนักงาน") -> tuple[Person, Actor]:
    """Somebody with an account and no appointment at all."""
    person = PersonFactory(name=name)
    return person, actor_of(person).at(MID_WINDOW)
