"""A headquarters' shared library: drafted, published, replaced, retired; and what a centre uses of it."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from django.core.files import File
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from saduak.applications import links, signals
from saduak.applications.actions.common import count_evidence, lock_answers, locked, recount, text
from saduak.applications.actions.evidence import (
    ACCEPTED,
    FILES,
    attach,
    checked_caption,
    kind_of,
    open_answer,
    require_kind,
    row_of,
)
from saduak.applications.actions.room import require_room_shared
from saduak.applications.actions.writing import save_answer
from saduak.applications.models import Answer, Application, Evidence, EvidenceUse, SharedCriterion, SharedItem
from saduak.applications.rules import sharing as rules
from saduak.applications.states import EDITABLE, SHARED
from saduak.foundation import audit, files, jobs
from saduak.foundation.access import Actor, Conflict, Invalid, require
from saduak.foundation.access.registry import Words
from saduak.foundation.actions import action
from saduak.foundation.models import StoredFile
from saduak.organisations.models import Organisation, Programme
from saduak.programme.queries import known_keys

LONGEST_TEXT = 5_000
RECOUNT = "applications.recount_copies"


@dataclass(frozen=True, slots=True)
class Sharing:
    """What is said about a shared item.

    `criteria` are keys of the programme; `text` may be taken over by a centre; with `needs_local` the item proves
    nothing without proof of the centre's own.
    """

    caption: str
    criteria: Sequence[str]
    text: str = ""
    needs_local: bool = True


@dataclass(frozen=True, slots=True)
class Source:
    """The thing itself: a file with its name, or an address; `kind` in a person's words, by the file when left out."""

    file: bytes | BinaryIO | File[bytes] | None = None
    name: str = ""
    url: str = ""
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class _Thing:
    """The thing itself after it was checked, in values that tell one request from another; a file is kept by now."""

    kind: str
    file: StoredFile | None = None
    url: str = ""


def draft_shared(
    *,
    actor: Actor,
    organisation_id: uuid.UUID,
    programme_id: uuid.UUID,
    about: Sharing,
    source: Source,
    idempotency_key: uuid.UUID | None = None,
) -> SharedItem:
    """Prepare an item of a headquarters' shared library. Nobody else sees it until it is published.

    The file is checked and kept before the transaction begins, as evidence is.

    Args:
        actor: who shares.
        organisation_id: the headquarters.
        programme_id: for which programme.
        about: what is said about it.
        source: the file or the link.
        idempotency_key: the same key gives the same item.

    Raises:
        Refused: not the actor's headquarters, or no headquarters.
        Invalid: no name, no criterion, neither a file nor a link, a wrong or too large file.
        Conflict: the headquarters' library has no room for the file.
        DoesNotExist: no such organisation or programme.
    """
    owner: Organisation = Organisation.objects.get(public_id=organisation_id)
    programme = Programme.objects.get(public_id=programme_id)
    require(rules.may_share(actor, owner, programme.pk))
    said = _checked(about, known_keys(programme))
    thing = _thing(actor, owner, source)
    if thing is None:
        words = _("แนบไฟล์ หรือกรอกที่อยู่เว็บ อย่างใดอย่างหนึ่ง")
        raise Invalid(words, {"file": words}, "nothing-to-share")
    return _draft(
        actor=actor, owner=owner, programme=programme, said=said, thing=thing, idempotency_key=idempotency_key
    )


@action("applications.draft_shared")
def _draft(
    *,
    actor: Actor,
    owner: Organisation,
    programme: Programme,
    said: Sharing,
    thing: _Thing,
    idempotency_key: uuid.UUID | None = None,  # noqa: ARG001 - read by @action
) -> SharedItem:
    # Under the headquarters' lock, so that two files do not both take the last room.
    owner = Organisation.locked(owner.public_id)
    _require_room(actor, owner, thing)
    item = SharedItem(organisation=owner, programme=programme)
    item.made_at, item.made_by_id = actor.received_at, actor.user_id
    _say(item, said)
    _show(item, thing)
    item.save(force_insert=True)
    _for(item, said.criteria)
    audit.append(item, actor=actor, verb="applications.shared_drafted", facts=_facts(item))
    return item


