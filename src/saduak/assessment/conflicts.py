"""Conflicts of interest that the program sees by itself, and what they mean for giving cases to a panel."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext_lazy as _

from saduak.applications.models import (
    AnswerVersion,
    Application,
    Delegation,
    Review,
    SignOff,
    Submission,
)
from saduak.assessment.models import Case, Conflict, PanelMember
from saduak.foundation.access import Actor
from saduak.foundation.access.registry import Words
from saduak.organisations.models import Appointment, Organisation, Person, Role
from saduak.organisations.models.dated import on_day
from saduak.organisations.queries import NONE

# Offices of the whole country stand in some province too, but they are not that province's offices.
NATIONAL = frozenset(
    {
        Organisation.Kind.MINISTRY,
        Organisation.Kind.SECRETARIAT_UNIT,
        Organisation.Kind.OFFICE,
        Organisation.Kind.DEPARTMENT,
        Organisation.Kind.STATE_ENTERPRISE,
    }
)
LEADERS = (PanelMember.Role.CHAIR, PanelMember.Role.SECRETARY)
# What a case is read with for `found` and `plan`.
WITH_PLACES = (
    "application__organisation__area",
    "application__centre__organisation__area",
    "application__centre__area",
)

_PROVINCE_DIGITS = 2


def automatic(case: Case, person_ids: Iterable[int], day: date) -> dict[int, str]:
    """Which of these persons may not judge this case on a day, and why.

    They serve the same organisation or an office of its province, or had a hand in this very application.
    """
    return {person: kind for (_case, person), kind in found([case], person_ids, day).items()}


def found(cases: Sequence[Case], person_ids: Iterable[int], day: date) -> dict[tuple[int, int], str]:
    """The same for many cases, by (case, person). Two queries, when the cases come with their offices and areas.

    The day is that of the request on which it is decided, as for what the actor holds: whoever waits past midnight for a
    lock is not told otherwise than the page that they sent. `of_judge` says the same of one person.
    """
    people = set(person_ids)
    homes, touched = _homes(people, day), hands(cases, people)
    kinds: dict[tuple[int, int], str] = {}
    for case in cases:
        offices = {case.application.organisation_id, case.application.centre.organisation_id}
        provinces = _provinces(case)
        for person in sorted(people):
            places = homes.get(person, [])
            if (case.application_id, person) in touched or any(place.pk in offices for place in places):
                kinds[case.pk, person] = Conflict.Kind.SAME_ORGANISATION
            elif any(_serves(place) in provinces for place in places):
                kinds[case.pk, person] = Conflict.Kind.SAME_PROVINCE
    return kinds


def of_committee(actor: Actor, application: str, organisation: str, centre: str) -> Q:
    """Rows in which who sits in the committee has an interest that nobody wrote down; no row for everybody else.

    Whoever joins the committee, or moves to an office, once cases are there already is shut out from the same moment, in
    the programmes on which that committee decides.
    The lookups are those of `of_judge`. No query.
    """
    decides = {holding.programme_id for holding in actor.holdings if holding.role == Role.COMMITTEE}
    if not decides:
        return NONE
    shut = of_judge(actor, application, organisation, centre)
    if None not in decides:
        theirs = Application.objects.filter(round__programme__in=decides, pk=OuterRef(application))
        shut &= Q(Exists(theirs))
    return shut


def of_judge(actor: Actor, application: str, organisation: str, centre: str) -> Q:
    """What `found` sees for the actor, as a condition. No query.

    Three lookups lead from the row: to the application, to the organisation that applied and to the centre.
    """
    offices = sorted({h.organisation_id for h in actor.holdings if h.organisation_id is not None})
    shut = Q(**{f"{organisation}__in": offices}) | Q(**{f"{centre}__organisation__in": offices})
    for holding in actor.holdings:
        if province := _local_province(holding.organisation_kind, holding.area_code):
            shut |= Q(**{f"{centre}__area__code__startswith": province})
            own = Q(**{f"{centre}__area__isnull": True}) | ~Q(
                **{f"{centre}__organisation__kind__in": NATIONAL}
            )
            shut |= Q(**{f"{centre}__organisation__area__code__startswith": province}) & own
    # Nobody's key is 0.
    of_row, hand = OuterRef(application), actor.user_id or 0
    shut |= Q(Exists(SignOff.objects.filter(application=of_row, recorded_by=hand)))
    shut |= Q(Exists(Submission.objects.filter(application=of_row, submitted_by=hand)))
    shut |= Q(Exists(Application.objects.filter(pk=of_row, started_by=hand)))
    shut |= Q(Exists(Review.objects.filter(application=of_row, answered_by=hand)))
    # Who helped, even if they wrote nothing or were let go since: they saw what nobody else sees.
    helped = Delegation.objects.filter(application=of_row, person=actor.person_id or 0)
    shut |= Q(Exists(helped))
    wrote = AnswerVersion.objects.filter(answer__application=of_row, actor=f"user:{hand}")
    shut |= Q(Exists(wrote))
    return shut


def _provinces(case: Case) -> set[str]:
    """Where the centre stands, and whose office it is: its officers move the first by themselves, not the second."""
    centre = case.application.centre
    area = centre.area or centre.organisation.area
    stands = area.code[:_PROVINCE_DIGITS] if area else ""
    return {stands, _serves(centre.organisation)} - {""}


def _serves(place: Organisation) -> str:
    """The province whose office this is."""
    return _local_province(place.kind, place.area.code if place.area else "")


def _local_province(kind: str, area_code: str) -> str:
    """The province of an office of this kind that stands in this area; nothing for one of the whole country."""
    return "" if kind in NATIONAL else area_code[:_PROVINCE_DIGITS]


def _homes(people: set[int], day: date) -> dict[int, list[Organisation]]:
    """Where each person serves on a day."""
    rows = Appointment.objects.filter(on_day(day), person_id__in=people)
    homes: dict[int, list[Organisation]] = defaultdict(list)
    for row in rows.select_related("organisation__area"):
        homes[row.person_id].append(row.organisation)
    return homes


def hands(cases: Sequence[Case], people: set[int]) -> set[tuple[int, int]]:
    """Who had a hand in the applications of these cases: (application, person). One query.

    They began one, checked it, signed it, recorded it as signed or filed it, wrote in it, or were given items of it to
    help with, also when that is over.
    """
    applications = [case.application_id for case in cases]
    begun = Application.objects.filter(pk__in=applications, started_by__person__in=people)
    checked = Review.objects.filter(application__in=applications, answered_by__person__in=people)
    signed = SignOff.objects.filter(application__in=applications, recorded_by__person__in=people)
    filed = Submission.objects.filter(application__in=applications, submitted_by__person__in=people)
    helped = Delegation.objects.filter(application__in=applications, person__in=people)
    wrote = AnswerVersion.objects.filter(answer__application__in=applications).annotate(
        person=Subquery(_by_ref(people).values("pk"))
    )
    return set(
        begun.values_list("pk", "started_by__person").union(
            checked.values_list("application_id", "answered_by__person"),
            signed.values_list("application_id", "recorded_by__person"),
            filed.values_list("application_id", "submitted_by__person"),
            helped.values_list("application_id", "person"),
            wrote.filter(person__isnull=False).values_list("answer__application_id", "person"),
        )
    )


def _by_ref(people: set[int]) -> QuerySet[Any]:
    """Which of these persons a version names: it keeps who wrote as the actor's reference."""
    ref = Concat(Value("user:"), Cast("user_id", CharField()))
    known = Person.objects.filter(pk__in=people, user__isnull=False).annotate(ref=ref)
    named: QuerySet[Any] = known.filter(ref=OuterRef("actor"))
    return named


