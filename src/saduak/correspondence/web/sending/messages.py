"""What is pasted into a LINE group about a letter: plain Thai text, whatever language the reader of the page chose."""

import datetime
from collections.abc import Sequence

from django.utils import translation
from django.utils.translation import gettext as _

from saduak.correspondence import addresses
from saduak.correspondence.models import Delivery, Dispatch, Letter
from saduak.foundation.thai import calendar


def to_one(row: Delivery, closes_on: datetime.date | None) -> str:
    """To one office: which letter, what to do by when, and where to read it; of one called back, that it was, and why.

    Empty for secret letters.
    """
    if row.letter.is_secret:
        return ""
    with translation.override("th"):
        office = row.organisation.head_title or row.organisation.name_th
        if row.state == "withdrawn":
            return "\n".join([_("เรียน %(office)s") % {"office": office}, *_letter(row.letter), *_back(row)])
        lines = [_("เรียน %(office)s") % {"office": office}, *_letter(row.letter), _asks(row)]
        return "\n".join([*lines, *_ending(row.letter, closes_on)])


def to_many(dispatch: Dispatch, names: Sequence[str], *, late: bool, closes_on: datetime.date | None) -> str:
    """To all who have something left to do, by name. Empty for secret letters."""
    letter = dispatch.letter
    if letter.is_secret:
        return ""
    with translation.override("th"):
        head = (
            _("ขอติดตาม %(count)d หน่วยงานที่ยังดำเนินการไม่ครบตามกำหนด")
            if late
            else _("ขอให้ %(count)d หน่วยงานต่อไปนี้ลงรับหนังสือในระบบสะดวก")
        )
        listed = [f"{number}. {name}" for number, name in enumerate(names, start=1)]
        until = _until(dispatch)
        lines = [*_letter(letter), head % {"count": len(names)}, *listed, until, *_ending(letter, closes_on)]
        return "\n".join(line for line in lines if line)


def _letter(letter: Letter) -> list[str]:
    issuer = letter.issuer.name_th if letter.issuer else letter.issuer_text
    dated = calendar.format_short(letter.dated) if letter.dated else ""
    said = _("หนังสือ%(issuer)s ที่ %(number)s ลงวันที่ %(dated)s") % {
        "issuer": issuer,
        "number": letter.number or "-",
        "dated": dated,
    }
    return [said, _("เรื่อง %(subject)s") % {"subject": letter.subject}]


def _back(row: Delivery) -> list[str]:
    """That it was called back: whoever reads this may have it by e-mail or on paper, where no page tells."""
    lines = [_("ผู้ส่งเรียกหนังสือฉบับนี้คืนแล้ว ไม่ต้องดำเนินการตามหนังสือ และไม่ต้องแจ้งต่อ")]
    if row.dispatch is not None and row.dispatch.recall_reason:
        lines.append(_("เหตุผล %(reason)s") % {"reason": row.dispatch.recall_reason})
    return lines


def _asks(row: Delivery) -> str:
    come = _("หนังสือถึงท่านแล้วในระบบสะดวก")
    if row.received_at is None:
        come = _("หนังสือถึงท่านแล้วในระบบสะดวก ขอให้ลงรับ")
    until = _until(row.dispatch) if row.dispatch is not None and row.forwarded_at is None else ""
    return f"{come} {until}".strip()


def _until(dispatch: Dispatch) -> str:
    for words, moment in (
        (_("แจ้งต่อภายใน %(day)s"), dispatch.forward_by),
        (_("รับทราบภายใน %(day)s"), dispatch.acknowledge_by),
    ):
        if moment is not None:
            return words % {"day": calendar.format_short(calendar.closing_day(moment))}
    return ""


def _ending(letter: Letter, closes_on: datetime.date | None) -> list[str]:
    lines = []
    if closes_on is not None:
        lines.append(_("ปิดรับสมัคร %(day)s") % {"day": calendar.format_short(closes_on)})
    if page := addresses.page_of(letter):
        lines.append(_("อ่านหนังสือและสิ่งที่ส่งมาด้วยที่ %(address)s") % {"address": page})
    return lines
