"""What a draft says as plain values: cleaned as they come, and laid out flat so that two versions can be compared."""

import datetime
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NotRequired, TypedDict

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from saduak.correspondence.models import Draft, Force, Secrecy, Urgency, Wants, WrittenKind
from saduak.foundation.access import Invalid
from saduak.foundation.access.registry import Words

LONGEST: Final = 20_000
MOST_ROWS: Final = 30


class DutyRow(TypedDict):
    """Who must do what by when (a day as ISO, or empty), with which force.

    `wants` is a value of `models.Wants`, `NOTHING_WANTED`, or left out: as the words say.
    """

    who: str
    what: str
    due: str
    force: str
    wants: NotRequired[str]


class DeadlineRow(TypedDict):
    """An internal deadline: `kind` is "check" or "submit", the day as ISO."""

    due: str
    kind: str


class MeetingRow(TypedDict, total=False):
    """A meeting that the letter announces, as `inputs.MeetingInput.as_json` has it."""

    title: str
    date: str
    start: str
    end: str
    place: str
    channels: list[str]
    items: list[dict[str, Any]]


class DraftValues(TypedDict, total=False):
    """What is to be changed; what is left out stays. Days are dates or None, rows of others go by their public id."""

    kind: str
    urgency: str
    secrecy: str
    is_circular: bool
    subject: str
    salutation: str
    closing: str
    addressee: str
    recipients: str
    exceptions: str
    references: str
    body: str
    purpose: str
    owner_unit: str
    contact: str
    copies_to: str
    thai_digits: bool
    signer: uuid.UUID | None
    signer_name: str
    signer_position: str
    duties: Sequence[DutyRow]
    deadlines: Sequence[DeadlineRow]
    meeting: MeetingRow
    acknowledge_by: datetime.date | None
    forward_by: datetime.date | None
    advance: bool
    round: uuid.UUID | None


TEXTS: Final = (
    *("subject", "addressee", "recipients", "exceptions", "references", "body", "purpose"),
    *("owner_unit", "contact", "copies_to", "signer_name", "signer_position", "salutation", "closing"),
)
CHOICES: Final = {"kind": WrittenKind, "urgency": Urgency, "secrecy": Secrecy}
DUTY: Final = ("who", "what", "due", "force", "wants")
# A duty of which somebody said that it wants none of `models.Wants`, whatever its words.
NOTHING_WANTED: Final = "none"
DEADLINE: Final = ("due", "kind")
MEETING: Final = ("title", "date", "start", "end", "place", "channels")
# What stays as it came: switches and days.
_PLAIN: Final = ("is_circular", "thai_digits", "advance", "acknowledge_by", "forward_by")
_DEADLINE_KINDS: Final = ("", "check", "submit")
TOP_SECRET: Final = _(
    "ระบบนี้รับหนังสือได้ถึงชั้นลับมาก หนังสือชั้นลับที่สุดส่งทางระบบอิเล็กทรอนิกส์ไม่ได้ ทำเป็นเอกสารและส่งด้วยวิธีของหนังสือลับ"
)


def plain(text: str) -> str:
    """A text with plain line ends and without what no database keeps."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")


def cleaned(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as the table takes them; `signer` and `round` are left to whoever can look them up.

    Raises:
        Invalid: too long, no such choice, or the class that may not go through an electronic system; `fields` says where.
    """
    wrong: dict[str, Words] = {}
    found: dict[str, Any] = {name: values[name] for name in _PLAIN if name in values}
    for name in TEXTS:
        if name in values:
            found[name] = _text(name, values[name], wrong)
    for name, choices in CHOICES.items():
        if name in values:
            found[name] = values[name]
            if values[name] not in choices.values:
                wrong[name] = TOP_SECRET if name == "secrecy" else _("เลือกจากรายการ")
    if "duties" in values:
        found["duties"] = _duties(values["duties"], wrong)
    if "deadlines" in values:
        found["deadlines"] = _deadlines(values["deadlines"], wrong)
    if "meeting" in values:
        found["meeting"] = _meeting(values["meeting"], wrong)
    if wrong:
        first = next(iter(wrong.values()))
        words = first if first is TOP_SECRET else _("มีช่องที่ใช้ค่านี้ไม่ได้ ดูช่องที่มีข้อความกำกับ")
        raise Invalid(words, wrong, "top-secret" if first is TOP_SECRET else "bad-value")
    return found


def _text(name: str, value: str, wrong: dict[str, Words]) -> str:
    text = plain(value)
    most = Draft._meta.get_field(name).max_length or LONGEST  # type: ignore[union-attr] # a column of text
    if len(text) > most:
        wrong[name] = _too_long(most, len(text))
    return text


