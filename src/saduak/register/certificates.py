"""The certificate as a PDF: words, dates and QR for the template."""

import functools
import io
from pathlib import Path
from typing import Any

import segno
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from saduak.foundation import files, pdf
from saduak.foundation.access import Actor
from saduak.foundation.thai.calendar import format_long
from saduak.foundation.thai.words import bare_level
from saduak.register.models import Certificate

TEMPLATE = Path(__file__).parent / "typst" / "certificate.typ"

# Long names get smaller letters, so that even the longest stays within two lines.
_SIZES = ((45, 28), (80, 24), (120, 20))
_SMALLEST = 17


def address(certificate: Certificate) -> str:
    """What the QR opens: permanent, because it hangs framed on walls."""
    return f"{settings.PUBLIC_URL}/v/{certificate.code}"


# Drawing takes some milliseconds, and every look at a certificate asks for it; 3 kB each.
@functools.lru_cache(maxsize=1024)
def qr_svg(text: str) -> str:
    """A QR code as SVG, error correction Q: readable with a quarter of it dirty."""
    out = io.BytesIO()
    segno.make(text, error="q").save(out, kind="svg", border=2, dark="#13242d", xmldecl=False, omitsize=True)
    return out.getvalue().decode()


def grouped(code: str) -> str:
    """The code as it is read out and typed: two halves."""
    half = len(code) // 2
    return f"{code[:half]}-{code[half:]}"


def place(certificate: Certificate) -> str:
    """Whose centre it is, and where; the office is not named again under a centre that bears its name."""
    return " ".join(part for part in (certificate.office_name, certificate.area_name) if part)


def words(certificate: Certificate) -> dict[str, Any]:
    """Everything that the template prints, in Thai."""
    with translation.override("th"):
        name = certificate.centre_name
        size = next((points for length, points in _SIZES if len(name) <= length), _SMALLEST)
        sample = certificate.centre.is_sample or settings.DEMO_SIGN_INS
        return {
            "title": _("ใบรับรองมาตรฐาน %(name)s") % {"name": name},
            "issuer": certificate.programme.host.name_th
            if certificate.programme.host
            else certificate.programme.name_th,
            "heading": _("ใบรับรองมาตรฐาน"),
            "intro": _("ให้ไว้เพื่อแสดงว่า"),
            "centre": name,
            "name_size": size,
            "place": place(certificate),
            "verdict": _("ผ่านการรับรอง%(programme)s ปีงบประมาณ พ.ศ. %(year)d")
            % {"programme": certificate.programme.name_th, "year": certificate.fiscal_year},
            "level": _("ระดับ%(name)s") % {"name": bare_level(certificate.level_name)}
            if certificate.level_name
            else "",
            "level_key": certificate.level_key,
            "level_ordinal": certificate.level_ordinal,
            "validity": _("ใช้ได้ตั้งแต่ %(start)s ถึง %(end)s")
            % {
                "start": format_long(certificate.valid_from, weekday=False, language="th"),
                "end": format_long(certificate.valid_until, weekday=False, language="th"),
            },
            "number_label": _("เลขที่"),
            "number": certificate.number,
            "source_label": _("ตาม"),
            "source": certificate.announcement,
            "verify_label": _("ตรวจสอบได้ที่"),
            "url": address(certificate),
            "qr": qr_svg(address(certificate)),
            "code": grouped(certificate.code),
            "qr_alt": _("คิวอาร์โค้ดสำหรับตรวจสอบใบรับรอง"),
            "sample": _("ตัวอย่างสำหรับการสาธิต ไม่ใช่ใบรับรองจริง") if sample else "",
        }


def render(certificate: Certificate, *, actor: Actor) -> None:
    """Make the PDF of a certificate and keep it; a certificate that has one keeps it."""
    if certificate.pdf_id is not None:
        return
    made = pdf.render(TEMPLATE, words(certificate), standard="a-2b")
    name = f"certificate-{certificate.code}.pdf"
    certificate.pdf = files.put(made, name=name, media_type="application/pdf", actor=actor)
    Certificate.objects.filter(pk=certificate.pk).update(pdf=certificate.pdf)
