"""Who screens, scores and agrees; what a conflict of interest hides."""

from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from saduak.applications.models import Application, Evidence, ReadinessEntry, Submission
from saduak.applications.rules import SEE as SEE_APPLICATIONS
from saduak.applications.rules import asked_of_each, used
from saduak.assessment.conflicts import LEADERS, hands, of_committee, of_judge
from saduak.assessment.models import Case, Conflict, Panel, PanelMember, ScoreSheet, ScreeningReturn
from saduak.foundation.access import YES, Actor, Decision, no, registry
from saduak.foundation.access.registry import Condition
from saduak.foundation.thai import calendar, words
from saduak.organisations.models import Role
from saduak.organisations.queries import EVERY, reach_q
from saduak.organisations.queries.reach import holdings_now_and_later
from saduak.programme.queries import over_q

SCREEN = registry.capability(
    "assessment.screen", _("ตรวจเอกสาร รับ ส่งคืน หรือไม่รับใบสมัคร"), roles={Role.SECRETARIAT}
)
MANAGE = registry.capability(
    "assessment.manage_panels", _("ตั้งคณะผู้ตรวจประเมินและมอบเรื่อง"), roles={Role.SECRETARIAT}
)
SCORE = registry.capability("assessment.score", _("ให้คะแนนเรื่องที่คณะของตนได้รับ"), roles={Role.EVALUATOR})
SEE = registry.capability(
    "assessment.see", _("ดูเรื่องทั้งหมดของโครงการ"), roles={Role.SECRETARIAT, Role.COMMITTEE, Role.AUDITOR}
)
# What was sent back and why is content: whoever only supervises does not read it.
FOLLOW = registry.capability(
    "assessment.follow",
    _("อ่านเหตุผลที่ส่งคืนหรือไม่รับใบสมัครของศูนย์ในสังกัด"),
    roles={Role.OFFICER, Role.HELPER, Role.HEAD, Role.SUPERVISOR},
)

# States in which a panel works on a case and so may read it.
WITH_PANEL = ("scoring", "agreed")


def in_programmes(actor: Actor, capability: str, way: str) -> Q | None:
    """Rows of the programmes for which the actor holds a capability; an auditor's only of rounds that are over.

    Args:
        actor: whose capability.
        capability: what the actor needs.
        way: leads from the row to its round, for example "application__round".
    """
    total: Q | None = None
    for holding in actor.holding_with(capability):
        bound = holding.programme_id
        part = EVERY if bound is None else Q(**{f"{way}__programme_id": bound})
        if holding.role == Role.AUDITOR:
            part &= over_q(actor.received_at, f"{way}__")
        total = part if total is None else total | part
    return total


def my_seats(actor: Actor) -> QuerySet[PanelMember]:
    """The seats on panels that the actor's person holds now, in programmes where they are appointed as evaluator."""
    held = in_programmes(actor, SCORE, "panel__round")
    if actor.person_id is None or held is None:
        return PanelMember.objects.none()
    return PanelMember.objects.filter(held, person_id=actor.person_id, left_at__isnull=True)


def person_key(actor: Actor) -> int:
    """The key of the actor's person; nobody's key is 0."""
    return actor.person_id or 0


def _conflict_of(actor: Actor, **outer: str) -> Exists:
    """Whether the actor's person has a conflict of interest in the row's case."""
    where = {name: OuterRef(field) for name, field in outer.items()}
    return Exists(Conflict.objects.filter(person_id=person_key(actor), **where))


def with_my_panels(actor: Actor) -> QuerySet[Case]:
    """Cases that lie with a panel on which the actor sits, without those in which the actor has an interest.

    Also one that came since the case was given: who serves the office by now reads nothing of it any more.
    """
    return Case.objects.filter(_mine(actor) & ~_of_judge(actor))


def shut_since(actor: Actor) -> QuerySet[Case]:
    """Cases that the actor still owes a sheet of, but that shut since they were given: to be declared.

    Nothing of them is read but whose they are, so that whoever has to declare an interest can.
    """
    mine = ScoreSheet.objects.filter(case=OuterRef("pk"), member__in=my_seats(actor), state="draft")
    return Case.objects.filter(_mine(actor) & _of_judge(actor), Exists(mine), state="scoring")


