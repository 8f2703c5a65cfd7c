"""What every page's frame needs."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from saduak.foundation import clock, time_machine
from saduak.foundation.web import autosave


def frame(request: HttpRequest) -> dict[str, Any]:
    """Actor, business time, who runs this site, and whether it is a demo."""
    return {
        "actor": getattr(request, "actor", None),
        "account": SimpleLazyObject(lambda: autosave.account_of(request)),
        "now": clock.now(),
        "operator": settings.OPERATOR_EN if get_language() == "en" else settings.OPERATOR,
        "public_url": settings.PUBLIC_URL,
        "time_machine": time_machine.is_on(),
    }
