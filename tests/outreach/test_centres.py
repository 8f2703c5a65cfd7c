"""What centres and those above them hear of obstacles and of more time: each once, whoever it concerns, nobody else."""

import datetime

import pytest

from saduak.applications import actions as applications
from saduak.applications import signals
from saduak.applications.models import Obstacle
from saduak.foundation import clock, deadlines, jobs
from saduak.foundation.access import Actor
from saduak.outreach import tasks
from saduak.outreach.kinds import KINDS
from saduak.outreach.models import Notice
from tests.applications.factories import ApplicationFactory, submitted_application
from tests.applications.factories_obstacles import reported
from tests.organisations.factories import (
    OrganisationFactory,
    PersonFactory,
    ProgrammeFactory,
    ServiceCentreFactory,
    actor_for,
)
from tests.programme.factories import MID_WINDOW, RoundFactory

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
CLOSES = datetime.datetime(2027, 3, 1, tzinfo=clock.BANGKOK)


class Land:
    """A district under a province, a secretariat, and a sister centre."""

    def __init__(self):
        self.round = RoundFactory(programme=ProgrammeFactory(short_name="GECC"))
        self.province = OrganisationFactory(kind="province", name_th="จังหวัดพิษณุโลก")
        self.district = OrganisationFactory(under=self.province)
        self.centre = ServiceCentreFactory(organisation=self.district, name_th="งานทะเบียน")
        self.sister = ServiceCentreFactory(organisation=self.district)
        self.above = actor_for("supervisor", self.province, received_at=MID_WINDOW)
        self.officer = actor_for("officer", self.district, received_at=MID_WINDOW)
        self.person = PersonFactory()
        self.secretariat = actor_for(
            "secretariat", person=self.person, programme=self.round.programme, received_at=MID_WINDOW
        )
        everywhere = actor_for("secretariat", received_at=MID_WINDOW)
        self.everywhere = everywhere.person_id
        actor_for("secretariat", programme=ProgrammeFactory())


@pytest.fixture
def land():
    with clock.travel(MID_WINDOW):
        yield Land()


def told(**where):
    """(kind, office, person) of what was told, in order."""
    rows = Notice.objects.filter(**where).order_by("pk")
    return [(row.kind, row.organisation_id or row.person_id) for row in rows]


def said(kind):
    """The sentence of the first notice of a kind."""
    return KINDS[kind].words(Notice.objects.filter(kind=kind).first().params)


def test_an_obstacle_from_the_report_to_the_end(land):
    obstacle = reported(land.officer, land.centre, land.round)
    assert told() == [("obstacle_came", land.province.pk)]
    assert said("obstacle_came") == "งานทะเบียน แจ้งว่าติดปัญหา การลงนามและการสั่งการ ตอบภายใน 11 ก.พ. 2570"
    for step in ("remind_at", "due_at"):
        with clock.travel(getattr(deadlines.of(obstacle, "obstacle"), step)):
            deadlines.watch()
            jobs.run_pending()
    assert told()[1:] == [
        ("obstacle_near", land.province.pk),
        ("obstacle_up", land.person.pk),
        ("obstacle_up", land.everywhere),
        ("obstacle_sent", land.district.pk),
    ]
    assert said("obstacle_near").endswith("เหลือ 1 วัน")
    assert said("obstacle_sent").endswith("ส่งต่อถึงGECCแล้ว")
    assert {row.centre_id for row in Notice.objects.filter(kind="obstacle_sent")} == {land.centre.pk}
    Notice.objects.all().delete()
    name = {"obstacle_id": obstacle.public_id}
    applications.answer_obstacle(actor=land.secretariat, text="ทำตามนี้", **name)
    assert told() == [("obstacle_answered", land.province.pk), ("obstacle_reply", land.district.pk)]
    applications.close_obstacle(actor=land.officer, **name)
    applications.reopen_obstacle(actor=land.officer, why="ยังติด", **name)
    applications.withdraw_obstacle(actor=land.officer, **name)
    assert told()[2:] == [
        ("obstacle_closed", land.province.pk),
        ("obstacle_again", land.person.pk),
        ("obstacle_again", land.everywhere),
        ("obstacle_withdrawn", land.province.pk),
    ]
    assert not any("คำสั่ง" in str(row.params) for row in Notice.objects.all())


def test_one_that_has_no_clock_any_more_is_told_without_a_day(land):
    obstacle = reported(land.officer, land.centre, land.round)
    deadlines.cancel(obstacle, "obstacle")
    signals.obstacle_told.send(Obstacle, obstacle=obstacle, how="reopened", actor=Actor.system("test"))
    assert "due" not in Notice.objects.filter(kind="obstacle_again").get().params


def test_more_time_is_told_to_the_centre_alone_with_the_reason(land):
    made = applications.extend(
        actor=land.secretariat,
        round_id=land.round.public_id,
        centre_id=land.centre.public_id,
        until=CLOSES + 7 * DAY,
        reason="น้ำท่วม",
    )
    applications.end_extension(actor=land.secretariat, extension_id=made.public_id, reason="ผิดศูนย์")
    assert told(centre=land.centre) == [
        ("extended", land.district.pk),
        ("extension_ended", land.district.pk),
    ]
    assert Notice.objects.count() == 2
    assert said("extended") == "โครงการขยายเวลายื่นใบสมัครของงานทะเบียนถึง 7 มี.ค. 2570 เพราะ น้ำท่วม"
    assert said("extension_ended").endswith("เพราะ ผิดศูนย์")


def test_more_time_for_a_correction_says_why(land):
    application = submitted_application(
        ApplicationFactory(centre=land.centre, round=land.round, actor=land.officer), officer=land.officer
    ).application
    name = {"actor": land.secretariat, "application_id": application.public_id}
    applications.return_for_correction(due_at=MID_WINDOW + DAY, reason="แก้", **name)
    applications.extend_correction(due_at=MID_WINDOW + 9 * DAY, reason="ไฟดับ", **name)
    assert told(kind="correction_extended") == [("correction_extended", land.district.pk)]
    assert said("correction_extended").endswith("เพราะ ไฟดับ")


def test_reminders_go_by_the_centre_s_own_closing(land):
    ApplicationFactory(centre=land.centre, round=land.round, actor=land.officer)
    town = ServiceCentreFactory()
    ApplicationFactory(centre=town, round=land.round, actor=actor_for("officer", town.organisation))
    applications.extend(
        actor=land.secretariat,
        round_id=land.round.public_id,
        centre_id=land.centre.public_id,
        until=CLOSES + 14 * DAY,
        reason="น้ำท่วม",
    )

    def reminded(moment):
        Notice.objects.all().delete()
        with clock.travel(moment):
            tasks.remind()
            tasks.remind()
        return told(kind="closing_near")

    assert reminded(CLOSES - 5 * DAY) == [("closing_near", town.organisation_id)]
    assert reminded(CLOSES + 9 * DAY) == [("closing_near", land.district.pk)]
    assert said("closing_near").startswith("ปิดรับสมัคร 14 มี.ค. 2570 เหลือ 4 วัน")
    land.round.closed_at = CLOSES
    land.round.save(update_fields=["closed_at"])
    assert reminded(CLOSES + 9 * DAY) == []
