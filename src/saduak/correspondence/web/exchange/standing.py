"""How a message stands, in words and as a tag."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext_lazy as _

from saduak.correspondence.models import ExchangeMessage
from saduak.correspondence.queries.exchange import Shown
from saduak.foundation.access.registry import Words

_TAGS: Final[Mapping[str, tuple[str, Words]]] = {
    "waiting": ("work", _("รอส่ง")),
    "retrying": ("wait", _("ยังส่งไม่ได้ ลองใหม่เอง")),
    "failed": ("due", _("ส่งไม่สำเร็จ")),
    "cancelled": ("off", _("ไม่ได้ส่ง เรียกคืนก่อน")),
    "sent": ("sent", _("ส่งแล้ว")),
    "taken": ("done", _("รับเข้าแล้ว")),
    "refused": ("due", _("ไม่รับ")),
}
_PACKED: Final = _("ดาวน์โหลดแล้ว")


@dataclass(frozen=True, slots=True)
class Row:
    """A message as a row: its tag, and why it is so."""

    message: ExchangeMessage
    tag: str
    label: Words
    why: str


def of_rows(rows: Iterable[Shown]) -> list[Row]:
    """The rows of a list. No query."""
    found = []
    for row in rows:
        tag, label = _TAGS[row.standing]
        if row.standing == "sent" and row.message.channel == ExchangeMessage.Channel.ZIP:
            # Whether the other side has it, nobody here knows.
            label = _PACKED
        found.append(Row(row.message, tag, label, row.why))
    return found
