"""A letter with everything that goes along, and the manifest that says what is what."""

import dataclasses
import datetime
import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from saduak.foundation.access.registry import Words
from saduak.foundation.thai.parsing import MAX_YEAR, MIN_YEAR

FORMAT: Final = 1
MANIFEST: Final = "saduak-letter.json"
MOST_BYTES: Final = 60 * 1024 * 1024
MOST_FILES: Final = 60
MOST_MANIFEST: Final = 1024 * 1024
# Archives inside an archive hide what nobody looked at.
_ARCHIVES: Final = (
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"PK\x07\x08",
    b"Rar!",
    b"7z\xbc\xaf\x27\x1c",
    b"\x1f\x8b",
    b"\x1f\x9d",
    b"BZh",
    b"\xfd7zXZ",
    b"\x28\xb5\x2f\xfd",
    b"MSCF",
    b"ustar",
)
_OFFICE: Final = re.compile(rb"\[Content_Types\]\.xml|mimetypeapplication/vnd\.oasis")
_SECRECY: Final = frozenset({"", "secret", "very_secret"})
_URGENCY: Final = frozenset({"", "urgent", "very_urgent", "most_urgent"})
_FORCES: Final = frozenset({"order", "request", "invite", "inform"})
# Under such keys an office keeps in mind what it refused; nothing that comes names itself so.
REFUSED: Final = "refused:"
_KEY: Final = re.compile(r"[\w.@:-]{1,120}", re.ASCII)
_TIME: Final = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
# What turns the direction of writing, so that "fdp.exe" shows as "exe.pdf"; and what breaks a line or ends a text.
_MISLEADING: Final = re.compile(
    "[\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\x00-\x1f\x7f-\x9f]"
)


class ExchangeError(Exception):
    """What came cannot be taken; `reason` says why, for people, and `code` for tests and records."""

    def __init__(self, reason: Words, code: str) -> None:
        super().__init__(code)
        self.reason = reason
        self.code = code


@dataclass(frozen=True, slots=True)
class Enclosure:
    """One file: its name without a folder, and for what is sent along its title and how many."""

    name: str
    media_type: str
    data: bytes
    title: str = ""
    copies: str = ""

    @property
    def sha256(self) -> str:
        """The digest of its content."""
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True, slots=True)
class Head:
    """What the letter says of itself, and what it asks. Days are ISO; codes are those of the register.

    `duties` have who, what, due and force; `deadlines` have due and what; `meeting` is as `meeting_of` gives it.
    """

    kind: str
    number: str
    dated: str
    subject: str
    issuer: str
    issuer_code: str = ""
    owner_unit: str = ""
    recipient: str = ""
    recipient_code: str = ""
    urgency: str = ""
    secrecy: str = ""
    is_circular: bool = False
    references: tuple[str, ...] = ()
    duties: tuple[dict[str, Any], ...] = ()
    deadlines: tuple[dict[str, Any], ...] = ()
    meeting: dict[str, Any] = field(default_factory=dict)
    acknowledge_by: str | None = None
    forward_by: str | None = None


@dataclass(frozen=True, slots=True)
class Bundle:
    """A letter to one office. `key` is the same however often it is sent: so it is taken once."""

    key: str
    head: Head
    main: Enclosure
    enclosures: tuple[Enclosure, ...] = ()


def clean_name(name: str, taken: set[str], fallback: str = "file") -> str:
    """A file name without folder or signs that a system could follow, unlike those already taken."""
    plain = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    plain = "".join(sign for sign in plain if sign.isprintable() and sign not in '<>:"|?*').strip(" .")[:120]
    plain = plain or fallback
    found, number = plain, 1
    while found.casefold() in taken or found == MANIFEST:
        number += 1
        stem, dot, ending = plain.rpartition(".")
        found = f"{stem}-{number}.{ending}" if dot else f"{plain}-{number}"
    taken.add(found.casefold())
    return found


def check_name(name: str) -> None:
    """Refuse a file name that shows other than it is, or that would break a line of a message.

    Raises:
        ExchangeError: such a name.
    """
    if _MISLEADING.search(name):
        raise ExchangeError(_("ชื่อไฟล์มีอักขระซ่อนที่ทำให้อ่านผิด ขอให้ผู้ส่งเปลี่ยนชื่อไฟล์แล้วส่งใหม่"), "bad-name")


def named(bundle: Bundle) -> list[tuple[str, Enclosure]]:
    """Its files with the names under which they are packed, the letter first."""
    taken: set[str] = set()
    return [(clean_name(row.name, taken), row) for row in (bundle.main, *bundle.enclosures)]


