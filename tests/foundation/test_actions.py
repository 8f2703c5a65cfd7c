"""Every write is one transaction, and the same request is carried out once."""

import dataclasses
import datetime
import uuid

import pytest
from django.db import IntegrityError

from saduak.foundation import files
from saduak.foundation.access import Actor, Conflict, Invalid
from saduak.foundation.actions import action, request_key, require_fits
from saduak.foundation.models import IdempotencyKey, User

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
KEY = uuid.UUID("5f0e8a52-3a2b-4c6f-9b1d-0d9c5a1c7e11")
ONE, OTHER = Actor.system("one"), Actor.system("other")


@dataclasses.dataclass(frozen=True, slots=True)
class Details:
    email: str
    days: tuple[int, ...] = ()


@action("tests.create")
def create(*, actor: Actor, details: Details, fail: bool = False, idempotency_key: uuid.UUID | None = None):
    made = User.objects.create_user(details.email)
    if fail:
        raise Conflict("ไม่ได้", "failed")
    return made


@action("tests.count")
def count(*, actor: Actor, idempotency_key: uuid.UUID | None = None) -> int:
    return User.objects.count()


def test_the_same_request_is_carried_out_once():
    first = create(actor=ONE, details=Details("a@example.test"), idempotency_key=KEY)
    again = create(actor=ONE, details=Details("a@example.test"), idempotency_key=KEY)
    assert again == first
    assert User.objects.count() == 1


def test_a_corrected_form_under_an_old_key_is_another_request():
    first = create(actor=ONE, details=Details("a@example.test"), idempotency_key=KEY)
    second = create(actor=ONE, details=Details("b@example.test"), idempotency_key=KEY)
    assert (first.email, second.email) == ("a@example.test", "b@example.test")


def test_a_key_of_somebody_else_gives_nothing_of_theirs():
    mine = create(actor=ONE, details=Details("a@example.test"), idempotency_key=KEY)
    User.objects.filter(pk=mine.pk).update(email="moved@example.test")
    assert create(actor=OTHER, details=Details("a@example.test"), idempotency_key=KEY) != mine


def test_what_failed_leaves_neither_row_nor_key():
    with pytest.raises(Conflict):
        create(actor=ONE, details=Details("a@example.test"), fail=True, idempotency_key=KEY)
    assert (User.objects.count(), IdempotencyKey.objects.count()) == (0, 0)
    assert create(actor=ONE, details=Details("a@example.test"), idempotency_key=KEY).email == "a@example.test"


def test_what_made_no_row_is_refused_the_second_time():
    assert count(actor=ONE, idempotency_key=KEY) == 0
    with pytest.raises(Conflict) as conflict:
        count(actor=ONE, idempotency_key=KEY)
    assert conflict.value.code == "already-done"


def test_a_file_sent_again_is_the_same_request_though_it_is_another_row():
    one, two = (files.put(b"same", name=name, media_type="text/plain") for name in ("a.txt", "b.txt"))
    other = files.put(b"other", name="a.txt", media_type="text/plain")
    assert one.pk != two.pk
    assert request_key(KEY, {"paper": one}) == request_key(KEY, {"paper": two})
    assert request_key(KEY, {"paper": one}) != request_key(KEY, {"paper": other})


def test_order_of_names_does_not_count_and_kinds_of_values_do_not_stop_it():
    day = datetime.date(2027, 2, 1)
    asked = {"rows": {uuid.UUID(int=1), uuid.UUID(int=2)}, "windows": {"a": (day, b"x")}, "actor": ONE}
    assert request_key(KEY, asked) == request_key(KEY, dict(reversed(asked.items())) | {"actor": OTHER})
    assert request_key(KEY, asked) != request_key(KEY, asked | {"windows": {"a": (day, b"y")}})


def test_an_action_needs_keywords_and_an_actor():
    with pytest.raises(TypeError, match="keyword-only"):
        action("tests.wrong")(lambda actor: None)
    with pytest.raises(TypeError, match="takes an actor"):
        action("tests.wrong")(lambda: None)


def test_what_breaks_a_constraint_is_not_taken_for_a_second_time():
    create(actor=ONE, details=Details("a@example.test"))
    with pytest.raises(IntegrityError):
        create(actor=ONE, details=Details("a@example.test"), idempotency_key=KEY)
    assert not IdempotencyKey.objects.exists()


def test_what_a_table_cannot_take_is_refused_field_by_field():
    row = User(email="nobody", password="x" * 200)
    require_fits(row, [])
    with pytest.raises(Invalid) as invalid:
        require_fits(row, ["email", "password"])
    assert set(invalid.value.fields) == {"email", "password"}
    require_fits(User(email="a@example.test"), ["email"])
