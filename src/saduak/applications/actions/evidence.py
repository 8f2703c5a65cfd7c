"""Evidence: files and links in a centre's library, attached to answers. What is counted changes under the application's lock."""

import datetime
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from typing import BinaryIO

from django.core.files import File
from django.db.models import BigIntegerField, Q, QuerySet, UUIDField
from django.utils.translation import gettext_lazy as _

from saduak.applications import links, rules
from saduak.applications.actions.common import (
    count_evidence_of,
    edited,
    lock_answer_of,
    locked_by_key,
    locked_with_answer,
    read_with_answer,
    recount,
    require_writable,
    void_signature_of,
)
from saduak.applications.actions.room import require_room, require_room_of_helper
from saduak.applications.models import Answer, Application, Evidence, EvidenceUse, SharedItem
from saduak.applications.rules.sharing import asks_for_own, over_q
from saduak.applications.states import EDITABLE
from saduak.foundation import audit, files
from saduak.foundation.access import Actor, Conflict, Invalid, require
from saduak.foundation.actions import action
from saduak.foundation.models import StoredFile
from saduak.foundation.prepared import Given, Insert, Read
from saduak.foundation.thai.calendar import bangkok_date
from saduak.organisations.models import ServiceCentre

ACCEPTED = frozenset({"image", "pdf", "office"})
FILES = (Evidence.Kind.PHOTO, Evidence.Kind.DOCUMENT)
LONGEST_CAPTION = 300


@dataclass(frozen=True, slots=True)
class Added:
    """What adding came to. `reused`: the centre had this very file or link already, so that one is used."""

    evidence: Evidence
    use: EvidenceUse | None
    reused: bool


def add_evidence(
    *,
    actor: Actor,
    file: bytes | BinaryIO | File[bytes],
    caption: str,
    name: str = "",
    answer_id: uuid.UUID | None = None,
    centre_id: uuid.UUID | None = None,
    kind: str | None = None,
    taken_on: datetime.date | None = None,
) -> Added:
    """Add a file to a centre's library, and to an answer when one is named.

    The file is checked and kept before the transaction begins, so that a slow picture holds no lock. Sending the same
    file again gives the evidence that is there: nothing doubles. A file that a headquarters over the centre shares, to be
    completed with local proof, stays that: it counts for nothing more when it is uploaded.

    Args:
        actor: officer, helper or head of the centre.
        file: the bytes, or what a form gave.
        caption: what it shows, in a person's words.
        name: the file's name as the browser sent it; the file's own when left out.
        answer_id: the answer that it backs.
        centre_id: the library, when no answer is named.
        kind: "photo" or "document"; by the file when left out.
        taken_on: the day that it shows; what the picture itself says when left out.

    Raises:
        Invalid: no caption, a wrong or too large file, a day to come.
        Refused: not the actor's centre.
        Conflict: submitted, withdrawn or closed; or the library has no room for it.
        DoesNotExist: no such answer or centre.
    """
    words = checked_caption(caption)
    _require_past(actor, taken_on)
    require_kind(kind, FILES)
    application, centre = _may_add(actor, answer_id, centre_id)
    if application is not None and answer_id is not None:
        require_room_of_helper(actor, application, answer_id)
    require_room(actor, centre)
    name = name or getattr(file, "name", "") or ""
    stored = files.store(file, name=name, actor=actor, accept=ACCEPTED, active="refuse")
    said = stored.taken_on if stored.taken_on and stored.taken_on <= bangkok_date(actor.received_at) else None
    made = Evidence(file=stored, kind=kind or kind_of(stored), caption=words, taken_on=taken_on or said)
    return _add(actor=actor, made=made, answer_id=answer_id, centre_id=centre_id)


