"""Conflicts of interest that the program sees by itself: the same organisation, or an office of one's own province."""

from collections import defaultdict
from collections.abc import Iterable

from saduak.assessment.models import Case, Conflict
from saduak.foundation import clock
from saduak.organisations.models import Appointment, Organisation

Found = dict[int, str]

_PROVINCE_DIGITS = 2


def automatic(case: Case, person_ids: Iterable[int]) -> Found:
    """Which of these persons may not judge this case, and why. Two queries, whatever their number."""
    organisation: Organisation = case.application.centre.organisation
    area = case.application.centre.area or organisation.area
    province = area.code[:_PROVINCE_DIGITS] if area else ""
    found: Found = {}
    for person_id, homes in _homes(person_ids).items():
        if any(home.pk == organisation.pk for home in homes):
            found[person_id] = Conflict.Kind.SAME_ORGANISATION
        elif province and any(home.area and home.area.code[:_PROVINCE_DIGITS] == province for home in homes):
            found[person_id] = Conflict.Kind.SAME_PROVINCE
    return found


def _homes(person_ids: Iterable[int]) -> dict[int, list[Organisation]]:
    """Where each person serves today."""
    today = clock.today()
    rows = Appointment.objects.filter(person_id__in=list(person_ids), valid_from__lte=today).exclude(
        valid_to__lt=today
    )
    homes: dict[int, list[Organisation]] = defaultdict(list)
    for row in rows.select_related("organisation__area"):
        homes[row.person_id].append(row.organisation)
    return homes
