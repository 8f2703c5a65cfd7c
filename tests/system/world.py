"""A small country in the tests' own database: a past round with its results, a current one with one open application.

Made by the demo's code and by actions, so that every address has something behind it.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.test import Client

from saduak.applications.models import Answer, Application, Evidence, Review, ReviewComment, Submission
from saduak.assessment.models import Case, Panel, PanelMember, ScoreSheet
from saduak.certification.models import Announcement, Meeting
from saduak.correspondence.models import DutyRecipient, LetterFinding
from saduak.foundation import clock, ids, jobs
from saduak.foundation.models import User
from saduak.organisations import actions as organisations
from saduak.organisations.actions import NewPerson, Post
from saduak.organisations.models import Organisation
from saduak.outreach.models import Briefing, Notice
from saduak.portal.demo.filling import SEED, tell_story
from saduak.portal.demo.moments import START
from saduak.portal.demo.people import place
from saduak.portal.rehearsal import Plan, rehearse
from saduak.portal.rehearsal.calendar import Dates, at
from saduak.portal.rehearsal.world import CRITERIA, Somebody, build
from saduak.programme import actions as programme
from saduak.programme.models import Round
from saduak.register.models import Certificate
from tests.correspondence.factories import confirmed, loaded
from tests.system import sending
from tests.system.things import collected

PAST, CURRENT = 2567, 2570
# Which of the demo's people stands for which role.
PEOPLE = {
    "secretariat": "secretariat",
    "supervisor": "province",
    "clerk": "district-clerk",
    "officer": "officer",
    "helper": "helper",
    "head": "head",
    "evaluator": "evaluator",
    "committee": "committee",
    "auditor": "auditor",
    "administrator": "administrator",
}
# And nobody at all, an account without appointment, and the clerk in whose province the letters are.
EVERYBODY = ("nobody", "without", *PEOPLE, "province-clerk")


@dataclass
class World:
    """Who is there, and one of everything."""

    cast: dict[str, Somebody]
    without: User
    things: dict[str, Any] = field(default_factory=dict)
    files: Path = Path()
    sessions: dict[str, str] = field(default_factory=dict)
    forms_tried: set[tuple[str, ...]] = field(default_factory=set)

    def client(self, who: str, **options: Any) -> Client:
        """A browser in which somebody is signed in."""
        client = Client(raise_request_exception=False, **options)
        if who != "nobody":
            client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[who]
        return client

    def sign_in(self, who: str) -> None:
        """Open the session that `client` goes on with."""
        client = Client()
        user = self.without if who == "without" else self.cast[PEOPLE.get(who, who)].user
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        self.sessions[who] = client.cookies[settings.SESSION_COOKIE_NAME].value


def make() -> World:
    """Everything."""
    rehearse(Plan(centres=2, seed=SEED, fiscal_year=PAST))
    with ids.seeded(1), clock.travel(at(Dates(PAST).called, 8)):
        country = build(SEED, 1)
        cast = place(country)
    with ids.seeded(2), clock.travel(at(Dates(CURRENT).called, 8)):
        row = programme.open_round(
            actor=cast["secretariat"].now(),
            programme=country.programme,
            fiscal_year=CURRENT,
            criteria_set=country.criteria,
            windows=Dates(CURRENT).windows(),
        )
    tell_story(country, cast)
    world = World(cast, User.objects.create_user())
    with clock.travel(START.when):
        _papers(world, row)
        jobs.run_pending()
        _collect(world, row)
        world.things |= collected(world.cast, row, world.things)
        jobs.run_pending()
    for who in EVERYBODY[1:]:
        world.sign_in(who)
    return world


def _papers(world: World, row: Round) -> None:
    """What the demo's story does not have: letters, a deadline, an invitation, a hand-over, a draft set."""
    cast, things = world.cast, world.things
    office = Organisation.objects.get(code="provincial-admin:49")
    clerk = cast["province-clerk"].now()
    letter = LETTER.encode()
    things["letter"] = confirmed(clerk, office, letter, kind="check").public_id
    things["unconfirmed"] = loaded(clerk, office, letter.replace("ว 12".encode(), "ว 13".encode())).public_id
    things |= sending.papers(clerk, row)
    province = Organisation.objects.get(code="province:65")
    things["deadline"] = programme.set_internal_deadline(
        actor=cast["province"].now(),
        round_id=row.public_id,
        owner=province,
        kind="check",
        reach="line",
        due_on=Dates(CURRENT).check_due,
    ).public_id
    administrator = cast["administrator"].now()
    issued = organisations.invite(
        actor=administrator, post=Post(organisation=province.public_id, role="supervisor", reach="line")
    )
    things["invitation"], things["token"] = issued.invitation.public_id, issued.token
    helper = cast["helper"].person.appointments.get()
    things["appointment"] = cast["officer"].person.appointments.get().public_id
    things["handover"] = organisations.hand_over(
        actor=cast["head"].now(), appointment=helper.public_id, to=NewPerson(name="ผู้ช่วยคนใหม่"), keep=True
    ).public_id
    draft = CRITERIA.read_bytes().replace(b"\nversion: 1", b"\nversion: 2", 1)
    things["draft"] = programme.import_criteria(
        actor=cast["secretariat"].now(), programme=row.programme, content=draft
    ).public_id


