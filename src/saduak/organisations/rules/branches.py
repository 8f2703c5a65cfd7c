"""Who sees a table of centres that was brought in: who may add centres there."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from saduak.foundation.access import Actor, registry
from saduak.organisations.models import BranchImport
from saduak.organisations.queries.reach import reach_q
from saduak.organisations.rules.capabilities import MANAGE_CENTRE


def _managed(actor: Actor) -> Q | None:
    return reach_q(actor, MANAGE_CENTRE) if actor.can(MANAGE_CENTRE) else None


registry.grant(BranchImport, "branches", _("คุณเพิ่มศูนย์ให้หน่วยงานนี้ได้"), _managed)
