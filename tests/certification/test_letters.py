"""Letters about results: begun by the secretariat once they are announced, to those certified together, to others alone."""

import datetime
import uuid

import pytest

from saduak.certification import actions
from saduak.certification.letters import refused_url, result_url
from saduak.certification.models import Announcement, Resolution
from saduak.correspondence import seeds
from saduak.correspondence.actions.occasions import begin_for
from saduak.correspondence.models import RecipientList
from saduak.correspondence.queries.occasions import occasion, outline
from saduak.foundation import jobs
from saduak.organisations.models import Organisation, ServiceCentre
from saduak.programme import eligibility
from saduak.register.models import Certificate
from tests.applications.factories_renewing import round_after
from tests.certification import factories
from tests.programme.factories import MID_WINDOW, RoundFactory, secretariat

pytestmark = pytest.mark.django_db


def announced(round_, *, published: bool = True) -> Announcement:
    """An announcement of everything that the meetings have confirmed."""
    factories.closed(round_)
    office = secretariat(round_.programme, MID_WINDOW)
    said = {"dated": MID_WINDOW.date(), "valid_from": MID_WINDOW.date()}
    made = actions.prepare(actor=office, round_id=round_.public_id, number="1/2570", **said)
    jobs.run_pending()
    if published:
        actions.publish(actor=office, announcement_id=made.public_id)
    return Announcement.objects.select_related("round").get(pk=made.pk)


def granted(announcement) -> list[ServiceCentre]:
    rows = Resolution.objects.filter(announcement=announcement, decision="certify").order_by("ordinal")
    return [row.case.application.centre for row in rows]


def test_it_tells_all_who_were_certified_the_highest_first_and_nobody_else(round_):
    factories.agreed(round_, 2)
    factories.agreed(round_, 1, level="excellent", total=96)
    factories.agreed(round_, 1, level="", total=20, gates=0)
    made = announced(round_)
    office = secretariat(round_.programme, MID_WINDOW)
    assert Resolution.objects.filter(announcement=made, decision="refuse").count() == 1
    assert result_url(office, made) == f"/drafts/new/?for=result&about={made.public_id}"
    told = occasion(office, "result", str(made.public_id))
    first, second, best = granted(made)
    until = datetime.date(2030, 2, 3)
    assert [(row.centre, row.level, row.expires) for row in told.concerns] == [
        (best, "เป็นเลิศ", until),
        (first, "ก้าวหน้า", until),
        (second, "ก้าวหน้า", until),
    ]
    assert (told.use, told.programme, told.round) == ("result", round_.programme, round_)
    assert told.name == "แจ้งผลตามประกาศที่ 1/2570"
    assert str(told.title) == "แจ้งผลการรับรองตามประกาศที่ 1/2570"


def test_the_draft_goes_to_the_offices_with_the_list_of_the_centres(round_):
    seeds.seed()
    factories.agreed(round_, 3)
    made = announced(round_)
    actor = secretariat(round_.programme, MID_WINDOW)
    office = Organisation.objects.get(pk=actor.holdings[0].organisation_id)
    draft = begin_for(
        actor=actor,
        use="result",
        about=str(made.public_id),
        office_id=office.public_id,
        issuer_id=office.public_id,
    )
    assert "ผ่านการรับรอง ระดับก้าวหน้า โดยใบรับรองใช้ได้ถึงวันที่ 3 กุมภาพันธ์ 2573" in draft.body
    assert draft.recipients == "แจ้งผลตามประกาศที่ 1/2570"
    kept = RecipientList.objects.get(name=draft.recipients, organisation=office, draft=draft)
    assert {row.pk for row in kept.members.all()} == {row.organisation_id for row in granted(made)}
    assert draft.attachments.get().title == "รายชื่อศูนย์"


def test_before_it_is_public_and_for_others_there_is_nothing(round_):
    factories.agreed(round_, 1)
    made = announced(round_, published=False)
    office = secretariat(round_.programme, MID_WINDOW)
    assert (result_url(office, made), occasion(office, "result", str(made.public_id))) == ("", None)
    actions.publish(actor=office, announcement_id=made.public_id)
    made.refresh_from_db()
    others = [factories.committee(round_.programme), secretariat(RoundFactory().programme, MID_WINDOW)]
    for actor in others:
        assert (result_url(actor, made), occasion(actor, "result", str(made.public_id))) == ("", None)
    assert occasion(office, "result", "x") is None
    assert occasion(office, "result", str(uuid.uuid4())) is None


def test_an_announcement_that_certifies_nobody_any_more(round_):
    factories.agreed(round_, 1)
    made = announced(round_)
    Certificate.objects.update(state="revoked", revoked_at=MID_WINDOW, revoked_reason="ผิดเกณฑ์")
    assert occasion(secretariat(round_.programme, MID_WINDOW), "result", str(made.public_id)) is None


@pytest.mark.parametrize("many", [1, 3])
def test_two_queries_however_many(round_, exactly, many):
    factories.agreed(round_, many)
    made = announced(round_)
    office = secretariat(round_.programme, MID_WINDOW)
    with exactly(0):
        result_url(office, made)
    with exactly(2):
        assert len(occasion(office, "result", str(made.public_id)).concerns) == many


