"""In the issuer's name: who vouches for a paper that was loaded, and how secret it is.

Whoever loads a text that names their own organisation gives orders by confirming it. So where the organisation keeps its
registers here, the signed paper is asked for, who signed it, and the number that the register gave.
"""

import uuid
from dataclasses import dataclass
from typing import Any, Final

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from saduak.correspondence import rules
from saduak.correspondence.actions.registers import Columns, attach_letter, locked_line, tell, use_reserved
from saduak.correspondence.inputs import Head
from saduak.correspondence.intake import TOP_SECRET
from saduak.correspondence.models import Delegation, Letter, RegisterEntry, Registry, Secrecy
from saduak.correspondence.queries.standing import Standing, is_from_own_book, line_of, standing_of
from saduak.correspondence.secrecy_floor import rank
from saduak.foundation.access import Actor, Conflict, Invalid, require
from saduak.foundation.access.registry import Words

_CODES: Final = {"file": "not-signed-paper", "signer": "may-not-sign", "number": "no-such-number"}


@dataclass(frozen=True, slots=True)
class Paper:
    """What a person says of the paper itself, beside what it says.

    Args:
        signer_id: public id of the power in the register of delegations by which it was signed.
        secrecy: its class; None leaves what was read of it or chosen when it was brought in.
        because: why it is less secret than that.
    """

    signer_id: uuid.UUID | None = None
    secrecy: str | None = None
    because: str = ""


@dataclass(frozen=True, slots=True)
class Vouched:
    """By which power a paper was signed and which line gave its number, as far as the issuer's registers tell."""

    signer: Delegation | None = None
    entry: RegisterEntry | None = None

    def facts(self) -> dict[str, Any]:
        """As the audit keeps it."""
        return {
            "signed_by": self.signer.public_id if self.signer else None,
            "register_line": self.entry.public_id if self.entry else None,
        }

    def personal(self) -> dict[str, Any] | None:
        """Who signed, kept apart because it names people."""
        return {"signer": str(self.signer.person), "lines": self.signer.lines} if self.signer else None


def vouch(letter: Letter, head: Head, paper: Paper) -> Vouched:
    """Hold a letter against the registers that its issuer keeps here. An empty one asks for nothing.

    Raises:
        Invalid: no signed paper, nobody who may sign on its day, or a number that the register did not give; `fields`
            says which ("file", "signer", "number").
    """
    standing = standing_of(letter, head.issuer.pk, head.dated, head.kind)
    wrong: dict[str, Words] = {}
    if standing.lacks_paper:
        wrong["file"] = _("ยืนยันในนามหน่วยงานได้จากฉบับที่ลงนามแล้วเท่านั้น นำไฟล์ PDF หรือภาพสแกนของฉบับลงนามเข้าแทนไฟล์นี้")
    signer = _signer(standing, paper, wrong)
    entry = _line(standing.registry_id, head, wrong) if standing.registry_id is not None else None
    if wrong:
        first = next(iter(wrong))
        words = wrong[first] if len(wrong) == 1 else _("ยังยืนยันในนามหน่วยงานไม่ได้ ดูช่องที่มีข้อความกำกับ")
        raise Invalid(words, wrong, _CODES[first])
    return Vouched(signer, entry)


def _signer(standing: Standing, paper: Paper, wrong: dict[str, Words]) -> Delegation | None:
    if not standing.signers.kept:
        return None
    found = next((row for row in standing.signers.rows if row.public_id == paper.signer_id), None)
    if found is None and not standing.signers.rows:
        wrong["signer"] = _("ไม่มีผู้ลงนามหนังสือชนิดนี้ได้ในวันที่ของหนังสือ ตามทะเบียนผู้ลงนาม เพิ่มหรือแก้ในทะเบียนก่อน")
    elif found is None:
        wrong["signer"] = _("เลือกผู้ที่ลงนามหนังสือนี้ ตามทะเบียนผู้ลงนามในวันที่ของหนังสือ")
    return found


