"""Templates: published versions that never change, places, laws by the day, and what comes with the program."""

import dataclasses
import datetime

import pytest
from django.db import IntegrityError, transaction

from saduak.correspondence import seeds
from saduak.correspondence.actions.templates import (
    TemplateValues,
    bring_in_texts,
    publish_template_version,
)
from saduak.correspondence.models import LegalReference, LetterTemplate
from saduak.correspondence.queries import drafts as draft_queries
from saduak.correspondence.queries import places
from saduak.correspondence.queries import templates as queries
from saduak.correspondence.queries.documents import laws
from saduak.correspondence.writing.templates import LegalSource, load_legal, load_templates
from saduak.foundation.access import Actor, Invalid, Refused
from saduak.foundation.models import AuditEntry
from tests.correspondence.factories_drafts import LegalReferenceFactory, LetterTemplateFactory
from tests.organisations.factories import ProgrammeFactory, actor_for

pytestmark = pytest.mark.django_db

VALUES = TemplateValues(
    use="reminder",
    kind="external",
    name="ติดตาม",
    subject="ติดตามการสมัคร {{round.year}}",
    body="ตามที่ {{issuer.name}} แจ้ง\r\n\r\nขอให้ส่งภายในวันที่ {{deadline}} ตาม {{law:saraban}}",
    purpose="จึงเรียนมาเพื่อทราบ",
    source="ตัวอย่าง",
)


@pytest.fixture
def secretary():
    return actor_for("secretariat")


# --- Publishing -------------------------------------------------------------------------------------------------------


@pytest.mark.postgres
def test_each_publishing_is_the_next_version_and_earlier_ones_stay(secretary):
    first = publish_template_version(actor=secretary, code="reminder", values=VALUES)
    second = publish_template_version(
        actor=secretary, code="reminder", values=dataclasses.replace(VALUES, name=" ใหม่ ")
    )
    first.refresh_from_db()
    assert (first.version, first.name, first.is_published) == (1, "ติดตาม", True)
    assert (second.version, second.name, second.published_by_id) == (2, "ใหม่", secretary.user_id)
    assert "\r" not in second.body
    said = AuditEntry.objects.filter(verb="correspondence.template_published").order_by("pk")
    assert [row.facts["version"] for row in said] == [1, 2]


def test_a_programmes_own_version_counts_by_itself(secretary):
    programme = ProgrammeFactory()
    publish_template_version(actor=secretary, code="reminder", values=VALUES)
    own = publish_template_version(
        actor=secretary, code="reminder", values=VALUES, programme_id=programme.public_id
    )
    assert (own.version, own.programme) == (1, programme)


def test_only_the_secretariat_publishes_and_one_bound_to_a_programme_only_there(secretary):
    mine, other = ProgrammeFactory(), ProgrammeFactory()
    bound = actor_for("secretariat", programme=mine)
    for actor, programme in ((actor_for("clerk"), None), (bound, None), (bound, other)):
        with pytest.raises(Refused):
            publish_template_version(
                actor=actor,
                code="reminder",
                values=VALUES,
                programme_id=programme.public_id if programme else None,
            )
    assert queries.may_publish(bound, mine)
    assert queries.may_publish(secretary, None)
    assert queries.may_publish(Actor.system(), other)
    assert queries.programmes_published(bound) == [mine]
    assert queries.programmes_published(secretary) == []


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"name": " "}, "name", "ตั้งชื่อ"),
        ({"body": ""}, "body", "ข้อความ"),
        ({"use": "love"}, "use", "รายการ"),
        ({"kind": "order"}, "kind", "รายการ"),
        ({"body": "{{nobody.knows}}"}, "body", "nobody.knows"),
        ({"name": "ก" * 201}, "name", ""),
    ],
)
def test_what_does_not_fit_is_told_at_its_field(secretary, changes, field, words):
    with pytest.raises(Invalid) as refused:
        publish_template_version(
            actor=secretary, code="reminder", values=dataclasses.replace(VALUES, **changes)
        )
    assert words in str(refused.value.fields[field])
    assert not LetterTemplate.objects.exists()


# --- What comes with the program --------------------------------------------------------------------------------------


def test_a_first_start_brings_everything_and_a_second_one_nothing():
    made = seeds.seed()
    assert made.templates == len(load_templates()) == LetterTemplate.objects.count()
    assert made.laws == len(load_legal()) == LegalReference.objects.count()
    assert {row.use for row in LetterTemplate.objects.all()} == set(LetterTemplate.Use.values)
    assert not LetterTemplate.objects.filter(published_at__isnull=True).exists()
    again = seeds.seed()
    assert (again.templates, again.laws) == (0, 0)