def add_link(
    *,
    actor: Actor,
    url: str,
    caption: str,
    kind: str = Evidence.Kind.LINK,
    answer_id: uuid.UUID | None = None,
    centre_id: uuid.UUID | None = None,
    taken_on: datetime.date | None = None,
) -> Added:
    """Add a page or a film on the web to a centre's library, and to an answer when one is named.

    It is never fetched from here. The same address again gives the evidence that is there.

    Args:
        actor: officer, helper or head of the centre.
        url: its address, with https.
        caption: what it shows, in a person's words.
        kind: "link" or "video".
        answer_id: the answer that it backs.
        centre_id: the library, when no answer is named.
        taken_on: the day that it shows.

    Raises:
        Invalid: no caption, an address that not everybody can open, a day to come.
        Refused: not the actor's centre.
        Conflict: submitted, withdrawn or closed.
        DoesNotExist: no such answer or centre.
    """
    address, words = links.checked(url), checked_caption(caption)
    _require_past(actor, taken_on)
    require_kind(kind, Evidence.ELSEWHERE)
    _may_add(actor, answer_id, centre_id)
    made = Evidence(url=address, kind=kind, caption=words, taken_on=taken_on)
    return _add(actor=actor, made=made, answer_id=answer_id, centre_id=centre_id)


def _may_add(
    actor: Actor, answer_id: uuid.UUID | None, centre_id: uuid.UUID | None
) -> tuple[Application | None, int]:
    """Asked before a file is looked at, and again under the lock. The application, if any, and the key of the centre."""
    if answer_id is not None:
        application = read_with_answer(actor, answer_id)
        require_writable(actor, application)
        return application, application.centre_id
    centre = _centre(centre_id)
    require(rules.may_add_to_library(actor, centre))
    return None, centre.pk


@action("applications.add_evidence")
def _add(*, actor: Actor, made: Evidence, answer_id: uuid.UUID | None, centre_id: uuid.UUID | None) -> Added:
    made.added_at, made.added_by_id = actor.received_at, actor.user_id
    if answer_id is None:
        centre = ServiceCentre.locked(_centre(centre_id).public_id)
        require(rules.may_add_to_library(actor, centre))
        evidence, reused = _kept(actor, centre, made)
        if not reused:
            _told(actor, centre, evidence, "applications.evidence_added")
        return Added(evidence, None, reused)
    application, answer = open_answer(actor, answer_id)
    if made.file is not None:
        require_room_of_helper(actor, application, answer_id, made.file.size)
    evidence, reused = _kept(actor, application.centre, made)
    return Added(evidence, attach(actor, application, answer, evidence, brought=True), reused)


# What a headquarters uses no more is passed over: it is nothing that a centre is sent to.
_IN_USE = Q(shared__isnull=True) | Q(shared__state="published")
_SAME_FILE = Read[Evidence](
    lambda: (
        Evidence.objects.filter(
            _IN_USE,
            centre=Given("centre", BigIntegerField()),
            file__sha256=Given.of(StoredFile, "sha256"),
            retired_at__isnull=True,
        )
        .select_related("file")
        .order_by("pk")[:1]
    )
)
_SAME_LINK = Read[Evidence](
    lambda: Evidence.objects.filter(
        _IN_USE,
        centre=Given("centre", BigIntegerField()),
        url=Given.of(Evidence, "url"),
        retired_at__isnull=True,
    ).order_by("pk")[:1]
)
_NEW = Insert(Evidence)


def _kept(actor: Actor, centre: ServiceCentre, made: Evidence) -> tuple[Evidence, bool]:
    """The evidence with this content in the centre's library: the one that is there, or the new one."""
    if made.file is not None:
        same = _SAME_FILE.first(centre=centre.pk, sha256=made.file.sha256)
    else:
        same = _SAME_LINK.first(centre=centre.pk, url=made.url)
    if same is not None:
        return same, True
    item = _from_above(centre, made)
    if item is not None:
        return row_of(actor, centre, item), True
    if made.file is not None:
        require_room(actor, centre.pk, made.file.size)
    made.centre = centre
    return _NEW.of(made), False


