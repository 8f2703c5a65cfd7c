"""`saduak letters read FILE… [--json]`: read letters from files and print what was read."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from saduak.correspondence.reading.errors import ReadingError
from saduak.correspondence.reading.findings import thai_day
from saduak.correspondence.reading.model import Document, Reading
from saduak.correspondence.reading.reader import read_bytes
from saduak.correspondence.reading.sources import MAX_BYTES

_KINDS = {
    "external": "หนังสือภายนอก",
    "memo": "บันทึกข้อความ",
    "stamped": "หนังสือประทับตรา",
    "order": "คำสั่ง",
    "announcement": "ประกาศ",
    "agenda": "กำหนดการ",
    "other": "เอกสารอื่น",
}
_FORCES = {"order": "สั่งการ", "request": "ขอความร่วมมือ", "invite": "เชิญชวน", "inform": "เพื่อทราบ"}


def _fields(document: Document) -> list[tuple[str, str | None]]:
    signer = " ".join(part for part in (document.signer.name, document.signer.position) if part)
    return [
        ("ชั้นความเร็ว", document.urgency),
        ("ชั้นความลับ", document.secrecy),
        ("ที่", document.number),
        ("วันที่", thai_day(document.date) if document.date else None),
        ("จาก", document.issuer),
        ("เจ้าของเรื่อง", document.owner_unit),
        ("เรื่อง", document.subject),
        ("ถึง", ", ".join(document.recipients)),
        ("อ้างถึง", ", ".join(item.number for item in document.references)),
        ("สิ่งที่ส่งมาด้วย", "; ".join(document.attachments)),
        ("ช่วงเวลา", "; ".join(f"{thai_day(w.start)} - {thai_day(w.end)} {w.what}" for w in document.windows)),
        ("กำหนด", "; ".join(f"{thai_day(d.date)} {d.what}" for d in document.deadlines)),
        (
            "ประชุม",
            "; ".join(
                f"{thai_day(m.date)} {m.start or ''} {m.where or ''}".strip() for m in document.meetings
            ),
        ),
        ("เพื่อ", document.purpose),
        ("ผู้ลงนาม", signer),
    ]


def summary(reading: Reading) -> str:
    """Give a reading as text for people."""
    lines = [f"{reading.file}: พบ {len(reading.documents)} ฉบับ"]
    for index, document in enumerate(reading.documents, 1):
        lines.append(f"\nฉบับที่ {index} {_KINDS[document.kind]}")
        lines += [f"  {label}: {value}" for label, value in _fields(document) if value]
        lines += [f"  {slot.start or ''}-{slot.end or ''} {slot.what}" for slot in document.agenda]
        for duty in document.actions:
            due = f" ภายใน {thai_day(duty.due)}" if duty.due else ""
            lines.append(f"  หน้าที่ ({_FORCES[duty.force]}) {duty.who or 'ไม่ระบุผู้ทำ'}: {duty.what}{due}")
        for receipt in document.receipts:
            day = thai_day(receipt.date) if receipt.date else ""
            lines.append(
                f"  รับ: {receipt.office or ''} เลขรับ {receipt.number or '-'} {day} {receipt.time or ''}".rstrip()
            )
    if reading.findings:
        lines.append("\nข้อสังเกต")
        lines += [
            f"  ฉบับที่ {item.document + 1}: {item.text} ({'; '.join(item.evidence)})"
            for item in reading.findings
        ]
    return "\n".join(lines)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="saduak letters", description="อ่านหนังสือราชการจากไฟล์")
    commands = parser.add_subparsers(dest="command", required=True)
    about = "อ่านหนังสือจากไฟล์ .txt .md .pdf .docx หรือภาพสแกน"
    read = commands.add_parser("read", help=about, description=about)
    read.add_argument("files", nargs="+", metavar="FILE")
    read.add_argument("--json", action="store_true", dest="as_json", help="แสดงผลเป็น JSON หนึ่งบรรทัดต่อหนึ่งไฟล์")
    return parser


def _read(path: Path) -> Reading:
    if path.stat().st_size > MAX_BYTES:
        raise ReadingError("too-large")
    return read_bytes(path.read_bytes(), path.name)


def main(argv: list[str]) -> int:
    """Run `read FILE… [--json]`; 0 when every file was read, 2 when any was not."""
    try:
        options = _parser().parse_args(argv)
    except SystemExit as stop:
        return int(stop.code or 0)
    failed = False
    for position, name in enumerate(options.files):
        try:
            reading = _read(Path(name))
        except ReadingError as error:
            sys.stderr.write(f"{name}: {error.message} [{error.code}]\n")
            failed = True
            continue
        except OSError as error:
            sys.stderr.write(f"{name}: เปิดไฟล์ไม่ได้ ตรวจชื่อไฟล์และสิทธิ์การอ่าน ({error.strerror})\n")
            failed = True
            continue
        if options.as_json:
            sys.stdout.write(json.dumps(reading.as_json(), ensure_ascii=False) + "\n")
        else:
            sys.stdout.write(("\n" if position else "") + summary(reading) + "\n")
    return 2 if failed else 0
