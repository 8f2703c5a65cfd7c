"""Published criteria sets, rounds with an open application window, internal deadlines. Used by the rooms above too."""

import datetime
import functools
from typing import Any

import factory
from factory.django import DjangoModelFactory

from saduak.foundation import clock
from saduak.foundation.access import Actor
from saduak.foundation.thai.calendar import end_exclusive, start_of_day
from saduak.organisations.models import Programme
from saduak.programme import reading
from saduak.programme.actions.criteria import _fill, _header
from saduak.programme.models import CriteriaSet, InternalDeadline, Round, Stage
from tests.organisations.factories import OrganisationFactory, ProgrammeFactory, actor_for

# The demo's moment: in mid-window of the round of fiscal year 2570.
MID_WINDOW = datetime.datetime(2027, 2, 4, 9, 41, tzinfo=clock.BANGKOK)
DAY = datetime.date

# First and last day of each stage of the round of 2570.
DAYS_2570 = {
    "call": (DAY(2026, 12, 1), DAY(2026, 12, 31)),
    "briefing": (DAY(2026, 12, 19), DAY(2026, 12, 19)),
    "application": (DAY(2027, 1, 1), DAY(2027, 2, 28)),
    "screening": (DAY(2027, 3, 1), DAY(2027, 4, 30)),
    "visit": (DAY(2027, 5, 1), DAY(2027, 7, 15)),
    "decision": (DAY(2027, 8, 1), DAY(2027, 8, 31)),
    "announcement": (DAY(2027, 9, 1), DAY(2027, 9, 30)),
}


def windows(
    days: dict[str, tuple[DAY, DAY]] = DAYS_2570,
) -> dict[str, tuple[datetime.datetime, datetime.datetime]]:
    """Days as half-open moments, ready for `open_round`."""
    return {key: (start_of_day(first), end_exclusive(last)) for key, (first, last) in days.items()}


@functools.cache
def document() -> dict[str, Any]:
    """The unofficial GECC set, read once a session."""
    read = reading.read(reading.bundled())
    assert read.ok, read.problems
    return read.document


def published_set(programme: Programme | None = None, **changes: Any) -> CriteriaSet:
    """The GECC set, published for a programme: a few inserts, no parsing. The same again is the one that exists.

    `changes` replace top parts of the document, for example `version=2` or `official=True`.
    """
    content = document() | changes
    programme = programme or ProgrammeFactory()
    present = CriteriaSet.objects.filter(
        programme=programme, code=content["code"], version=content["version"], state="published"
    ).first()
    if present is not None:
        return present
    row = CriteriaSet(programme=programme, code=content["code"], version=content["version"])
    _fill(_header(row, content, reading.digest_of(content), clock.now()), content)
    row.state, row.published_at = "published", clock.now()
    row.save()
    return row


class CriteriaSetFactory(DjangoModelFactory):
    """A published GECC set: `CriteriaSetFactory(programme=…, official=True)`."""

    class Meta:
        model = CriteriaSet

    @classmethod
    def _create(cls, model_class: type[CriteriaSet], *args: Any, **kwargs: Any) -> CriteriaSet:
        return published_set(**kwargs)


class RoundFactory(DjangoModelFactory):
    """The round of 2570 with all stages; at MID_WINDOW it takes applications. `days={…}` changes the stages.

    `RoundFactory(open_at=moment)` puts an application window of ten days each way around `moment` instead.
    """

    class Meta:
        model = Round
        skip_postgeneration_save = True

    class Params:
        open_at = None
        days = None

    programme = factory.SubFactory(ProgrammeFactory)
    fiscal_year = 2570
    title = factory.LazyAttribute(lambda o: f"รอบการรับรอง ปีงบประมาณ พ.ศ. {o.fiscal_year}")
    criteria_set = factory.LazyAttribute(lambda o: published_set(o.programme))
    opened_at = factory.LazyFunction(clock.now)
    certificate_series = factory.LazyAttribute(lambda o: f"certificate-{o.programme.code}-{o.fiscal_year}")

    @classmethod
    def _create(cls, model_class: type[Round], *args: Any, **kwargs: Any) -> Round:
        dates = kwargs.pop("stage_windows")
        row = super()._create(model_class, *args, **kwargs)
        Stage.objects.bulk_create(
            Stage(round=row, key=key, ordinal=n, starts_at=dates[key][0], ends_at=dates[key][1])
            for n, key in enumerate(Stage.Key.values, start=1)
            if key in dates
        )
        return row

    @factory.lazy_attribute
    def stage_windows(self) -> dict[str, Any]:
        if self.open_at is not None:
            ten = datetime.timedelta(days=10)
            return {"application": (self.open_at - ten, self.open_at + ten)}
        return windows(self.days or DAYS_2570)


class InternalDeadlineFactory(DjangoModelFactory):
    """`InternalDeadlineFactory(round=…, owner=province, kind="check", reach="line", due_on=date)`."""

    class Meta:
        model = InternalDeadline

    class Params:
        due_on = DAY(2027, 2, 15)

    round = factory.SubFactory(RoundFactory)
    owner = factory.SubFactory(OrganisationFactory)
    kind = "check"
    reach = "line"
    due_at = factory.LazyAttribute(lambda o: end_exclusive(o.due_on))


def secretariat(programme: Programme | None = None, received_at: datetime.datetime | None = None) -> Actor:
    """Somebody of a programme's secretariat (of every programme when none is named), through the real resolver."""
    return actor_for("secretariat", programme=programme, received_at=received_at)