def _mine(actor: Actor) -> Q:
    """Cases that lie with a panel on which the actor sits, and for which no interest of theirs is written down."""
    at_my_panels = Q(panel__in=my_seats(actor).values("panel"), state__in=WITH_PANEL)
    return at_my_panels & ~Q(_conflict_of(actor, case="pk"))


def _of_judge(actor: Actor) -> Q:
    """Cases in which the actor has an interest that nobody wrote down."""
    return of_judge(actor, "application", "application__organisation", "application__centre")


def _my_cases(actor: Actor) -> Q | None:
    """Such cases, by what stands on the case itself."""
    if actor.person_id is None or not actor.can(SCORE):
        return None
    return _mine(actor) & ~_of_judge(actor)


def _with_panel(way: str) -> Condition:
    """Rows of the applications of such cases, each asked by its own case; `way` leads from the row to its application."""

    def condition(actor: Actor) -> Q | None:
        if actor.person_id is None or not actor.can(SCORE):
            return None
        return asked_of_each(with_my_panels(actor).filter(application=OuterRef(way)))

    return condition


def _evidence_of_my_cases(actor: Actor) -> Q | None:
    if actor.person_id is None or not actor.can(SCORE):
        return None
    return used(answer__application__in=with_my_panels(actor).values("application"))


def _readiness_of_my_cases(actor: Actor) -> Q | None:
    """What was sent about the units of such cases; a list that a newer one replaced says nothing any more."""
    if actor.person_id is None or not actor.can(SCORE):
        return None
    here = {"application__centre": OuterRef("centre"), "application__round": OuterRef("round")}
    return asked_of_each(with_my_panels(actor).filter(**here)) & Q(list__superseded_at__isnull=True)


def _readiness_of_seen_cases(actor: Actor) -> Q | None:
    """The same for the programme's own people, beside the cases that they see; of draft applications they see nothing."""
    seen = in_programmes(actor, SEE, "application__round")
    if seen is None:
        return None
    here = {"application__centre": OuterRef("centre"), "application__round": OuterRef("round")}
    rows = Case.objects.visible_to(actor).filter(seen, **here)
    return asked_of_each(rows) & Q(list__superseded_at__isnull=True)


def _sheets(actor: Actor) -> Q | None:
    """One's own sheets. Others' of the same case once one's own is in; without one's own, once nobody's is out."""
    if actor.person_id is None or not actor.can(SCORE):
        return None
    seats = my_seats(actor)
    live = Q(case__in=with_my_panels(actor).values("pk"), member__panel=F("case__panel")) & ~Q(state="void")
    here = ScoreSheet.objects.filter(case=OuterRef("case"))
    own = here.filter(member__in=seats).exclude(state="void")
    open_to_me = Exists(own.filter(state="in")) | (~Exists(own) & ~Exists(here.filter(state="draft")))
    return live & (Q(member__in=seats) | (Q(state="in") & Q(open_to_me)))


def _finished_sheets(actor: Actor) -> Q | None:
    seen = in_programmes(actor, SEE, "case__application__round")
    return None if seen is None else seen & Q(state="in", case__state="agreed")


def _conflicted(way: str = "") -> Condition:
    """A denial: the actor's person has a conflict of interest in the case to which `way` leads (with its underscores)."""

    def condition(actor: Actor) -> Q | None:
        if actor.person_id is None:
            return None
        recorded = Q(_conflict_of(actor, case=f"{way}pk"))
        ways = (f"{way}application", f"{way}application__organisation", f"{way}application__centre")
        return recorded | of_committee(actor, *ways)

    return condition


