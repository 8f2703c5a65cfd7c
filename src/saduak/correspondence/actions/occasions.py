"""Beginning a letter where its matter stands: a visit, a result, a certificate near its end. What is known is filled in."""

import uuid
from typing import Final

from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from saduak.correspondence import centre_list
from saduak.correspondence.actions.drafting import create_draft, save_draft
from saduak.correspondence.actions.lists import bind_list
from saduak.correspondence.draft_values import DraftValues
from saduak.correspondence.models import Draft, DraftAttachment, WrittenKind
from saduak.correspondence.queries.drafts import templates_for
from saduak.correspondence.queries.occasions import Occasion, occasion
from saduak.correspondence.writing.placeholders import fill
from saduak.foundation import audit, files, spreadsheets
from saduak.foundation.access import Actor, Refused
from saduak.foundation.actions import action
from saduak.foundation.models import StoredFile
from saduak.organisations.models import Organisation
from saduak.organisations.recipients import audience

# What is not there any more, as whoever pressed its button reads it.
GONE: Final = _("ไม่มีเรื่องนี้ให้เขียนหนังสือแล้ว กลับไปหน้าเดิมแล้วลองอีกครั้ง")
_OWN: Final = _("ศูนย์ในเรื่องนี้เป็นของหน่วยงานที่ออกหนังสือเอง จึงไม่มีผู้รับ เลือกออกหนังสือในนามอื่น")


@action("correspondence.begin_for")
def begin_for(
    *,
    actor: Actor,
    use: str,
    about: str,
    office_id: uuid.UUID,
    issuer_id: uuid.UUID,
    template_id: uuid.UUID | None = None,
    kind: str = "",
    idempotency_key: uuid.UUID | None = None,  # noqa: ARG001 - read by @action
) -> Draft:
    """Begin a letter for what a room above knows: its places filled, its recipients proposed, the centres enclosed.

    Nothing is sent. One office is written by its name; several, or one whose name others bear too, stand in a list of
    this draft alone, so that a result goes to two thousand in one line and no other letter changes whom it means. The
    offices that write get no letter of their own, and their centres stand in no list.

    Args:
        actor: works at the office.
        use: what the letter is for (a value of `LetterTemplate.Use`).
        about: of what, as the page with the button names it.
        office_id: public id of the office that writes.
        issuer_id: of the organisation in whose name.
        template_id: what it begins with; the newest for this use when left out.
        kind: begin with an empty letter of this kind instead.
        idempotency_key: the same key gives the same draft.

    Raises:
        Refused: nothing to write about for this actor, only its own centres, not the actor's office, or not in that name.
        Invalid: a template or kind that does not belong here.
    """
    whole = occasion(actor, use, about)
    if whole is None:
        raise Refused(GONE, "no-occasion")
    told = whole.without({office_id, issuer_id})
    if told is None:
        raise Refused(_OWN, "only-own")
    # Before anything is locked: thousands of centres take their time.
    sheet = _drawn(actor, told) if told.has_list else None
    begun = create_draft(
        actor=actor,
        office_id=office_id,
        issuer_id=issuer_id,
        programme_id=told.programme.public_id,
        template_id=None if kind else template_id or _template(actor, told),
        kind=kind or WrittenKind.EXTERNAL,
        round_id=told.round.public_id if told.round is not None else None,
    )
    values = _texts(begun, told) | _to(actor, begun, told)
    draft = save_draft(actor=actor, draft_id=begun.public_id, values=values, version=begun.version)
    if sheet is not None:
        _enclose(actor, draft, sheet)
    return draft


def _template(actor: Actor, told: Occasion) -> uuid.UUID | None:
    known = templates_for(actor, [told.programme.pk])
    return next((row.public_id for row in known if row.use == told.use), None)


def _texts(draft: Draft, told: Occasion) -> DraftValues:
    places = told.places()
    return DraftValues(
        subject=fill(draft.subject, places),
        body=fill(draft.body, places),
        purpose=fill(draft.purpose, places),
    )


def _to(actor: Actor, draft: Draft, told: Occasion) -> DraftValues:
    """Whom it addresses and goes to, as the letter is in Thai."""
    first, *more = told.offices
    if not more and _is_told_by_name(draft, first):
        return DraftValues(addressee=first.head_title or first.name_th, recipients=first.name_th)
    name = told.name[:120]
    with translation.override("th"):
        addressee = (first.head_title or first.name_th) if not more else gettext("หัวหน้าหน่วยงานตามรายชื่อแนบท้าย")
    offices = [row for row in told.offices if row.retired_at is None]
    bind_list(actor=actor, draft=draft, name=name, offices=offices)
    return DraftValues(addressee=addressee, recipients=name)


def _is_told_by_name(draft: Draft, office: Organisation) -> bool:
    """Whether the name of an office means it alone."""
    found = audience([office.name_th], [], draft.issuer, sender=draft.office)
    return [row.pk for row in found.offices] == [office.pk]


def _drawn(actor: Actor, told: Occasion) -> StoredFile:
    """The list of the centres: this program made it, so it is kept as it is."""
    sheet = centre_list.draw(told.name, told.concerns)
    return files.put(sheet, name=centre_list.NAME, media_type=spreadsheets.XLSX_TYPE, actor=actor)


def _enclose(actor: Actor, draft: Draft, stored: StoredFile) -> None:
    with translation.override("th"):
        title = gettext("รายชื่อศูนย์")
        copies = gettext("จำนวน %(n)s ฉบับ") % {"n": 1}
    DraftAttachment.objects.create(draft=draft, ordinal=1, title=title, copies=copies, file=stored)
    facts = {"title": title, "sha256": stored.sha256}
    audit.append(draft, actor=actor, verb="correspondence.enclosed", facts=facts)
