"""Constraints, and that a published set cannot change: by its own save, and by the database itself."""

import datetime

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from saduak.programme.models import CriteriaSet, Criterion, Level, Part, Stage
from saduak.programme.models.criteria import PublishedSetIsFrozen
from tests.programme.factories import InternalDeadlineFactory, RoundFactory, published_set

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture
def row():
    return published_set()


def refused(change) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        change()


def test_the_model_refuses_to_save_or_delete(row):
    row.title = "อื่น"
    for change in (
        row.save,
        row.delete,
        row.criteria.first().save,
        row.parts.first().delete,
        row.levels.first().save,
    ):
        with pytest.raises(PublishedSetIsFrozen):
            change()


def test_the_database_refuses_to_change_the_set(row):
    rows = CriteriaSet.objects.filter(pk=row.pk)
    refused(lambda: rows.update(title="อื่น"))
    refused(lambda: rows.update(digest="0" * 64))
    refused(lambda: rows.update(state="draft", published_at=None))
    rows.update(audit_seq=7)  # the head of the audit chain goes on
    assert rows.get().audit_seq == 7


@pytest.mark.parametrize(
    ("model", "field"), [(Part, "title"), (Criterion, "title"), (Criterion, "points"), (Level, "rule")]
)
def test_the_database_refuses_to_change_its_pieces(row, model, field):
    value = 99 if field == "points" else {"gates": "all", "min_total": 1} if field == "rule" else "อื่น"
    refused(lambda: model.objects.filter(criteria_set=row).update(**{field: value}))


def test_the_database_refuses_new_pieces(row):
    refused(
        lambda: Level.objects.bulk_create(
            [Level(criteria_set=row, key="platinum", ordinal=9, name="แพลทินัม", colour="basic", rule={})]
        )
    )


def test_a_draft_can_change(row):
    draft = CriteriaSet.objects.create(
        programme=row.programme, code="draft", title="ร่าง", imported_at=row.imported_at, digest="0" * 64
    )
    part = Part.objects.create(criteria_set=draft, key="a", ordinal=1, title="ก", kind="gate")
    draft.title = part.title = "ใหม่"
    draft.save()
    part.save()
    # and a piece of a published set cannot be moved into a draft
    refused(lambda: Part.objects.filter(criteria_set=row).update(criteria_set=draft, ordinal=5, key="b"))
    draft.delete()


def test_a_set_in_use_stays(row):
    RoundFactory(programme=row.programme, criteria_set=row)
    with pytest.raises(ProtectedError):
        CriteriaSet.objects.filter(pk=row.pk).delete()


def test_one_round_a_year_and_programme():
    first = RoundFactory()
    refused(lambda: RoundFactory(programme=first.programme, criteria_set=first.criteria_set))
    RoundFactory()  # another programme, same year


def test_a_round_counts_in_the_buddhist_era():
    refused(lambda: RoundFactory(fiscal_year=2027))


def test_a_stage_ends_after_it_starts():
    row = RoundFactory()
    at = datetime.datetime(2027, 1, 1, tzinfo=datetime.UTC)
    stages = Stage.objects.filter(round=row, key="call")
    refused(lambda: stages.update(starts_at=at, ends_at=at))
    refused(
        lambda: Stage.objects.create(
            round=row, key="call", ordinal=99, starts_at=at, ends_at=at.replace(day=2)
        )
    )


def test_one_date_a_kind_owner_and_reach():
    first = InternalDeadlineFactory()
    refused(lambda: InternalDeadlineFactory(round=first.round, owner=first.owner))
    InternalDeadlineFactory(round=first.round, owner=first.owner, reach="supervision")
    first.retired_at = first.set_at
    first.save(update_fields=["retired_at"])
    InternalDeadlineFactory(round=first.round, owner=first.owner)