def edit_shared(
    *, actor: Actor, item_id: uuid.UUID, about: Sharing, source: Source | None = None
) -> SharedItem:
    """Change a draft; without a source the file or link stays.

    Raises:
        Refused: not the actor's headquarters.
        Conflict: it is published or retired: then a new version is the way; or there is no room for the file.
        Invalid: as in `draft_shared`.
        DoesNotExist: no such item.
    """
    item = SharedItem.objects.select_related("organisation", "programme").get(public_id=item_id)
    require(rules.may_share(actor, item.organisation, item.programme_id))
    said = _checked(about, known_keys(item.programme))
    thing = _thing(actor, item.organisation, source or Source())
    return _edit(actor=actor, item_id=item_id, said=said, thing=thing)


@action("applications.edit_shared")
def _edit(*, actor: Actor, item_id: uuid.UUID, said: Sharing, thing: _Thing | None) -> SharedItem:
    owner = Organisation.locked(Organisation.objects.get(shared_items__public_id=item_id).public_id)
    item = _own(actor, item_id)
    if item.state != "draft":
        raise Conflict(_("รายการนี้เผยแพร่หรือเลิกใช้แล้ว จึงแก้ไม่ได้ ทำฉบับใหม่แทน"), "not-draft")
    _say(item, said)
    if thing is not None:
        _require_room(actor, owner, thing)
        _show(item, thing)
    item.save(update_fields=["caption", "text", "needs_local", "file", "url", "kind"])
    item.criteria.exclude(key__in=said.criteria).delete()
    _for(item, [key for key in said.criteria if key not in _keys(item)])
    audit.append(item, actor=actor, verb="applications.shared_edited", facts=_facts(item))
    return item


@action("applications.renew_shared")
def renew_shared(*, actor: Actor, item_id: uuid.UUID) -> SharedItem:
    """Begin the next version of a published item; the draft that was begun before, when there is one.

    Raises:
        Refused: not the actor's headquarters.
        Conflict: it is not published, or was replaced.
        DoesNotExist: no such item.
    """
    item = _own(actor, item_id)
    if item.state != "published":
        raise Conflict(_("ทำฉบับใหม่ได้จากรายการที่เผยแพร่อยู่เท่านั้น"), "not-published")
    begun: SharedItem | None = item.replaced_by.filter(state="draft").first()
    if begun is not None:
        return begun
    following = SharedItem(
        organisation=item.organisation,
        programme_id=item.programme_id,
        file_id=item.file_id,
        url=item.url,
        kind=item.kind,
        caption=item.caption,
        text=item.text,
        needs_local=item.needs_local,
        version=item.version + 1,
        replaces=item,
        made_at=actor.received_at,
        made_by_id=actor.user_id,
    )
    following.save(force_insert=True)
    _for(following, sorted(_keys(item)))
    facts = _facts(following) | {"replaces": str(item.public_id)}
    audit.append(following, actor=actor, verb="applications.shared_drafted", facts=facts)
    return following


@action("applications.publish_shared")
def publish_shared(*, actor: Actor, item_id: uuid.UUID) -> SharedItem:
    """Let the centres in the line use a draft. What it replaces is retired, and who used that is told.

    Copies of it that centres attached before as their own count no more from now on, where the item needs local proof.

    Raises:
        Refused: not the actor's headquarters.
        Conflict: it is published or retired already.
        DoesNotExist: no such item.
    """
    # The version before is locked first: whoever begins another next version holds that lock.
    before = SharedItem.objects.filter(replaced_by__public_id=item_id).first()
    if before is not None:
        before = SharedItem.locked(before.public_id)
    item = _own(actor, item_id)
    item.state = SHARED.step("publish", item.state)
    item.published_at = actor.received_at
    item.save(update_fields=["state", "published_at"])
    audit.append(item, actor=actor, verb="applications.shared_published", facts=_facts(item))
    if item.needs_local:
        # Centres that hold the very same as their own may be many.
        jobs.enqueue("applications.tasks.recount_copies", item_id=str(item.public_id))
    if before is not None and before.state == "published":
        _retire(actor, before, {"replaced_by": str(item.public_id)})
        signals.shared_changed.send(SharedItem, item=before, following=item, actor=actor)
    return item


