"""Prepared statements mean what the ORM means, on both databases."""

import datetime

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import BigIntegerField, Value
from django.db.models.functions import Concat
from django.test.utils import CaptureQueriesContext

from saduak.foundation import clock
from saduak.foundation.models import AuditEntry, StoredFile, User
from saduak.foundation.models.audit import AuditPersonal
from saduak.foundation.prepared import Given, Insert, Read, Save, Update

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

MOMENT = datetime.datetime(2027, 2, 1, 3, 4, 5, 678901, tzinfo=datetime.UTC)


def entry(number=1, **more):
    values = {
        "aggregate": "a.row",
        "aggregate_id": 7,
        "seq": number,
        "business_at": MOMENT,
        "actor": "user:1",
        "verb": "a.done",
        "facts": {"ก": [1, None, "ข"]},
        "digest": "d",
    }
    return AuditEntry(**{**values, **more})


def test_an_inserted_row_is_what_the_orm_would_have_saved():
    made = Insert(AuditEntry).of(entry())
    assert made.pk is not None
    assert not made._state.adding
    read = AuditEntry.objects.get(pk=made.pk)
    assert {f.attname: getattr(read, f.attname) for f in AuditEntry._meta.concrete_fields} == {
        f.attname: getattr(made, f.attname) for f in AuditEntry._meta.concrete_fields
    }
    assert (read.business_at, read.facts) == (MOMENT, {"ก": [1, None, "ข"]})


def test_a_read_row_is_what_the_orm_reads():
    person = AuditPersonal.objects.create(
        entry=Insert(AuditEntry).of(entry()), salt="s", values={"name": "ก"}
    )

    def rows():
        return AuditPersonal.objects.select_related("entry").annotate(both=Concat("salt", Value("!")))

    (expected,) = rows().filter(pk=person.pk)
    found = Read(lambda: rows().filter(pk=Given("pk", BigIntegerField()))).get(pk=person.pk)
    assert (found, found.values, found.both) == (expected, expected.values, "s!")
    with CaptureQueriesContext(connection) as asked:
        assert (found.entry.facts, found.entry.business_at) == (expected.entry.facts, MOMENT)
    assert len(asked) == 0


def test_a_narrow_row_reads_the_rest_when_it_is_asked_for():
    made = Insert(AuditEntry).of(entry())
    narrow = Read(lambda: AuditEntry.objects.only("seq").filter(pk=Given.of(AuditEntry, "id")))
    found = narrow.get(id=made.pk)
    assert found.get_deferred_fields() >= {"facts", "verb"}
    assert found.verb == "a.done"


def test_a_missing_related_row_is_none():
    stored = Insert(StoredFile).of(StoredFile(sha256="0" * 64, size=1, media_type="text/plain", name="a"))
    by_name = Read(
        lambda: StoredFile.objects.select_related("uploaded_by").filter(name=Given.of(StoredFile, "name"))
    )
    assert by_name.get(name="a").uploaded_by is None
    user = User.objects.create_user("a@example.org")
    Save(StoredFile, "uploaded_by").of(_with(stored, uploaded_by=user))
    assert by_name.get(name="a").uploaded_by == user


def _with(row, **values):
    for name, value in values.items():
        setattr(row, name, value)
    return row


def test_get_says_what_is_missing_or_too_much():
    by_actor = Read(lambda: AuditEntry.objects.filter(actor=Given.of(AuditEntry, "actor")).order_by("-seq"))
    with pytest.raises(AuditEntry.DoesNotExist):
        by_actor.get(actor="user:1")
    assert by_actor.first(actor="user:1") is None
    for number in (1, 2):
        Insert(AuditEntry).of(entry(number))
    with pytest.raises(AuditEntry.MultipleObjectsReturned):
        by_actor.get(actor="user:1")
    assert by_actor.first(actor="user:1").seq == 2
    assert [row.seq for row in by_actor.all(actor="user:1")] == [2, 1]
    assert by_actor.all(actor="user:2") == []


def test_an_update_changes_the_rows_of_its_query_and_counts_them():
    for number in (1, 2, 3):
        Insert(AuditEntry).of(entry(number))
    change = Update(
        lambda: AuditEntry.objects.filter(seq__gte=Given.of(AuditEntry, "seq")).order_by("seq"),
        lambda: {"verb": Given("word", AuditEntry._meta.get_field("verb"))},
    )
    assert change.run(seq=2, word="a.changed") == 2
    assert change.run(seq=9, word="a.other") == 0
    verbs = AuditEntry.objects.order_by("seq").values_list("verb", flat=True)
    assert list(verbs) == ["a.done", "a.changed", "a.changed"]


def test_a_save_writes_its_fields_and_no_others():
    made = Insert(AuditEntry).of(entry())
    save = Save(AuditEntry, "facts", "business_at")
    later = clock.now().replace(microsecond=0)
    save.of(_with(made, facts={"x": 2}, business_at=later, verb="never.written"))
    read = AuditEntry.objects.get(pk=made.pk)
    assert (read.facts, read.business_at, read.verb) == ({"x": 2}, later, "a.done")
    with pytest.raises(DatabaseError), transaction.atomic():
        save.of(_with(entry(), pk=made.pk + 1))


def test_a_broken_constraint_breaks_the_transaction_as_the_orm_would():
    Insert(AuditEntry).of(entry())
    with pytest.raises(IntegrityError), transaction.atomic():
        Insert(AuditEntry).of(entry())
    assert AuditEntry.objects.count() == 1


def test_the_query_is_built_once():
    built = []

    def rows():
        built.append(1)
        return AuditEntry.objects.filter(seq=Given.of(AuditEntry, "seq"))

    read = Read(rows)
    for number in (1, 2, 3):
        Insert(AuditEntry).of(entry(number))
        assert read.get(seq=number).seq == number
    assert len(built) == 1


@pytest.mark.django_db(transaction=True)
def test_rows_are_locked_only_in_a_transaction():
    locking = Read(lambda: AuditEntry.objects.select_for_update().filter(seq=Given.of(AuditEntry, "seq")))
    with transaction.atomic():
        assert locking.all(seq=1) == []
    with pytest.raises(transaction.TransactionManagementError):
        locking.all(seq=1)
