"""Background work for the supervisor's board: reminders to many, and large boards as files."""

from datetime import timedelta
from uuid import UUID

from saduak.applications import board_export
from saduak.applications.actions.exports import drop_old_files
from saduak.applications.actions.following import REMIND, keep_export, remind_units
from saduak.applications.models import BoardExport
from saduak.foundation import batches, clock, files, jobs, spreadsheets
from saduak.foundation.access import Actor
from saduak.foundation.access.resolver import of_user
from saduak.foundation.models import Batch, BatchItem


# A chunk is a handful of queries: begin with many, the batch adapts.
@batches.worker(REMIND, chunk=250)
def remind(batch: Batch, items: list[BatchItem]) -> None:
    """Remind some units of a reminder."""
    remind_units(
        actor=Actor.system("reminders"),
        reminder_id=UUID(batch.params["reminder"]),
        items=[item.item for item in items],
    )


@jobs.job(queue="batches", attempts=3, lease=timedelta(minutes=40))
def write_board(export_id: str) -> None:
    """Write out a board that somebody asked for, as far as they see it now. Running twice changes nothing."""
    rows = BoardExport.objects.select_related("round__programme", "round__criteria_set", "requested_by")
    made = rows.prefetch_related("round__stages").get(public_id=export_id)
    if made.file_id is not None:
        return
    actor = of_user(made.requested_by, clock.now())
    sheet = board_export.write(actor, made.round, board_export.filters_of(made.query))
    with sheet.file as content:
        stored = files.put(content, name=sheet.name, media_type=spreadsheets.XLSX_TYPE)
    keep_export(actor=Actor.system("board"), export_id=made.public_id, stored=stored, lines=sheet.lines)


@jobs.tick(minutes=60)
def prune_files() -> int:
    """Let go of files that were asked for, when they were kept long enough; how many. Some at a time."""
    return drop_old_files(actor=Actor.system("exports"))
