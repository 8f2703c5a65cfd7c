"""Who chases many units at once, and who sees what an office noted while it did."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from saduak.applications.models import BoardExport, Call, Reminder, SavedView, Target
from saduak.applications.rules import SEE_STATUS
from saduak.foundation.access import YES, Actor, Decision, Holding, no, registry
from saduak.organisations.models import Role
from saduak.organisations.queries import offices_q
from saduak.programme.models import Round

# To remind shows no more than where things stand, so supervision may do it as well as command.
REMIND = registry.capability(
    "applications.remind",
    _("เตือนหน่วยงานที่ติดตาม และจดผลการโทร"),
    roles={Role.SUPERVISOR, Role.SECRETARIAT},
    status_only_under_supervision=True,
)
SET_TARGET = registry.capability(
    "applications.set_target",
    _("ตั้งเป้าหมายว่าจะมีหน่วยงานสมัครกี่แห่ง"),
    roles={Role.SUPERVISOR, Role.SECRETARIAT},
)


def posts(actor: Actor, capability: str, programme_id: int | None = None) -> list[Holding]:
    """The posts at a whole office by which the actor holds a capability; the one chosen for this visit first."""
    found = [
        held
        for held in actor.holding_with(capability, programme_id=programme_id)
        if held.centre_id is None and held.organisation_id is not None
    ]
    return sorted(found, key=lambda held: held.ref != actor.acting_ref)


def offices(actor: Actor, capability: str, programme_id: int | None = None) -> frozenset[int]:
    """The offices (keys) at which the actor holds a capability; not those in whose name they write."""
    return frozenset(
        held.organisation_id
        for held in posts(actor, capability, programme_id)
        if held.organisation_id is not None
    )


def may_chase(actor: Actor, round_: Round) -> Decision:
    """Whether the actor reminds units of a round and notes calls; which ones, follows from their reach."""
    if posts(actor, REMIND, round_.programme_id):
        return YES
    return no(_("เตือนหน่วยงานได้เฉพาะผู้กำกับติดตามและฝ่ายเลขานุการโครงการ"), "no-capability")


def may_set_target(actor: Actor, round_: Round, owner_id: int) -> Decision:
    """Whether the actor sets targets in the place of an office (a key)."""
    if owner_id in offices(actor, SET_TARGET, round_.programme_id):
        return YES
    return no(_("ตั้งเป้าหมายได้เฉพาะผู้กำกับติดตามของหน่วยงานนั้น"), "not-yours")


def reaches_as_far(actor: Actor, before: Actor, programme_id: int) -> bool:
    """Whether the actor follows units by every post by which somebody did so before. No query."""
    held, had = (
        {
            (post.role, post.organisation_id, post.centre_id, post.programme_id, post.reach)
            for post in somebody.holding_with(SEE_STATUS, programme_id=programme_id)
        }
        for somebody in (actor, before)
    )
    return had <= held


def _of_office(actor: Actor, field: str) -> Q | None:
    whole = (held for held in actor.holding_with(REMIND) if held.centre_id is None)
    return offices_q(whole, field, lambda key: Q(round__programme=key))


def _targets(actor: Actor) -> Q | None:
    """Those of the own office, and what an office above wants of it."""
    own = _of_office(actor, "owner")
    given = _of_office(actor, "about")
    return own if own is None or given is None else own | given


def _own_views(actor: Actor) -> Q | None:
    return None if actor.person_id is None else Q(person=actor.person_id)


def own_files(actor: Actor) -> Q | None:
    """The files that the actor asked for."""
    return None if actor.user_id is None else Q(requested_by=actor.user_id)


OWN_FILE = _("เป็นไฟล์ที่คุณขอไว้")
_OFFICE = _("เป็นงานติดตามของหน่วยงานของคุณ")
registry.grant(SavedView, "own", _("เป็นมุมมองที่คุณบันทึกไว้"), _own_views)
registry.grant(BoardExport, "own", OWN_FILE, own_files)
registry.grant(Target, "office", _OFFICE, _targets)
registry.grant(Reminder, "office", _OFFICE, lambda actor: _of_office(actor, "organisation"))
registry.grant(Call, "office", _OFFICE, lambda actor: _of_office(actor, "caller"))
