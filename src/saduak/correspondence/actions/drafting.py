"""Writing a draft: saved as it grows, enclosures, printed out for a pen, taken back, given up.

Beginning one stands in `starting`. What is typed is told to the audit when the draft goes somewhere, not at each save.
"""

import uuid
from collections.abc import Mapping
from typing import Any, BinaryIO, Final

from django.core.files import File
from django.db.models import Max
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from saduak.correspondence import intake, rules
from saduak.correspondence.actions.starting import create_draft
from saduak.correspondence.draft_values import DraftValues, changed, cleaned, flat, plain
from saduak.correspondence.models import Delegation, Draft, DraftAttachment, Secrecy
from saduak.correspondence.queries.documents import digest_of
from saduak.correspondence.queries.drafts import ready_problems, signing_problems
from saduak.correspondence.queries.templates import is_secretariat
from saduak.correspondence.secrecy_floor import floor_of, highest, rank
from saduak.correspondence.states import DRAFT
from saduak.foundation import audit, clock, files
from saduak.foundation.access import Actor, Conflict, Invalid, require
from saduak.foundation.access.registry import Words
from saduak.foundation.actions import action, require_fits
from saduak.foundation.models import StoredFile
from saduak.programme.queries import rounds

__all__ = [
    "ENCLOSED",
    "DraftConflict",
    "add_attachment",
    "cancel_draft",
    "create_draft",
    "print_out",
    "ready_problems",
    "remove_attachment",
    "save_draft",
    "take_back",
]

ENCLOSED: Final = frozenset({"pdf", "office", "image", "text"})
MOST_ENCLOSED: Final = 30
_WHY_NOT_NOW: Final[dict[str, Words]] = {
    "circulating": _("ร่างนี้เสนอลงนามอยู่ ดึงกลับมาก่อนจึงแก้ได้"),
    "out": _("ร่างนี้พิมพ์ออกไปลงนามแล้ว ดึงกลับมาก่อนจึงแก้ได้"),
    "signed": _("ร่างนี้ลงนามแล้ว ดึงกลับมาก่อนจึงแก้ได้ ลายมือชื่อจะถูกยกเลิก"),
    "issued": _("หนังสือนี้ส่งไปแล้ว แก้ไม่ได้ ถ้าผิดให้ทำหนังสือแก้ไข"),
    "cancelled": _("ร่างนี้ยกเลิกแล้ว"),
}


class DraftConflict(Conflict):
    """Somebody else saved the same fields since they were read. Nothing was saved, nothing is lost.

    `version` is the present one; `theirs` holds what stands there now, and `by` who wrote it, both by the names of the
    form's fields ("body", "duty-0-what"); days are ISO, `signer` and `round` keys of rows.
    """

    def __init__(self, version: int, theirs: Mapping[str, Any], by: Mapping[str, str]) -> None:
        super().__init__(_("มีคนแก้ช่องเดียวกันพร้อมกับคุณ เลือกแบบที่จะใช้ ยังไม่ได้บันทึกทับกัน"), "draft-changed")
        self.version, self.theirs, self.by = version, dict(theirs), dict(by)


def _writable(actor: Actor, draft_id: uuid.UUID) -> Draft:
    """A draft under its lock, which the actor may write in and which is being written.

    Raises:
        Refused: another office's draft, or a secret one that the actor may not see.
        Conflict: it is on its way to be signed, or further.
    """
    draft = Draft.locked(draft_id)
    require(rules.may_edit(actor, draft))
    require(rules.secrecy.may_work_on(actor, draft))
    if draft.state != DRAFT.initial:
        raise Conflict(_WHY_NOT_NOW[draft.state], "not-writing")
    return draft