@dataclass(frozen=True, slots=True)
class Plan:
    """What giving a case to a panel means: who scores, who may not (with the kind of conflict), what stands against it."""

    case: Case
    scorers: tuple[PanelMember, ...]
    barred: tuple[tuple[PanelMember, str], ...]
    new: tuple[tuple[PanelMember, str], ...]
    problem: Words = ""


def plan(members: Sequence[PanelMember], cases: Sequence[Case], day: date) -> list[Plan]:
    """How each case would fare with these members on a day. Three queries, whatever their number."""
    people = [member.person_id for member in members]
    known = {
        (case, person): kind
        for case, person, kind in Conflict.objects.filter(case__in=cases, person_id__in=people).values_list(
            "case_id", "person_id", "kind"
        )
    }
    kinds = {**found(cases, people, day), **known}
    return [_plan(case, members, kinds, known) for case in cases]


def _plan(
    case: Case,
    members: Sequence[PanelMember],
    kinds: dict[tuple[int, int], str],
    known: dict[tuple[int, int], str],
) -> Plan:
    barred = tuple((m, kinds[case.pk, m.person_id]) for m in members if (case.pk, m.person_id) in kinds)
    free = [member for member in members if (case.pk, member.person_id) not in kinds]
    scorers = tuple(member for member in free if member.scores)
    problem: Words = ""
    if not scorers:
        problem = _("คณะนี้ไม่มีผู้ให้คะแนนที่ไม่มีส่วนได้เสีย")
    elif not any(member.role in LEADERS for member in free):
        problem = _("คณะนี้ไม่มีประธานหรือเลขานุการที่สรุปคะแนนเรื่องนี้ได้")
    new = tuple((member, kind) for member, kind in barred if (case.pk, member.person_id) not in known)
    return Plan(case, scorers, barred, new, problem)
