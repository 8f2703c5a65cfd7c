"""Who can do what here, and why: the appointments that reach an organisation, in words."""

import datetime
from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Model, Q
from django.utils.translation import gettext_lazy as _

from saduak.foundation import clock
from saduak.foundation.access import Actor, Capability, Holding, Reach, registry
from saduak.foundation.access.registry import Rule, Words
from saduak.organisations.models import Appointment, Organisation, Relation, TreePath
from saduak.organisations.models.dated import on_day
from saduak.organisations.paths import ancestors


@dataclass(frozen=True, slots=True)
class WhoCan:
    """One appointment that reaches an organisation: through what, and what it allows there."""

    appointment: Appointment
    way: str
    capabilities: tuple[Capability, ...]

    @property
    def why(self) -> Words:
        """Through what it reaches, in words."""
        if self.appointment.centre_id is not None:
            return _("รับผิดชอบศูนย์ของหน่วยงานนี้")
        return WAYS[self.way]

    @property
    def status_only(self) -> bool:
        """Whether it shows no more than where things stand."""
        return self.way == Reach.SUPERVISION


WAYS: dict[str, Words] = {
    Reach.OWN: _("ปฏิบัติงานในหน่วยงานนี้"),
    "issues_for": _("ออกหนังสือในนามหน่วยงานนี้"),
    Reach.LINE: _("หน่วยงานนี้อยู่ในสังกัด"),
    Reach.AREA: _("หน่วยงานนี้อยู่ในพื้นที่"),
    Reach.SUPERVISION: _("กำกับดูแลหน่วยงานนี้ เห็นเพียงสถานะ"),
}


def who_can(organisation: Organisation) -> list[WhoCan]:
    """Every appointment valid today that reaches `organisation`, nearest first. At most four queries.

    Appointments bound to one centre of the organisation are included: they reach that centre only.
    """
    day = clock.today()
    above: dict[str, set[int]] = defaultdict(set)
    codes: set[str] = set()
    for kind, path in TreePath.objects.filter(organisation=organisation).values_list("kind", "path"):
        if kind == TreePath.Kind.AREA:
            codes.update(path[:length] for length in range(2, len(path) + 1, 2))
        else:
            above[kind].update(ancestors(path))
    ways = _ways(organisation, above, day)
    condition = Q(organisation__in=[pk for pks in ways.values() for pk in pks])
    if codes:
        condition |= Q(reach=Reach.AREA, organisation__area__code__in=codes)
    rows = (
        Appointment.objects.filter(on_day(day), condition)
        .select_related("person", "organisation__area", "centre", "programme")
        .order_by("organisation__sort_key", "role", "stand_in", "pk")
    )
    found = [(row, _way(row, ways, codes)) for row in rows]
    order = [Reach.OWN, "issues_for", Reach.LINE, Reach.AREA, Reach.SUPERVISION]
    return sorted(
        (WhoCan(row, way, _capabilities(row, way)) for row, way in found if way),
        key=lambda item: order.index(item.way),
    )


def _ways(organisation: Organisation, above: dict[str, set[int]], day: datetime.date) -> dict[str, set[int]]:
    """Organisations from which each way leads here, with those that write in their name."""
    named: dict[int, set[int]] = defaultdict(set)
    everyone = {organisation.pk}.union(*above.values())
    rows = Relation.objects.filter(on_day(day), kind=Relation.Kind.ISSUES_FOR, parent__in=everyone)
    for parent, child in rows.values_list("parent_id", "child_id"):
        named[parent].add(child)

    def with_issuers(pks: set[int]) -> set[int]:
        return pks.union(*(named[pk] for pk in pks))

    return {
        Reach.OWN: {organisation.pk},
        "issues_for": named[organisation.pk],
        Reach.LINE: with_issuers(above[TreePath.Kind.LINE]),
        Reach.SUPERVISION: with_issuers(above[TreePath.Kind.SUPERVISION] - {organisation.pk}),
    }


def _way(row: Appointment, ways: dict[str, set[int]], codes: set[str]) -> str:
    """Through what an appointment reaches; empty when it does not."""
    for way in (Reach.OWN, "issues_for"):
        if row.organisation_id in ways[way]:
            return way
    if row.reach in {Reach.LINE, Reach.SUPERVISION} and row.organisation_id in ways[row.reach]:
        return row.reach
    area = row.organisation.area
    return Reach.AREA if row.reach == Reach.AREA and area and area.code in codes else ""


def _capabilities(row: Appointment, way: str) -> tuple[Capability, ...]:
    held = registry.of_role(row.role)
    return tuple(
        cap
        for cap in registry.capabilities()
        if cap.key in held and (way != Reach.SUPERVISION or cap.status_only_under_supervision)
    )


def reasons(actor: Actor, row: Model) -> list[Rule]:
    """The registered grants through which `actor` sees `row`; empty when none does, or when a denial hides it.

    One query a rule that speaks of this actor: for one row on one page, not for lists.
    """
    model = type(row)
    rows = model._default_manager.filter(pk=row.pk)

    def speaks(rule: Rule) -> bool:
        condition = rule.condition(actor)
        return condition is not None and rows.filter(condition).exists()

    if any(speaks(rule) for rule in registry.denials_of(model)):
        return []
    return [rule for rule in registry.grants_of(model) if speaks(rule)]


@dataclass(frozen=True, slots=True)
class Mine:
    """One of my appointments: the row, the holding that it gives, and what that allows."""

    appointment: Appointment
    holding: Holding
    capabilities: tuple[Capability, ...]
    acting: bool


def my_appointments(actor: Actor) -> list[Mine]:
    """The actor's appointments of today, with what each allows and who gave it. One query."""
    holdings = {holding.ref.removeprefix("appointment:"): holding for holding in actor.holdings}
    rows = Appointment.objects.filter(public_id__in=[key for key in holdings if "link:" not in key])
    found = {
        str(row.public_id): row
        for row in rows.select_related("organisation", "centre", "programme", "appointed_by")
    }
    return [
        Mine(
            appointment=found[key],
            holding=holding,
            capabilities=tuple(cap for cap in registry.capabilities() if cap.key in holding.capabilities),
            acting=holding is actor.acting,
        )
        for key, holding in holdings.items()
        if key in found
    ]


# Words for what a hand-over moved; rooms above add theirs when they start.
MOVED: dict[str, Words] = {}


def moved_words(key: str) -> Words:
    """What a key of `Handover.moved` means to people."""
    return MOVED.get(key, key)
