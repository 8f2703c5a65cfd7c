"""Who may see the register: everybody, once it is published."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from saduak.foundation.access import YES, Actor, Decision, no, registry
from saduak.register.models import Certificate, PastImport, PastResult

REVOKE = registry.capability("register.revoke", _("เพิกถอนใบรับรองตามมติ"), roles={"secretariat"})
PUBLISH = registry.capability("register.publish", _("เปิดเผยใบรับรองตามประกาศ"), roles={"secretariat"})
EMBARGOED = registry.capability(
    "register.see_prepared", _("เห็นใบรับรองที่เตรียมไว้ก่อนประกาศ"), roles={"secretariat", "committee", "auditor"}
)
IMPORT = registry.capability("register.import_past", _("นำผลรับรองปีก่อนเข้าทะเบียน"), roles={"secretariat"})
# Certificates are public: what it opens is the list of those in one's own reach, under supervision too.
EXPIRING = registry.capability(
    "register.see_expiring",
    _("ดูใบรับรองที่ใกล้สิ้นอายุของหน่วยงานที่ติดตาม"),
    roles={"secretariat", "supervisor", "clerk", "head"},
    status_only_under_supervision=True,
)


def _published(actor: Actor) -> Q:
    return Q(publication__published_at__lte=actor.received_at)


def _prepared(actor: Actor) -> Q | None:
    holdings = list(actor.holding_with(EMBARGOED))
    if not holdings:
        return None
    bound = [holding.programme_id for holding in holdings]
    return Q() if None in bound else Q(programme_id__in=bound)


def _imported(actor: Actor, way: str = "") -> Q | None:
    bound = [holding.programme_id for holding in actor.holding_with(IMPORT)]
    if not bound:
        return None
    return Q() if None in bound else Q(**{f"{way}programme_id__in": bound})


registry.grant(PastImport, "secretariat", _("ฝ่ายเลขานุการนำผลรับรองปีก่อนเข้าทะเบียนของโครงการ"), _imported)
registry.grant(
    PastResult,
    "secretariat",
    _("ฝ่ายเลขานุการนำผลรับรองปีก่อนเข้าทะเบียนของโครงการ"),
    lambda actor: _imported(actor, "past_import__"),
)
registry.grant(Certificate, "published", _("ใบรับรองที่ประกาศแล้วเปิดให้ทุกคนตรวจสอบ"), _published)
registry.grant(Certificate, "prepared", _("ฝ่ายเลขานุการและคณะกรรมการเห็นใบรับรองก่อนประกาศ"), _prepared)


def may_revoke(actor: Actor, certificate: Certificate) -> Decision:
    """Only the programme's secretariat, and only by a resolution that it names."""
    if actor.is_system or actor.can(REVOKE, programme_id=certificate.programme_id):
        return YES
    return no(_("เพิกถอนใบรับรองได้เฉพาะฝ่ายเลขานุการของโครงการ ตามมติคณะกรรมการ"), "not-secretariat")


def may_publish(actor: Actor, programme_id: int) -> Decision:
    """Only the programme's secretariat opens a publication, fills it and makes it public."""
    if actor.is_system or actor.can(PUBLISH, programme_id=programme_id):
        return YES
    return no(_("จัดทำและเปิดเผยใบรับรองได้เฉพาะฝ่ายเลขานุการของโครงการ"), "not-secretariat")


def may_import(actor: Actor, programme_id: int) -> Decision:
    """Only the programme's secretariat brings results of earlier years into the register."""
    if actor.is_system or actor.can(IMPORT, programme_id=programme_id):
        return YES
    return no(_("นำผลรับรองปีก่อนเข้าทะเบียนได้เฉพาะฝ่ายเลขานุการของโครงการ"), "not-secretariat")
