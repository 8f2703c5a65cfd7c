"""Beginning a draft: from a template, to pass a letter on, or to correct one; filled with what is known already."""

import uuid
from typing import Any, Final

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from saduak.correspondence import rules
from saduak.correspondence.draft_values import NOTHING_WANTED
from saduak.correspondence.matching import wants_of
from saduak.correspondence.models import (
    Delivery,
    Draft,
    DraftAttachment,
    Duty,
    DutyRecipient,
    Letter,
    LetterHead,
    LetterTemplate,
    WrittenKind,
)
from saduak.correspondence.queries.delegations import signers
from saduak.correspondence.queries.documents import PLACED
from saduak.correspondence.queries.drafts import templates_for
from saduak.correspondence.queries.places import filled
from saduak.correspondence.queries.templates import beginning_of, is_secretariat
from saduak.foundation import audit, clock
from saduak.foundation.access import Actor, Conflict, Invalid, require
from saduak.foundation.actions import action
from saduak.foundation.thai import calendar
from saduak.organisations.models import Organisation, Programme
from saduak.programme.models import Round
from saduak.programme.queries import current_round, rounds

# The template that says nothing of what the letter is about.
ANY_LETTER: Final = "pass-on"
# What an office writes alike in all its letters, and what it writes alike when it passes letters on.
_HABITS = ("owner_unit", "contact", "thai_digits", "signer_name", "signer_position")
_WHEN_FORWARDING = ("addressee", "recipients", "exceptions", "is_circular")
# What a correction takes over from the letter that it corrects.
_CORRECTED = (
    *("kind", "urgency", "secrecy", "is_circular", "subject", "salutation", "addressee", "closing"),
    *("recipients", "exceptions", "body", "purpose", "copies_to", "duties", "deadlines", "meeting"),
    *("acknowledge_by", "forward_by", "advance"),
)


@action("correspondence.create_draft")
def create_draft(  # noqa: PLR0913 - each is chosen on its own
    *,
    actor: Actor,
    office_id: uuid.UUID,
    issuer_id: uuid.UUID,
    programme_id: uuid.UUID,
    template_id: uuid.UUID | None = None,
    kind: str = WrittenKind.EXTERNAL,
    round_id: uuid.UUID | None = None,
    forwards: uuid.UUID | None = None,
    corrects: uuid.UUID | None = None,
    idempotency_key: uuid.UUID | None = None,  # noqa: ARG001 - read by @action
) -> Draft:
    """Begin a letter. What is known is filled in; what the template leaves open stands as {{place}} until somebody fills it.

    Args:
        actor: works at the office.
        office_id: public id of the office that writes.
        issuer_id: of the organisation in whose name.
        programme_id: of the programme that the letter is about.
        template_id: what it begins with; for passing on, the template for that when left out.
        kind: without a template: "external", "memo" or "stamped".
        round_id: the round that it is about; with a template, the one that is on when left out.
        forwards: public id of the delivery that it passes on.
        corrects: public id of the letter that it corrects.
        idempotency_key: the same key gives the same draft.

    Raises:
        Refused: not the actor's office, or not in that name; a letter that came to another office.
        Invalid: a template, round or kind that does not belong here.
        Conflict: what it passes on was called back.
    """
    office = Organisation.objects.get(public_id=office_id)
    issuer = Organisation.objects.get(public_id=issuer_id)
    programme = Programme.objects.get(public_id=programme_id)
    require(rules.may_write(actor, office, issuer, programme.pk))
    if kind not in WrittenKind.values:
        raise Invalid(gettext_lazy("เลือกชนิดของหนังสือ"), {"kind": gettext_lazy("เลือกชนิดของหนังสือ")})
    draft = Draft(office=office, issuer=issuer, programme=programme, kind=kind, created_by_id=actor.user_id)
    draft.forwards = _came(actor, draft, forwards)
    draft.corrects = _own_letter(actor, draft, corrects)
    draft.template = _template(actor, draft, template_id)
    draft.round = _round(actor, draft, round_id)
    _take_over(draft)
    _begin(actor, draft)
    with translation.override("th"):
        _cite(draft)
    for name, text in filled(draft, {name: getattr(draft, name) for name in PLACED}).items():
        setattr(draft, name, text)
    draft.save()
    _enclose(draft)
    facts = {
        "office": office.code,
        "issuer": issuer.code,
        "programme": programme.code,
        "template": f"{draft.template.code}:{draft.template.version}" if draft.template else "",
        "forwards": draft.forwards.public_id if draft.forwards else None,
        "corrects": draft.corrects.public_id if draft.corrects else None,
    }
    audit.append(draft, actor=actor, verb="correspondence.draft_created", facts=facts)
    return draft


