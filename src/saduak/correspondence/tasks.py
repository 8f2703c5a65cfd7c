"""Background work of this room."""

from datetime import timedelta

from saduak.correspondence import intake
from saduak.correspondence.actions import keep_reading
from saduak.correspondence.models import Letter
from saduak.foundation import jobs
from saduak.foundation.access import Actor, Invalid


@jobs.job(queue="batches", attempts=3, lease=timedelta(minutes=40))
def read_letter(letter_id: str) -> None:
    """Recognise a scanned letter and read it. Running twice changes nothing."""
    letter = Letter.objects.select_related("file").get(public_id=letter_id)
    actor = Actor.system("letters")
    try:
        reading = intake.read(intake.bytes_of(letter.file), letter.file.name)
    except Invalid as problem:
        keep_reading(actor=actor, letter_id=letter.public_id, reading=None, problem=str(problem.reason))
        return
    keep_reading(actor=actor, letter_id=letter.public_id, reading=reading)
