"""What is in doubt about a letter, in the words that people read."""

import dataclasses
from collections.abc import Iterable
from typing import Final

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from saduak.correspondence.reading import Document
from saduak.correspondence.reading.dates import impossible_date
from saduak.correspondence.reading.text import fold
from saduak.foundation.access.registry import Words

_KEYS: Final = frozenset(field.name for field in dataclasses.fields(Document))


def of_date(text: str) -> Words:
    """Says of a text that it names a day that no calendar has; empty when it names none."""
    hit = impossible_date(fold(text))
    if hit is None:
        return ""
    words = _("ช่วงวันที่ในหนังสือไม่มีในปฏิทินหรือสลับกัน: {date}") if hit.is_range else _("วันที่ในหนังสือไม่มีในปฏิทิน: {date}")
    return format_lazy(words, date=text[hit.start : hit.end])


def unanswered(finding: str) -> Words:
    """What is said at a finding without an answer, clear also in a list of several."""
    return format_lazy(_("เลือกว่าจะทำอย่างไรกับข้อสังเกต: {finding}"), finding=finding)


def evidence(lines: Iterable[str]) -> list[str]:
    """What a finding shows of the text. The reader's own name of a field is left out: the finding names it in words."""
    return [line for line in lines if line not in _KEYS]