def _collect(world: World, row: Round) -> None:
    """One of everything, for the addresses."""
    things = world.things
    story = Application.objects.get(round=row)
    answer = Answer.objects.filter(application=story, criterion__kind="gate").order_by("pk").first()
    past = Submission.objects.order_by("pk").first()
    case = (
        Case.objects.filter(application__round__fiscal_year=PAST, panel__isnull=False).order_by("pk").first()
    )
    # A member who is not the demo's evaluator: what is somebody else's stays closed.
    member = PanelMember.objects.filter(panel=case.panel, sheets__case=case).order_by("pk").first()
    things |= {
        "round": row.public_id,
        "programme": row.programme.code,
        "criteria": row.criteria_set.public_id,
        "application": story.public_id,
        "answer": answer.public_id,
        "key": answer.criterion.key,
        "comment": ReviewComment.objects.get().public_id,
        "review": Review.objects.get(application=story).public_id,
        "evidence": Evidence.objects.filter(centre=story.centre).order_by("pk").first().public_id,
        "centre": story.centre.public_id,
        "organisation": story.organisation.public_id,
        "submission": past.public_id,
        "receipt": past.receipt_code,
        "past-application": case.application.public_id,
        "past-centre": case.application.centre.public_id,
        "case": case.public_id,
        "panel": Panel.objects.get(pk=case.panel_id).public_id,
        "member": member.public_id,
        "sheet": ScoreSheet.objects.filter(case=case, member=member).get().public_id,
        "meeting": Meeting.objects.order_by("pk").first().public_id,
        "announcement": Announcement.objects.order_by("pk").first().public_id,
        "code": Certificate.objects.order_by("pk").first().code,
        "finding": LetterFinding.objects.order_by("pk").first().public_id,
        "duty": DutyRecipient.objects.filter(organisation__code="district:4901")
        .order_by("pk")
        .first()
        .public_id,
        "briefing": Briefing.objects.get().public_id,
        "notice": Notice.objects.filter(organisation=story.organisation).order_by("pk").first().public_id
        if hasattr(Notice, "organisation_id")
        else Notice.objects.order_by("pk").first().public_id,
    }


LETTER = """ที่ มท 0018.1/ว 12

ศาลากลางจังหวัดมุกดาหาร

25 มกราคม 2570

เรื่อง การขอรับการรับรองมาตรฐาน ประจำปีงบประมาณ พ.ศ. 2570

เรียน นายอำเภอ ทุกอำเภอ

ด้วยสำนักงานปลัดสำนักนายกรัฐมนตรีได้กำหนดการชี้แจงทำความเข้าใจหลักเกณฑ์มาตรฐานศูนย์ราชการสะดวก \
ในวันพุธที่ 10 กุมภาพันธ์ 2570 เวลา 08.30 - 12.00 น. ผ่านระบบ Webex Meet

จังหวัดจึงขอให้ที่ทำการปกครองอำเภอดำเนินการ ดังนี้

1. สมัครขอรับการรับรอง ตั้งแต่วันที่ 1 มกราคม - 28 กุมภาพันธ์ 2570

ทั้งนี้ ขอให้ที่ทำการปกครองอำเภอ ส่งใบสมัครภายในวันที่ 15 กุมภาพันธ์ 2570

จึงเรียนมาเพื่อทราบและดำเนินการ

ขอแสดงความนับถือ

ผู้ว่าราชการจังหวัดมุกดาหาร
"""
