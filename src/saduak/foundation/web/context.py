"""What every page's frame needs."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from saduak.foundation import clock, time_machine


def frame(request: HttpRequest) -> dict[str, Any]:
    """Actor, business time, and whether this is a demo."""
    return {
        "actor": getattr(request, "actor", None),
        "now": clock.now(),
        "public_url": settings.PUBLIC_URL,
        "time_machine": time_machine.is_on(),
    }
