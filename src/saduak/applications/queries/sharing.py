"""Shared libraries: what a headquarters has published, who uses it, and what a centre may choose for a criterion."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from saduak.applications.models import Application, EvidenceUse, SharedItem
from saduak.applications.queries.criterion import CriterionPage
from saduak.applications.rules import sharing as rules
from saduak.applications.states import EDITABLE
from saduak.foundation.access import Actor
from saduak.organisations.models import Organisation, Programme
from saduak.programme.models import CriteriaSet, Criterion
from saduak.programme.queries import Contents, contents

# Of the centres that use an item so many are named.
NAMED = 100


@dataclass(frozen=True, slots=True)
class Row:
    """An item with the criteria that it is for."""

    item: Any
    criteria: tuple[Criterion, ...]
    others: int

    @property
    def place(self) -> tuple[int, str, int]:
        """Where it stands in the list: by its first criterion, then by name, the newest version first."""
        first = self.criteria[0].ordinal if self.criteria else 10_000
        return first, self.item.caption, -self.item.version


@dataclass(frozen=True, slots=True)
class UsedBy:
    """A centre that uses an item, with the number of its answers that do."""

    centre: str
    office: str
    uses: int


@dataclass(frozen=True, slots=True)
class SharedPage:
    """An item with what its page shows."""

    row: Row
    users: tuple[UsedBy, ...]
    following: SharedItem | None
    may_share: bool


@dataclass(frozen=True, slots=True)
class Offer:
    """An item that a centre may use for a criterion, whether it does, and whether it would replace one that it uses."""

    item: Any
    used: bool
    renews: bool
    has_text: bool


def shared_offices(actor: Actor) -> QuerySet[Organisation]:
    """The headquarters for which the actor publishes, in Thai order. One query."""
    rows: QuerySet[Organisation] = Organisation.objects.visible_to(actor)
    return rows.filter(pk__in=sorted(rules.offices_of(actor))).order_by("sort_key", "pk")


def newest_contents(programme: Programme) -> Contents | None:
    """The criteria of a programme as they were published last; None when none were. One query, three the first time."""
    sets = CriteriaSet.objects.filter(programme=programme, state="published").order_by("-published_at", "-pk")
    newest = sets.first()
    return None if newest is None else contents(newest)


def shared_programmes(actor: Actor) -> list[Programme]:
    """The programmes that go on and have criteria. One query."""
    published = CriteriaSet.objects.filter(programme=OuterRef("pk"), state="published")
    rows = Programme.objects.visible_to(actor).filter(Exists(published), retired_at__isnull=True)
    return list(rows.order_by("code"))


def _used(item: str) -> QuerySet[EvidenceUse]:
    """Uses of an item, also in what was filed; not of applications that were withdrawn."""
    rows = EvidenceUse.objects.filter(evidence__shared=OuterRef(item), removed_at__isnull=True)
    found: QuerySet[EvidenceUse] = rows.exclude(answer__application__state="withdrawn").order_by()
    return found


def _counted(rows: QuerySet[Any]) -> QuerySet[Any]:
    """With how many answers (`uses`) of how many centres (`centres`) use each."""
    by_item = _used("pk").values("evidence__shared")
    uses = Subquery(by_item.annotate(n=Count("answer", distinct=True)).values("n"), IntegerField())
    centres = Subquery(
        by_item.annotate(n=Count("evidence__centre", distinct=True)).values("n"), IntegerField()
    )
    found: QuerySet[Any] = rows.annotate(uses=Coalesce(uses, 0), centres=Coalesce(centres, 0))
    return found


def shared_library(
    actor: Actor, organisation: Organisation, set_: Contents, *, criterion: str = "", state: str = ""
) -> list[Row]:
    """What a headquarters shares in a programme, in the order of its criteria. Two queries.

    Args:
        actor: who looks.
        organisation: the headquarters.
        set_: the programme's criteria.
        criterion: only what is for the criterion with this key.
        state: only what stands so; what is retired is left out unless asked for.
    """
    rows = SharedItem.objects.visible_to(actor).filter(
        organisation=organisation, programme=set_.criteria_set.programme_id
    )
    rows = rows.filter(state=state) if state else rows.exclude(state="retired")
    if criterion:
        rows = rows.filter(criteria__key=criterion)
    found = _counted(rows).select_related("file").prefetch_related("criteria").order_by("pk")
    return sorted((_row(item, set_) for item in found), key=lambda row: row.place)


def _row(item: SharedItem, set_: Contents) -> Row:
    """Criteria that are no more asked for are counted alone."""
    keys = [each.key for each in item.criteria.all()]
    known = sorted((set_.by_key[key] for key in keys if key in set_.by_key), key=lambda each: each.ordinal)
    return Row(item, tuple(known), len(keys) - len(known))


def shared_item(actor: Actor, item_id: UUID) -> SharedItem | None:
    """One item that the actor may see, with its headquarters and programme."""
    rows = SharedItem.objects.visible_to(actor).select_related("organisation", "programme", "file")
    found: SharedItem | None = rows.filter(public_id=item_id).first()
    return found


def shared_page(actor: Actor, item: SharedItem) -> SharedPage:
    """The page of an item. At most eight queries.

    How often it is used is told to whoever publishes it; by whom only as far as they see those applications anyway.
    """
    set_ = newest_contents(item.programme)
    counted = _counted(SharedItem.objects.filter(pk=item.pk)).select_related(
        "organisation", "file", "replaces"
    )
    whole = counted.prefetch_related("criteria").get()
    may_share = bool(rules.may_share(actor, item.organisation, item.programme_id))
    following = item.replaced_by.exclude(state="retired").first() if may_share else None
    return SharedPage(
        row=Row(whole, (), whole.criteria.count()) if set_ is None else _row(whole, set_),
        users=_users(actor, item) if may_share else (),
        following=following,
        may_share=may_share,
    )


def _users(actor: Actor, item: SharedItem) -> tuple[UsedBy, ...]:
    seen = Application.objects.visible_to(actor).exclude(state="withdrawn")
    uses = EvidenceUse.objects.filter(
        evidence__shared=item, removed_at__isnull=True, answer__application__in=seen.values("pk")
    )
    rows = uses.order_by("evidence__centre__sort_key", "evidence__centre").values_list(
        "evidence__centre", "evidence__centre__name_th", "evidence__centre__organisation__name_th"
    )
    counted = rows.annotate(n=Count("answer", distinct=True))
    return tuple(UsedBy(centre, office, n) for _pk, centre, office, n in counted[:NAMED])


# --- For a centre ------------------------------------------------------------------------------------------------------


def offers_for(actor: Actor, page: CriterionPage) -> tuple[Offer, ...]:
    """What the headquarters over a centre publish for a criterion, also for those that it replaces. One query."""
    criterion, centre = page.criterion, page.application.centre
    keys = [criterion.key, *criterion.replaces]
    here = EvidenceUse.objects.filter(answer=page.answer, removed_at__isnull=True)
    rows = SharedItem.objects.visible_to(actor).filter(
        rules.over_q([centre.organisation_id]),
        state="published",
        programme=page.application.round.programme_id,
        criteria__key__in=keys,
    )
    rows = rows.annotate(
        used=Exists(here.filter(evidence__shared=OuterRef("pk"))),
        renews=Exists(here.filter(evidence__shared=OuterRef("replaces"))),
    )
    found = rows.select_related("file", "organisation").order_by("organisation", "caption", "pk").distinct()
    return tuple(Offer(item, item.used, item.renews, bool(item.text)) for item in found)


def users_of(item: SharedItem) -> QuerySet[Any]:
    """The centres (keys of office and centre, name) that use an item in what can still be written. One query."""
    uses = EvidenceUse.objects.filter(
        evidence__shared=item, removed_at__isnull=True, answer__application__state__in=sorted(EDITABLE)
    )
    rows: QuerySet[Any] = uses.order_by("evidence__centre")
    return rows.values_list(
        "evidence__centre__organisation", "evidence__centre", "evidence__centre__name_th"
    ).distinct()