# --- What it begins with ----------------------------------------------------------------------------------------------


def _came(actor: Actor, draft: Draft, public_id: uuid.UUID | None) -> Delivery | None:
    """The delivery to pass on: it came to the office that writes, or to the organisation in whose name it does."""
    if public_id is None:
        return None
    row: Delivery = (
        Delivery.objects.visible_to(actor)
        .select_related("letter__issuer", "letter__round", "letter__file", "dispatch", "organisation")
        .get(public_id=public_id)
    )
    require(rules.may_receive(actor, row))
    # The draft takes over what the letter says and encloses.
    Letter.objects.visible_to(actor).only("pk").get(pk=row.letter_id)
    if row.organisation_id not in {draft.office_id, draft.issuer_id}:
        raise Invalid(
            gettext_lazy("หนังสือนี้ไม่ได้มาถึงหน่วยงานที่เลือก"), {"desk": gettext_lazy("เลือกหน่วยงานที่หนังสือมาถึง")}
        )
    if row.state == "withdrawn":
        raise Conflict(gettext_lazy("ผู้ส่งเรียกหนังสือนี้คืนแล้ว"), "withdrawn")
    return row


def _own_letter(actor: Actor, draft: Draft, public_id: uuid.UUID | None) -> Letter | None:
    if public_id is None:
        return None
    row: Letter = Letter.objects.visible_to(actor).select_related("issuer", "round").get(public_id=public_id)
    if row.issuer_id != draft.issuer_id or row.holder_id != draft.office_id or not row.for_issuer:
        words = gettext_lazy("แก้ไขได้เฉพาะหนังสือที่หน่วยงานของคุณออกในนามเดียวกัน")
        raise Invalid(words, {"desk": words}, "not-own-letter")
    return row


def _template(actor: Actor, draft: Draft, public_id: uuid.UUID | None) -> LetterTemplate | None:
    """What was chosen; to pass a letter on, the template for that."""
    if draft.corrects is not None:
        return None
    if public_id is None:
        if draft.forwards is None:
            return None
        known = templates_for(actor, [draft.programme_id])
        able = [row for row in known if row.use == LetterTemplate.Use.FORWARD]
        # The one for any letter before those for the call of a round.
        return min(able, key=lambda row: row.code != ANY_LETTER, default=None)
    row: LetterTemplate | None = LetterTemplate.objects.visible_to(actor).filter(public_id=public_id).first()
    if row is None or not row.is_published or row.programme_id not in {None, draft.programme_id}:
        words = gettext_lazy("เลือกแบบหนังสือของโครงการนี้")
        raise Invalid(words, {"template": words}, "no-template")
    return row


def _round(actor: Actor, draft: Draft, public_id: uuid.UUID | None) -> Round | None:
    if public_id is None:
        above = draft.forwards.letter if draft.forwards else draft.corrects
        if above is None:
            # A template speaks of the round that is on; a blank letter of anything.
            return current_round(draft.programme) if draft.template is not None else None
        known = above.round
        return known if known is not None and known.programme_id == draft.programme_id else None
    row: Round | None = rounds(actor).filter(public_id=public_id, programme=draft.programme_id).first()
    if row is None:
        words = gettext_lazy("เลือกรอบจากรายการ")
        raise Invalid(words, {"round": words}, "no-round")
    return row


# --- What is known ----------------------------------------------------------------------------------------------------


def _take_over(draft: Draft) -> None:
    """From the office's last letter, the template, and the letter that is passed on or corrected."""
    last = (
        Draft.objects.filter(office=draft.office, issuer=draft.issuer)
        .exclude(state="cancelled")
        .order_by("-pk")
        .first()
    )
    _habits(draft, last)
    if draft.template is not None:
        for name in ("kind", "subject", "body", "purpose"):
            setattr(draft, name, getattr(draft.template, name))
    if draft.forwards is not None:
        _pass_on(draft, draft.forwards)
    if draft.corrects is not None:
        _correct(draft, draft.corrects)


def _begin(actor: Actor, draft: Draft) -> None:
    """What letters of this use ask for, and whether a copy goes ahead of the order down the line."""
    draft.advance = draft.advance and is_secretariat(actor, draft.programme_id)
    if draft.template is None or draft.forwards is not None:
        return
    begun = beginning_of(draft.template.use)
    draft.duties = list(begun.duties)
    draft.advance = begun.advance and is_secretariat(actor, draft.programme_id)