@action("correspondence.save_draft")
def save_draft(
    *,
    actor: Actor,
    draft_id: uuid.UUID,
    values: DraftValues,
    version: int | Mapping[str, int],
    force: bool = False,
) -> Draft:
    """Save what was typed, complete or not. Two people on different fields do not meet; on one field both are shown.

    Args:
        actor: works at the office that writes.
        draft_id: public id of the draft.
        values: what is to be changed; fields left out stay.
        version: of the draft that the writer had before them; of each of the form's fields where they differ.
        force: the writer has seen the other version and chose.

    Raises:
        DraftConflict: somebody else changed one of these fields since `version`; nothing was saved.
        Invalid: too long, no such choice, less secret than what it passes on, corrects or encloses, or a copy in
            advance that only the programme's secretariat sends; `fields` says where. Nothing was saved.
        Refused: another office's draft, or a secret one that the actor may not see.
        Conflict: it is not being written any more.
    """
    draft = _writable(actor, draft_id)
    after = _looked_up(actor, draft, values, cleaned(values))
    before = {name: getattr(draft, name) for name in after}
    was, now = flat(before), flat(after)
    differs = changed(was, now)
    if not differs:
        return draft
    clash = {name for name in differs if draft.changed_in.get(name, (0, ""))[0] > _seen(version, name)}
    if clash and not force:
        by = {name: draft.changed_in[name][1] for name in clash}
        raise DraftConflict(draft.version, {name: was.get(name) for name in clash}, by)
    _check_reach(actor, draft, after, differs)
    draft.version += 1
    draft.changed_in |= {name: [draft.version, actor.name[:200]] for name in sorted(differs)}
    draft.changed_at = clock.now()
    for name, value in after.items():
        setattr(draft, name, value)
    # What was signed on paper is not what stands here now.
    draft.signed_copy = None
    draft.save(update_fields=[*after, "version", "changed_in", "changed_at", "signed_copy"])
    return draft


def _seen(version: int | Mapping[str, int], name: str) -> int:
    """The version of a field that the writer had; a row that they emptied was as old as the oldest of theirs."""
    if isinstance(version, int):
        return version
    return version[name] if name in version else min(version.values(), default=0)


def _check_reach(actor: Actor, draft: Draft, after: Mapping[str, Any], differs: set[str]) -> None:
    """Whom a draft would reach: nobody more than the letters behind it, and every office of the programme by its own.

    Raises:
        Invalid: less secret than what it passes on, corrects or encloses; or a copy in advance, not by the secretariat.
    """
    wrong: dict[str, Words] = {}
    floor = floor_of(draft) if "secrecy" in differs else str(Secrecy.NONE)
    if "secrecy" in differs and rank(after["secrecy"]) < rank(draft.secrecy):
        # What was enclosed fitted to the class as it was.
        floor = highest([floor, _printed_beside(draft)])
    if "secrecy" in differs and rank(after["secrecy"]) < rank(floor):
        wrong["secrecy"] = format_lazy(
            _("ชั้นความลับต่ำกว่าหนังสือที่แจ้งต่อ แก้ไข หรือแนบไม่ได้ ต้องเป็น{secrecy}ขึ้นไป"), secrecy=Secrecy(floor).label
        )
    if "advance" in differs and after["advance"] and not is_secretariat(actor, draft.programme_id):
        wrong["advance"] = _("ส่งสำเนาแจ้งล่วงหน้าถึงทุกหน่วยงานได้เฉพาะฝ่ายเลขานุการของโครงการ")
    if wrong:
        code = "less-secret" if "secrecy" in wrong else "not-secretariat"
        raise Invalid(next(iter(wrong.values())), wrong, code)


def _printed_beside(draft: Draft) -> str:
    """The highest class that is printed in what a draft encloses."""
    rows = draft.attachments.filter(file__state=StoredFile.State.CHECKED).select_related("file")
    return highest(intake.class_in(row.file) for row in rows if row.file is not None)