def manifest(bundle: Bundle) -> bytes:
    """What is what, as canonical JSON."""
    files = [
        {
            "packed": packed,
            "name": row.name,
            "media_type": row.media_type,
            "size": len(row.data),
            "sha256": row.sha256,
            "title": row.title,
            "copies": row.copies,
        }
        for packed, row in named(bundle)
    ]
    body = {"format": FORMAT, "key": bundle.key, "letter": dataclasses.asdict(bundle.head), "files": files}
    return json.dumps(body, ensure_ascii=False, sort_keys=True, indent=1).encode()


def from_manifest(raw: bytes, contents: Mapping[str, bytes]) -> Bundle:
    """Put a bundle together from its manifest and the files that came with it.

    Raises:
        ExchangeError: the manifest is none, of a later format, or does not fit the files.
    """
    if len(raw) > MOST_MANIFEST:
        raise ExchangeError(_("รายการกำกับหนังสือใหญ่ผิดปกติ"), "manifest-too-large")
    try:
        body = json.loads(raw.decode("utf-8"))
    except (ValueError, RecursionError) as problem:
        raise ExchangeError(_("รายการกำกับหนังสืออ่านไม่ได้ ขอให้ผู้ส่งส่งใหม่"), "manifest-unreadable") from problem
    if not isinstance(body, dict) or type(body.get("format")) is not int or body["format"] < 1:
        raise ExchangeError(_("รายการกำกับหนังสือไม่ครบ ขอให้ผู้ส่งส่งใหม่"), "manifest-incomplete")
    if body["format"] > FORMAT:
        raise ExchangeError(_("หนังสือนี้มาจากระบบรุ่นใหม่กว่า ปรับรุ่นระบบก่อนรับ"), "newer-format")
    head = _head(body.get("letter"))
    files = body.get("files")
    if not isinstance(files, list) or not files or len(files) > MOST_FILES:
        raise ExchangeError(_("ไม่มีรายการไฟล์ หรือมีมากเกินไป"), "no-files")
    rows = [_file(row, contents) for row in files]
    key = body.get("key")
    if not isinstance(key, str) or not _KEY.fullmatch(key) or key.startswith(REFUSED):
        raise ExchangeError(_("รายการกำกับหนังสือไม่ครบ ขอให้ผู้ส่งส่งใหม่"), "no-key")
    return Bundle(key=key, head=head, main=rows[0], enclosures=tuple(rows[1:]))


def _file(row: object, contents: Mapping[str, bytes]) -> Enclosure:
    if not isinstance(row, dict) or not all(
        isinstance(row.get(name), str) for name in ("packed", "name", "media_type", "sha256")
    ):
        raise ExchangeError(_("รายการไฟล์ไม่ครบ ขอให้ผู้ส่งส่งใหม่"), "file-incomplete")
    data = contents.get(row["packed"])
    if data is None:
        raise ExchangeError(_("ไฟล์ไม่ครบตามรายการ ขอให้ผู้ส่งส่งใหม่"), "file-missing")
    check_name(row["name"])
    made = Enclosure(
        name=_kept(row["name"]),
        media_type=row["media_type"],
        data=data,
        title=_text(row, "title"),
        copies=_text(row, "copies"),
    )
    if made.sha256 != row["sha256"]:
        raise ExchangeError(_("ไฟล์เปลี่ยนไประหว่างทาง ขอให้ผู้ส่งส่งใหม่"), "file-changed")
    check_content(data)
    return made


def check_content(data: bytes) -> None:
    """Refuse archives inside what came; office documents are archives too, and are known by what they hold.

    Raises:
        ExchangeError: an archive inside.
    """
    head, tar = data[:8], data[257:262] == b"ustar"
    if not is_office(data) and (tar or any(head.startswith(sign) for sign in _ARCHIVES)):
        raise ExchangeError(_("มีไฟล์บีบอัดซ้อนอยู่ข้างใน ขอให้ผู้ส่งแนบไฟล์โดยไม่บีบอัด"), "nested-archive")


def is_office(data: bytes) -> bool:
    """Whether an archive says of itself that it is an office document."""
    return data.startswith(b"PK\x03\x04") and _OFFICE.search(data[:4096]) is not None