def _too_long(most: int, length: int) -> Words:
    return format_lazy(_("ข้อความยาวเกิน {most} ตัวอักษร ลดลงอีก {over} ตัวอักษร"), most=most, over=length - most)


def _duties(rows: Sequence[Mapping[str, str]], wrong: dict[str, Words]) -> list[dict[str, str]]:
    found = [{part: plain(str(row.get(part) or "")) for part in DUTY} for row in rows][:MOST_ROWS]
    for number, row in enumerate(found):
        row["force"] = row["force"] or str(Force.REQUEST)
        if row["wants"] not in {"", NOTHING_WANTED, *Wants.values}:
            wrong[f"duty-{number}-wants"] = _("เลือกจากรายการ")
        if not row["wants"]:
            del row["wants"]
        if row["force"] not in Force.values:
            wrong[f"duty-{number}-force"] = _("เลือกลักษณะของหน้าที่")
        if not is_day(row["due"]):
            wrong[f"duty-{number}-due"] = _("กรอกวันที่ เช่น 15/02/2570")
        for part, most in (("who", 500), ("what", 2000)):
            if len(row[part]) > most:
                wrong[f"duty-{number}-{part}"] = _too_long(most, len(row[part]))
    usual = str(Force.REQUEST)
    return _without_empty_end(
        found, lambda row: row["who"] + row["what"] + row["due"] or row["force"] != usual
    )


def _deadlines(rows: Sequence[Mapping[str, str]], wrong: dict[str, Words]) -> list[dict[str, str]]:
    found = [{part: str(row.get(part) or "") for part in DEADLINE} for row in rows][:MOST_ROWS]
    for number, row in enumerate(found):
        if row["kind"] not in _DEADLINE_KINDS:
            wrong[f"deadline-{number}-kind"] = _("เลือกจากรายการ")
        if not is_day(row["due"]):
            wrong[f"deadline-{number}-due"] = _("กรอกวันที่ เช่น 15/02/2570")
    return _without_empty_end(found, lambda row: row["due"] or row["kind"])


def _without_empty_end(
    rows: list[dict[str, str]], says: Callable[[dict[str, str]], object]
) -> list[dict[str, str]]:
    """Rows at the end that say nothing are no rows; one in between keeps its place until the whole form is saved."""
    while rows and not says(rows[-1]):
        rows.pop()
    return rows


def _meeting(row: Mapping[str, Any], wrong: dict[str, Words]) -> dict[str, Any]:
    found: dict[str, Any] = {part: plain(str(row.get(part) or "")) for part in MEETING if part != "channels"}
    found["channels"] = [plain(str(line)).strip() for line in row.get("channels") or () if str(line).strip()]
    found["items"] = list(row.get("items") or ())
    if not is_day(found["date"]):
        wrong["meeting-date"] = _("กรอกวันที่ เช่น 15/02/2570")
    for part in ("start", "end"):
        if not _is_time(found[part]):
            wrong[f"meeting-{part}"] = _("กรอกเวลา เช่น 09.00")
    for part in ("title", "place"):
        if len(found[part]) > 500:
            wrong[f"meeting-{part}"] = _too_long(500, len(found[part]))
    return found if any(value for key, value in found.items() if key != "items") else {}


def is_day(text: str) -> bool:
    """Whether a day is written as ISO, or nothing is."""
    try:
        return not text or bool(datetime.date.fromisoformat(text))
    except ValueError:
        return False


def _is_time(text: str) -> bool:
    try:
        return not text or datetime.time.fromisoformat(text) is not None
    except ValueError:
        return False


# --- Laid flat --------------------------------------------------------------------------------------------------------


def flat(columns: Mapping[str, Any]) -> dict[str, Any]:
    """Columns of a draft as single values under the names that the form's fields have; days as ISO."""
    found: dict[str, Any] = {}
    for name, value in columns.items():
        if name == "duties":
            found |= _rows("duty", value, DUTY)
        elif name == "deadlines":
            found |= _rows("deadline", value, DEADLINE)
        elif name == "meeting":
            found |= {f"meeting-{part}": _lines(value.get(part)) for part in MEETING}
        else:
            plain_value = value.isoformat() if isinstance(value, datetime.date) else value
            found[name.removesuffix("_id")] = plain_value
    return found


def _rows(head: str, rows: Sequence[Mapping[str, str]], parts: Sequence[str]) -> dict[str, str]:
    return {f"{head}-{number}-{part}": row.get(part, "") for number, row in enumerate(rows) for part in parts}


def _lines(value: Any) -> str:
    return "\n".join(value) if isinstance(value, list) else str(value or "")


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> set[str]:
    """The names under which two flat versions differ; what is missing counts as empty."""
    return {name for name in {*before, *after} if (before.get(name) or "") != (after.get(name) or "")}
