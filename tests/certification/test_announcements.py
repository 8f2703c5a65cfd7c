"""Announcements: prepared under embargo, one after the other without gaps, public at one moment."""

import datetime
import re

import pypdfium2
import pytest
from django.test import Client

from saduak.assessment.models import Conflict
from saduak.certification import actions, queries, signals
from saduak.certification.actions import announcements
from saduak.certification.models import Announcement, Resolution
from saduak.foundation import batches, clock, files, jobs
from saduak.foundation.access import Actor, Invalid, Refused
from saduak.foundation.access import Conflict as Moved
from saduak.foundation.models import AuditEntry, BatchItem
from saduak.organisations.actions import move_centre
from saduak.register import certificates
from saduak.register.models import Certificate
from tests.certification import factories
from tests.organisations.factories import AreaFactory, OrganisationFactory, actor_for
from tests.programme.factories import MID_WINDOW, RoundFactory, secretariat

pytestmark = pytest.mark.django_db
DATE = datetime.date
CLOSED = DATE(2027, 9, 1)


def prepare(round_, number="1/2570", actor=None, **kwargs):
    said = {"dated": MID_WINDOW.date(), "valid_from": CLOSED} | kwargs
    return actions.prepare(
        actor=actor or secretariat(round_.programme, MID_WINDOW),
        round_id=round_.public_id,
        number=number,
        **said,
    )


def status(client, door):
    """What a door answers; a file that it opens is read to its end, so that it is closed."""
    page = client.get(door)
    if page.streaming:
        b"".join(page.streaming_content)
    return page.status_code


def publish(announcement, moment=MID_WINDOW, **kwargs):
    office = secretariat(announcement.round.programme, moment)
    return actions.publish(actor=office, announcement_id=announcement.public_id, **kwargs)


def test_everything_is_made_under_embargo_and_opened_at_one_moment(round_):
    cases = factories.agreed(round_, 6)
    factories.agreed(round_, 1, level="", total=30)
    factories.closed(round_)
    made = prepare(round_)
    with pytest.raises(Moved) as early:
        publish(made)
    assert early.value.code == "not-ready"
    jobs.run_pending()
    made.refresh_from_db()
    assert made.state == "ready"
    rows = list(Certificate.objects.order_by("number"))
    assert [row.number for row in rows] == [f"2570/000{n}" for n in range(1, 7)]
    assert [row.centre_id for row in rows] == [case.application.centre_id for case in cases]
    assert all(row.pdf_id for row in rows)
    citizen = Client()
    doors = [f"/v/{row.code}/" for row in rows] + [f"/v/{row.code}/certificate.pdf" for row in rows]
    assert {status(citizen, door) for door in doors} == {404}
    assert "พบ 0 ใบรับรอง" in citizen.get("/register/?every=on").content.decode()
    officers = [actor_for("officer", case.application.organisation, received_at=MID_WINDOW) for case in cases]
    pairs = list(zip(officers, cases, strict=True))
    assert {queries.result_of(who, case.application.public_id) for who, case in pairs} == {None}
    heard = []

    def hear(sender, *, announcement, actor, **_):
        heard.append(announcement.pk)

    signals.announced.connect(hear)
    try:
        done = publish(made)
    finally:
        signals.announced.disconnect(hear)
    assert (done.state, done.published_at, heard) == ("published", MID_WINDOW, [made.pk])
    assert {status(citizen, door) for door in doors} == {200}
    assert "พบ 6 ใบรับรอง" in citizen.get("/register/?every=on").content.decode()
    assert {queries.result_of(who, case.application.public_id).certificate for who, case in pairs} == set(
        rows
    )
    with clock.travel(MID_WINDOW - datetime.timedelta(seconds=1)):
        assert {status(citizen, door) for door in doors} == {404}
    with pytest.raises(Moved):
        publish(made)


def test_numbers_run_on_over_announcements_and_failures(round_, monkeypatch):
    factories.agreed(round_, 3)
    factories.closed(round_)
    first = prepare(round_)
    jobs.run_pending()
    factories.agreed(round_, 5)
    factories.closed(round_, "2/2570")
    second = prepare(round_, "2/2570")
    broken = Resolution.objects.filter(announcement=second).order_by("ordinal")[2]
    real = certificates.render

    def render(certificate, *, actor):
        if certificate.centre_id == broken.case.application.centre_id:
            raise RuntimeError("no paper")
        real(certificate, actor=actor)

    monkeypatch.setattr(certificates, "render", render)
    jobs.run_pending(strict=False)
    second.refresh_from_db()
    assert second.state == "preparing"
    assert batches.progress(second.batch).failed == 1
    with pytest.raises(Moved):
        publish(second)
    office = secretariat(round_.programme, MID_WINDOW)
    with pytest.raises(Refused):
        actions.retry(actor=factories.committee(round_.programme), announcement_id=second.public_id)
    monkeypatch.undo()
    assert actions.retry(actor=office, announcement_id=second.public_id) == 1
    jobs.run_pending()
    second.refresh_from_db()
    assert second.state == "ready"
    with pytest.raises(Moved) as caught:
        actions.retry(actor=office, announcement_id=second.public_id)
    assert caught.value.code == "nothing-failed"
    numbers = sorted(Certificate.objects.values_list("number", flat=True))
    assert numbers == [f"2570/000{n}" for n in range(1, 9)]
    assert BatchItem.objects.exclude(state="done").count() == 0
    publish(first)
    assert Client().get("/register/?every=on").context["page"].paginator.count == 3