def _head(row: object) -> Head:
    if not isinstance(row, dict):
        raise ExchangeError(_("ไม่มีข้อมูลหนังสือ ขอให้ผู้ส่งส่งใหม่"), "no-letter")
    secrecy, urgency = _text(row, "secrecy"), _text(row, "urgency")
    if secrecy not in _SECRECY:
        raise ExchangeError(_("หนังสือชั้นความลับนี้ส่งทางระบบอิเล็กทรอนิกส์ไม่ได้"), "secrecy")
    dated = _day(_text(row, "dated"))
    if dated is None or not _text(row, "subject").strip() or not _text(row, "issuer").strip():
        raise ExchangeError(_("หนังสือไม่มีวันที่ เรื่อง หรือผู้ออกหนังสือ"), "letter-incomplete")
    return Head(
        kind=_text(row, "kind") or "other",
        number=_text(row, "number"),
        dated=dated,
        subject=_text(row, "subject"),
        issuer=_text(row, "issuer"),
        issuer_code=_text(row, "issuer_code"),
        owner_unit=_text(row, "owner_unit"),
        recipient=_text(row, "recipient"),
        recipient_code=_text(row, "recipient_code"),
        urgency=urgency if urgency in _URGENCY else "",
        secrecy=secrecy,
        is_circular=row.get("is_circular") is True,
        references=tuple(_kept(text) for text in _list(row, "references") if isinstance(text, str)),
        duties=tuple(_duty(item) for item in _list(row, "duties")),
        deadlines=tuple(
            {"due": _needed_day(item, "due"), "what": _text(item, "what")} for item in _rows(row, "deadlines")
        ),
        meeting=meeting_of(row.get("meeting")),
        acknowledge_by=_needed_day(row, "acknowledge_by") or None,
        forward_by=_needed_day(row, "forward_by") or None,
    )


def meeting_of(row: object) -> dict[str, Any]:
    """A meeting with exactly the keys that a letter keeps: title, date, start, end, place, channels, items.

    Args:
        row: as a letter or a manifest has it; without a date it is no meeting, and the answer is empty.

    Raises:
        ExchangeError: a date that no calendar has.
    """
    if not isinstance(row, Mapping) or not row.get("date"):
        return {}
    return {
        "title": _text(row, "title"),
        "date": _needed_day(row, "date"),
        "start": _time(row, "start"),
        "end": _time(row, "end"),
        "place": _text(row, "place"),
        "channels": [_kept(line) for line in _list(row, "channels") if isinstance(line, str)],
        "items": [_slot(item) for item in _rows(row, "items")],
    }


def _slot(row: Mapping[str, Any]) -> dict[str, Any]:
    """A line of an agenda, as the reader writes it."""
    parts = [
        {"what": _text(part, "what"), "speaker": _text(part, "speaker") or None}
        for part in _rows(row, "parts")
    ]
    return {
        "start": _time(row, "start") or None,
        "end": _time(row, "end") or None,
        "what": _text(row, "what"),
        "parts": parts,
    }


def _duty(item: object) -> dict[str, Any]:
    if (
        not isinstance(item, dict)
        or item.get("force") not in _FORCES
        or not isinstance(item.get("what"), str)
    ):
        raise ExchangeError(_("หน้าที่ในหนังสือไม่ครบ ขอให้ผู้ส่งส่งใหม่"), "duty-incomplete")
    due = _needed_day(item, "due") or None
    return {"who": _text(item, "who"), "what": _kept(item["what"]), "due": due, "force": item["force"]}


def _needed_day(row: Mapping[str, Any], name: str) -> str:
    """A day, or nothing when none is told.

    Raises:
        ExchangeError: something is told that no calendar has: dates are never guessed.
    """
    value = row.get(name)
    if value in (None, ""):
        return ""
    found = _day(value) if isinstance(value, str) else None
    if found is None:
        raise ExchangeError(_("วันที่ในรายการกำกับหนังสืออ่านไม่ได้ ขอให้ผู้ส่งส่งใหม่"), "bad-day")
    return found


def _time(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    return value if isinstance(value, str) and _TIME.fullmatch(value) else ""


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    return _kept(value) if isinstance(value, str) else ""


def _kept(text: str) -> str:
    """A text without what no database keeps: NUL, and halves of a character."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode("utf-8")


def _list(row: Mapping[str, Any], name: str) -> Sequence[Any]:
    value = row.get(name)
    return value[:500] if isinstance(value, list) else []


def _rows(row: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    return [item for item in _list(row, name) if isinstance(item, dict)]


def _day(text: str) -> str | None:
    """A day of the years that people may write too (`parse_date`); None for any other text."""
    try:
        found = datetime.date.fromisoformat(text)
    except ValueError:
        return None
    return found.isoformat() if MIN_YEAR <= found.year <= MAX_YEAR else None
