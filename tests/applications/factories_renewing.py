"""Certificates that a centre held, and an application that was filed in an earlier round."""

import copy
import datetime

from saduak.applications.models import Application
from saduak.organisations.models import Programme, ServiceCentre
from saduak.programme.models import CriteriaSet, Round
from saduak.register.models import Certificate
from tests.programme.factories import DAYS_2570, RoundFactory, document, published_set, windows
from tests.register.factories import CertificateFactory, PublicationFactory

ENDED = datetime.date(2026, 9, 1)


def held(application: Application, until: datetime.date = ENDED, **more) -> Certificate:
    """A certificate of the application's centre; it has ended unless `until` says otherwise."""
    return held_by(application.centre, application.round.programme, until, **more)


def held_by(centre: ServiceCentre, programme: Programme, until: datetime.date = ENDED, **more) -> Certificate:
    """A certificate of a centre in a programme, for three years to a day."""
    return CertificateFactory(
        publication=PublicationFactory(programme=programme),
        centre=centre,
        valid_from=until - datetime.timedelta(days=1095),
        valid_until=until,
        **more,
    )


def changed_set(programme, version: int, change) -> CriteriaSet:
    """The GECC set once more, as another version: `change(items)` gets its criteria by number and part."""
    content = copy.deepcopy(document())
    items = {(part["key"], item["number"]): item for part in content["parts"] for item in part["items"]}
    change(items, content)
    return published_set(programme, version=version, parts=content["parts"])


def round_after(before: Round, set_: CriteriaSet, year: int) -> Round:
    """The round of another year with the same stages, years later."""
    shift = year - before.fiscal_year
    days = {key: tuple(day.replace(year=day.year + shift) for day in pair) for key, pair in DAYS_2570.items()}
    return RoundFactory(
        programme=before.programme, fiscal_year=year, criteria_set=set_, stage_windows=windows(days)
    )