def test_making_again_makes_nothing_twice(round_):
    factories.agreed(round_, 2)
    factories.closed(round_)
    made = prepare(round_)
    jobs.run_pending()
    ids = list(Resolution.objects.values_list("pk", flat=True))
    again = announcements.make_certificates(
        actor=Actor.system("test"), announcement_id=made.pk, resolution_ids=ids
    )
    assert (again, Certificate.objects.count()) == (0, 2)
    assert announcements.ready(actor=Actor.system("test"), announcement_id=made.pk).state == "ready"
    office = secretariat(round_.programme, MID_WINDOW)
    for act in (
        lambda: announcements.make_certificates(actor=office, announcement_id=made.pk, resolution_ids=ids),
        lambda: announcements.ready(actor=office, announcement_id=made.pk),
    ):
        with pytest.raises(Refused) as caught:
            act()
        assert caught.value.code == "system-only"


def test_only_refusals_are_ready_at_once(round_):
    (case,) = factories.agreed(round_, level="", total=30)
    factories.closed(round_)
    made = prepare(round_)
    jobs.run_pending()
    made.refresh_from_db()
    assert made.state == "ready"
    publish(made)
    officer = actor_for("head", case.application.organisation, received_at=MID_WINDOW)
    result = queries.result_of(officer, case.application.public_id)
    assert (result.decision, result.certificate) == ("refuse", None)


def test_an_announcement_has_a_number_of_its_own_and_something_to_say(round_):
    with pytest.raises(Invalid) as caught:
        prepare(round_)
    assert caught.value.code == "nothing-to-announce"
    factories.agreed(round_, 1)
    factories.closed(round_)
    for number in (" ", "ก" * 200):
        with pytest.raises(Invalid) as caught:
            prepare(round_, number)
        assert list(caught.value.fields) == ["number"]
    prepare(round_)
    factories.agreed(round_, 1)
    factories.closed(round_, "2/2570")
    with pytest.raises(Invalid) as caught:
        prepare(round_)
    assert list(caught.value.fields) == ["number"]
    with pytest.raises(Refused):
        prepare(round_, "2/2570", secretariat(RoundFactory().programme, MID_WINDOW))


@pytest.mark.parametrize(
    ("start", "code"),
    [
        (DATE(2017, 1, 1), "before-decision"),
        (DATE(2027, 2, 4), "before-decision"),
        (DATE(2027, 2, 5), None),
        (DATE(2028, 3, 1), None),
        (DATE(2028, 3, 2), "too-late"),
    ],
)
def test_certificates_start_after_the_last_decision_and_within_a_year_of_their_announcement(
    round_, start, code
):
    for number, held_on in (("1/2570", DATE(2027, 2, 1)), ("2/2570", DATE(2027, 2, 5))):
        factories.agreed(round_, 1)
        factories.closed(round_, number, held_on=held_on)
    if code is None:
        assert prepare(round_, dated=DATE(2027, 3, 1), valid_from=start).valid_from == start
        return
    with pytest.raises(Invalid) as caught:
        prepare(round_, dated=DATE(2027, 3, 1), valid_from=start)
    assert (caught.value.code, list(caught.value.fields)) == (code, ["valid_from"])
    assert ("5 ก.พ. 2570" in str(caught.value.fields["valid_from"])) == (code == "before-decision")
    assert not Announcement.objects.exists()


def test_deferred_and_open_meetings_wait(round_):
    later, now = factories.agreed(round_, 2)
    row = factories.meeting(round_)
    who = {"actor": factories.committee(round_.programme), "meeting_id": row.public_id}
    actions.decide(**who, case_id=later.public_id, decision="defer", reason="ขอเอกสารเพิ่ม")
    actions.decide(**who, case_id=now.public_id, decision="certify", level_key="basic", reason="เห็นชอบ")
    with pytest.raises(Invalid):
        prepare(round_)
    actions.close(**who)
    made = prepare(round_)
    assert list(made.resolutions.values_list("case", flat=True)) == [now.pk]
    (listed,) = queries.announcements(secretariat(round_.programme))
    assert (listed.certificates, listed.made, listed.refused) == (1, 0, 0)


