"""Who sees which briefing and which notice."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from saduak.correspondence.models import Delivery, DutyRecipient, Letter
from saduak.correspondence.rules import CLEARED, ISSUE, READ, offices, own, own_place, secrecy
from saduak.foundation.access import YES, Actor, Decision, no, registry
from saduak.organisations.models import Role
from saduak.outreach.kinds import OF_SECRETS
from saduak.outreach.models import AgendaItem, Briefing, Notice

NOTICES = registry.capability(
    "outreach.office_notices",
    _("ดูการแจ้งเตือนของหน่วยงาน"),
    roles={
        Role.SECRETARIAT,
        Role.SUPERVISOR,
        Role.CLERK,
        Role.OFFICER,
        Role.HELPER,
        Role.HEAD,
        Role.ADMINISTRATOR,
    },
)


def may_cancel(actor: Actor, briefing: Briefing) -> Decision:
    """Whether the actor may call a briefing off: only those who speak for its host."""
    programme_id = briefing.letter.programme_id if briefing.letter else None
    if actor.is_system or briefing.host_id in offices(actor, ISSUE, programme_id):
        return YES
    return no(_("ยกเลิกการประชุมได้เฉพาะเจ้าหน้าที่ของหน่วยงานที่จัด"), "not-host")


def _briefings(actor: Actor, prefix: str = "") -> Q | None:
    hosted = own(actor, READ, f"{prefix}host", f"{prefix}letter__")
    asked = own(actor, READ, "organisation", "duty__letter__")
    came = own(actor, READ, "organisation", "letter__")
    if hosted is None or asked is None or came is None:
        return None
    duties = DutyRecipient.objects.filter(asked, superseded_at__isnull=True).values("duty__letter")
    letters = Delivery.objects.filter(came).exclude(state="withdrawn").values("letter")
    return hosted | Q(**{f"{prefix}letter__in": duties}) | Q(**{f"{prefix}letter__in": letters})


def _secret(actor: Actor, prefix: str = "") -> Q:
    return Q(**{f"{prefix}letter__in": Letter.objects.filter(secrecy.hidden(actor)).values("pk")})


def _personal(actor: Actor) -> Q | None:
    return Q(person=actor.person_id) if actor.person_id is not None else None


def _of_office(actor: Actor) -> Q | None:
    total: Q | None = None
    for holding in actor.holding_with(NOTICES):
        found = Q(organisation__in=holding.organisation_ids)
        if holding.centre_id is not None:
            found &= Q(centre__isnull=True) | Q(centre=holding.centre_id)
        if holding.programme_id is not None:
            found &= Q(programme__isnull=True) | Q(programme=holding.programme_id)
        total = found if total is None else total | found
    return total


def _of_secrets(actor: Actor) -> Q:
    """Notices of secret letters, but for those of offices at which the actor is cleared."""
    cleared = own_place(actor, CLEARED) or Q(pk__in=())
    return Q(kind__in=sorted(set(OF_SECRETS.values()))) & ~cleared


_WHY = _("เป็นการประชุมที่หน่วยงานของคุณจัด หรือได้รับเชิญตามหนังสือ")
registry.grant(Briefing, "outreach.briefing", _WHY, _briefings)
registry.grant(AgendaItem, "outreach.agenda", _WHY, lambda actor: _briefings(actor, "briefing__"))
_SECRET = _("เป็นการประชุมตามหนังสือลับที่คุณไม่ได้รับอนุญาตให้อ่าน")
registry.deny(Briefing, "outreach.briefing.secret", _SECRET, _secret)
registry.deny(AgendaItem, "outreach.agenda.secret", _SECRET, lambda actor: _secret(actor, "briefing__"))
registry.grant(Notice, "outreach.notice.person", _("เป็นการแจ้งเตือนถึงคุณ"), _personal)
registry.grant(Notice, "outreach.notice.office", _("เป็นการแจ้งเตือนถึงหน่วยงานของคุณ"), _of_office)
registry.deny(Notice, "outreach.notice.secret", _("เป็นการแจ้งเรื่องหนังสือลับที่คุณไม่ได้รับอนุญาตให้อ่าน"), _of_secrets)
