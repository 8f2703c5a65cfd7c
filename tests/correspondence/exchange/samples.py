"""Letters that are packed, mailed and then spoilt."""

import datetime
import io
import json
import zipfile

from saduak.correspondence.exchange import Bundle, Enclosure, Head, to_message, to_zip
from saduak.correspondence.exchange.bundle import MANIFEST

AT = datetime.datetime(2026, 11, 28, 9, 30, tzinfo=datetime.UTC)
PDF = b"%PDF-1.7\n%what follows is not looked at here\n"
HEADS = b"From: a@b.example\r\nMessage-ID: <1@b.example>\r\nMIME-Version: 1.0\r\n"
MIXED = HEADS + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
PART = b"Content-Type: application/pdf\r\nContent-Disposition: attachment; filename=a.pdf\r\n"


def one(**changes) -> Bundle:
    head = Head("external", "มห 0018.1/ว 96", "2026-11-28", "ขอเชิญสมัคร", "จังหวัดทดสอบ")
    return Bundle("a-key", head, Enclosure("หนังสือ.pdf", "application/pdf", PDF), **changes)


def mailed(bundle: Bundle) -> bytes:
    return to_message(
        bundle,
        sender="saraban@province.example",
        recipient="saraban@district.example",
        text="หนังสือถึงท่าน",
        at=AT,
        host="saduak.example",
    )


def altered(change) -> bytes:
    """The ZIP of a letter whose manifest somebody changed."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(to_zip(one()))) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == MANIFEST:
                body = json.loads(data)
                data = change(body) or json.dumps(body).encode()
            new.writestr(name, data)
    return made.getvalue()


def zipped(files: dict[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", how) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return made.getvalue()
