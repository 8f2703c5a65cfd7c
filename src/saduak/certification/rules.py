"""Who holds meetings, decides and announces; and who sees resolutions before they are public."""

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from saduak.assessment import conflicts
from saduak.assessment.models import Case, Conflict
from saduak.assessment.rules import in_programmes, person_key
from saduak.certification.models import Announcement, Meeting, Resolution
from saduak.foundation.access import YES, Actor, Decision, no, registry
from saduak.foundation.thai.calendar import bangkok_date
from saduak.organisations.models import Role
from saduak.organisations.queries import reach_q
from saduak.register.models import Certificate

HOLD = registry.capability(
    "certification.hold_meeting", _("เปิดการประชุมคณะกรรมการ"), roles={Role.SECRETARIAT, Role.COMMITTEE}
)
DECIDE = registry.capability("certification.decide", _("บันทึกมติคณะกรรมการ"), roles={Role.COMMITTEE})
ANNOUNCE = registry.capability(
    "certification.announce", _("จัดทำและประกาศผลการรับรอง"), roles={Role.SECRETARIAT}
)
SEE = registry.capability(
    "certification.see",
    _("เห็นการประชุมและมติก่อนประกาศ"),
    roles={Role.SECRETARIAT, Role.COMMITTEE, Role.AUDITOR},
)
RESULT = registry.capability(
    "certification.see_result",
    _("เห็นผลของศูนย์ในความดูแลเมื่อประกาศแล้ว"),
    roles={Role.OFFICER, Role.HELPER, Role.HEAD, Role.SUPERVISOR},
)


def _announced(actor: Actor) -> Q | None:
    if not actor.can(RESULT):
        return None
    return Q(announcement__publication__published_at__lte=actor.received_at) & reach_q(
        actor,
        RESULT,
        "case__application__centre__organisation",
        centre="case__application__centre",
        programme="meeting__round__programme",
    )


_WHY_INSIDE = _("ฝ่ายเลขานุการและคณะกรรมการของโครงการเห็นก่อนประกาศ ผู้ตรวจสอบเห็นเมื่อปิดรอบแล้ว")
registry.grant(Meeting, "programme", _WHY_INSIDE, lambda actor: in_programmes(actor, SEE, "round"))
registry.grant(Announcement, "programme", _WHY_INSIDE, lambda actor: in_programmes(actor, SEE, "round"))
registry.grant(
    Resolution, "programme", _WHY_INSIDE, lambda actor: in_programmes(actor, SEE, "meeting__round")
)
registry.grant(Resolution, "announced", _("ศูนย์และต้นสังกัดเห็นผลของตนเมื่อประกาศแล้ว"), _announced)


def _conflicted(actor: Actor) -> Q | None:
    """What was resolved on a case in which the actor's person has an interest stays shut until it is announced."""
    if actor.person_id is None:
        return None
    interest = Q(Exists(Conflict.objects.filter(person_id=actor.person_id, case=OuterRef("case"))))
    own = conflicts.of_committee(
        actor, "case__application", "case__application__organisation", "case__application__centre"
    )
    announced = Q(announcement__publication__published_at__lte=actor.received_at)
    return (interest | own) & ~announced


registry.deny(Resolution, "conflict", _("มีส่วนได้เสียกับเรื่องนี้ จึงไม่เห็นก่อนประกาศ"), _conflicted)


def _certificate_conflicted(actor: Actor) -> Q | None:
    """The same for the certificate that waits for its announcement."""
    if actor.person_id is None:
        return None
    of_case = Conflict.objects.filter(
        person_id=actor.person_id, case__resolutions__certificate=OuterRef("pk")
    )
    interest = Q(Exists(of_case))
    own = conflicts.of_committee(
        actor, "resolution__case__application", "resolution__case__application__organisation", "centre"
    )
    return (interest | own) & ~Q(publication__published_at__lte=actor.received_at)


registry.deny(Certificate, "conflict", _("มีส่วนได้เสียกับเรื่องนี้ จึงไม่เห็นก่อนประกาศ"), _certificate_conflicted)


def may_hold(actor: Actor, programme_id: int) -> Decision:
    """The committee and its secretaries open meetings."""
    if actor.can(HOLD, programme_id=programme_id):
        return YES
    return no(_("เปิดการประชุมได้เฉพาะคณะกรรมการและฝ่ายเลขานุการของโครงการ"), "not-committee")


def may_decide(actor: Actor, programme_id: int) -> Decision:
    """Only the committee records resolutions; the secretariat that announces them does not decide them."""
    if actor.can(DECIDE, programme_id=programme_id):
        return YES
    return no(_("บันทึกมติได้เฉพาะคณะกรรมการของโครงการ"), "not-committee")


def may_declare(actor: Actor, programme_id: int) -> Decision:
    """Whoever of the committee is to decide says that they have an interest."""
    if actor.person_id is not None and actor.can(DECIDE, programme_id=programme_id):
        return YES
    return no(_("แจ้งส่วนได้เสียในวาระประชุมได้เฉพาะคณะกรรมการของโครงการ"), "not-committee")


def may_announce(actor: Actor, programme_id: int) -> Decision:
    """Only the programme's secretariat announces."""
    if actor.can(ANNOUNCE, programme_id=programme_id):
        return YES
    return no(_("ประกาศผลได้เฉพาะฝ่ายเลขานุการของโครงการ"), "not-secretariat")


def too_early(actor: Actor, announcement: Announcement) -> bool:
    """Whether the day that an announcement bears, as its certificates print it, is still to come."""
    return announcement.dated > bangkok_date(actor.received_at)


def conflicted(actor: Actor) -> QuerySet[Conflict, int]:
    """The keys of the cases in which the actor's person has a conflict of interest."""
    return Conflict.objects.filter(person_id=person_key(actor)).values_list("case_id", flat=True)


def decidable(actor: Actor, case: Case) -> Decision:
    """A case is ripe when its panel agreed; nobody decides one in which they have an interest."""
    person = person_key(actor)
    if case.pk in set(conflicted(actor)) or conflicts.automatic(
        case, [person], bangkok_date(actor.received_at)
    ):
        return no(_("มีส่วนได้เสียกับเรื่องนี้ จึงลงมติไม่ได้ ให้กรรมการคนอื่นบันทึก"), "conflict")
    if case.state == "agreed":
        return YES
    return no(_("เรื่องนี้คณะผู้ตรวจประเมินยังไม่สรุปคะแนน จึงยังลงมติไม่ได้"), "not-agreed")
