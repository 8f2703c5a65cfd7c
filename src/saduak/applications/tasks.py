"""Jobs of this room: they take ids, may run twice, and call actions."""

from uuid import UUID

from django.db import transaction

from saduak.applications import (
    following_tasks,  # noqa: F401 - registers its worker and its job
    readiness_tasks,  # noqa: F401 - registers its worker
)
from saduak.applications.actions import (
    drop_old_self_checks,
    print_receipt,
    print_whole,
    sharing,
    tell_sittings,
)
from saduak.applications.actions.obstacles import lapse_obstacle, reroute_obstacles
from saduak.applications.actions.parting import drop_stray_checks, end_lapsed_help, with_lapsed_help
from saduak.applications.actions.sittings import with_ended_sittings
from saduak.foundation import batches, jobs
from saduak.foundation.access import Actor
from saduak.foundation.models import Batch, BatchItem


@jobs.job
def render_receipt(*, submission_id: str) -> None:
    """Print the receipt of a submission and keep it beside the submission."""
    print_receipt(actor=Actor.system("receipts"), submission_id=UUID(submission_id))


@jobs.job
def print_whole_paper(*, paper_id: str) -> None:
    """Print a whole application that somebody asked for, with its pictures."""
    print_whole(actor=Actor.system("papers"), paper_id=UUID(paper_id))


@jobs.tick(minutes=30)
def end_stray_checks() -> int:
    """End checks that wait at offices which stopped standing over the centre's at midnight; how many."""
    with transaction.atomic():
        return drop_stray_checks(actor=Actor.system("relations"))


@jobs.tick(minutes=30)
def end_help_of_lapsed() -> int:
    """End the links and the help of whose appointment ran out at midnight; how many."""
    actor = Actor.system("relations")
    return sum(end_lapsed_help(actor=actor, application_id=name) for name in with_lapsed_help())


@jobs.job
def recount_copies(*, item_id: str) -> int:
    """Have counted anew where centres hold a copy of what was published as their own proof; in how many applications.

    Running twice counts twice, which changes nothing.
    """
    found = sharing.with_copies(UUID(item_id))
    if found:
        batches.start(
            kind=sharing.RECOUNT,
            items=[str(name) for name in found],
            params={"item": item_id},
            actor=Actor.system("shared-library"),
        )
    return len(found)


# Each application is a handful of queries under its lock: few at a time.
@batches.worker(sharing.RECOUNT, chunk=5)
def recount_some(batch: Batch, items: list[BatchItem]) -> None:
    """Count some applications' copies of an item anew."""
    for item in items:
        sharing.recount_copies(
            actor=Actor.system("shared-library"),
            application_id=UUID(item.item),
            item_id=UUID(batch.params["item"]),
        )


@jobs.job
def raise_obstacle(*, obstacle_pk: int) -> None:
    """Send an obstacle that nobody answered in time one level up."""
    lapse_obstacle(actor=Actor.system("obstacles"), obstacle_pk=obstacle_pk)


@jobs.tick(minutes=30)
def send_stray_obstacles() -> int:
    """Send obstacles anew that wait at offices which stopped standing over the centre's at midnight; how many."""
    return reroute_obstacles(actor=Actor.system("relations"))


@jobs.tick(minutes=60)
def prune_self_checks() -> int:
    """Delete self-checks that nobody changed for as long as they are kept; how many. Some at a time."""
    return drop_old_self_checks(actor=Actor.system("self-checks"))


@jobs.tick(minutes=10)
def close_sittings() -> int:
    """Tell the audit about sittings that are over; how many."""
    actor = Actor.system("sittings")
    return sum(tell_sittings(actor=actor, application_key=key) for key in with_ended_sittings())
