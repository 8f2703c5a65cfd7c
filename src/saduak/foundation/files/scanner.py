"""The virus scanner clamd, when `settings.CLAMD` names one: `host:port` or `unix:/path`. Its INSTREAM protocol."""

import socket
import struct
from pathlib import Path
from typing import Final

from django.conf import settings
from django.utils.translation import gettext as _

from saduak.foundation.access import Invalid, Refused

SECONDS: Final = 30.0
_BLOCK: Final = 65536
_ANSWER: Final = 4096


def scan(path: Path) -> None:
    """Let the scanner look at a file; nothing happens when none is configured.

    Raises:
        Invalid: it found something.
        Refused: it can't be reached or couldn't finish: a file is never taken unchecked.
    """
    if not settings.CLAMD:
        return
    try:
        answer = _ask(settings.CLAMD, path)
    except OSError as problem:
        raise Refused(_busy(), "scanner-away") from problem
    if answer.endswith("FOUND"):
        raise Invalid(
            _("โปรแกรมตรวจไวรัสพบสิ่งผิดปกติในไฟล์นี้ จึงไม่รับไว้ ตรวจเครื่องของคุณแล้วแนบไฟล์ใหม่"), code="file-infected"
        )
    if not answer.endswith(": OK"):
        raise Refused(_busy(), "scanner-away")


def _busy() -> str:
    return _("ตรวจไวรัสไม่ได้ในขณะนี้ ไฟล์ยังไม่ได้บันทึก รอสักครู่แล้วแนบใหม่")


def _ask(where: str, path: Path) -> str:
    with _connected(where) as link, path.open("rb") as file:
        link.sendall(b"zINSTREAM\0")
        while block := file.read(_BLOCK):
            link.sendall(struct.pack("!I", len(block)) + block)
        link.sendall(struct.pack("!I", 0))
        answer = b""
        while not answer.endswith(b"\0") and (part := link.recv(_ANSWER)):
            answer += part
    return answer.rstrip(b"\0").decode(errors="replace").strip()


def _connected(where: str) -> socket.socket:
    if where.startswith("unix:"):
        link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        link.settimeout(SECONDS)
        try:
            link.connect(where.removeprefix("unix:"))
        except OSError:
            link.close()
            raise
        return link
    host, _colon, port = where.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=SECONDS)
