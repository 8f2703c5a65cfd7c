"""What a draft lacks before it may go, and drafts as lists."""

import datetime

import pytest

from saduak.correspondence.queries import drafts as queries
from saduak.correspondence.queries.delegations import signers
from tests.correspondence import factories as f
from tests.correspondence.factories_drafts import (
    DelegationFactory,
    DraftFactory,
    LegalReferenceFactory,
    programme,
)
from tests.organisations.factories import ProgrammeFactory, actor_for

pytestmark = pytest.mark.django_db
DAY = datetime.date(2022, 12, 13)
LATER = datetime.date(2023, 1, 20)


# --- What is missing --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({}, set()),
        ({"subject": " "}, {"subject"}),
        ({"addressee": ""}, {"addressee"}),
        ({"body": "ขอ {{deadline}}"}, {"duty-0-due"}),
        ({"body": "{{round.year}} {{round.closes}} {{visit.day}}"}, {"round", "body"}),
        ({"duties": [{"who": "", "what": "ก", "due": "", "force": "order"}]}, set()),
        ({"body": "ขอ {{deadline}}", "deadlines": [{"due": "2023-01-20", "kind": "check"}]}, set()),
        ({"purpose": "จึงเรียนมาเพื่อ ........."}, {"purpose"}),
        ({"subject": "ตาม {{law:no-such}}"}, {"subject"}),
        ({"signer_position": ""}, {"signer_name"}),
        ({"kind": "stamped", "signer_name": ""}, set()),
        ({"addressee": "สมเด็จพระสังฆราช"}, {"closing"}),
        ({"addressee": "พระองค์เจ้า"}, {"salutation", "closing"}),
        ({"addressee": "พระองค์เจ้า", "kind": "memo", "salutation": "กราบทูล"}, set()),
        ({"duties": [{"who": "", "what": " ", "due": "2023-01-20", "force": "order"}]}, {"duty-0-what"}),
        ({"deadlines": [{"due": "", "kind": ""}]}, {"deadline-0-due", "deadline-0-kind"}),
        ({"meeting": {"title": "ก"}}, {"meeting-date", "meeting-start", "meeting-end"}),
        (
            {"meeting": {"title": "ก", "date": "2023-01-20", "start": "09:00", "end": "09:00"}},
            {"meeting-end"},
        ),
        ({"meeting": {"title": "ก", "date": "2023-01-20", "start": "09:00", "end": "12:00"}}, set()),
    ],
)
def test_what_a_draft_lacks(changes, missing):
    assert set(queries.ready_problems(DraftFactory(**changes), day=DAY)) == missing


def test_a_law_is_cited_as_it_holds_on_the_day(exactly):
    LegalReferenceFactory(code="saraban", valid_to=LATER)
    row = DraftFactory(body="ตาม {{law:saraban}} และ {{meeting.title}}")
    with exactly(2):
        assert set(queries.ready_problems(row, day=DAY)) == {"meeting-title"}
    row.body = "ตาม {{law:saraban}}"
    assert queries.ready_problems(row, day=DAY) == {}
    assert set(queries.ready_problems(row, day=LATER)) == {"body"}


def test_the_signer_is_one_of_the_register():
    row = DraftFactory()
    allowed = DelegationFactory(organisation=row.issuer, kinds=["external"])
    assert set(queries.ready_problems(row, day=DAY)) == {"signer"}
    row.signer = allowed
    assert queries.ready_problems(row, day=DAY) == {}
    row.kind = "memo"
    assert "วันนี้ไม่มีผู้ลงนาม" in str(queries.ready_problems(row, day=DAY)["signer"])
    DelegationFactory(organisation=row.issuer)
    assert "เลือกผู้ลงนามใหม่" in str(queries.ready_problems(row, day=DAY)["signer"])


def test_warnings_stop_nothing():
    row = DraftFactory(secrecy="secret")
    said = [str(words) for words in queries.warnings_of(row, signers(row.issuer_id, DAY))]
    assert len(said) == 2
    assert row.issuer.name_th in said[0]
    DelegationFactory(organisation=row.issuer)
    row.secrecy = ""
    assert queries.warnings_of(row, signers(row.issuer_id, DAY)) == []


# --- Lists ------------------------------------------------------------------------------------------------------------


@pytest.mark.postgres
@pytest.mark.parametrize("number", [1, 3])
def test_drafts_by_view_in_one_query(place, exactly, number):
    for state in ("writing", "circulating", "out", "signed", "cancelled"):
        for n in range(number):
            DraftFactory(
                office=place.office,
                issuer=place.province,
                programme=programme(),
                state=state,
                subject=f"{state} {n}",
            )
    DraftFactory(office=place.town)
    counts = {"writing": number, "asked": 2 * number, "signed": number, "issued": 0, "cancelled": number}
    for view, count in counts.items():
        with exactly(1):
            found = list(queries.drafts(place.clerk, view=view))
            assert all(row.office.name_th and row.issuer.name_th for row in found)
        assert len(found) == count
    assert [row.subject for row in queries.drafts(place.clerk, query="writing 0")] == ["writing 0"]
    with exactly(2):
        assert queries.tally(place.clerk) == {"decide": 0, "signed": number}
    assert not queries.drafts(actor_for("auditor"))


def test_one_draft_and_who_sees_it(place, draft, exactly):
    with exactly(2):
        found = queries.draft(place.clerk, draft.public_id)
        assert (found.office, found.issuer, list(found.attachments.all())) == (
            place.office,
            place.province,
            [],
        )
    assert queries.draft(actor_for("clerk", place.districts[0]), draft.public_id) is None


def test_the_ways_to_write(place):
    mine, other = programme(), ProgrammeFactory()
    found = queries.desks(place.clerk)
    assert [(desk.issuer, desk.programme) for desk in found] == [
        (place.province, mine),
        (place.office, mine),
        (place.province, other),
        (place.office, other),
    ]
    assert found[0].key.split(":")[0] == str(place.office.public_id)
    bound = actor_for("clerk", place.districts[0], programme=other)
    assert [(desk.office, desk.programme) for desk in queries.desks(bound)] == [(place.districts[0], other)]
    place.province.retired_at = f.IN_2566
    place.province.save()
    assert {desk.issuer for desk in queries.desks(place.clerk)} == {place.office}
    place.town.retired_at = f.IN_2566
    place.town.save()
    assert queries.desks(actor_for("clerk", place.town)) == []
    assert queries.desks(actor_for("auditor")) == []
    assert [row.fiscal_year for row in queries.rounds_for(place.clerk, mine.pk)] == [2566]
