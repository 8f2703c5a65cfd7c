"""Many rows by one statement: what is shared, what is each row's own, and what is there already."""

import datetime

import pytest
from django.db import DataError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from saduak.foundation import clock
from saduak.foundation.alike import insert_alike, update_alike
from saduak.foundation.models import Batch, BatchItem, Holiday, User

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture
def batch():
    return Batch.objects.create(kind="count", actor="system:test")


def test_what_is_shared_and_what_is_each_rows_own(batch, exactly):
    moment = datetime.datetime(2027, 2, 4, 9, 0, tzinfo=clock.BANGKOK)
    rows = [{"item": "ก'ข\"ค"}, {"item": "สอง"}]
    with exactly(1):
        assert insert_alike(BatchItem, {"batch_id": batch.pk, "done_at": moment}, rows) == 2
    found = BatchItem.objects.order_by("pk")
    assert [(row.item, row.state, row.note, row.done_at, row.batch_id) for row in found] == [
        ("ก'ข\"ค", "waiting", "", moment, batch.pk),
        ("สอง", "waiting", "", moment, batch.pk),
    ]


def test_defaults_are_made_anew_where_a_value_must_be_unique(exactly):
    with exactly(1):
        insert_alike(Batch, {"actor": "t", "params": {"a": [1, "ข"]}}, [{"kind": "x"}, {"kind": "y"}])
    one, two = Batch.objects.order_by("kind")
    assert one.public_id != two.public_id
    assert (one.params, one.state, one.finished_at) == ({"a": [1, "ข"]}, "ready", None)
    assert one.created_at == two.created_at


def test_moments_days_truths_and_nothing_of_each_row():
    days = [datetime.date(2027, 1, 1), datetime.date(2027, 4, 13)]
    rows = [{"date": day, "official": day.month == 4} for day in days]
    insert_alike(Holiday, {"name_th": "วันหยุด", "source": "ตัวอย่าง"}, rows)
    assert list(Holiday.objects.order_by("date").values_list("date", "official")) == [
        (days[0], False),
        (days[1], True),
    ]
    insert_alike(User, {"password": "!"}, [{"email": None}, {"email": "a@example.test"}])
    assert User.objects.get(email=None).public_id != User.objects.get(email="a@example.test").public_id


def test_what_each_row_holds_as_json():
    said = [{}, {"ก": ["x", 1, None], "n": True}, ['"', 2]]
    insert_alike(Batch, {"actor": "t"}, [{"kind": str(n), "params": value} for n, value in enumerate(said)])
    assert list(Batch.objects.order_by("kind").values_list("params", flat=True)) == said
    assert Batch.objects.get(params__n=True).kind == "1"


def test_no_rows_ask_nothing(exactly):
    with exactly(0):
        assert insert_alike(Batch, {}, []) == 0


def test_what_is_there_already(batch):
    insert_alike(BatchItem, {"batch_id": batch.pk}, [{"item": "1"}])
    again = [{"item": "1"}, {"item": "2"}]
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_alike(BatchItem, {"batch_id": batch.pk}, again)
    assert insert_alike(BatchItem, {"batch_id": batch.pk}, again, ignore_conflicts=True) == 1
    assert list(BatchItem.objects.order_by("pk").values_list("item", flat=True)) == ["1", "2"]


def test_a_forgotten_value_is_found_at_once(batch):
    with pytest.raises(AssertionError, match="needs a value"):
        insert_alike(BatchItem, {}, [{"item": "1"}])


def test_the_keys_of_later_rows_go_on(batch):
    insert_alike(BatchItem, {"batch_id": batch.pk}, [{"item": str(n)} for n in range(300)])
    assert BatchItem.objects.create(batch=batch, item="last").pk > 300 - 1
    assert BatchItem.objects.count() == 301


