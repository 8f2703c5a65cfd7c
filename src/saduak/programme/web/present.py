"""Rounds and stages as pages show them."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from saduak.foundation import clock
from saduak.foundation.thai import calendar
from saduak.foundation.web import languages
from saduak.organisations.queries import Link
from saduak.programme.models import InternalDeadline, Round, Stage
from saduak.programme.queries import Effective, phase_of, round_phase_of, stage_of
from saduak.programme.states import Phase

RAIL = {Phase.PLANNED: "ahead", Phase.OPEN: "now", Phase.CLOSED: "past"}
TAGS = {Phase.PLANNED: "wait", Phase.OPEN: "work", Phase.CLOSED: "off"}


def language() -> Literal["th", "en"]:
    """The reader's language, as the calendar wants it."""
    return "en" if languages.current() == "en" else "th"


def days(stage: Stage) -> str:
    """The days of a stage, both included: 1 ม.ค. – 28 ก.พ. 2570."""
    return calendar.format_range(stage.starts_at, calendar.closing_day(stage.ends_at), language=language())


def rail(row: Round, moment: datetime | None = None) -> list[dict[str, Any]]:
    """The stages of a round for the rail."""
    now = moment or clock.now()
    return [
        {
            "key": stage.key,
            "title": stage.get_key_display(),
            "text": days(stage),
            "state": RAIL[phase_of(row, stage.key, now)],
        }
        for stage in row.stages.all()
    ]


@dataclass(frozen=True, slots=True)
class RoundRow:
    """A round in a list."""

    row: Round
    phase: Phase
    state: str
    application: Stage | None
    days: str


def round_row(row: Round, moment: datetime | None = None) -> RoundRow:
    """One line of the list of rounds."""
    found = round_phase_of(row, moment)
    application = stage_of(row)
    return RoundRow(row, found, TAGS[found], application, days(application) if application else "")


def mine(effective: dict[int, Effective]) -> list[InternalDeadline]:
    """The internal dates of all my organisations, each once, by date."""
    rows = {deadline.pk: deadline for each in effective.values() for deadline in each.internal}
    return sorted(rows.values(), key=lambda deadline: (deadline.due_at, deadline.pk))


def with_sources(
    rows: Iterable[InternalDeadline], sources: Mapping[uuid.UUID, Link]
) -> list[tuple[InternalDeadline, Link | None]]:
    """Dates, each with the letter that set it where the reader may open that."""
    return [(row, sources.get(row.source_letter) if row.source_letter else None) for row in rows]
