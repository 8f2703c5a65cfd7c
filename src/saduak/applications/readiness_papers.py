"""Readiness on paper and in spreadsheets: the list that a head signs by hand, an office's list, a list that was sent."""

import io
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar

from django.utils import translation
from django.utils.translation import gettext as _

from saduak.applications import content
from saduak.applications.models import (
    ReadinessConfirmation,
    ReadinessEntry,
    ReadinessExport,
    ReadinessList,
)
from saduak.applications.queries.readiness import (
    ConfirmPage,
    Desk,
    Wanted,
    confirm_page,
    confirmations_of,
    desk_of,
    entries,
    gates_of,
    readiness_list,
)
from saduak.applications.states import READINESS
from saduak.foundation import clock, pdf, spreadsheets
from saduak.foundation.access import Actor, Refused
from saduak.foundation.thai import calendar
from saduak.programme.models import Criterion

TEMPLATES: Final = Path(__file__).parent / "typst"
# So many lines are written while the person waits; a PDF takes six milliseconds a line, because its text is mended.
AT_ONCE: Final = {"units": 2_000, "list": 2_000, "signing": 100}
# Typst keeps a whole document in memory: a quarter of a gigabyte for a thousand lines.
PART: Final = 1_000
Line = tuple[Any, ...]
Found = TypeVar("Found")


TYPES: Final = {
    "units": spreadsheets.XLSX_TYPE,
    "list": spreadsheets.XLSX_TYPE,
    "signing": "application/pdf",
}


def write(actor: Actor, wanted: ReadinessExport) -> spreadsheets.Written:
    """What somebody asked for, as it is now. Whoever asks closes the file; then it is gone.

    Raises:
        Refused: the actor may not read it any more, or nothing waits for the head any more.
    """
    if wanted.list is not None:
        return list_sheet(actor, _readable(readiness_list(actor, wanted.list.public_id)))
    desk = _readable(desk_of(actor, wanted.round, wanted.office.public_id))
    if wanted.content == ReadinessExport.Content.SIGNING:
        page = confirm_page(actor, desk)
        if not page.rows:
            raise Refused(_("ไม่มีผลประเมินที่รอหัวหน้ายืนยันแล้ว จึงไม่มีรายการให้ลงนาม"), "nothing")
        return signing_file(page)
    return units_sheet(desk, Wanted.of(wanted.query))


def _readable(found: Found | None) -> Found:
    if found is None:
        raise Refused(_("คุณไม่มีสิทธิ์อ่านรายการนี้แล้ว"), "not-yours")
    return found


# --- On paper ----------------------------------------------------------------------------------------------------------


def signing_pdf(page: ConfirmPage) -> bytes:
    """The list that the head reads and signs by hand, with the check code of exactly these statements."""
    with translation.override("th"):
        return pdf.render_parts(TEMPLATES / "readiness.typ", _parts(page))


def _parts(page: ConfirmPage) -> Iterator[dict[str, Any]]:
    """A thousand lines at a time; the signature stands under the last."""
    starts = range(0, max(len(page.rows), 1), PART)
    for start in starts:
        yield _signing(page, start) | {"whole": len(starts) == 1, "last": start == starts[-1]}


def signing_file(page: ConfirmPage) -> spreadsheets.Written:
    """As above, as a download. Whoever asks closes the file."""
    name = _("รายการความพร้อม %(code)s.pdf") % {"code": page.code}
    return spreadsheets.Written(io.BytesIO(signing_pdf(page)), name, len(page.rows))


def _signing(page: ConfirmPage, start: int) -> dict[str, Any]:
    round_ = page.desk.round
    return {
        "first_row": start + 1,
        "programme": round_.programme.name_th,
        "round": round_.title,
        "office": page.desk.office.name_th,
        "counts": [len(page.rows), page.ready],
        "rows": [
            {
                "name": row.centre.name_th,
                "office": row.centre.office_name,
                "ready": bool(row.ready),
                "reasons": row.reasons,
                "day": calendar.format_short(row.assessed_on) if row.assessed_on else "",
            }
            for row in page.rows[start : start + PART]
        ],
        "code": page.code,
        "sha256": content.grouped(page.digest),
        "printed": calendar.format_datetime(clock.now()),
    }


