"""The counts that an application keeps are those that the ORM counts from its answers."""

from decimal import Decimal

import pytest
from django.db.models import Count, Q, Sum

from saduak.applications.actions.common import count_evidence, count_evidence_of, recount
from saduak.applications.models import Answer, Evidence, EvidenceUse
from tests.applications.factories import answer, filled, stored
from tests.programme.factories import MID_WINDOW

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

NAMES = (
    *("gates_met", "items_answered", "items_claimed", "items_evidenced"),
    *("points_claimed", "points_evidenced"),
)


def counted(application):
    """What the ORM counts."""
    claimed, backed = Q(claim="met"), Q(claim="met", evidence_count__gt=0)
    found = Answer.objects.filter(application=application).aggregate(
        gates_met=Count("pk", filter=backed & Q(criterion__kind="gate")),
        items_answered=Count("pk", filter=~Q(claim="")),
        items_claimed=Count("pk", filter=claimed),
        items_evidenced=Count("pk", filter=backed),
        points_claimed=Sum("points", filter=claimed),
        points_evidenced=Sum("points", filter=backed),
    )
    return {name: value or 0 for name, value in found.items()}


def kept(application):
    application.refresh_from_db()
    return {name: getattr(application, name) for name in NAMES}


def test_nothing_is_counted_in_a_new_application(draft):
    recount(draft, MID_WINDOW)
    assert kept(draft) == counted(draft) == dict.fromkeys(NAMES, 0)
    assert draft.last_edit_at == MID_WINDOW


def test_a_full_application_and_one_with_gaps_count_as_the_orm_counts(draft):
    filled(draft)
    assert kept(draft) == counted(draft)
    assert draft.gates_met == draft.gates_total > 0
    rows = Answer.objects.filter(application=draft).order_by("pk")
    keys = list(rows.values_list("pk", flat=True))
    rows.filter(pk__in=keys[::3]).update(claim="unmet")
    rows.filter(pk__in=keys[4::9]).update(claim="", points=0)
    rows.filter(pk__in=keys[1::4]).update(evidence_count=0)
    rows.filter(pk__in=keys[2::5]).update(points=Decimal("0.10"))
    recount(draft, MID_WINDOW)
    assert kept(draft) == counted(draft)
    assert 0 < draft.items_evidenced < draft.items_claimed < draft.items_answered < draft.items_total


def test_another_application_is_left_alone(draft, land, people):
    filled(draft)
    before = kept(draft)
    other = type(draft).objects.create(
        centre=land.city_centre, organisation=land.city, round=land.round, items_total=1
    )
    recount(other, MID_WINDOW)
    assert kept(draft) == before
    assert kept(other) == dict.fromkeys(NAMES, 0)


def test_one_answer_counts_its_evidence_as_many_do(draft):
    row, other = answer(draft, "2.1"), answer(draft, "1.4")
    for number in range(3):
        proof = Evidence.objects.create(
            centre=draft.centre, file=stored(data=bytes([number])), kind="photo", caption="ภาพ"
        )
        EvidenceUse.objects.create(answer=row, evidence=proof, removed_at=MID_WINDOW if number == 0 else None)
    count_evidence_of(row)
    row.refresh_from_db()
    assert row.evidence_count == 2
    Answer.objects.filter(pk=row.pk).update(evidence_count=9)
    count_evidence([row.pk, other.pk])
    numbers = Answer.objects.filter(pk__in=[row.pk, other.pk]).values_list("pk", "evidence_count")
    assert dict(numbers) == {row.pk: 2, other.pk: 0}