def _habits(draft: Draft, last: Draft | None) -> None:
    """As the office wrote last; else what is known of it."""
    today = clock.today()
    may_sign = signers(draft.issuer_id, today, draft.kind)
    if last is not None:
        for name in _HABITS:
            setattr(draft, name, getattr(last, name))
        if may_sign.has(last.signer_id):
            draft.signer_id = last.signer_id
    else:
        head = LetterHead.objects.filter(organisation=draft.issuer_id).first()
        draft.thai_digits = head is None or head.thai_digits
        draft.owner_unit = draft.office.name_th
        draft.contact = _contact(draft.office)
        draft.signer_position = "" if may_sign.kept else draft.issuer.head_title
    if draft.signer_id is None and len(may_sign.rows) == 1:
        draft.signer = may_sign.rows[0]


def _contact(office: Organisation) -> str:
    with translation.override("th"):
        lines = [
            _("โทร. %(number)s") % {"number": office.phone} if office.phone else "",
            _("ไปรษณีย์อิเล็กทรอนิกส์ %(address)s") % {"address": office.email} if office.email else "",
        ]
    return "\n".join(line for line in lines if line)


def _pass_on(draft: Draft, delivery: Delivery) -> None:
    """The letter's urgency, secrecy and dates, what it asks of this office, and whom the office wrote to last time."""
    letter = delivery.letter
    draft.urgency, draft.secrecy = letter.urgency, letter.secrecy
    # The matter keeps its name all the way down.
    draft.subject = letter.subject or draft.subject
    if delivery.dispatch is not None:
        above = delivery.dispatch
        draft.acknowledge_by = calendar.closing_day(above.acknowledge_by) if above.acknowledge_by else None
        draft.forward_by = calendar.closing_day(above.forward_by) if above.forward_by else None
    draft.duties = _asked(delivery)
    before = (
        Draft.objects.filter(office=draft.office, issuer=draft.issuer, forwards__isnull=False)
        .exclude(state="cancelled")
        .order_by("-pk")
        .first()
    )
    if before is not None:
        for name in _WHEN_FORWARDING:
            setattr(draft, name, getattr(before, name))


def _asked(delivery: Delivery) -> list[dict[str, Any]]:
    """What the letter asks of this office, to be asked further; whom, the writer says."""
    rows = DutyRecipient.objects.filter(
        organisation=delivery.organisation_id, duty__letter=delivery.letter_id, superseded_at__isnull=True
    ).select_related("duty")
    return [
        {
            "who": "",
            "what": row.duty.what,
            "due": calendar.closing_day(row.duty.due_at).isoformat() if row.duty.due_at else "",
            "force": row.force,
        }
        | _wanted(row.duty)
        for row in rows.order_by("duty__ordinal")
    ]


def _wanted(duty: Duty) -> dict[str, str]:
    """What somebody said that a duty wants, where its words alone would say otherwise."""
    return {} if duty.wants == wants_of(duty.what) else {"wants": duty.wants or NOTHING_WANTED}


def _correct(draft: Draft, letter: Letter) -> None:
    """What the earlier letter said, to be put right."""
    earlier = Draft.objects.filter(letter=letter).first()
    if earlier is None:
        draft.subject, draft.urgency, draft.secrecy = letter.subject, letter.urgency, letter.secrecy
        return
    for name in _CORRECTED:
        setattr(draft, name, getattr(earlier, name))


def _cite(draft: Draft) -> None:
    """The letter that this one passes on or corrects, as letters cite."""
    letter = draft.forwards.letter if draft.forwards else draft.corrects
    if letter is None:
        return
    dated = calendar.format_long(letter.dated, weekday=False) if letter.dated else ""
    values = {
        "issuer": letter.issuer_text or str(letter.issuer or ""),
        "urgency": f" {letter.get_urgency_display()}" if letter.urgency else "",
        "number": letter.number,
        "dated": dated,
    }
    draft.references = _("หนังสือ%(issuer)s%(urgency)s ที่ %(number)s ลงวันที่ %(dated)s") % values


def _enclose(draft: Draft) -> None:
    """What goes along by itself: the letter that is passed on; what the corrected letter enclosed."""
    if draft.forwards is not None:
        letter = draft.forwards.letter
        with translation.override("th"):
            title = _("สำเนา%(cited)s") % {"cited": draft.references}
            copies = _("จำนวน %(n)s ฉบับ") % {"n": 1}
        first = DraftAttachment(
            draft=draft, ordinal=1, title=title[:300], copies=copies, file_id=letter.file_id
        )
        rows = _copied(draft, letter, first=2)
        DraftAttachment.objects.bulk_create([first, *rows])
    elif draft.corrects is not None:
        DraftAttachment.objects.bulk_create(_copied(draft, draft.corrects, first=1))


def _copied(draft: Draft, letter: Letter, *, first: int) -> list[DraftAttachment]:
    return [
        DraftAttachment(draft=draft, ordinal=number, title=row.title, copies=row.copies, file_id=row.file_id)
        for number, row in enumerate(letter.attachments.all(), start=first)
    ]