def _from_above(centre: ServiceCentre, made: Evidence) -> SharedItem | None:
    """What a headquarters over the centre published with this very content and wants completed with local proof.

    Whoever brings it as their own brings no proof of their own, also after the headquarters uses it no more. One query.
    """
    content = Q(file__sha256=made.file.sha256) if made.file is not None else Q(url=made.url)
    rows: QuerySet[SharedItem] = SharedItem.objects.filter(content, over_q([centre.organisation_id]))
    return rows.filter(asks_for_own()).order_by("state", "-pk").first()


def row_of(actor: Actor, centre: ServiceCentre, item: SharedItem) -> Evidence:
    """The centre's own row of what a headquarters shares: the one that is there, or a new one."""
    row, _new = Evidence.objects.get_or_create(
        centre=centre,
        shared=item,
        retired_at=None,
        defaults={
            "file_id": item.file_id,
            "url": item.url,
            "kind": item.kind,
            "caption": item.caption,
            "added_at": actor.received_at,
            "added_by_id": actor.user_id,
        },
    )
    return row


@action("applications.link_evidence")
def link_evidence(*, actor: Actor, answer_id: uuid.UUID, evidence_id: uuid.UUID) -> EvidenceUse:
    """Use evidence of the centre's library for an answer; using it twice is using it once.

    Raises:
        Refused: not the actor's centre.
        Conflict: submitted, withdrawn or closed; or the evidence was taken out of the library.
        DoesNotExist: no such answer, or no such evidence of this centre.
    """
    application, answer = open_answer(actor, answer_id)
    evidence = _of_centre(actor, application.centre, evidence_id)
    if evidence.retired_at is not None:
        raise Conflict(_("หลักฐานนี้ถูกนำออกจากคลังแล้ว เลือกรายการอื่น"), "retired")
    return attach(actor, application, answer, evidence)


@action("applications.unlink_evidence")
def unlink_evidence(*, actor: Actor, answer_id: uuid.UUID, evidence_id: uuid.UUID) -> None:
    """Stop using evidence for an answer. It stays in the library. Doing it twice changes nothing.

    Raises:
        Refused: not the actor's centre.
        Conflict: submitted, withdrawn or closed.
        DoesNotExist: no such answer.
    """
    application, answer = open_answer(actor, answer_id)
    uses = EvidenceUse.objects.filter(answer=answer, evidence__public_id=evidence_id, removed_at__isnull=True)
    if uses.update(removed_at=actor.received_at):
        facts = {"criterion": answer.criterion.key, "evidence": evidence_id}
        _changed(actor, application, answer, "applications.evidence_unlinked", facts)


@action("applications.retire_evidence")
def retire_evidence(*, actor: Actor, evidence_id: uuid.UUID) -> Evidence:
    """Take evidence out of the library: nobody can choose it any more. Answers that use it keep it.

    Raises:
        Refused: not the actor's centre.
        DoesNotExist: no such evidence.
    """
    centre, evidence = _locked_in_library(actor, evidence_id)
    if evidence.retired_at is None:
        evidence.retired_at = actor.received_at
        evidence.save(update_fields=["retired_at"])
        _told(actor, centre, evidence, "applications.evidence_retired")
    return evidence


