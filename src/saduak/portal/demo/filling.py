"""Fills the demo's database: the country, two past rounds, the current one in mid-window, one centre's own story."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO

from saduak.applications import actions, queries
from saduak.applications.models import Answer
from saduak.foundation import clock, ids, jobs, time_machine
from saduak.foundation.access import Actor
from saduak.organisations.actions import create_centre, default_centres
from saduak.organisations.models import Organisation, ServiceCentre
from saduak.portal.demo import readiness
from saduak.portal.demo.cascade import came_on_paper, go_down
from saduak.portal.demo.judging import judge_first
from saduak.portal.demo.letters import pass_down
from saduak.portal.demo.moments import START
from saduak.portal.demo.people import place
from saduak.portal.demo.planning import plan_gaps
from saduak.portal.demo.practices import good_practices
from saduak.portal.demo.sharing import headquarters, shared_library
from saduak.portal.rehearsal import Plan, rehearse
from saduak.portal.rehearsal.calendar import Dates, at
from saduak.portal.rehearsal.texts import narrative
from saduak.portal.rehearsal.world import SYSTEM, Somebody, World, build
from saduak.programme.models import Round

SEED = 2570
CURRENT = 2570
STORY_OFFICE = "district:6508"
# Its district has not passed the order on: it reads the advance copy, and may begin.
WAITING_OFFICE = "local:sample-sao-2"


@dataclass(frozen=True, slots=True)
class Size:
    """How many centres take part: in each past round (fiscal year, centres), and in the current one."""

    past: tuple[tuple[int, int], ...]
    current: int


FULL = Size(past=((2564, 18), (2567, 24)), current=44)
# For tests: every kind of page has something to show, and it is there in seconds.
SMALL = Size(past=((2564, 2), (2567, 4)), current=8)


@dataclass(slots=True)
class Progress:
    """Tells what is being done, for the terminal."""

    tell: Callable[[str], None]


def fill(progress: Progress, *, size: Size = FULL) -> None:
    """Fill an empty, migrated database. The same every time."""
    for year, centres in size.past:
        progress.tell(f"รอบปีงบประมาณ {year}: จากเปิดรอบถึงประกาศผล")
        report = rehearse(Plan(centres=centres, seed=SEED, fiscal_year=year))
        if report.broken:
            raise RuntimeError("; ".join(report.broken))
    progress.tell(f"รอบปีงบประมาณ {CURRENT}: ถึงกลางช่วงรับสมัคร")
    rehearse(
        Plan(
            centres=size.current,
            seed=SEED,
            fiscal_year=CURRENT,
            until=START.when,
            leave_out=(STORY_OFFICE, WAITING_OFFICE),
        )
    )
    with ids.seeded(SEED + 1), clock.travel(at(date(2027, 1, 11), 9)):
        world = build(SEED, size.current)
    # In office since before the first round, so that every moment to which the clock can be moved finds them at work.
    with ids.seeded(SEED + 5), clock.travel(at(Dates(size.past[0][0]).called, 8)):
        cast = place(world)
        waits = Organisation.objects.get(code=WAITING_OFFICE)
        default_centres(actor=Actor.system(SYSTEM), organisations=[waits.pk])
    came_on_paper(SEED + 99)
    go_down(world, SEED + 100)
    tell_story(world, cast)
    plan_gaps(cast, SEED + 350)
    shared_library(world, SEED + 300)
    with ids.seeded(SEED + 6), clock.travel(at(date(2027, 1, 26), 10)):
        pass_down(cast["province-clerk"])
    current = Round.objects.get(programme=world.programme, fiscal_year=CURRENT)
    judge_first(world, current, SEED + 7)
    readiness.assess(world, cast, current, SEED + 400)
    good_practices(world, SEED + 900)
    headquarters(world, cast["headquarters"], SEED + 950)
    with clock.travel(START.when):
        jobs.run_pending()
    time_machine.move_to(START.when, label=str(START.title))


def tell_story(world: World, cast: dict[str, Somebody]) -> None:
    """One centre in mid-writing: two gates open, one item sent back by the province, evidence to come."""
    with ids.seeded(SEED + 2), clock.travel(at(date(2027, 1, 12), 9)):
        centre = _centre()
        officer = cast["officer"]
        row = Round.objects.get(programme=world.programme, fiscal_year=CURRENT)
        application = actions.start(actor=officer.now(), centre_id=centre.public_id, round_id=row.public_id)
    answers = list(
        Answer.objects.filter(application=application)
        .select_related("criterion")
        .order_by("criterion__ordinal")
    )
    gates = [answer for answer in answers if answer.criterion.kind == "gate"]
    scored = [answer for answer in answers if answer.criterion.kind != "gate"]
    dice = world.dice("story")
    written = [*gates[:13], *[answer for answer in scored if dice.random() < 0.82]]
    evidence = None
    for day, answer in enumerate(written):
        with (
            ids.seeded(SEED + 10 + day),
            clock.travel(at(date(2027, 1, 13) + timedelta(days=day // 4), 9 + 1.7 * (day % 4))),
        ):
            actor = officer.now()
            actions.save_answer(
                actor=actor,
                answer_id=answer.public_id,
                version=0,
                claim="met",
                narrative=narrative(dice, answer.criterion),
            )
            if answer is gates[12] or dice.random() < 0.12:
                continue
            if evidence is None or dice.random() < 0.08:
                added = actions.add_evidence(
                    actor=actor,
                    file=BytesIO(world.papers[day % len(world.papers)][1]),
                    caption="ภาพจุดบริการและป้ายบอกทาง"
                    if evidence is None
                    else f"ภาพประกอบข้อ {answer.criterion.number}",
                    answer_id=answer.public_id,
                )
                evidence = added.evidence
            else:
                actions.link_evidence(actor=actor, answer_id=answer.public_id, evidence_id=evidence.public_id)
    _sent_back(cast, application.public_id)


def _centre() -> ServiceCentre:
    office = Organisation.objects.get(code=STORY_OFFICE)
    known = ServiceCentre.objects.filter(organisation=office, retired_at__isnull=True).order_by("pk").first()
    return known or create_centre(actor=Actor.system(SYSTEM), organisation=office.public_id)


def _sent_back(cast: dict[str, Somebody], application_id: object) -> None:
    """The province looked early, and sent one item back with two wishes."""
    officer, province = cast["officer"], cast["province"]
    with ids.seeded(SEED + 3), clock.travel(at(date(2027, 1, 29), 10)):
        application = queries.my_applications(officer.now()).get(public_id=application_id)
        offices = [
            option for option in queries.reviewers(application) if option.organisation.code == "province:65"
        ]
        if not offices:
            return
        review = actions.request_review(
            actor=officer.now(),
            application_id=application.public_id,
            organisation_id=offices[0].organisation.public_id,
        )
    with ids.seeded(SEED + 4), clock.travel(at(date(2027, 2, 1), 14)):
        answer = Answer.objects.select_related("criterion").get(
            application=application, criterion__number="2.12"
        )
        actions.comment(
            actor=province.now(),
            review_id=review.public_id,
            criterion_id=answer.criterion.public_id,
            text="ตารางแผนยังไม่มีช่องผู้รับผิดชอบ และขอฉบับที่นายอำเภอลงนาม",
        )
        actions.return_review(
            actor=province.now(), review_id=review.public_id, note="เขียนดี อ่านเข้าใจง่าย ขอให้แก้ข้อ 2.12 แล้วส่งใหม่"
        )
