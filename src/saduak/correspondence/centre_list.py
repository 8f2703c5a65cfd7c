"""The centres that one letter speaks of, as the sheet that it encloses."""

import io
from collections.abc import Iterator, Sequence
from typing import Any, Final

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from saduak.correspondence.queries.occasions import Concern
from saduak.foundation import spreadsheets
from saduak.foundation.thai import calendar
from saduak.foundation.thai.words import bare_level

NAME: Final = "centres.xlsx"


def draw(title: str, concerns: Sequence[Concern]) -> bytes:
    """The list as XLSX, in Thai as the letter is; a column that no centre fills is left out. No query."""
    with translation.override("th"):
        heads = [(_("ลำดับ"), 8), (pgettext("column", "ศูนย์"), 50), (pgettext("column", "หน่วยงาน"), 50)]
        levels, days = any(row.level for row in concerns), any(row.expires for row in concerns)
        if levels:
            heads.append((pgettext("column", "ระดับ"), 16))
        if days:
            heads.append((_("ใบรับรองใช้ได้ถึง"), 20))
        out = io.BytesIO()
        with spreadsheets.workbook(out, title) as book:
            lines = _lines(concerns, levels=levels, days=days)
            book.table(_("รายชื่อ"), heads, lines, above=[title]).keep_heads()
        return out.getvalue()


def _lines(concerns: Sequence[Concern], *, levels: bool, days: bool) -> Iterator[list[Any]]:
    for number, row in enumerate(concerns, 1):
        line: list[Any] = [number, row.centre.name_th, row.centre.organisation.name_th]
        if levels:
            line.append(str(bare_level(row.level)))
        if days:
            line.append(calendar.format_long(row.expires, weekday=False) if row.expires else "")
        yield line
