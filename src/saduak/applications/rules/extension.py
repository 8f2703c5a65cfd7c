"""Who gives one centre more time in a round, and who reads of it."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from saduak.applications.models import Extension
from saduak.applications.rules import SEE_STATUS, programmes_q
from saduak.foundation.access import YES, Actor, Decision, no, registry
from saduak.organisations.models import Role
from saduak.organisations.queries import reach_q
from saduak.programme.models import Round

EXTEND = registry.capability(
    "applications.extend", _("ขยายเวลายื่นใบสมัครให้ศูนย์หนึ่งในรอบ"), roles={Role.SECRETARIAT}
)


def may_extend(actor: Actor, round_: Round) -> Decision:
    """Only the programme's secretariat gives time that the round does not give."""
    if actor.can(EXTEND, programme_id=round_.programme_id):
        return YES
    return no(_("ขยายเวลายื่นใบสมัครได้เฉพาะฝ่ายเลขานุการโครงการ"), "not-secretariat")


def _of_programme(actor: Actor) -> Q | None:
    return programmes_q(actor, (EXTEND,))


def _in_reach(actor: Actor) -> Q | None:
    """As where an application stands: more time is no secret to whom may know whether it was filed."""
    if not actor.can(SEE_STATUS):
        return None
    return reach_q(actor, SEE_STATUS, "centre__organisation", centre="centre", programme="round__programme")


registry.grant(
    Extension, "extension.programme", _("เป็นการขยายเวลาของโครงการที่คุณเป็นฝ่ายเลขานุการ"), _of_programme
)
registry.grant(Extension, "extension.reach", _("เป็นการขยายเวลาให้ศูนย์ในขอบเขตงานของคุณ"), _in_reach)
