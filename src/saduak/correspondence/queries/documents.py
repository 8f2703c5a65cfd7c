"""A draft as the paper that it will be, and as the bytes that initials and signatures are bound to."""

import dataclasses
import datetime
import hashlib
from collections.abc import Iterable
from typing import Any

import rfc8785
from django.utils import translation
from django.utils.translation import gettext as _

from saduak.correspondence.draft_values import flat
from saduak.correspondence.models import ChainStep, Draft, LegalReference, LetterHead, WrittenKind
from saduak.correspondence.queries.places import still_open, values_of
from saduak.correspondence.queries.recipients import reached
from saduak.correspondence.writing import Attached, LetterDocument, Signature
from saduak.correspondence.writing.forms import forms_of
from saduak.correspondence.writing.placeholders import LAW, fill, names
from saduak.foundation import clock, files
from saduak.foundation.thai import calendar
from saduak.organisations.models.dated import on_day

FORMAT = 1
# Where places may stand.
PLACED = ("subject", "references", "body", "purpose", "owner_unit", "contact", "copies_to")


# --- Laws and places --------------------------------------------------------------------------------------------------


def laws(codes: Iterable[str], day: datetime.date) -> dict[str, str]:
    """How laws, regulations and resolutions are cited on a day, by code; those that do not hold then are left out.

    One query, none without codes.
    """
    wanted = sorted(set(codes))
    if not wanted:
        return {}
    rows = LegalReference.objects.filter(on_day(day), code__in=wanted).order_by("version")
    return dict(rows.values_list("code", "citation"))


def texts_of(row: Draft, day: datetime.date) -> dict[str, str]:
    """The texts as they are printed on a day: laws cited as they stand then, places filled that are known.

    What nobody knows stays as {{place}}. At most two queries, none without places.
    """
    texts = {name: getattr(row, name) for name in PLACED}
    asked = [place for text in texts.values() for place in names(text)]
    cited = laws((place.removeprefix(LAW) for place in asked if place.startswith(LAW)), day)
    values = values_of(row, asked) | {f"{LAW}{code}": citation for code, citation in cited.items()}
    return {name: fill(text, values) for name, text in texts.items()}


def open_places(texts: dict[str, str]) -> dict[str, list[str]]:
    """By field, what nobody has filled yet: places by their name, dots that wait for a pen as they stand."""
    found = {name: still_open(text) for name, text in texts.items()}
    return {name: places for name, places in found.items() if places}


def unknown_laws(texts: dict[str, str]) -> dict[str, list[str]]:
    """By field, the codes of laws that do not hold on the letter's day: they would be printed as they stand."""
    found = {
        name: [place.removeprefix(LAW) for place in names(text) if place.startswith(LAW)]
        for name, text in texts.items()
    }
    return {name: codes for name, codes in found.items() if codes}


# --- The paper --------------------------------------------------------------------------------------------------------


def document_of(
    row: Draft, *, number: str = "", dated: datetime.date | None = None, qr_url: str = ""
) -> LetterDocument:
    """The letter that a draft is now. At most five queries.

    Args:
        row: the draft.
        number: when it is known; empty leaves the place for a pen.
        dated: the same.
        qr_url: the page that a QR code at its foot leads to; empty draws none.
    """
    bare = _document(row, dated or row.dated)
    steps = _decided(row)
    signed = next((step for step in steps if step.act == ChainStep.Act.SIGN), None)
    signature = bare.signature
    if signature is not None and signed is not None:
        signature = dataclasses.replace(signature, signed_note=_signed_note(signed))
    head = LetterHead.objects.filter(organisation=row.issuer_id).select_related("emblem").first()
    emblem, emblem_type = _emblem(head)
    return dataclasses.replace(
        bare,
        number=number,
        dated=dated,
        signature=signature,
        initials=tuple(_short(step.name) for step in steps if step.act == ChainStep.Act.INITIAL),
        emblem=emblem,
        emblem_type=emblem_type,
        qr_url=qr_url,
        **_heading(row, head),
    )


def _document(row: Draft, dated: datetime.date | None) -> LetterDocument:
    """What is bound by signatures: everything but number, date, letter head, and the marks of signing."""
    salutation, closing = forms_for(row)
    texts = texts_of(row, dated or clock.today())
    with translation.override("th"):
        urgency = row.get_urgency_display() if row.urgency else ""
        secrecy = row.get_secrecy_display() if row.secrecy else ""
    return LetterDocument(
        kind=row.kind,
        issuer="",
        urgency=urgency,
        secrecy=secrecy,
        subject=texts["subject"],
        salutation=salutation,
        addressee=row.addressee,
        references=_lines(texts["references"]),
        attachments=tuple(Attached(one.title, one.copies) for one in row.attachments.all()),
        paragraphs=_lines(f"{texts['body']}\n{texts['purpose']}"),
        closing=closing,
        signature=None if row.kind == WrittenKind.STAMPED else _signature(row),
        owner_unit=texts["owner_unit"],
        contact=_lines(texts["contact"]),
        copies_to=texts["copies_to"],
        thai_digits=row.thai_digits,
    )