@action("applications.retire_shared")
def retire_shared(*, actor: Actor, item_id: uuid.UUID) -> SharedItem:
    """Stop using an item. Nobody begins to use it now; applications that use it keep it.

    A draft is thrown away: nobody ever used it, so its row goes, and with it the file that no other version shows.

    Raises:
        Refused: not the actor's headquarters.
        Conflict: it was retired before.
        DoesNotExist: no such item.
    """
    item = _own(actor, item_id)
    was_published = item.state == "published"
    _retire(actor, item, {})
    if was_published:
        signals.shared_changed.send(SharedItem, item=item, following=None, actor=actor)
    else:
        SharedItem.objects.filter(pk=item.pk).delete()
    return item


def with_copies(item_id: uuid.UUID) -> list[uuid.UUID]:
    """The applications, still written, that count a copy of an item as the centre's own proof. One query."""
    rows = _copies(SharedItem.objects.select_related("file").get(public_id=item_id))
    names = rows.filter(answer__evidence_count__gt=0).values_list("answer__application__public_id", flat=True)
    return list(names.order_by("answer__application").distinct())


@action("applications.recount_copies")
def recount_copies(*, actor: Actor, application_id: uuid.UUID, item_id: uuid.UUID) -> int:
    """Count the evidence of an application anew that has copies of an item; of how many answers it changed. Twice is once.

    Nothing of what was written changes, so that a signature stands; the centre is told for which criteria less counts.

    Raises:
        DoesNotExist: no such application or item.
    """
    application = locked(application_id)
    item = SharedItem.objects.select_related("file").get(public_id=item_id)
    uses = _copies(item).filter(answer__application=application)
    lock_answers(application)
    rows = Answer.objects.filter(pk__in=uses.values("answer")).select_related("criterion").order_by("pk")
    before = {row.pk: row for row in rows}
    count_evidence(before)
    now = rows.in_bulk()
    changed = [
        row.criterion.key for key, row in before.items() if row.evidence_count != now[key].evidence_count
    ]
    if changed:
        recount(application, application.last_edit_at)
        facts = {"item": item.public_id, "criteria": changed}
        audit.append(application, actor=actor, verb="applications.copies_recounted", facts=facts)
    fell = [
        row.criterion.number for key, row in before.items() if row.evidence_count > now[key].evidence_count
    ]
    if fell:
        signals.proof_fell.send(Application, application=application, item=item, numbers=fell, actor=actor)
    return len(changed)


@action("applications.recount_all_copies")
def recount_all_copies(*, actor: Actor) -> int:
    """Have copies of every item that asks for proof of the centre's own counted anew in the background; of how many items.

    For updates that change what counts. Twice is once.
    """
    del actor  # the decorator's business
    items = SharedItem.objects.filter(rules.asks_for_own()).order_by("pk").values_list("public_id", flat=True)
    for item_id in items:
        jobs.enqueue("applications.tasks.recount_copies", item_id=str(item_id))
    return len(items)


def _copies(item: SharedItem) -> QuerySet[EvidenceUse]:
    """Where centres below use the content of an item as their own, in what is still written."""
    content = Q(evidence__file__sha256=item.file.sha256) if item.file else Q(evidence__url=item.url)
    rows: QuerySet[EvidenceUse] = EvidenceUse.objects.filter(
        content,
        rules.is_copy(),
        evidence__shared__isnull=True,
        removed_at__isnull=True,
        answer__application__state__in=sorted(EDITABLE),
    )
    return rows


def _retire(actor: Actor, item: SharedItem, facts: dict[str, str]) -> None:
    item.state, item.retired_at = SHARED.step("retire", item.state), actor.received_at
    item.save(update_fields=["state", "retired_at"])
    audit.append(item, actor=actor, verb="applications.shared_retired", facts=facts)


# --- Used by a centre --------------------------------------------------------------------------------------------------


@action("applications.use_shared")
def use_shared(*, actor: Actor, answer_id: uuid.UUID, item_id: uuid.UUID) -> EvidenceUse:
    """Use what a headquarters above the centre shares, for an answer; using it twice is using it once.

    Raises:
        Refused: not the actor's centre.
        Conflict: submitted, withdrawn or closed; or the item is not published any more.
        DoesNotExist: no such answer, or no such item in the centre's line.
    """
    application, answer = open_answer(actor, answer_id)
    item = SharedItem.locked(item_id, programme=application.round.programme_id)
    if item.state == "draft" or not rules.is_in_line(item, application.centre.organisation_id):
        raise SharedItem.DoesNotExist
    if item.state != "published":
        raise Conflict(_("ส่วนกลางเลิกใช้รายการนี้แล้ว เลือกฉบับที่ใช้อยู่"), "retired")
    return attach(actor, application, answer, row_of(actor, application.centre, item))


