"""Who proposes good practices, agrees to them, publishes them, and when everybody may read one."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from saduak.applications.models import (
    Practice,
    PracticeLevels,
    PracticePicture,
    PracticeSuggestion,
)
from saduak.applications.rules import is_own, own_centres_q, programmes_q
from saduak.foundation.access import YES, Actor, Decision, no, registry
from saduak.organisations.models import Role, ServiceCentre
from saduak.register.models import Certificate

CURATE = registry.capability(
    "applications.curate",
    _("เลือกแนวปฏิบัติที่ดี ขอความยินยอมจากศูนย์ และเผยแพร่"),
    roles={Role.SECRETARIAT},
)
CONSENT = registry.capability(
    "applications.consent",
    _("ยินยอมให้เผยแพร่แนวปฏิบัติที่ดีของศูนย์ และถอนความยินยอม"),
    roles={Role.HEAD},
)
OFFER = registry.capability(
    "applications.offer_practice", _("เสนอแนวปฏิบัติที่ดีของศูนย์"), roles={Role.OFFICER, Role.HEAD}
)
SUGGEST = registry.capability(
    "applications.suggest_practice",
    _("แนะนำข้อที่เขียนดีให้เป็นแนวปฏิบัติที่ดี"),
    roles={Role.EVALUATOR, Role.SUPERVISOR},
)
# What the head agreed to and nobody ended.
AGREED = frozenset({"consented", "published"})
# The pages of it all: for who chooses and for whose it is.
USE = registry.capability(
    "applications.practices",
    _("ดูแนวปฏิบัติที่ดีที่เสนอ รอความยินยอม และเผยแพร่แล้ว"),
    roles={Role.SECRETARIAT, Role.OFFICER, Role.HEAD},
)


def may_curate(actor: Actor, programme_id: int) -> Decision:
    """Whether the actor chooses and publishes practices of a programme: its secretariat."""
    if actor.can(CURATE, programme_id=programme_id):
        return YES
    return no(_("เลือกและเผยแพร่แนวปฏิบัติที่ดีได้เฉพาะฝ่ายเลขานุการโครงการ"), "not-secretariat")


def may_propose(actor: Actor, centre: ServiceCentre, programme_id: int) -> Decision:
    """Whether the actor may propose an answer of a centre, or edit what was proposed: secretariat or the centre itself."""
    if centre.retired_at is not None:
        return no(_("ศูนย์นี้เลิกให้บริการแล้ว"), "centre-retired")
    if may_curate(actor, programme_id) or is_own(actor, OFFER, centre, programme_id):
        return YES
    words = _("เสนอแนวปฏิบัติที่ดีได้เฉพาะฝ่ายเลขานุการโครงการ ผู้รับผิดชอบ และหัวหน้าหน่วยงานของศูนย์")
    return no(words, "not-yours")


def may_consent(actor: Actor, practice: Practice) -> Decision:
    """Whether the actor agrees for the centre and takes that back: a person who heads its office today."""
    if actor.person_id is not None and is_own(actor, CONSENT, practice.centre, practice.programme_id):
        return YES
    return no(_("ยินยอมหรือไม่ยินยอมได้เฉพาะหัวหน้าหน่วยงานของศูนย์"), "not-head")


def may_hide(actor: Actor, practice: Practice) -> Decision:
    """Whether the actor takes what was agreed to away, all or one picture of it: the centre's head, or who chose it."""
    if may_consent(actor, practice) or may_curate(actor, practice.programme_id):
        return YES
    return no(_("เลิกเผยแพร่ได้เฉพาะหัวหน้าหน่วยงานของศูนย์และฝ่ายเลขานุการโครงการ"), "not-yours")


def may_take_back(actor: Actor, practice: Practice) -> Decision:
    """Whether the actor takes back, before the head has answered, what their centre offered."""
    offered = practice.origin == Practice.Origin.CENTRE and practice.state == "proposed"
    if offered and is_own(actor, OFFER, practice.centre, practice.programme_id):
        return YES
    return no(_("เลิกเสนอได้เฉพาะศูนย์ที่เสนอเอง ก่อนหัวหน้าหน่วยงานตอบ"), "not-yours")


def may_withdraw(actor: Actor, practice: Practice) -> Decision:
    """Whether the actor takes a practice away: as `may_hide`, and before it is agreed to the centre that offered it."""
    return YES if may_take_back(actor, practice) else may_hide(actor, practice)


def may_suggest(actor: Actor, programme_id: int) -> Decision:
    """Whether the actor may say of filings of a programme that they read: others should learn from this."""
    if actor.user_id is not None and actor.can(SUGGEST, programme_id=programme_id):
        return YES
    return no(_("แนะนำได้เฉพาะผู้ตรวจประเมินและผู้กำกับติดตามที่อ่านใบสมัครนี้"), "not-yours")


# --- Who sees what -----------------------------------------------------------------------------------------------------


def stands_q(moment: datetime, way: str = "certificate__") -> Q:
    """Whose certificate is public and was not revoked, neither itself nor as the one that was issued in its place.

    Args:
        moment: when it is asked.
        way: leads from the row to the certificate, with its underscores; empty for certificates themselves.
    """
    revoked = Certificate.objects.filter(
        centre=OuterRef(f"{way}centre"), round=OuterRef(f"{way}round"), state="revoked"
    )
    gone = Q(**{f"{way}state": "revoked"}) | Q(Exists(revoked), **{f"{way}state": "replaced"})
    return Q(**{f"{way}publication__published_at__lte": moment}) & ~gone


def shown_q(moment: datetime) -> Q:
    """Practices that everybody reads. A certificate that ran out keeps its practices: the library grows over the years."""
    return Q(state="published") & stands_q(moment)


def _shown(actor: Actor) -> Q:
    return shown_q(actor.received_at)


def programme_q(actor: Actor, way: str = "programme") -> Q | None:
    """Everything of the programmes for which the actor chooses practices."""
    return programmes_q(actor, (CURATE,), way)


def own_q(actor: Actor) -> Q | None:
    """Practices of the centres at which the actor itself works."""
    return own_centres_q(actor, USE, "submission__application__")


def _pictures(actor: Actor) -> Q | None:
    return Q(practice__in=Practice.objects.visible_to(actor))


registry.grant(Practice, "practice.shown", _("เป็นแนวปฏิบัติที่ดีที่เผยแพร่แล้ว"), _shown)
registry.grant(Practice, "practice.programme", _("เป็นแนวปฏิบัติที่ดีของโครงการที่คุณเป็นฝ่ายเลขานุการ"), programme_q)
registry.grant(Practice, "practice.own", _("เป็นแนวปฏิบัติที่ดีของศูนย์ของคุณ"), own_q)
registry.grant(PracticePicture, "practice.seen", _("เป็นรูปของแนวปฏิบัติที่ดีที่คุณเห็น"), _pictures)
registry.grant(
    PracticeSuggestion,
    "practice.programme",
    _("เป็นคำแนะนำถึงโครงการที่คุณเป็นฝ่ายเลขานุการ"),
    lambda actor: programme_q(actor, "submission__application__round__programme"),
)
registry.grant(
    PracticeLevels,
    "practice.programme",
    _("เป็นระดับที่โครงการของคุณเลือก"),
    programme_q,
)
