"""Jobs of this room: they take ids, may run twice, and call actions."""

from uuid import UUID

from saduak.applications.actions import print_receipt, tell_sittings
from saduak.applications.actions.sittings import with_ended_sittings
from saduak.foundation import jobs
from saduak.foundation.access import Actor


@jobs.job
def render_receipt(*, submission_id: str) -> None:
    """Print the receipt of a submission and keep it beside the submission."""
    print_receipt(actor=Actor.system("receipts"), submission_id=UUID(submission_id))


@jobs.tick(minutes=10)
def close_sittings() -> int:
    """Tell the audit about sittings that are over; how many."""
    actor = Actor.system("sittings")
    return sum(tell_sittings(actor=actor, application_key=key) for key in with_ended_sittings())