def test_the_certificate_says_level_number_and_place(round_):
    province = AreaFactory(code="65", name_th="พิษณุโลก")
    district = AreaFactory(code="6508", kind="district", name_th="วังทอง", parent=province)
    place = OrganisationFactory(area=district)
    factories.agreed(
        round_, 1, level="excellent", total=95, organisation=place, name_th="ศูนย์ราชการสะดวก วังทอง"
    )
    capital = AreaFactory(code="10", name_th="กรุงเทพมหานคร")
    factories.agreed(round_, 1, organisation=OrganisationFactory(area=capital))
    factories.agreed(round_, 1, organisation=OrganisationFactory())
    factories.closed(round_)
    prepare(round_)
    jobs.run_pending()
    first, second, third = Certificate.objects.order_by("number")
    assert (first.area_code, first.area_name) == ("6508", "อำเภอวังทอง จังหวัดพิษณุโลก")
    assert (second.area_name, third.area_name) == ("กรุงเทพมหานคร", "")
    assert (first.level_ordinal, first.valid_until) == (3, DATE(2030, 8, 31))
    with files.open(first.pdf) as stream:
        text = re.sub(r"\s", "", pypdfium2.PdfDocument(stream.read())[0].get_textpage().get_text_range())
    for words in (first.centre_name, first.number, first.level_name, "1 กันยายน 2570", "31 สิงหาคม 2573"):
        assert re.sub(r"\s", "", words) in text, words


def ready(round_, dated):
    """An announcement that bears this day and has all its certificates."""
    factories.agreed(round_, 1)
    factories.closed(round_)
    made = prepare(round_, dated=dated)
    jobs.run_pending()
    return made


def told(announcement):
    """What the audit keeps of its publication."""
    return AuditEntry.objects.get(aggregate_id=announcement.pk, verb="certification.published").facts


def test_nothing_is_published_before_its_day_without_a_word(round_):
    made = ready(round_, DATE(2027, 2, 6))
    last_second = datetime.datetime(2027, 2, 5, 23, 59, 59, tzinfo=clock.BANGKOK)
    with pytest.raises(Invalid) as caught:
        publish(made, last_second)
    assert (caught.value.code, list(caught.value.fields)) == ("before-its-day", ["early"])
    assert "6 ก.พ. 2570" in str(caught.value.reason)
    made.refresh_from_db()
    assert (made.state, made.published_at) == ("ready", None)
    assert not Certificate.objects.filter(publication__published_at__isnull=False).exists()
    done = publish(made, last_second, early=True)
    assert (done.state, done.published_at) == ("published", last_second)
    assert told(made) == {"number": "1/2570", "before_its_day": True}


@pytest.mark.parametrize("early", [False, True])
@pytest.mark.parametrize("later", [0, 1])
def test_from_its_day_on_an_announcement_is_simply_published(round_, later, early):
    made = ready(round_, MID_WINDOW.date())
    midnight = datetime.datetime.combine(MID_WINDOW.date(), datetime.time(), tzinfo=clock.BANGKOK)
    done = publish(made, midnight + datetime.timedelta(days=later), early=early)
    assert done.state == "published"
    assert told(made) == {"number": "1/2570", "before_its_day": False}


def test_results_are_for_the_centre_and_its_line(round_):
    above, line = OrganisationFactory(), OrganisationFactory()
    place = OrganisationFactory(under=line, supervised_by=above)
    (case,) = factories.agreed(round_, 1, organisation=place)
    factories.closed(round_)
    made = prepare(round_)
    jobs.run_pending()
    made.refresh_from_db()
    publish(made)

    def sees(role, organisation, reach="own"):
        actor = actor_for(role, organisation, reach=reach, received_at=MID_WINDOW)
        return queries.result_of(actor, case.application.public_id) is not None

    assert sees("officer", place)
    assert sees("supervisor", line, "line")
    assert not sees("supervisor", above, "supervision")
    assert not sees("officer", OrganisationFactory())
    assert not sees("evaluator", place)
    to = OrganisationFactory()
    move_centre(
        actor=Actor.system(),
        centre=case.application.centre.public_id,
        on=clock.today(),
        organisation=to.public_id,
    )
    assert (sees("officer", place), sees("officer", to)) == (False, True)
    member = factories.committee(round_.programme)
    Conflict.objects.create(case=case, person_id=member.person_id, kind="declared")
    assert Resolution.objects.visible_to(member).count() == 1
    for model in (Announcement, Resolution):
        assert not model.objects.visible_to(Actor.public()).exists()
