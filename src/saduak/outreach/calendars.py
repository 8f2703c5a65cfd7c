"""A briefing as a calendar file (ICS, RFC 5545), in Bangkok time."""

from icalendar import Calendar, Event

from saduak.foundation import clock
from saduak.outreach.models import Briefing


def ics(briefing: Briefing, *, url: str) -> bytes:
    """The file that calendars take: one event with its agenda in the description.

    Args:
        briefing: with its agenda items.
        url: of its page.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Saduak//Saduak//TH")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "CANCEL" if briefing.cancelled_at else "PUBLISH")
    event = Event()
    event.add("uid", f"{briefing.public_id}@saduak")
    event.add("dtstamp", clock.wall())
    event.add("dtstart", briefing.starts_at.astimezone(clock.BANGKOK))
    event.add("dtend", briefing.ends_at.astimezone(clock.BANGKOK))
    event.add("summary", briefing.title)
    if briefing.place:
        event.add("location", briefing.place)
    event.add("description", _description(briefing))
    event.add("url", url)
    event.add("sequence", 1 if briefing.cancelled_at else 0)
    event.add("status", "CANCELLED" if briefing.cancelled_at else "CONFIRMED")
    calendar.add_component(event)
    calendar.add_missing_timezones()
    content: bytes = calendar.to_ical()
    return content


def _description(briefing: Briefing) -> str:
    lines = [str(briefing.host), *briefing.channels]
    for item in briefing.items.all():
        start = item.starts_at.astimezone(clock.BANGKOK)
        lines.append(f"{start:%H.%M} {item.what}")
    return "\n".join(lines)
