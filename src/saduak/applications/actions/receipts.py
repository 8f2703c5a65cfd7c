"""The printed receipt of a submission."""

import uuid

from saduak.applications import documents
from saduak.applications.models import Submission
from saduak.applications.queries.filing import with_names
from saduak.foundation import files
from saduak.foundation.access import Actor
from saduak.foundation.actions import action


def print_receipt(*, actor: Actor, submission_id: uuid.UUID) -> Submission:
    """Print the receipt and keep it beside the submission; one that is there already stays.

    It is printed before the transaction begins, so that drawing holds no lock.

    Raises:
        DoesNotExist: no such submission.
    """
    submission: Submission = with_names(Submission.objects.all()).get(public_id=submission_id)
    if submission.receipt_pdf_id is not None:
        return submission
    return _attach(actor=actor, submission_id=submission_id, data=documents.receipt_pdf(submission))


@action("applications.attach_receipt")
def _attach(*, actor: Actor, submission_id: uuid.UUID, data: bytes) -> Submission:
    submission: Submission = Submission.objects.select_for_update(of=("self",), no_key=True).get(
        public_id=submission_id
    )
    if submission.receipt_pdf_id is None:
        name = f"receipt-{submission.receipt_code}.pdf"
        submission.receipt_pdf = files.put(data, name=name, media_type="application/pdf", actor=actor)
        submission.save(update_fields=["receipt_pdf"])
    return submission
