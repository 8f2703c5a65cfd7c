"""Who may keep, write and read registers, and who sees which lines of them.

A register belongs to an agency and to no programme: whoever is appointed there for one programme, or for one centre,
neither opens it nor writes in it. An appointment counts at its own office and at the organisation in whose name that
office writes (`Holding.organisation_ids`): of both it is asked which one's register is meant.
"""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from saduak.correspondence.models import RegisterEntry, Secrecy
from saduak.correspondence.models.registers import RegisterExport
from saduak.correspondence.rules.capabilities import CLEARED, KEEP_REGISTRY, REGISTER, own_place
from saduak.foundation.access import YES, Actor, Decision, no, registry
from saduak.organisations.queries import NONE

_CLASSES = (Secrecy.SECRET, Secrecy.VERY_SECRET)


def offices_for(actor: Actor, capability: str) -> frozenset[int]:
    """The organisations (keys) whose register the actor's appointments reach, whatever the programme."""
    return frozenset(
        pk
        for holding in actor.holding_with(capability)
        if holding.centre_id is None and holding.programme_id is None
        for pk in holding.organisation_ids
    )


def may_keep(actor: Actor, organisation_id: int) -> Decision:
    """Whether the actor may let Saduak keep an organisation's (key) registers, change how, or take them back."""
    if actor.is_system or organisation_id in offices_for(actor, KEEP_REGISTRY):
        return YES
    return no(_("เปิด ปิด หรือตั้งค่าทะเบียนได้เฉพาะหัวหน้า เจ้าหน้าที่สารบรรณ หรือผู้ดูแลบัญชีของหน่วยงานนั้น"), "not-keeper")


def may_register(actor: Actor, organisation_id: int) -> Decision:
    """Whether the actor may write in an organisation's (key) registers: enter, reserve, amend, cancel."""
    if actor.is_system or organisation_id in offices_for(actor, REGISTER):
        return YES
    return no(_("ลงทะเบียนได้เฉพาะเจ้าหน้าที่สารบรรณหรือหัวหน้าของหน่วยงานนั้น"), "not-registrar")


def hidden_lines(actor: Actor) -> Q:
    """Lines about secret letters that are not in the system: for those cleared there, and for whoever wrote them down."""
    cleared = own_place(actor, CLEARED, "registry__organisation")
    total = NONE if cleared is None else cleared
    if actor.user_id is not None:
        total |= Q(entered_by=actor.user_id)
    return Q(letter__isnull=True, secrecy__in=_CLASSES) & ~total


def _asked(actor: Actor) -> Q | None:
    mine = own_place(actor, REGISTER, "registry__organisation")
    return None if mine is None else mine & Q(requested_by=actor.user_id)


registry.deny(
    RegisterEntry,
    "correspondence.registerentry.secret_line",
    _("หนังสือลับ เห็นได้เฉพาะผู้ที่ได้รับอนุญาตของหน่วยงาน หรือผู้ที่ลงทะเบียนไว้เอง"),
    hidden_lines,
)
registry.grant(RegisterExport, "correspondence.export.own", _("เป็นไฟล์ทะเบียนที่คุณขอไว้"), _asked)
