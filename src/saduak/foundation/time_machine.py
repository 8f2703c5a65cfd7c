"""The demo's time machine: moves business time for every request and job. Impossible outside the demo's settings."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from saduak.foundation import clock
from saduak.foundation.access import Refused
from saduak.foundation.models.accounts import TimeMachineState
from saduak.foundation.models.services import TickRun


def is_on() -> bool:
    """Whether these settings have a time machine at all."""
    return bool(settings.TIME_MACHINE)


def offset() -> timedelta:
    """How far business time is from real time; zero, and no query, without a time machine."""
    if not is_on():
        return timedelta(0)
    state = TimeMachineState.objects.first()
    return state.offset if state else timedelta(0)


def move_to(moment: datetime, *, label: str = "") -> None:
    """Make it `moment` now; time runs on from there.

    Raises:
        Refused: these settings have no time machine.
    """
    if not is_on():
        raise Refused(_("ระบบนี้ไม่มีวันที่จำลอง"), "no-time-machine")
    TimeMachineState.objects.update_or_create(
        single=True, defaults={"offset": moment - clock.wall(), "label": label, "moved_at": clock.wall()}
    )
    # What became due by the move is looked for at once, not when the ticks come round.
    TickRun.objects.update(next_at=clock.wall())