def _conflicted_application(application: str, way: str = "") -> Condition:
    """As above for what belongs to the application, but nobody is shut out from the work of their own office."""
    organisation, centre = f"{way}organisation", f"{way}centre"

    def condition(actor: Actor) -> Q | None:
        if actor.person_id is None:
            return None
        held = list(actor.holding_with(SEE_APPLICATIONS))
        own = {pk for holding in held if holding.centre_id is None for pk in holding.organisation_ids}
        centres = {holding.centre_id for holding in held if holding.centre_id is not None}
        hidden = Q(_conflict_of(actor, case__application=application)) | of_committee(
            actor, application, organisation, centre
        )
        if own:
            hidden &= ~Q(**{f"{centre}__organisation__in": sorted(own)})
        if centres:
            hidden &= ~Q(**{f"{centre}__in": sorted(centres)})
        return hidden

    return condition


def _programme(way: str) -> Condition:
    """The programme's own people see its rows; `way` leads to the round."""
    return lambda actor: in_programmes(actor, SEE, way)


def followed(actor: Actor, way: str = "") -> Q | None:
    """Cases of centres in the actor's reach; `way` leads to the case (with its underscores)."""
    if not actor.can(FOLLOW):
        return None
    return reach_q(
        actor,
        FOLLOW,
        f"{way}application__centre__organisation",
        centre=f"{way}application__centre",
        programme=f"{way}application__round__programme",
    )


_WHY_PANEL = _("คณะผู้ตรวจประเมินเห็นเรื่องที่ได้รับมอบ")
_WHY_PROGRAMME = _("ฝ่ายเลขานุการและคณะกรรมการเห็นเรื่องของโครงการ ผู้ตรวจสอบเห็นเมื่อปิดรอบแล้ว")
_WHY_CONFLICT = _("มีส่วนได้เสียกับเรื่องนี้ จึงไม่เห็น")

registry.grant(Case, "panel", _WHY_PANEL, _my_cases)
registry.grant(Case, "programme", _WHY_PROGRAMME, _programme("application__round"))
registry.deny(Case, "conflict", _WHY_CONFLICT, _conflicted())
# The room below spreads this denial to everything inside the application.
registry.grant(Application, "panel", _WHY_PANEL, _with_panel("pk"))
registry.deny(Application, "conflict", _WHY_CONFLICT, _conflicted_application("pk"))
registry.grant(Submission, "panel", _WHY_PANEL, _with_panel("application"))
registry.grant(Evidence, "panel", _WHY_PANEL, _evidence_of_my_cases)
registry.grant(ReadinessEntry, "panel", _WHY_PANEL, _readiness_of_my_cases)
registry.grant(ReadinessEntry, "case", _WHY_PROGRAMME, _readiness_of_seen_cases)
registry.grant(ScoreSheet, "own_or_after", _("คะแนนของคนอื่นเห็นได้เมื่อส่งคะแนนของตนแล้ว"), _sheets)
registry.grant(ScoreSheet, "finished", _WHY_PROGRAMME, _finished_sheets)
registry.deny(ScoreSheet, "conflict", _WHY_CONFLICT, _conflicted("case__"))
registry.grant(Panel, "programme", _WHY_PROGRAMME, _programme("round"))
registry.grant(
    Panel, "member", _("สมาชิกเห็นคณะของตน"), lambda actor: Q(pk__in=my_seats(actor).values("panel"))
)
registry.grant(ScreeningReturn, "programme", _WHY_PROGRAMME, _programme("case__application__round"))
registry.grant(
    ScreeningReturn,
    "centre",
    _("ศูนย์และหน่วยงานเหนือขึ้นไปเห็นเหตุผลที่ส่งคืน"),
    lambda actor: followed(actor, "case__"),
)
registry.deny(
    ScreeningReturn,
    "conflict",
    _WHY_CONFLICT,
    _conflicted_application("case__application", "case__application__"),
)


def only_program(actor: Actor) -> Decision:
    """Steps that follow from the clock or from a batch: nobody takes them by hand."""
    return YES if actor.is_system else no(_("ขั้นนี้ระบบทำเอง"), "system-only")


