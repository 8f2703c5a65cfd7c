"""Addresses that people give as evidence: only what a browser may open safely, and nothing that is fetched from here."""

import ipaddress
import re
from typing import Final
from urllib.parse import SplitResult, urlsplit

from django.utils.encoding import iri_to_uri
from django.utils.translation import gettext_lazy as _

from saduak.foundation.access import Invalid
from saduak.foundation.access.registry import Words

LONGEST: Final = 1000
_LABEL: Final = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
# Names that only an office's own network knows.
_PRIVATE: Final = (
    *("localhost", "local", "internal", "intranet", "lan", "home", "corp", "private", "localdomain"),
    *("arpa", "onion", "test", "example", "invalid"),
)
_NOT_IN_ADDRESSES: Final = re.compile(
    r"[\x00-\x20\x7f-\xa0\\<>\"`{}|^\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff\ud800-\udfff]"
)


def checked(address: str) -> str:
    """An address as it is kept: https, a public name, nothing hidden in it.

    Raises:
        Invalid: in words that say what to write instead.
    """
    typed = address.strip()
    if not typed:
        raise _wrong(_("กรอกที่อยู่เว็บ เช่น https://www.opm.go.th"))
    if len(typed) > LONGEST:
        raise _wrong(_("ที่อยู่เว็บยาวเกิน 1,000 ตัวอักษร"))
    if _NOT_IN_ADDRESSES.search(typed):
        raise _wrong(_("ที่อยู่เว็บมีช่องว่างหรืออักขระที่ใช้ไม่ได้ คัดลอกจากแถบที่อยู่ของเบราว์เซอร์อีกครั้ง"))
    try:
        parts = urlsplit(typed)
        port = parts.port
    except ValueError:
        raise _wrong(_("อ่านที่อยู่เว็บนี้ไม่ได้ คัดลอกจากแถบที่อยู่ของเบราว์เซอร์อีกครั้ง")) from None
    if parts.scheme.lower() != "https":
        raise _wrong(_("ใช้ที่อยู่เว็บที่ขึ้นต้นด้วย https:// เท่านั้น"))
    if "@" in parts.netloc:
        raise _wrong(_("ที่อยู่เว็บต้องไม่มีชื่อผู้ใช้หรือรหัสผ่านอยู่ข้างใน"))
    if port not in {None, 443}:
        raise _wrong(_("ที่อยู่เว็บนี้ใช้ช่องทางพิเศษที่คนนอกหน่วยงานเปิดไม่ได้ ใช้ลิงก์ที่เปิดได้จากทุกที่"))
    kept = iri_to_uri(
        SplitResult("https", _host(parts), parts.path or "/", parts.query, parts.fragment).geturl()
    )
    if len(kept) > LONGEST:
        raise _wrong(_("ที่อยู่เว็บยาวเกิน 1,000 ตัวอักษร"))
    return kept


def _host(parts: SplitResult) -> str:
    """The host in ASCII, when it is a name that everybody can open.

    Raises:
        Invalid: a number, or a name of an office's own network.
    """
    named = (parts.hostname or "").rstrip(".")
    try:
        host = named.encode("idna").decode("ascii").lower()
    except UnicodeError:
        host = ""
    labels = host.split(".")
    if not host or len(host) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise _wrong(_("อ่านที่อยู่เว็บนี้ไม่ได้ คัดลอกจากแถบที่อยู่ของเบราว์เซอร์อีกครั้ง"))
    if len(labels) < 2 or labels[-1] in _PRIVATE or _is_number(host, labels[-1]):
        raise _wrong(_("ลิงก์นี้เปิดได้เฉพาะในเครือข่ายของหน่วยงาน ใช้ลิงก์ที่เปิดได้จากทุกที่ หรือแนบเป็นไฟล์"))
    return host


def _is_number(host: str, last: str) -> bool:
    """Whether a browser would read a host as an address of four numbers, however they are written."""
    if last.isdecimal() or re.fullmatch(r"0x[0-9a-f]*", last):
        return True
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def host_of(address: str) -> str:
    """The host of a kept address, in ASCII: letters of another script that look alike would deceive."""
    return urlsplit(address).hostname or ""


def _wrong(words: Words) -> Invalid:
    return Invalid(words, {"url": words}, "link")