def _looked_up(
    actor: Actor, draft: Draft, values: Mapping[str, Any], found: dict[str, Any]
) -> dict[str, Any]:
    """With the rows that the values name, as keys of the table."""
    if "signer" in values:
        found["signer_id"] = _signer(draft, values["signer"])
    if "round" in values:
        found["round_id"] = _round(actor, draft, values["round"])
    return found


def _signer(draft: Draft, public_id: uuid.UUID | None) -> int | None:
    if public_id is None:
        return None
    row = Delegation.objects.filter(public_id=public_id, organisation=draft.issuer_id).first()
    if row is None:
        raise Invalid(_("เลือกจากรายการ"), {"signer": _("เลือกผู้ลงนามจากทะเบียน")}, "no-signer")
    return int(row.pk)


def _round(actor: Actor, draft: Draft, public_id: uuid.UUID | None) -> int | None:
    if public_id is None:
        return None
    row = rounds(actor).filter(public_id=public_id, programme=draft.programme_id).first()
    if row is None:
        raise Invalid(_("เลือกจากรายการ"), {"round": _("เลือกรอบจากรายการ")}, "no-round")
    return int(row.pk)


# --- Enclosures -------------------------------------------------------------------------------------------------------


def add_attachment(
    *,
    actor: Actor,
    draft_id: uuid.UUID,
    title: str = "",
    copies: str = "",
    file: bytes | BinaryIO | File[bytes] | None = None,
    name: str = "",
    idempotency_key: uuid.UUID | None = None,
) -> DraftAttachment:
    """Enclose something: with a file, or only named on the paper. The file is checked before the transaction begins.

    Args:
        actor: works at the office that writes.
        draft_id: public id of the draft.
        title: as it is printed; the file's name without its ending when left out.
        copies: "จำนวน 1 ฉบับ".
        file: as the form gave it, or bytes.
        name: the file's name, when `file` does not know it.
        idempotency_key: the same key gives the same enclosure.

    Raises:
        Refused: another office's draft, or a secret one that the actor may not see.
        Invalid: neither title nor file, too many, a file that is not taken, or one that is more secret than the draft.
        Conflict: it is not being written any more.
    """
    stored, printed = None, str(Secrecy.NONE)
    if file is not None:
        stored = files.store(file, name=name or str(getattr(file, "name", "")), actor=actor, accept=ENCLOSED)
        printed = intake.class_in(stored)
        title = title.strip() or stored.name.rpartition(".")[0]
    return _enclose(
        actor=actor,
        draft_id=draft_id,
        title=plain(title),
        copies=plain(copies),
        stored=stored,
        printed=printed,
        idempotency_key=idempotency_key,
    )


@action("correspondence.enclose")
def _enclose(
    *,
    actor: Actor,
    draft_id: uuid.UUID,
    title: str,
    copies: str,
    stored: StoredFile | None,
    printed: str,
    idempotency_key: uuid.UUID | None = None,  # noqa: ARG001 - read by @action
) -> DraftAttachment:
    """Write the enclosure down."""
    draft = _writable(actor, draft_id)
    if stored is not None:
        intake.refuse_more_secret(stored, printed, draft.secrecy, "enclosed_title")
    if not title.strip():
        words = _("เขียนชื่อสิ่งที่ส่งมาด้วย หรือเลือกไฟล์")
        raise Invalid(words, {"enclosed_title": words}, "no-title")
    present = DraftAttachment.objects.filter(draft=draft)
    if present.count() >= MOST_ENCLOSED:
        words = _("แนบได้ไม่เกิน 30 รายการ รวมเป็นไฟล์เดียวก่อน")
        raise Invalid(words, {"enclosed_title": words}, "too-many")
    last = present.aggregate(last=Max("ordinal"))["last"] or 0
    row = DraftAttachment(
        draft=draft, ordinal=last + 1, title=title.strip(), copies=copies.strip(), file=stored
    )
    require_fits(row, ("title", "copies"))
    row.save()
    facts = {"title": row.title, "sha256": stored.sha256 if stored else ""}
    audit.append(draft, actor=actor, verb="correspondence.enclosed", facts=facts)
    return row