@pytest.mark.parametrize("many", [1, 3])
def test_it_is_counted_before_anything_is_loaded(round_, exactly, many):
    factories.agreed(round_, many)
    made = announced(round_)
    office = secretariat(round_.programme, MID_WINDOW)
    centres = granted(made)
    offices = {row.organisation_id for row in centres}
    with exactly(3 if len(offices) == 1 else 2):
        found = outline(office, "result", str(made.public_id))
    assert (found.centres, found.offices) == (many, len(offices))
    assert str(found.title) == "แจ้งผลการรับรองตามประกาศที่ 1/2570"
    assert outline(office, "result", "x") is None
    Certificate.objects.update(state="revoked", revoked_at=MID_WINDOW, revoked_reason="ผิดเกณฑ์")
    assert outline(office, "result", str(made.public_id)) is None


# --- What was not certified -------------------------------------------------------------------------------------------


@pytest.fixture
def refused(round_):
    """An announced refusal."""
    (case,) = factories.agreed(round_, 1, level="", total=20, gates=0)
    announced(round_)
    return Resolution.objects.select_related("announcement__round", "case__application__centre").get(
        case=case
    )


def test_a_refusal_is_told_with_its_reason_and_when_to_apply_again(round_, refused):
    seeds.seed()
    following = round_after(round_, round_.criteria_set, 2571)
    office = secretariat(round_.programme, MID_WINDOW)
    centre = refused.case.application.centre
    assert refused_url(office, refused) == f"/drafts/new/?for=refused&about={refused.public_id}"
    told = occasion(office, "refused", str(refused.public_id))
    assert (told.use, told.programme, told.round) == ("refused", round_.programme, round_)
    assert ([row.centre for row in told.concerns], told.name) == (
        [centre],
        f"แจ้งผลการพิจารณา {centre.name_th}",
    )
    assert str(told.title) == f"แจ้งว่า {centre.name_th} ยังไม่ได้รับการรับรอง"
    desk = Organisation.objects.get(pk=office.holdings[0].organisation_id)
    said = {"use": "refused", "office_id": desk.public_id, "issuer_id": desk.public_id}
    draft = begin_for(actor=office, about=str(refused.public_id), **said)
    assert (draft.template.use, draft.recipients) == ("refused", centre.organisation.name_th)
    decided = f"ตามมติที่ {refused.number} และประกาศที่ 1/2570 ลงวันที่ 4 กุมภาพันธ์ 2570 ด้วยเหตุผลดังนี้"
    assert f"{centre.name_th}ยังไม่ได้รับการรับรองในรอบนี้ {decided}" in draft.body
    assert f"\n\n{refused.reason}\n\nคะแนนที่คณะผู้ตรวจประเมินสรุป 20 คะแนน\n\n" in draft.body
    assert f"สมัครได้ใน{following.title} ตั้งแต่วันที่ 1 มกราคม 2571" in draft.body


def test_where_nothing_says_when_the_place_stays_open(round_, refused):
    seeds.seed()
    following = round_after(round_, round_.criteria_set, 2571)
    following.eligibility = eligibility.checked({**eligibility.known(), "agencies": ["branch"]})
    following.save(update_fields=["eligibility"])
    office = secretariat(round_.programme, MID_WINDOW)
    desk = Organisation.objects.get(pk=office.holdings[0].organisation_id)
    said = {"use": "refused", "office_id": desk.public_id, "issuer_id": desk.public_id}
    assert "{{apply.again}}" in begin_for(actor=office, about=str(refused.public_id), **said).body


def test_a_refusal_before_it_is_public_a_grant_and_for_others(round_, refused):
    office = secretariat(round_.programme, MID_WINDOW)
    waiting = factories.agreed(round_, 1, level="", total=20, gates=0)[0]
    granted_ = factories.agreed(round_, 1)[0]
    factories.closed(round_, "2/2570")
    for case in (waiting, granted_):
        row = Resolution.objects.select_related("case__application__centre").get(case=case)
        assert refused_url(office, row) == ""
        assert occasion(office, "refused", str(row.public_id)) is None
    for actor in (factories.committee(round_.programme), secretariat(RoundFactory().programme, MID_WINDOW)):
        assert refused_url(actor, refused) == ""
        assert occasion(actor, "refused", str(refused.public_id)) is None
    assert occasion(office, "refused", "x") is None
    assert occasion(office, "refused", str(uuid.uuid4())) is None


def test_a_grant_that_is_announced_is_no_refusal(round_):
    factories.agreed(round_, 1)
    announced(round_)
    office = secretariat(round_.programme, MID_WINDOW)
    row = Resolution.objects.select_related("announcement__round", "case__application__centre").get()
    assert refused_url(office, row) == ""
    assert occasion(office, "refused", str(row.public_id)) is None


def test_no_letter_about_a_refusal_to_oneself(round_):
    office = secretariat(round_.programme, MID_WINDOW)
    desk = Organisation.objects.get(pk=office.holdings[0].organisation_id)
    factories.agreed(round_, 1, level="", total=20, gates=0, organisation=desk)
    announced(round_)
    row = Resolution.objects.select_related("announcement__round", "case__application__centre").get()
    assert refused_url(office, row) == ""
    assert occasion(office, "refused", str(row.public_id)) is None


@pytest.mark.parametrize("rounds", [0, 1, 3])
def test_no_query_for_its_button_and_few_for_it(round_, refused, exactly, rounds):
    for year in range(2571, 2571 + rounds):
        round_after(round_, round_.criteria_set, year)
    office = secretariat(round_.programme, MID_WINDOW)
    with exactly(0):
        assert refused_url(office, refused)
    with exactly(4 if rounds else 2):
        assert occasion(office, "refused", str(refused.public_id))
