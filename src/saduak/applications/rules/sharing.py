"""Who shares with the centres in a headquarters' line, and who sees and uses what is shared."""

from collections.abc import Collection

from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from saduak.applications.models import SharedItem
from saduak.applications.rules import SEE
from saduak.foundation.access import YES, Actor, Decision, Holding, no, registry
from saduak.organisations.models import Organisation, Role, TreePath
from saduak.organisations.paths import ancestors
from saduak.organisations.queries import offices_q

SHARE = registry.capability(
    "applications.share_library",
    _("จัดคลังกลางให้ศูนย์ในสายบังคับบัญชา"),
    roles={Role.OFFICER, Role.HEAD, Role.SUPERVISOR},
)
# Who stands at the head of a line of offices that work by the same plans and manuals.
HEADQUARTERS = frozenset(
    {
        Organisation.Kind.MINISTRY.value,
        Organisation.Kind.DEPARTMENT.value,
        Organisation.Kind.STATE_ENTERPRISE.value,
    }
)


def _speaks(holding: Holding) -> bool:
    """Whether who holds it speaks for a whole headquarters: neither for one centre, nor in another's name."""
    return holding.centre_id is None and holding.organisation_kind in HEADQUARTERS


def may_share(actor: Actor, organisation: Organisation, programme_id: int | None = None) -> Decision:
    """Whether the actor may publish for the centres in an organisation's line. No query.

    Args:
        actor: who would.
        organisation: the headquarters.
        programme_id: for which programme; any that the actor works for when left out.
    """
    if organisation.kind not in HEADQUARTERS:
        return no(_("คลังกลางมีเฉพาะที่กระทรวง กรม และรัฐวิสาหกิจ"), "no-headquarters")
    held = actor.holding_with(SHARE, programme_id=programme_id)
    if actor.is_system or any(h.organisation_id == organisation.pk and _speaks(h) for h in held):
        return YES
    return no(_("จัดคลังกลางได้เฉพาะคนของหน่วยงานนี้ที่ได้รับมอบหมาย"), "not-yours")


def offices_of(actor: Actor) -> frozenset[int]:
    """The headquarters (keys) for which the actor publishes. No query."""
    held = (h for h in actor.holding_with(SHARE) if _speaks(h))
    return frozenset(h.organisation_id for h in held if h.organisation_id is not None)


def is_in_line(item: SharedItem, organisation_id: int) -> bool:
    """Whether an organisation stands in the line of the headquarters that shares an item. One query."""
    paths = TreePath.objects.filter(organisation=organisation_id, kind=TreePath.Kind.LINE)
    return any(item.organisation_id in ancestors(path) for path in paths.values_list("path", flat=True))


def over_q(organisation_ids: Collection[int]) -> Q:
    """What is shared by the headquarters over some organisations, by their lines of today. No query of its own."""
    return _over(TreePath.objects.filter(organisation__in=sorted(organisation_ids)))


def _over(paths: QuerySet[TreePath]) -> Q:
    lines = paths.filter(kind=TreePath.Kind.LINE)
    upper = TreePath.objects.filter(
        kind=TreePath.Kind.LINE, organisation=OuterRef(OuterRef("organisation"))
    ).annotate(under=ExpressionWrapper(OuterRef("path"), output_field=CharField()))
    return Q(Exists(lines.filter(Exists(upper.filter(under__startswith=F("path"))))))


# --- What proves something of a centre ---------------------------------------------------------------------------------


def asks_for_own() -> Q:
    """What was published, also once, and wants proof of the centre's own beside it."""
    return Q(needs_local=True, published_at__isnull=False)


def is_copy(way: str = "") -> Q:
    """Uses of the very file or address that a headquarters over the centre published, in any version, and wants completed.

    It does not matter who had it first: what all centres hold in common is no proof of one. `way` leads to the use; empty,
    or ending in two underscores.
    """
    evidence = f"{way}evidence"
    above = TreePath.objects.filter(organisation=OuterRef(OuterRef(f"{evidence}__centre__organisation")))
    rows = SharedItem.objects.filter(asks_for_own(), _over(above))
    link = rows.filter(file__isnull=True, url=OuterRef(f"{evidence}__url"))
    file = rows.filter(file__sha256=OuterRef(f"{evidence}__file__sha256"))
    return Q(Exists(file)) | (~Q(**{f"{evidence}__url": ""}) & Q(Exists(link)))


def own_proof(way: str = "") -> Q:
    """Uses that count as evidence by themselves: all but those of what needs proof of the centre's own beside it.

    `way` as in `is_copy`.
    """
    shared = f"{way}evidence__shared"
    own = Q(**{f"{shared}__isnull": True}) & ~is_copy(way)
    return own | Q(**{f"{shared}__needs_local": False})


# --- Who sees what -----------------------------------------------------------------------------------------------------


def _own(actor: Actor) -> Q | None:
    """All versions, also drafts, of the headquarters itself."""
    held = (h for h in actor.holding_with(SHARE) if _speaks(h))
    return offices_q(held, "organisation", lambda key: Q(programme=key))


def _from_above(actor: Actor) -> Q | None:
    """What is published for the offices at which the actor works; never what another line shares."""
    held: dict[int | None, set[int]] = {}
    for holding in actor.holding_with(SEE):
        if holding.organisation_id is not None:
            held.setdefault(holding.programme_id, set()).add(holding.organisation_id)
    total: Q | None = None
    for programme_id, offices in held.items():
        part = Q(state="published") & over_q(offices)
        if programme_id is not None:
            part &= Q(programme=programme_id)
        total = part if total is None else total | part
    return total


registry.grant(SharedItem, "shared.office", _("เป็นคลังกลางของหน่วยงานคุณ"), _own)
registry.grant(SharedItem, "shared.line", _("ส่วนกลางเผยแพร่ให้หน่วยงานของคุณ"), _from_above)
