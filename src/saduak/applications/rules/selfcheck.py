"""Who plans what a centre still lacks. A self-check itself is whoever's who holds its link: nobody lists them."""

from django.utils.translation import gettext_lazy as _

from saduak.applications.models import Application, SelfCheck
from saduak.applications.rules import EDIT, is_own
from saduak.applications.states import EDITABLE
from saduak.foundation.access import YES, Actor, Decision, no


def may_plan(actor: Actor, application: Application) -> Decision:
    """Whether the actor plans what an application still lacks, its state aside. No query.

    Args:
        actor: who asks.
        application: with its centre and round loaded.
    """
    if is_own(actor, EDIT, application.centre, application.round.programme_id):
        return YES
    return no(_("แผนปิดช่องว่างแก้ได้เฉพาะคนของศูนย์นี้"), "not-yours")


def may_be_planned(application: Application) -> Decision:
    """Whether there is anything left to plan: the draft is still written."""
    if application.state in EDITABLE:
        return YES
    return no(_("ใบสมัครนี้ยื่นหรือถอนแล้ว จึงแก้แผนไม่ได้"), "not-editable")


def may_be_taken(check: SelfCheck, application: Application) -> Decision:
    """Whether a self-check fits an application: both are of one programme. No query.

    Args:
        check: with its criteria set loaded.
        application: with its round loaded.
    """
    if check.criteria_set.programme_id == application.round.programme_id:
        return YES
    return no(_("แบบตรวจนี้ใช้เกณฑ์ของโครงการอื่น จึงนำเข้าใบสมัครนี้ไม่ได้"), "other-programme")
