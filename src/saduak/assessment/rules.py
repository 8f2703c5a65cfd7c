"""Who screens, scores and agrees; what a conflict of interest hides."""

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from saduak.applications.models import Answer, Application, Evidence, EvidenceUse, Submission
from saduak.assessment.models import Case, Conflict, Panel, PanelMember, ScoreSheet, ScreeningReturn
from saduak.foundation.access import YES, Actor, Decision, no, registry
from saduak.organisations.models import Role
from saduak.organisations.queries import reach_q

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
FOLLOW = registry.capability(
    "assessment.follow",
    _("ติดตามสถานะการตรวจประเมินของศูนย์ในความดูแล"),
    roles={Role.OFFICER, Role.HELPER, Role.HEAD, Role.SUPERVISOR},
    status_only_under_supervision=True,
)

# States in which a panel works on a case and so may read it.
WITH_PANEL = ("scoring", "agreed")


def my_seats(actor: Actor) -> QuerySet[PanelMember]:
    """The seats on panels that the actor's person holds now."""
    if actor.person_id is None or not actor.can(SCORE):
        return PanelMember.objects.none()
    return PanelMember.objects.filter(person_id=actor.person_id, left_at__isnull=True)


def _programme_q(actor: Actor, capability: str, programme: str) -> Q | None:
    holdings = list(actor.holding_with(capability))
    if not holdings:
        return None
    bound = [holding.programme_id for holding in holdings]
    return Q() if None in bound else Q(**{f"{programme}__in": bound})


def _seated(actor: Actor, case: str) -> Q | None:
    """Rows whose case lies with a panel of the actor; `case` is the way to it, "" for cases themselves."""
    if actor.person_id is None or not actor.can(SCORE):
        return None
    way = f"{case}__" if case else ""
    return Q(**{f"{way}panel__in": my_seats(actor).values("panel"), f"{way}state__in": WITH_PANEL})


def _with_my_panels(actor: Actor) -> QuerySet[Case]:
    return Case.objects.filter(panel__in=my_seats(actor).values("panel"), state__in=WITH_PANEL)


def _evidence_of_my_cases(actor: Actor) -> Q | None:
    if actor.person_id is None or not actor.can(SCORE):
        return None
    uses = EvidenceUse.objects.filter(answer__application__in=_with_my_panels(actor).values("application"))
    return Q(pk__in=uses.values("evidence"))


def _sheets(actor: Actor) -> Q | None:
    """One's own sheets; others' of the same case once one's own is in."""
    if actor.person_id is None or not actor.can(SCORE):
        return None
    mine = Q(member__in=my_seats(actor))
    handed_in = ScoreSheet.objects.filter(member__person_id=actor.person_id, state="in").values("case")
    silent = Q(case__panel__in=my_seats(actor).filter(scores=False).values("panel"))
    waiting = Exists(ScoreSheet.objects.filter(case=OuterRef("case"), state="draft"))
    return mine | Q(state="in", case__in=handed_in) | (Q(state="in") & silent & ~waiting)


def _finished_sheets(actor: Actor) -> Q | None:
    seen = _programme_q(actor, SEE, "case__application__round__programme_id")
    return None if seen is None else seen & Q(state="in", case__state="agreed")


def _conflicted(case: str) -> object:
    """A denial: the actor's person has a conflict of interest in the case."""

    def condition(actor: Actor) -> Q | None:
        if actor.person_id is None:
            return None
        return Q(Exists(Conflict.objects.filter(person_id=actor.person_id, case=OuterRef(case))))

    return condition


def _conflicted_application(field: str, organisation: str) -> object:
    """As above for what belongs to the application, but nobody is shut out from the work of their own office."""

    def condition(actor: Actor) -> Q | None:
        if actor.person_id is None:
            return None
        own = [
            pk
            for holding in actor.holdings
            if holding.role != Role.EVALUATOR
            for pk in holding.organisation_ids
        ]
        conflict = Conflict.objects.filter(person_id=actor.person_id, case__application=OuterRef(field))
        return Q(Exists(conflict)) & ~Q(**{f"{organisation}__in": own})

    return condition


_WHY_PANEL = _("คณะผู้ตรวจประเมินเห็นเรื่องที่ได้รับมอบ")
_WHY_PROGRAMME = _("ฝ่ายเลขานุการ คณะกรรมการ และผู้ตรวจสอบเห็นเรื่องของโครงการ")
_WHY_CONFLICT = _("มีส่วนได้เสียกับเรื่องนี้ จึงไม่เห็น")