def _line(registry_id: int, head: Head, wrong: dict[str, Words]) -> RegisterEntry | None:
    """The line that gave the number; None for one of the agency's own book."""
    registry = Registry.objects.get(pk=registry_id)
    entry = line_of(registry, head.number, head.dated)
    if entry is None:
        if not is_from_own_book(registry, head.number, head.dated):
            wrong["number"] = _(
                "เลขนี้ไม่มีในทะเบียนหนังสือส่งของหน่วยงาน ร่างหนังสือในระบบเพื่อให้ระบบออกเลข หรือลงทะเบียนส่งด้วยตนเองก่อน แล้วกลับมายืนยัน"
            )
    elif entry.state == "cancelled":
        wrong["number"] = _("เลขนี้ยกเลิกแล้วในทะเบียนหนังสือส่งของหน่วยงาน")
    elif entry.letter_id is not None:
        wrong["number"] = _("เลขนี้เป็นของหนังสืออีกฉบับในระบบ ตรวจเลขที่บนหนังสือ")
    elif entry.dated is not None and entry.dated != head.dated:
        wrong["number"] = _("เลขนี้ในทะเบียนหนังสือส่งลงวันที่อื่น ตรวจเลขและวันที่ หรือแก้ในทะเบียนก่อน")
    return entry


def bind(actor: Actor, letter: Letter, vouched: Vouched) -> None:
    """Tie a letter to the line that gave its number. The register is locked last, as where a number is taken.

    Raises:
        Conflict: the line was given to another letter, or cancelled, meanwhile.
    """
    if vouched.entry is None:
        return
    entry, registry = locked_line(vouched.entry.public_id)
    if entry.letter_id is not None or entry.state == "cancelled":
        raise Conflict(_("เลขนี้เพิ่งถูกใช้หรือยกเลิกในทะเบียน ตรวจเลขที่แล้วยืนยันอีกครั้ง"), "number-taken")
    if entry.state == "reserved":
        columns = Columns(
            dated=letter.dated,
            from_text=letter.owner_unit or letter.issuer_text,
            to_text=", ".join(letter.reading["documents"][0]["recipients"]),
            subject=letter.subject,
            secrecy=letter.secrecy,
        )
        use_reserved(actor=actor, entry_id=entry.public_id, columns=columns, registry=registry, letter=letter)
        return
    attach_letter(entry=entry, letter=letter)
    tell(registry, actor, "correspondence.number_confirmed", entry)


# --- How secret it is -------------------------------------------------------------------------------------------------


def class_for(actor: Actor, letter: Letter, paper: Paper) -> str:
    """The class that a person confirms: as it stands, or higher; lower only with a reason, by somebody cleared.

    Raises:
        Refused: a lower one, by somebody who is not cleared at the office that holds the letter.
        Invalid: no such class, or a lower one without a reason (field "secrecy" or "secrecy_because").
    """
    if paper.secrecy is None:
        return letter.secrecy
    if paper.secrecy not in Secrecy.values:
        raise Invalid(TOP_SECRET, {"secrecy": TOP_SECRET}, "top-secret")
    if rank(paper.secrecy) >= rank(letter.secrecy):
        return paper.secrecy
    require(rules.secrecy.may_lower(actor, letter))
    if not paper.because.strip():
        words = format_lazy(
            _("หนังสือนี้อ่านได้หรือเลือกไว้ว่า{secrecy} ถ้าจะลดชั้น เขียนเหตุผล"), secrecy=letter.get_secrecy_display()
        )
        raise Invalid(words, {"secrecy_because": words}, "less-secret")
    return paper.secrecy


def class_facts(letter: Letter, secrecy: str, paper: Paper) -> dict[str, Any]:
    """What the audit keeps of a class: the one before and why it was lowered, where it changed."""
    if secrecy == letter.secrecy:
        return {"secrecy": secrecy}
    return {"secrecy": secrecy, "secrecy_before": letter.secrecy, "secrecy_because": paper.because.strip()}