# --- As a spreadsheet --------------------------------------------------------------------------------------------------


def units_sheet(desk: Desk, wanted: Wanted) -> spreadsheets.Written:
    """An office's list as it is filtered, in Thai. Whoever asks closes the file; then it is gone."""
    with translation.override("th"):
        states = {"none": _("ยังไม่ประเมิน"), **{key: str(label) for key, label in READINESS.states.items()}}
        lines = (
            (
                row.organisation.name_th,
                row.name_th,
                row.place_name,
                states[row.state],
                _verdict({"yes": True, "no": False}.get(row.verdict)),
                row.reasons or "",
                row.assessed_on,
            )
            for row in desk.lines(wanted)
        )
        head = [
            *((_("หน่วยงาน"), 40), (_("ศูนย์"), 40), (_("พื้นที่"), 18), (_("สถานะ"), 26)),
            *((_("ผลประเมิน"), 14), (_("เหตุผล"), 60), (_("วันที่ประเมิน"), 14)),
        ]
        title = f"{desk.round.title} {desk.office.name_th}"
        name = f"readiness-{desk.round.fiscal_year}-{clock.today():%Y%m%d}.xlsx"
        return _written(name, title, head, lines)


def list_sheet(actor: Actor, sent: ReadinessList) -> spreadsheets.Written:
    """A list as it was sent, with the gates that were looked at and who confirmed, in Thai. Whoever asks closes the file."""
    with translation.override("th"):
        gates = gates_of(sent.round)
        rows: Iterable[ReadinessEntry] = entries(actor, sent).iterator(chunk_size=500)
        lines = (
            (
                entry.ordinal,
                entry.office_name,
                entry.name,
                entry.area_name,
                _verdict(entry.ready),
                entry.reasons,
                entry.assessed_on,
                *_seen(gates, entry.gates),
            )
            for entry in rows
        )
        head = [
            *((_("ลำดับ"), 8), (_("หน่วยงาน"), 40), (_("ศูนย์"), 40), (_("พื้นที่"), 18)),
            *((_("ผลประเมิน"), 14), (_("เหตุผล"), 60), (_("วันที่ประเมิน"), 14)),
            *((f"{gate.number} {gate.title}", 14) for gate in gates),
        ]
        title = f"{sent.round.title} {sent.assessor.name_th}"
        name = f"readiness-{sent.round.fiscal_year}-{sent.assessor.code}-{sent.ordinal}.xlsx"
        return _written(
            name.replace(":", "-"),
            title,
            head,
            lines,
            [_signer(row) for row in confirmations_of(actor, sent)],
        )


def _signer(row: ReadinessConfirmation) -> Line:
    return (
        row.signer_position or row.signer_name,
        str(row.get_capacity_display()),
        row.on_behalf_of,
        calendar.bangkok_date(row.signed_at),
        str(row.get_method_display()),
        row.units,
    )


def _verdict(ready: bool | None) -> str:
    return "" if ready is None else _("พร้อม") if ready else _("ยังไม่พร้อม")


def _seen(gates: Sequence[Criterion], said: dict[str, str]) -> list[str]:
    words = {"yes": _("มี"), "no": _("ยังไม่มี")}
    return [words.get(said.get(gate.key, ""), "") for gate in gates]


def _written(
    name: str,
    title: str,
    head: Sequence[tuple[str, int]],
    lines: Iterable[Line],
    signers: Sequence[Line] = (),
) -> spreadsheets.Written:
    target = spreadsheets.temporary()
    with spreadsheets.workbook(target, title) as book:
        as_of = _("ณ วันที่ %(when)s") % {"when": calendar.format_datetime(clock.now())}
        table = book.table(_("ความพร้อม"), head, lines, above=(title, as_of))
        table.keep_heads()
        if signers:
            words = (_("ผู้ยืนยัน"), _("ฐานะ"), _("ในนาม"), _("วันที่ยืนยัน"), _("วิธี"), _("จำนวนแห่ง"))
            book.table(_("ผู้ยืนยัน"), [(label, 30) for label in words], signers)
    target.seek(0)
    return spreadsheets.Written(target, name, table.lines)