def test_a_higher_version_is_added_and_a_published_one_stays(secretary):
    source = next(row for row in load_templates() if row.code == "reminder")
    system = Actor.system("seed")
    bring_in_texts(actor=system, templates=[source], laws=[])
    publish_template_version(actor=secretary, code="reminder", values=VALUES)
    second, third = (dataclasses.replace(source, version=n, name=f"ฉบับ {n}") for n in (2, 3))
    made = bring_in_texts(actor=system, templates=[third, second], laws=[])
    assert made.templates == 1
    rows = LetterTemplate.objects.filter(code="reminder").order_by("version")
    assert [(row.version, row.name) for row in rows] == [(1, source.name), (2, "ติดตาม"), (3, "ฉบับ 3")]
    with pytest.raises(Refused):
        bring_in_texts(actor=actor_for("clerk"), templates=[], laws=[])


def test_of_a_law_only_its_end_is_written_down_later():
    old = LegalSource("saraban", 1, "ระเบียบเดิม", "ที่มา", official=False)
    ended = dataclasses.replace(old, citation="ไม่ใช้", valid_to=datetime.date(2026, 1, 1))
    new = LegalSource("saraban", 2, "ระเบียบใหม่", "ที่มา", official=True, valid_from=datetime.date(2026, 1, 1))
    system = Actor.system("seed")
    assert bring_in_texts(actor=system, templates=[], laws=[old]).laws == 1
    assert bring_in_texts(actor=system, templates=[], laws=[ended, new]).laws == 1
    assert bring_in_texts(actor=system, templates=[], laws=[ended, new]).laws == 0
    assert laws(["saraban"], datetime.date(2025, 12, 31)) == {"saraban": "ระเบียบเดิม"}
    assert laws(["saraban", "no-such"], datetime.date(2026, 1, 1)) == {"saraban": "ระเบียบใหม่"}
    assert laws([], datetime.date(2026, 1, 1)) == {}


# --- Reads ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_of_templates_in_one_query(exactly, number):
    clerk = actor_for("clerk")
    for n in range(number):
        for version in range(1, number + 1):
            LetterTemplateFactory(code=f"t{n}", version=version)
    LetterTemplateFactory(code="unpublished", published_at=None)
    with exactly(1):
        found = queries.families(clerk)
        assert all(row.newest.programme is None for row in found)
    assert [(row.newest.version, len(row.earlier)) for row in found] == [(number, number - 1)] * number
    assert queries.families(actor_for("auditor")) == []


def test_what_a_letter_can_begin_with():
    clerk = actor_for("clerk")
    mine, other = ProgrammeFactory(), ProgrammeFactory()
    LetterTemplateFactory(code="appoint", version=1)
    common = LetterTemplateFactory(code="appoint", version=2)
    own = LetterTemplateFactory(code="appoint", programme=mine)
    call = LetterTemplateFactory(code="call", use="call")
    LetterTemplateFactory(code="theirs", programme=ProgrammeFactory())
    LetterTemplateFactory(code="draft", published_at=None)
    assert draft_queries.templates_for(clerk, [mine.pk]) == [call, own]
    assert draft_queries.templates_for(clerk, [other.pk]) == [call, common]
    assert draft_queries.templates_for(clerk, [mine.pk, other.pk]) == [call, common, own]
    assert draft_queries.templates_for(clerk, []) == [call, common]


def test_one_template_with_its_versions_and_places():
    clerk = actor_for("clerk")
    first = LetterTemplateFactory(code="reminder", body=VALUES.body, subject=VALUES.subject)
    second = LetterTemplateFactory(code="reminder", version=2)
    assert queries.template(clerk, first.public_id) == first
    assert queries.template(actor_for("auditor"), first.public_id) is None
    assert queries.versions_of(clerk, first) == [second, first]
    assert [place.name for place in places.asked_by(first)] == ["round.year", "issuer.name", "deadline"]
    assert {place.name for place in places.catalogue()} >= {"round.year", "deadline"}
    law = LegalReferenceFactory()
    assert list(queries.legal_references(clerk)) == [law]


@pytest.mark.postgres
def test_the_database_refuses_to_change_a_published_version():
    row, unpublished = LetterTemplateFactory(), LetterTemplateFactory(published_at=None)
    for change in ({"body": "x"}, {"version": 2}, {"published_at": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            LetterTemplate.objects.filter(pk=row.pk).update(**change)
    LetterTemplate.objects.filter(pk=row.pk).update(audit_seq=3, retired_at=row.published_at)
    LetterTemplate.objects.filter(pk=unpublished.pk).update(body="x")
