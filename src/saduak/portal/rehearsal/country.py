"""The secretariat opens the round; the provinces set their earlier date."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from saduak.foundation.access import Refused
from saduak.portal.rehearsal.calendar import at
from saduak.portal.rehearsal.stage import Stage
from saduak.programme import actions as programme
from saduak.programme.models import Round


def open_round(stage: Stage) -> None:
    """Open the round, or take up the one that is there."""
    world, dates = stage.world, stage.dates
    known = Round.objects.filter(programme=world.programme, fiscal_year=dates.fiscal_year).first()
    stage.round = known or programme.open_round(
        actor=world.secretary.now(),
        programme=world.programme,
        fiscal_year=dates.fiscal_year,
        criteria_set=world.criteria,
        windows=dates.windows(),
    )


def supervisors(stage: Stage) -> Iterator[datetime]:
    """Two provinces in three ask for the drafts by the middle of February."""
    yield at(stage.dates.called + timedelta(days=14))
    for code, somebody in sorted(stage.world.supervisors.items()):
        if stage.world.dice(f"deadline:{code}").random() > 2 / 3:
            continue
        owner = somebody.person.appointments.select_related("organisation").latest("pk").organisation
        try:
            programme.set_internal_deadline(
                actor=somebody.now(),
                round_id=stage.round.public_id,
                owner=owner,
                kind="check",
                reach="line",
                due_on=stage.dates.check_due,
            )
        except Refused:
            stage.tally["deadlines_refused"] += 1
        else:
            stage.tally["deadlines"] += 1
