import pypdfium2
import pytest

from saduak.applications import actions, documents, queries
from saduak.applications.actions.receipts import _attach
from saduak.foundation import files, jobs
from saduak.organisations.models import Organisation
from tests.applications.factories import submitted_application
from tests.organisations.factories import OrganisationFactory

pytestmark = pytest.mark.django_db


def text_of(data):
    """The text layer as pdfium copies it, on one line."""
    with pypdfium2.PdfDocument(data) as pdf:
        return " ".join(" ".join(page.get_textpage().get_text_range() for page in pdf).split())


def test_the_receipt_says_what_was_filed_in_text_that_copies_right(draft, people, land):
    land.programme.host = OrganisationFactory(name_th="สำนักงานปลัดสำนักนายกรัฐมนตรี")
    land.programme.save(update_fields=["host"])
    filed = submitted_application(draft, officer=people.officer, points=83)
    receipt = queries.submission_page(people.officer, filed.submission.public_id)
    text = text_of(documents.receipt_pdf(receipt.submission))
    for words in (
        "หลักฐานการรับใบสมัคร",
        "สำนักงานปลัดสำนักนายกรัฐมนตรี",
        filed.submission.receipt_code,
        "หน่วยบริการงานทะเบียน",
        "ที่ทำการปกครองอำเภอวังทอง",
        "ปีงบประมาณ พ.ศ. 2570",
        "4 กุมภาพันธ์ 2570",
        "ครบ 14 จาก 14 ข้อ",
        "83 จาก 100",
        "(ประมาณการ)",
        receipt.hash_groups[:39],
    ):
        assert words in text, (words, text)
    assert not any("๐" <= sign <= "๙" for sign in text)


def test_a_job_prints_the_receipt_once(draft, people, actor_system):
    filed = submitted_application(draft, officer=people.officer)
    assert jobs.run_pending() >= 1
    filed.submission.refresh_from_db()
    first = filed.submission.receipt_pdf
    assert first.media_type == "application/pdf"
    with files.open(first) as data:
        assert data.read(5) == b"%PDF-"
    again = actions.print_receipt(actor=actor_system, submission_id=filed.submission.public_id)
    assert again.receipt_pdf == first


def test_two_workers_print_one_receipt(draft, people, actor_system):
    filed = submitted_application(draft, officer=people.officer)
    values = {"actor": actor_system, "submission_id": filed.submission.public_id, "data": b"%PDF-1.7"}
    assert _attach(**values).receipt_pdf == _attach(**values).receipt_pdf


def test_a_programme_without_a_host_has_a_receipt_too(draft, people, land):
    filed = submitted_application(draft, officer=people.officer)
    assert not Organisation.objects.filter(hosted_programmes=land.programme).exists()
    page = queries.submission_page(people.officer, filed.submission.public_id)
    assert documents.receipt_pdf(page.submission).startswith(b"%PDF-")
