"""Background work of the registers: large ones as files."""

from datetime import timedelta

from saduak.correspondence import registers_export as drawing
from saduak.correspondence.actions.registers_keeping import keep_export
from saduak.correspondence.models.registers import RegisterExport
from saduak.foundation import clock, files, jobs
from saduak.foundation.access import Actor
from saduak.foundation.access.resolver import of_user


@jobs.job(queue="batches", attempts=3, lease=timedelta(minutes=40))
def make_register_file(export_id: str) -> None:
    """Write out what somebody asked for, as far as they see it now. Running twice changes nothing."""
    made = RegisterExport.objects.select_related("registry__organisation", "requested_by").get(
        public_id=export_id
    )
    if made.file_id is not None:
        return
    sheet = drawing.sheet_of(of_user(made.requested_by, clock.now()), made)
    data, lines = drawing.draw(sheet, made.format)
    stored = files.put(
        data, name=drawing.file_name(sheet, made.format), media_type=drawing.TYPES[made.format]
    )
    keep_export(actor=Actor.system("registers"), export_id=made.public_id, stored=stored, lines=lines)
