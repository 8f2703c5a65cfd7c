"""How citizens reach a certified centre: when it is open, where it is, and whom to call."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from saduak.foundation.access.registry import Words
from saduak.foundation.thai.names import WEEKDAYS_EN, WEEKDAYS_TH
from saduak.foundation.thai.words import language
from saduak.organisations.models import Area, ServiceCentre
from saduak.programme.words import in_language

# What the way to a centre's page promises, by what is known: hours, address, telephone.
_WAYS: dict[tuple[bool, bool, bool], Words] = {
    (True, True, True): gettext_lazy("ดูเวลาเปิด ที่อยู่ และโทรศัพท์"),
    (True, True, False): gettext_lazy("ดูเวลาเปิดและที่อยู่"),
    (True, False, True): gettext_lazy("ดูเวลาเปิดและโทรศัพท์"),
    (True, False, False): gettext_lazy("ดูเวลาเปิด"),
    (False, True, True): gettext_lazy("ดูที่อยู่และโทรศัพท์"),
    (False, True, False): gettext_lazy("ดูที่อยู่"),
    (False, False, True): gettext_lazy("ดูโทรศัพท์"),
    (False, False, False): gettext_lazy("ดูข้อมูลและใบรับรองของศูนย์"),
}


def way_to(centre: ServiceCentre) -> Words:
    """What the link to a centre's page says: no more than stands there. The organisation comes loaded."""
    asked = centre if centre.address or centre.phone or centre.email else centre.organisation
    return _WAYS[bool(centre.hours), bool(asked.address), bool(asked.phone)]


def place_of(area: Area | None) -> str:
    """Where something is, in the reader's language, from the smallest area on. The areas above come loaded."""
    names = []
    while area is not None:
        names.append(in_language(area.name_th, area.name_en))
        area = area.parent
    return " ".join(names)


def hours_of(centre: ServiceCentre) -> list[tuple[str, str]]:
    """When a centre is open: days, and from when to when."""
    return [(_days(slot["days"]), _times(slot)) for slot in centre.hours]


def _days(numbers: list[int]) -> str:
    names = WEEKDAYS_EN if language() == "en" else WEEKDAYS_TH
    days = sorted(numbers)
    in_row = len(days) > 2 and days == list(range(days[0], days[-1] + 1))
    shown = [names[day - 1] for day in ((days[0], days[-1]) if in_row else days)]
    return (" – " if in_row else " ").join(shown)


def _times(slot: dict[str, Any]) -> str:
    said = {name: slot[name].replace(":", ".") for name in ("opens", "closes")}
    return _("%(opens)s – %(closes)s น.") % said