registry.grant(Case, "panel", _WHY_PANEL, lambda actor: _seated(actor, ""))
registry.grant(
    Case,
    "programme",
    _WHY_PROGRAMME,
    lambda actor: _programme_q(actor, SEE, "application__round__programme_id"),
)
registry.deny(Case, "conflict", _WHY_CONFLICT, _conflicted("pk"))  # type: ignore[arg-type] # a Condition
registry.grant(Application, "panel", _WHY_PANEL, lambda actor: _seated(actor, "case"))
registry.deny(Application, "conflict", _WHY_CONFLICT, _conflicted_application("pk", "organisation_id"))  # type: ignore[arg-type] # a Condition
registry.grant(Submission, "panel", _WHY_PANEL, lambda actor: _seated(actor, "application__case"))
registry.deny(
    Submission,
    "conflict",
    _WHY_CONFLICT,
    _conflicted_application("application", "application__organisation_id"),  # type: ignore[arg-type] # a Condition
)
registry.grant(Answer, "panel", _WHY_PANEL, lambda actor: _seated(actor, "application__case"))
registry.deny(
    Answer,
    "conflict",
    _WHY_CONFLICT,
    _conflicted_application("application", "application__organisation_id"),  # type: ignore[arg-type] # a Condition
)
registry.grant(Evidence, "panel", _WHY_PANEL, _evidence_of_my_cases)
registry.grant(ScoreSheet, "own_or_after", _("คะแนนของคนอื่นเห็นได้เมื่อส่งคะแนนของตนแล้ว"), _sheets)
registry.grant(ScoreSheet, "finished", _WHY_PROGRAMME, _finished_sheets)
registry.deny(ScoreSheet, "conflict", _WHY_CONFLICT, _conflicted("case"))  # type: ignore[arg-type] # a Condition
registry.grant(
    Panel, "programme", _WHY_PROGRAMME, lambda actor: _programme_q(actor, SEE, "round__programme_id")
)
registry.grant(
    Panel, "member", _("สมาชิกเห็นคณะของตน"), lambda actor: Q(pk__in=my_seats(actor).values("panel"))
)
registry.grant(
    ScreeningReturn,
    "programme",
    _WHY_PROGRAMME,
    lambda actor: _programme_q(actor, SEE, "case__application__round__programme_id"),
)
registry.grant(
    ScreeningReturn,
    "centre",
    _("ศูนย์และต้นสังกัดเห็นเหตุผลที่ส่งคืน"),
    lambda actor: (
        reach_q(actor, FOLLOW, "case__application__organisation", centre="case__application__centre")
        if actor.can(FOLLOW)
        else None
    ),
)


def may_screen(actor: Actor, case: Case) -> Decision:
    """Only the programme's secretariat screens."""
    if actor.can(SCREEN, programme_id=case.application.round.programme_id):
        return YES
    return no(_("ตรวจเอกสารได้เฉพาะฝ่ายเลขานุการของโครงการ"), "not-secretariat")


def may_manage(actor: Actor, programme_id: int) -> Decision:
    """Only the programme's secretariat makes panels and gives them cases."""
    if actor.can(MANAGE, programme_id=programme_id):
        return YES
    return no(_("ตั้งคณะและมอบเรื่องได้เฉพาะฝ่ายเลขานุการของโครงการ"), "not-secretariat")


def may_score(actor: Actor, sheet: ScoreSheet) -> Decision:
    """Only the member whose sheet it is, while on the panel and without a conflict."""
    if sheet.member.person_id != actor.person_id or sheet.member.left_at is not None or not actor.can(SCORE):
        return no(_("ใบคะแนนนี้เป็นของผู้ตรวจประเมินคนอื่น"), "not-mine")
    if sheet.state == "void":
        return no(_("ใบคะแนนนี้ยกเลิกแล้ว เพราะมีส่วนได้เสียหรือออกจากคณะ"), "void")
    return YES


def may_agree(actor: Actor, case: Case) -> Decision:
    """The chair or the secretary of the panel writes down what the panel agreed."""
    if (
        case.panel_id is not None
        and my_seats(actor)
        .filter(panel_id=case.panel_id, role__in=[PanelMember.Role.CHAIR, PanelMember.Role.SECRETARY])
        .exists()
    ):
        return YES
    return no(_("สรุปคะแนนได้เฉพาะประธานหรือเลขานุการของคณะ"), "not-chair")