@action("applications.edit_evidence")
def edit_evidence(
    *,
    actor: Actor,
    evidence_id: uuid.UUID,
    caption: str,
    taken_on: datetime.date | None = None,
    kind: str | None = None,
) -> Evidence:
    """Change what is said about evidence. Where an application that uses it is signed, the signature falls.

    What was filed stays as it was filed.

    Args:
        actor: officer, helper or head of the centre.
        evidence_id: what is meant.
        caption: what it shows, in a person's words.
        taken_on: the day that it shows; None when nobody knows.
        kind: another kind of the same sort: photo or document, link or video. The present one when left out.

    Raises:
        Invalid: no caption, a day to come, a kind that it can't be.
        Refused: not the actor's centre.
        Conflict: it was taken out of the library, or is a headquarters' own.
        DoesNotExist: no such evidence.
    """
    words = checked_caption(caption)
    _require_past(actor, taken_on)
    signed = _lock_users_of(evidence_id)
    centre, evidence = _locked_in_library(actor, evidence_id)
    if evidence.retired_at is not None:
        raise Conflict(_("หลักฐานนี้ถูกนำออกจากคลังแล้ว จึงแก้ไม่ได้"), "retired")
    if evidence.shared_id is not None:
        raise Conflict(_("รายการนี้เป็นของส่วนกลาง ศูนย์จึงแก้ชื่อไม่ได้"), "shared")
    require_kind(kind, Evidence.ELSEWHERE if evidence.url else FILES)
    before = (evidence.caption, evidence.taken_on, evidence.kind)
    evidence.caption, evidence.taken_on, evidence.kind = words, taken_on, kind or evidence.kind
    if (evidence.caption, evidence.taken_on, evidence.kind) == before:
        return evidence
    evidence.edited_at = actor.received_at
    evidence.save(update_fields=["caption", "taken_on", "kind", "edited_at"])
    for application in signed:
        void_signature_of(application, actor=actor, reason=_("มีการแก้ชื่อหรือวันที่ของหลักฐานหลังลงนาม"))
    _told(actor, centre, evidence, "applications.evidence_edited")
    return evidence


def _lock_users_of(evidence_id: uuid.UUID) -> list[Application]:
    """The applications that use evidence and can still be written, under their locks, in the order of their keys.

    Whoever signs one of them meanwhile waits, and then signs what is said after the change.
    """
    uses = EvidenceUse.objects.filter(evidence__public_id=evidence_id, removed_at__isnull=True)
    keys = uses.filter(answer__application__state__in=EDITABLE).values_list("answer__application", flat=True)
    return [locked_by_key(key) for key in sorted(set(keys))]


def _locked_in_library(actor: Actor, evidence_id: uuid.UUID) -> tuple[ServiceCentre, Evidence]:
    """A centre and a piece of its evidence, locked in this order, when the actor keeps its library."""
    centre = ServiceCentre.locked(ServiceCentre.objects.get(evidence__public_id=evidence_id).public_id)
    require(rules.may_add_to_library(actor, centre))
    rows = Evidence.objects.select_for_update(of=("self",), no_key=True).select_related("file")
    evidence: Evidence = rows.get(public_id=evidence_id)
    return centre, evidence


def _told(actor: Actor, centre: ServiceCentre, evidence: Evidence, verb: str) -> None:
    """What happens to a library stands in the history of its centre, which is locked."""
    audit.append(
        centre, actor=actor, verb=verb, facts={"evidence": evidence.public_id, **_content_of(evidence)}
    )


def _content_of(evidence: Evidence) -> dict[str, object]:
    """What it is, for the history: a file by its digest, a link by its address."""
    return {"url": evidence.url} if evidence.url else {"sha256": evidence.sha256}


def open_answer(actor: Actor, answer_id: uuid.UUID) -> tuple[Application, Answer]:
    """The application and the answer, locked in this order, when the actor may write in it."""
    application = locked_with_answer(actor, answer_id)
    require_writable(actor, application)
    return application, lock_answer_of(application, answer_id)


_USE = Read[EvidenceUse](
    lambda: EvidenceUse.objects.filter(
        answer=Given("answer", BigIntegerField()),
        evidence=Given("evidence", BigIntegerField()),
        removed_at__isnull=True,
    )
)
_NEW_USE = Insert(EvidenceUse)