def may_screen(actor: Actor, case: Case) -> Decision:
    """Only the programme's secretariat screens, and none of it the case of an office that they serve besides."""
    if not actor.can(SCREEN, programme_id=case.application.round.programme_id):
        return no(_("ตรวจเอกสารได้เฉพาะฝ่ายเลขานุการของโครงการ"), "not-secretariat")
    offices = {case.application.organisation_id, case.application.centre.organisation_id}
    held = holdings_now_and_later(actor)
    served = any(h.organisation_ids & offices for h in held if h.role != Role.SECRETARIAT)
    if served or (actor.person_id is not None and hands([case], {actor.person_id})):
        words = _("คุณมีหน้าที่ในหน่วยงานของศูนย์นี้ด้วย ให้คนอื่นในฝ่ายเลขานุการตรวจเอกสารเรื่องนี้")
        return no(words, "own-office")
    return YES


def may_reject(case: Case, moment: datetime) -> Decision:
    """A case that is out for correction can't be turned down while the centre still has time."""
    if case.state != "returned":
        return YES
    due_at = case.returns.order_by("-ordinal").values_list("due_at", flat=True).first()
    if due_at is None or due_at <= moment:
        return YES
    day = words.short_day(calendar.closing_day(due_at))
    return no(format_lazy(_("ศูนย์ยังมีเวลาแก้ถึง {day} รอให้พ้นกำหนดก่อน"), day=day), "still-time")


def may_manage(actor: Actor, programme_id: int) -> Decision:
    """Only the programme's secretariat makes panels and gives them cases."""
    if actor.can(MANAGE, programme_id=programme_id):
        return YES
    return no(_("ตั้งคณะและมอบเรื่องได้เฉพาะฝ่ายเลขานุการของโครงการ"), "not-secretariat")


def may_retire(panel: Panel) -> Decision:
    """A panel is closed once it scores nothing any more; what it agreed stays its own. One query."""
    scoring = Case.objects.filter(panel=panel, state="scoring").count()
    if not scoring:
        return YES
    words = _("คณะนี้ยังให้คะแนนอยู่ {n} เรื่อง รอสรุปคะแนนหรือเปลี่ยนคณะก่อน แล้วจึงปิดได้")
    return no(format_lazy(words, n=scoring), "scoring")


def may_score(actor: Actor, sheet: ScoreSheet) -> Decision:
    """Only the member whose sheet it is, while on the panel, while the sheet counts and without an interest since.

    A conflict that is written down makes the sheet void, or no sheet is made. One query.
    """
    came = Case.objects.filter(_of_judge(actor), pk=sheet.case_id)
    seat = my_seats(actor).filter(pk=sheet.member_id).annotate(shut=Exists(came)).first()
    if seat is None:
        return no(_("ใบคะแนนนี้ไม่ได้เป็นของคุณ หรือคุณออกจากคณะแล้ว"), "not-mine")
    if sheet.state == "void":
        return no(_("ใบคะแนนนี้ยกเลิกแล้ว เพราะมีส่วนได้เสีย เปลี่ยนคณะ หรือศูนย์ถอนใบสมัคร"), "void")
    if seat.shut:
        words = _("ตอนนี้คุณสังกัดหน่วยงานนี้หรือสำนักงานในจังหวัดเดียวกัน ให้คะแนนไม่ได้ ให้แจ้งส่วนได้เสีย")
        return no(words, "conflict")
    return YES


def may_agree(actor: Actor, case: Case) -> Decision:
    """The chair or the secretary of the panel, without a conflict then or now, writes down what the panel agreed.

    One query.
    """
    leads = my_seats(actor).filter(role__in=LEADERS, panel=case.panel_id)
    came = Case.objects.filter(_of_judge(actor), pk=case.pk)
    known = Conflict.objects.filter(case=case, person_id=person_key(actor))
    seat = leads.annotate(known=Exists(known), came=Exists(came)).first()
    if seat is None:
        return no(_("สรุปคะแนนได้เฉพาะประธานหรือเลขานุการของคณะ"), "not-chair")
    if seat.known:
        return no(_WHY_CONFLICT, "conflict")
    if seat.came:
        words = _("ตอนนี้คุณสังกัดหน่วยงานนี้หรือสำนักงานในจังหวัดเดียวกัน ให้ประธานหรือเลขานุการคนอื่นสรุปคะแนน")
        return no(words, "conflict")
    return YES