# --- Changing ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("n", [1, 3])
def test_many_rows_are_changed_by_one_statement(batch, exactly, n):
    moment = datetime.datetime(2027, 2, 4, 9, 0, tzinfo=clock.BANGKOK)
    insert_alike(BatchItem, {"batch_id": batch.pk}, [{"item": str(number)} for number in range(4)])
    *changed, other = BatchItem.objects.order_by("pk")
    rows = [{"note": f"ก'{row.item}\"%", "id": row.pk} for row in changed[:n]]
    with exactly(1):
        assert update_alike(BatchItem, {"state": "done", "done_at": moment}, rows) == n
    found = BatchItem.objects.filter(state="done").order_by("pk")
    assert [(row.item, row.note, row.done_at, row.batch_id) for row in found] == [
        (str(number), f"ก'{number}\"%", moment, batch.pk) for number in range(n)
    ]
    other.refresh_from_db()
    assert (other.state, other.note, other.done_at) == ("waiting", "", None)


def test_numbers_json_keys_of_others_and_nothing_are_changed_too(batch):
    second = Batch.objects.create(kind="count", actor="system:test")
    item = BatchItem.objects.create(batch=batch, item="1", done_at=clock.now())
    update_alike(BatchItem, {}, [{"id": item.pk, "batch_id": second.pk, "done_at": None}])
    update_alike(Batch, {"finished_at": None}, [{"id": second.pk, "params": {"ก": [1, None]}}])
    item.refresh_from_db()
    assert (item.batch, item.done_at, item.batch.params) == (second, None, {"ก": [1, None]})
    assert update_alike(Batch, {"kind": "x"}, [{"id": 0, "actor": "nobody"}]) == 0


def test_changing_no_rows_asks_nothing(exactly):
    with exactly(0):
        assert update_alike(Batch, {"kind": "x"}, []) == 0


# --- Too long ----------------------------------------------------------------------------------------------------------


def test_what_fills_its_column_is_kept_whole(batch):
    insert_alike(BatchItem, {"batch_id": batch.pk, "note": "ก" * 500}, [{"item": "ข" * 120}])
    item = BatchItem.objects.get()
    assert (item.item, item.note) == ("ข" * 120, "ก" * 500)
    update_alike(BatchItem, {"note": "ค" * 500}, [{"id": item.pk, "item": "ง" * 120}])
    item.refresh_from_db()
    assert (item.item, item.note) == ("ง" * 120, "ค" * 500)


@pytest.mark.parametrize(("common", "own"), [("ก" * 501, "1"), ("ก", "ข" * 121), ("ก", "1" + " " * 120)])
def test_what_is_too_long_is_refused_not_cut_off(batch, exactly, common, own):
    item = BatchItem.objects.create(batch=batch, item="0", note="เดิม")
    with exactly(0), pytest.raises(DataError, match="longer than"):
        insert_alike(BatchItem, {"batch_id": batch.pk, "note": common}, [{"item": "2"}, {"item": own}])
    with exactly(0), pytest.raises(DataError, match="longer than"):
        update_alike(BatchItem, {"note": common}, [{"id": item.pk, "item": own}])
    assert list(BatchItem.objects.values_list("item", "note")) == [("0", "เดิม")]


def test_values_of_other_kinds_than_text_are_measured_as_they_are_written(batch):
    insert_alike(User, {"password": "!"}, [{"email": None}, {"email": f"{'a' * 200}@example.test"}])
    assert User.objects.count() == 2
    insert_alike(BatchItem, {"batch_id": batch.pk}, [{"item": 7}])
    with pytest.raises(DataError):
        insert_alike(BatchItem, {"batch_id": batch.pk}, [{"item": 10**120}])
    assert BatchItem.objects.get().item == "7"


@pytest.mark.only_postgres
def test_the_database_itself_is_left_to_refuse_it(batch):
    """A cast to varchar(n) would cut off what is too long, and say nothing."""
    with CaptureQueriesContext(connection) as asked:
        insert_alike(BatchItem, {"batch_id": batch.pk, "note": "ก"}, [{"item": "1"}])
        update_alike(BatchItem, {"note": "ข"}, [{"id": BatchItem.objects.get().pk, "item": "2"}])
    said = " ".join(query["sql"] for query in asked)
    assert ("AS text)" in said, "varchar" in said) == (True, False)
    with connection.cursor() as cursor, pytest.raises(DataError), transaction.atomic():
        cursor.execute("UPDATE foundation_batchitem SET item = CAST(%s AS text)", ["ข" * 121])