@action("applications.take_shared_text")
def take_shared_text(*, actor: Actor, answer_id: uuid.UUID, item_id: uuid.UUID) -> bool:
    """Use an item, and add its text to what the answer says already; whether it had to be added.

    Raises:
        Refused, Conflict, DoesNotExist: as in `use_shared`.
        Invalid: the item has no text, or the answer gets too long.
    """
    use = use_shared(actor=actor, answer_id=answer_id, item_id=item_id)
    said = use.evidence.shared.text if use.evidence.shared else ""
    if not said:
        raise Invalid(_("รายการนี้ไม่มีข้อความให้นำไปใช้"), code="no-text")
    # Its lock is held since `use_shared`: nobody writes in between.
    answer = use.answer
    if said in answer.narrative:
        return False
    words = f"{answer.narrative.rstrip()}\n\n{said}" if answer.narrative.strip() else said
    save_answer(actor=actor, answer_id=answer_id, version=answer.version, narrative=words)
    return True


# --- Pieces ------------------------------------------------------------------------------------------------------------


def _own(actor: Actor, item_id: uuid.UUID) -> SharedItem:
    """An item under its lock, when the actor publishes for its headquarters."""
    item = SharedItem.locked(item_id)
    require(rules.may_share(actor, item.organisation, item.programme_id))
    return item


def _checked(about: Sharing, known: Collection[str]) -> Sharing:
    """What was said, if it can be kept.

    Raises:
        Invalid: no name, a text that is too long, no criterion or one that the programme does not have.
    """
    keys = tuple(dict.fromkeys(about.criteria))
    words: Words = _("เลือกอย่างน้อย 1 ข้อ")
    if keys:
        words = "" if set(keys) <= set(known) else _("มีข้อที่ไม่อยู่ในเกณฑ์ของโครงการ เลือกใหม่")
    if words:
        raise Invalid(words, {"criteria": words}, "criteria")
    caption, said = checked_caption(about.caption), text(about.text, "text", LONGEST_TEXT)
    return Sharing(caption, keys, said, about.needs_local)


def _require_room(actor: Actor, owner: Organisation, thing: _Thing) -> None:
    if thing.file is not None:
        require_room_shared(actor, owner, thing.file.size)


def _thing(actor: Actor, owner: Organisation, source: Source) -> _Thing | None:
    """The file or the link as evidence has it, checked; None when there is neither.

    Raises:
        Invalid: both, a wrong file, an address that not everybody can open.
        Conflict: the headquarters' library has no room for a file.
    """
    if source.file is not None and source.url:
        words = _("แนบไฟล์ หรือกรอกที่อยู่เว็บ อย่างใดอย่างหนึ่ง")
        raise Invalid(words, {"url": words}, "two-things")
    if source.url:
        address = links.checked(source.url)
        require_kind(source.kind, Evidence.ELSEWHERE)
        return _Thing(source.kind or Evidence.Kind.LINK.value, url=address)
    if source.file is None:
        return None
    require_kind(source.kind, FILES)
    require_room_shared(actor, owner)
    name = source.name or getattr(source.file, "name", "") or ""
    stored = files.store(source.file, name=name, actor=actor, accept=ACCEPTED, active="refuse")
    return _Thing(source.kind or kind_of(stored), file=stored)


def _say(item: SharedItem, said: Sharing) -> None:
    item.caption, item.text, item.needs_local = said.caption, said.text, said.needs_local


def _show(item: SharedItem, thing: _Thing) -> None:
    item.file, item.url, item.kind = thing.file, thing.url, thing.kind


def _keys(item: SharedItem) -> set[str]:
    return set(item.criteria.values_list("key", flat=True))


def _for(item: SharedItem, keys: Sequence[str]) -> None:
    SharedCriterion.objects.bulk_create(SharedCriterion(item=item, key=key) for key in keys)


def _facts(item: SharedItem) -> dict[str, object]:
    """What it is, for the history: a file by its digest, a link by its address."""
    content = {"sha256": item.file.sha256} if item.file else {"url": item.url}
    return {
        "version": item.version,
        "criteria": sorted(_keys(item)),
        "needs_local": item.needs_local,
    } | content
