"""Papers of this room: the receipt, and the page that the head signs. Typst templates with plain data, Sarabun, A4."""

from pathlib import Path
from typing import Any

from django.utils import translation

from saduak.applications import content
from saduak.applications.models import Submission
from saduak.applications.queries.filing import Receipt, SigningPage, receipt_of
from saduak.foundation import clock, pdf
from saduak.foundation.thai import calendar
from saduak.programme.levels import plain

TEMPLATES = Path(__file__).parent / "typst"


def receipt_pdf(submission: Submission) -> bytes:
    """The receipt of a submission, in Thai. The submission comes as `queries.submission_page` finds it."""
    with translation.override("th"):
        return pdf.render(TEMPLATES / "receipt.typ", _receipt(receipt_of(submission)))


def _receipt(receipt: Receipt) -> dict[str, Any]:
    submission, programme = receipt.submission, receipt.application.round.programme
    return {
        "programme": programme.name_th,
        "host": programme.host.name_th if programme.host else "",
        "code": submission.receipt_code,
        "corrected": submission.ordinal > 1,
        "facts": [[str(label), str(value)] for label, value in receipt.facts],
        "steps": [
            {
                "title": str(step.title),
                "when": calendar.format_short(calendar.bangkok_date(step.when)) if step.when else "",
                "note": str(step.note),
            }
            for step in receipt.steps
        ],
        "sha256": receipt.hash_groups,
        "printed": calendar.format_datetime(clock.now()),
    }


def signing_pdf(page: SigningPage) -> bytes:
    """The page that the head reads and signs by hand: every claim, and the check code of exactly this content."""
    with translation.override("th"):
        return pdf.render(TEMPLATES / "signing.typ", _signing(page))


def _signing(page: SigningPage) -> dict[str, Any]:
    application, estimate = page.application, page.tasks.estimate
    return {
        "programme": application.round.programme.name_th,
        "round": application.round.title,
        "kind": str(application.get_kind_display()),
        "centre": application.centre.name_th,
        "organisation": application.centre.organisation.name_th,
        "gates": [estimate.gates_met, estimate.gates_total],
        "points": plain(estimate.claim),
        "maximum": plain(estimate.maximum),
        "official": estimate.official,
        "parts": [
            {
                "title": part.title,
                "scored": part.kind != "gate",
                "rows": [
                    [row.number, row.title, _claim(row.claim), plain(row.points), str(row.evidence_count)]
                    for row in part.rows
                ],
            }
            for part in page.tasks.parts
        ],
        "code": page.code,
        "sha256": content.grouped(page.digest),
        "printed": calendar.format_datetime(clock.now()),
    }


def _claim(claim: str) -> str:
    return {"met": "มี", "unmet": "ไม่มี"}.get(claim, "ไม่ตอบ")
