"""What the actions of this room share: locks in one order, and words that fit."""

import uuid

from django.db.models import QuerySet
from django.utils.translation import gettext as _t

from saduak.applications.models import Application
from saduak.assessment.models import Case, ScoreSheet
from saduak.assessment.states import SHEET
from saduak.foundation.access import Invalid
from saduak.foundation.access.registry import Words


def locked(case_id: uuid.UUID) -> Case:
    """The case under its lock, its application locked before it, as filing and withdrawing do.

    Locks are taken in this order everywhere: application, panel, case, sheet.

    Raises:
        DoesNotExist: no such case.
    """
    application_id = Case.objects.values_list("application__public_id", flat=True).get(public_id=case_id)
    Application.locked(application_id)
    return Case.locked(case_id)


def void_sheets(rows: QuerySet[ScoreSheet]) -> list[ScoreSheet]:
    """Make those sheets void that still count; which they were. Their cases are locked."""
    step = SHEET.transitions["void"]
    found = list(rows.filter(state__in=step.sources))
    ScoreSheet.objects.filter(pk__in=[sheet.pk for sheet in found]).update(state=step.target)
    return found


def text(value: str, field: str, *, longest: int, empty: Words = "", title: Words = "") -> str:
    """What was written, without spaces around it and without what a database can't keep.

    Args:
        value: what was typed.
        field: the argument that it came in.
        longest: how many characters there may be.
        empty: what to say when there is nothing; left out, nothing is fine.
        title: what can't be done without it.

    Raises:
        Invalid: empty, or too long.
    """
    words = value.replace("\x00", "").strip()
    if not words and empty:
        raise Invalid(title or empty, {field: empty})
    if len(words) > longest:
        too_long = _t("ข้อความยาวเกิน %(longest)d ตัวอักษร ตัดให้สั้นลง") % {"longest": longest}
        raise Invalid(title or too_long, {field: too_long}, "too-long")
    return words