def forms_for(row: Draft) -> tuple[str, str]:
    """Salutation and closing: as somebody wrote them, else the usual ones for this recipient.

    A memo has no closing, a stamped letter neither. Empty where nothing is known.
    """
    usual = forms_of(row.addressee)
    salutation = "" if row.kind == WrittenKind.STAMPED else row.salutation.strip() or usual.salutation
    closing = row.closing.strip() or usual.closing if row.kind == WrittenKind.EXTERNAL else ""
    return salutation, closing


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _signature(row: Draft) -> Signature:
    if row.signer is not None:
        return Signature(str(row.signer.person), row.signer.lines)
    return Signature(row.signer_name.strip(), _lines(row.signer_position))


def _heading(row: Draft, head: LetterHead | None) -> dict[str, Any]:
    """The agency's name and address; a memo is written by an office to its own house."""
    if row.kind == WrittenKind.MEMO:
        return {"issuer": row.office.name_th}
    address = head.address if head is not None and head.address else row.issuer.address
    return {
        "issuer": (head.heading if head is not None else "") or row.issuer.name_th,
        "address": _lines(address),
    }


def _emblem(head: LetterHead | None) -> tuple[bytes, str]:
    if head is None or head.emblem is None:
        return b"", ""
    with files.open(head.emblem) as file:
        return file.read(), head.emblem.media_type


def _decided(row: Draft) -> list[ChainStep]:
    """What was approved in the lap that counts. One query, none without a lap."""
    if not row.lap:
        return []
    approved = ChainStep.objects.filter(draft=row, lap=row.lap, decision=ChainStep.Decision.APPROVED)
    return list(approved.order_by("ordinal"))


def _signed_note(step: ChainStep) -> str:
    with translation.override("th"):
        when = calendar.format_datetime(step.decided_at) if step.decided_at else ""
        return _("ลงนามทางอิเล็กทรอนิกส์ %(when)s") % {"when": when}


def _short(name: str) -> str:
    """The first word of a name, as people put their initials."""
    return name.split(maxsplit=1)[0] if name.split() else ""


def is_reserved(token: str) -> bool:
    """Whether a token stands on the paper of a letter that has not gone out yet. At most one query."""
    if not token.isascii() or not token.isprintable():
        return False
    rows = Draft.objects.filter(page_token=token, letter__isnull=True, secrecy="")
    return rows.exclude(kind=WrittenKind.MEMO).exclude(state="cancelled").exists()


# --- What is signed ---------------------------------------------------------------------------------------------------


def canonical(row: Draft, reaches: dict[str, int | str] | None = None) -> bytes:
    """What initials and signatures are bound to: everything printed, what goes along, and whom it goes to.

    RFC 8785. Number and date are given afterwards, and the letter head is the agency's; neither is part of it.

    Args:
        row: the draft.
        reaches: whom it reaches (`queries.recipients.reached`), when the caller knows already.
    """
    document = dataclasses.asdict(_document(row, row.dated))
    for name in ("number", "dated", "issuer", "address", "emblem", "emblem_type", "qr_url", "initials"):
        del document[name]
    sent = {
        name: getattr(row, name)
        for name in ("recipients", "exceptions", "duties", "deadlines", "meeting", "advance")
    }
    days = {name: getattr(row, name) for name in ("acknowledge_by", "forward_by")}
    return rfc8785.dumps(
        {
            "format": FORMAT,
            "office": row.office.code,
            "issuer": row.issuer.code,
            "document": _plain(document),
            "enclosed": [one.file.sha256 if one.file else None for one in row.attachments.all()],
            "sending": sent | flat(days) | {"reaches": reached(row) if reaches is None else reaches},
        }
    )


def _plain(value: Any) -> Any:
    """Tuples as lists: canonical JSON knows no others."""
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return value


def digest_of(row: Draft, reaches: dict[str, int | str] | None = None) -> str:
    """SHA-256 of what is signed, in hexadecimal; arguments as for `canonical`."""
    return hashlib.sha256(canonical(row, reaches)).hexdigest()


def changed_since_signed(row: Draft) -> bool:
    """Whether what a draft says, or whom it reaches, differs from what was signed in the system."""
    if row.state != "signed":
        return False
    signed = next((step for step in _decided(row) if step.act == ChainStep.Act.SIGN), None)
    return signed is not None and signed.digest != digest_of(row)