@action("correspondence.remove_enclosure")
def remove_attachment(*, actor: Actor, attachment_id: uuid.UUID) -> Draft:
    """Take an enclosure off a draft.

    Raises:
        Refused: another office's draft, or a secret one that the actor may not see.
        Conflict: it is not being written any more.
        DoesNotExist: it is off already.
    """
    row = DraftAttachment.objects.select_related("draft", "file").get(public_id=attachment_id)
    draft = _writable(actor, row.draft.public_id)
    facts = {"title": row.title, "sha256": row.file.sha256 if row.file else ""}
    row.delete()
    audit.append(draft, actor=actor, verb="correspondence.enclosure_removed", facts=facts)
    return draft


# --- Where a draft goes -----------------------------------------------------------------------------------------------


@action("correspondence.print_out")
def print_out(*, actor: Actor, draft_id: uuid.UUID) -> Draft:
    """The draft goes out on paper, to be signed with a pen. Printing it again changes nothing.

    Raises:
        Refused: another office's draft, or a secret one that the actor may not see.
        Invalid: it lacks something; `fields` says what.
        Conflict: it is proposed in the system, or further.
    """
    draft = Draft.locked(draft_id)
    require(rules.may_edit(actor, draft))
    require(rules.secrecy.may_work_on(actor, draft))
    state = DRAFT.step("print", draft.state)
    if state == draft.state:
        return draft
    wrong = signing_problems(draft)
    if wrong:
        raise Invalid(_("ร่างยังไม่ครบ จึงยังพิมพ์ไปลงนามไม่ได้"), wrong, "not-ready")
    draft.state, draft.changed_at = state, clock.now()
    draft.save(update_fields=["state", "changed_at"])
    audit.append(draft, actor=actor, verb="correspondence.printed_out", facts={"sha256": digest_of(draft)})
    return draft


@action("correspondence.take_back")
def take_back(*, actor: Actor, draft_id: uuid.UUID) -> Draft:
    """Back to writing: initials and signatures of this lap no longer count, and stay to be seen.

    Raises:
        Refused: another office's draft, or a secret one that the actor may not see.
        Conflict: it is being written, went out, or was given up.
    """
    draft = Draft.locked(draft_id)
    require(rules.may_edit(actor, draft))
    require(rules.secrecy.may_work_on(actor, draft))
    before = draft.state
    draft.state, draft.changed_at = DRAFT.step("take_back", draft.state), clock.now()
    draft.lap, draft.signed_copy = 0, None
    draft.save(update_fields=["state", "changed_at", "lap", "signed_copy"])
    audit.append(draft, actor=actor, verb="correspondence.taken_back", facts={"from": before})
    return draft


@action("correspondence.cancel_draft")
def cancel_draft(*, actor: Actor, draft_id: uuid.UUID, reason: str) -> Draft:
    """Give a draft up, with a reason. It stays to be read.

    Raises:
        Refused: another office's draft, or a secret one that the actor may not see.
        Invalid: no reason.
        Conflict: it went out, or was given up before.
    """
    draft = Draft.locked(draft_id)
    require(rules.may_edit(actor, draft))
    require(rules.secrecy.may_work_on(actor, draft))
    state = DRAFT.step("cancel", draft.state)
    if not reason.strip():
        words = _("เขียนเหตุผลสั้น ๆ เพื่อนร่วมงานจะได้รู้ว่าทำไมยกเลิก")
        raise Invalid(words, {"reason": words}, "no-reason")
    draft.state, draft.changed_at = state, clock.now()
    draft.cancelled_because = reason.strip()[:500]
    draft.save(update_fields=["state", "changed_at", "cancelled_because"])
    facts = {"reason": draft.cancelled_because}
    audit.append(draft, actor=actor, verb="correspondence.draft_cancelled", facts=facts)
    return draft