def attach(
    actor: Actor, application: Application, answer: Answer, evidence: Evidence, *, brought: bool = False
) -> EvidenceUse:
    """Use evidence for an answer, which is locked by now: nobody attaches the same in between.

    With `brought` the centre brings the content itself: then it may be what its headquarters uses no more.
    """
    known = _USE.first(answer=answer.pk, evidence=evidence.pk)
    if known is not None:
        return known
    if evidence.is_withdrawn and not brought:
        raise Conflict(_("ส่วนกลางเลิกใช้รายการนี้แล้ว เลือกฉบับที่ใช้อยู่จากคลังกลาง"), "retired")
    use = _NEW_USE.of(EvidenceUse(answer=answer, evidence=evidence, added_at=actor.received_at))
    facts = {
        "criterion": answer.criterion.key,
        "evidence": evidence.public_id,
        **_content_of(evidence),
    }
    _changed(actor, application, answer, "applications.evidence_linked", facts)
    return use


def _changed(
    actor: Actor, application: Application, answer: Answer, verb: str, facts: dict[str, object]
) -> None:
    """What follows when an answer's evidence changed: the signature, the counts, the audit."""
    void_signature_of(application, actor=actor, reason=edited(answer))
    count_evidence_of(answer)
    recount(application, actor.received_at)
    audit.append(application, actor=actor, verb=verb, facts=facts)


_IN_LIBRARY = Read[Evidence](
    lambda: Evidence.objects.filter(
        centre=Given("centre", BigIntegerField()), public_id=Given("name", UUIDField())
    ).select_related("file")
)


def _of_centre(actor: Actor, centre: ServiceCentre, evidence_id: uuid.UUID) -> Evidence:
    """Evidence of a centre: its own people use all of its library, a link what stands in its one application.

    Raises:
        DoesNotExist: no such evidence, or none that the actor may see.
    """
    if rules.may_add_to_library(actor, centre):
        return _IN_LIBRARY.get(centre=centre.pk, name=evidence_id)
    rows = Evidence.objects.visible_to(actor).filter(centre=centre).select_related("file")
    found: Evidence = rows.get(public_id=evidence_id)
    return found


def _centre(centre_id: uuid.UUID | None) -> ServiceCentre:
    if centre_id is None:
        raise Invalid(_("เลือกศูนย์ที่จะเก็บหลักฐาน"), {"centre": _("เลือกศูนย์ที่จะเก็บหลักฐาน")})
    found: ServiceCentre = ServiceCentre.objects.select_related("organisation").get(public_id=centre_id)
    return found


def checked_caption(caption: str) -> str:
    """What something is called, as it is kept.

    Raises:
        Invalid: nothing was written, or too much.
    """
    words = " ".join(caption.split())
    if not words:
        raise Invalid(_("เขียนคำอธิบายสั้น ๆ ว่าไฟล์นี้คืออะไร"), {"caption": _("เขียนคำอธิบายสั้น ๆ ว่าไฟล์นี้คืออะไร")})
    if len(words) > LONGEST_CAPTION:
        raise Invalid(_("คำอธิบายยาวเกิน 300 ตัวอักษร"), {"caption": _("คำอธิบายยาวเกิน 300 ตัวอักษร")})
    return words


def _require_past(actor: Actor, day: datetime.date | None) -> None:
    if day is not None and day > bangkok_date(actor.received_at):
        words = _("วันที่ของหลักฐานต้องไม่เป็นวันในอนาคต")
        raise Invalid(words, {"taken_on": words})


def require_kind(kind: str | None, allowed: Collection[str]) -> None:
    """Go on when no kind was chosen, or one that it can be.

    Raises:
        Invalid: another one.
    """
    if kind is not None and kind not in allowed:
        words = _("เลือกชนิดของหลักฐานจากตัวเลือกที่มี")
        raise Invalid(words, {"kind": words})


def kind_of(stored: StoredFile) -> str:
    """The kind of a file for which nobody chose one."""
    return Evidence.Kind.PHOTO if stored.media_type.startswith("image/") else Evidence.Kind.DOCUMENT
