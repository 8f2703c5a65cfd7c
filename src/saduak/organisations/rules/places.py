"""Who keeps the register: organisations and their relations, centres, contacts, and what a town shares."""

from collections.abc import Iterable
from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from saduak.foundation import clock
from saduak.foundation.access import YES, Actor, Decision, no
from saduak.organisations.models import Organisation, Relation, Role, ServiceCentre, TreePath
from saduak.organisations.paths import ancestors
from saduak.organisations.queries.reach import (
    NATIONAL,
    holdings_now_and_later,
    powers_over,
    reaches,
    reaching,
    through_a_name,
)
from saduak.organisations.rules.capabilities import (
    EDIT_CONTACT,
    MANAGE,
    MANAGE_CENTRE,
    SEE_PEOPLE,
    SHARE,
)
from saduak.organisations.rules.giving import LEADING


def may_see_access(actor: Actor, organisation: Organisation) -> Decision:
    """Whether the actor may read who can do what at an organisation: those who work there, and those above."""
    if any(holding.organisation_id == organisation.pk for holding in actor.holdings):
        return YES
    if reaches(actor, SEE_PEOPLE, organisation):
        return YES
    return no(_("ดูได้เฉพาะผู้ปฏิบัติงานในหน่วยงานนี้และหน่วยงานต้นสังกัด"), "out-of-reach")


def may_manage_centre(
    actor: Actor, organisation: Organisation, centre: ServiceCentre | None = None
) -> Decision:
    """Whether the actor may add a centre to an organisation, or change `centre`."""
    if actor.is_system:
        return YES
    holdings = list(actor.holding_with(MANAGE_CENTRE))
    if centre is not None and any(h.centre_id == centre.pk for h in holdings):
        return YES
    if any(not through_a_name(h, organisation) for h in reaching(actor, MANAGE_CENTRE, organisation)):
        return YES
    return no(_("แก้ข้อมูลศูนย์นี้ได้เฉพาะผู้รับผิดชอบศูนย์ หัวหน้าหน่วยงาน และผู้ดูแลบัญชีของหน่วยงาน"), "out-of-reach")


def may_give_centre_away(actor: Actor, organisation: Organisation, to: Organisation) -> Decision:
    """Whether the actor may let a centre of this agency go to another one: whoever answers for the agency.

    Every post at the centre ends with it, so who leads for one programme only does not decide it. The secretariat keeps
    the register of agencies whatever its programme, and takes no centre into its own hands.
    """
    holdings = reaching(actor, MANAGE_CENTRE, organisation)
    if actor.is_system or any(
        h.role in LEADING and h.programme_id is None and not through_a_name(h, organisation) for h in holdings
    ):
        return YES
    if any(h.role == Role.SECRETARIAT for h in holdings):
        return _impartial(actor, to)
    return no(_("ย้ายศูนย์ไปหน่วยงานอื่นได้เฉพาะหัวหน้าและผู้ดูแลบัญชีของหน่วยงานเดิม"), "out-of-reach")


def may_manage(actor: Actor) -> Decision:
    """Whether the actor may change organisations, their names and relations, or import local governments."""
    if actor.is_system or actor.can(MANAGE):
        return YES
    return no(_("แก้ทะเบียนหน่วยงานได้เฉพาะฝ่ายเลขานุการโครงการ"), "no-capability")


def may_relate(actor: Actor, above: Organisation, below: Organisation) -> Decision:
    """Whether the actor may put one organisation under another, or end that it stands there."""
    decision = may_manage(actor)
    return decision and _impartial(actor, above, below, moves=below)


def may_import(actor: Actor, above: Iterable[Organisation]) -> Decision:
    """Whether the actor may add organisations under these from a file."""
    decision = may_manage(actor)
    return decision and _impartial(actor, *above)


def _impartial(actor: Actor, *organisations: Organisation, moves: Organisation | None = None) -> Decision:
    """Whether who keeps the register has no power of another kind over these: nobody moves the borders of their own.

    The secretariat's and the committee's reach is the whole country wherever the borders run, so it does not count.
    What begins on a later day counts as what is held today.
    """
    if actor.is_system:
        return YES
    held = tuple(h for h in holdings_now_and_later(actor) if h.role not in NATIONAL)
    besides = replace(actor, holdings=held)
    homes = {h.organisation_id for h in besides.holdings if h.organisation_id is not None}
    home_moves = moves is not None and any(
        moves.pk in ancestors(path)
        for path in TreePath.objects.filter(organisation__in=homes)
        .exclude(kind=TreePath.Kind.AREA)
        .values_list("path", flat=True)
    )
    later = _above_later(organisations)
    if home_moves or any(powers_over(besides, one, besides.capabilities) for one in (*organisations, *later)):
        return no(_("หน่วยงานนี้อยู่ในขอบเขตงานอื่นของคุณเอง ให้คนอื่นในฝ่ายเลขานุการเป็นผู้บันทึก"), "to-oneself")
    return YES


def _above_later(organisations: Iterable[Organisation]) -> list[Organisation]:
    """Under whom these, or what stands over them, come on a later day."""
    found: set[int] = set()
    over = {
        pk
        for one in organisations
        for kind, path in one.ways
        if kind != TreePath.Kind.AREA
        for pk in ancestors(path)
    }
    over |= {one.pk for one in organisations}
    while over:
        rows = Relation.objects.filter(child__in=over, valid_from__gt=clock.today())
        over = set(rows.values_list("parent_id", flat=True)) - found
        found |= over
    return list(Organisation.objects.filter(pk__in=found))


def may_edit_contact(actor: Actor, organisation: Organisation) -> Decision:
    """Whether the actor may change the address and contacts of an organisation."""
    if actor.is_system or reaches(actor, EDIT_CONTACT, organisation):
        return YES
    return no(_("แก้ช่องทางติดต่อได้เฉพาะหัวหน้า สารบรรณ และผู้ดูแลบัญชีของหน่วยงานนี้หรือหน่วยงานเหนือขึ้นไป"), "out-of-reach")


def may_share(actor: Actor, organisation: Organisation) -> Decision:
    """Whether the actor may let supervisors read what an organisation writes: its own leaders decide, nobody above."""
    own = any(
        h.organisation_id == organisation.pk and h.centre_id is None and h.programme_id is None
        for h in actor.holding_with(SHARE)
    )
    if actor.is_system or own:
        return YES
    return no(_("ให้หัวหน้าหรือผู้ดูแลบัญชีของหน่วยงานนี้เป็นผู้เลือก"), "out-of-reach")
