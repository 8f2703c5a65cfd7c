"""Passing a letter on: from what came and one short form to a draft that is ready to be signed and sent."""

import datetime
import uuid
from dataclasses import dataclass
from typing import Final

from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from saduak.correspondence import matching
from saduak.correspondence.actions import receiving
from saduak.correspondence.actions.drafting import create_draft, save_draft
from saduak.correspondence.draft_values import DeadlineRow, DraftValues
from saduak.correspondence.inputs import DeadlineInput
from saduak.correspondence.models import Delivery, Draft
from saduak.correspondence.queries.drafts import Desk, templates_for
from saduak.correspondence.queries.forwarding import CHECK, desks_for, limits_for, round_of
from saduak.foundation.access import Actor, Invalid, Refused
from saduak.foundation.access.registry import Words
from saduak.foundation.actions import action
from saduak.foundation.thai import calendar

# The template for passing on whatever it is: it says from whom the letter came, the office says what to do.
TEMPLATE: Final = "pass-on"


@dataclass(frozen=True, slots=True)
class Forwarding:
    """What somebody chose who passes a letter on.

    Args:
        office_id, issuer_id: which office writes, in whose name (public ids).
        addressee: as it is printed ("นายอำเภอ ทุกอำเภอ").
        recipients, exceptions: whom it goes to and whom not, one a line.
        instruction: the office's own words, the last paragraph of the letter.
        is_circular: whether its number is that of a circular.
        deadline: an earlier date for those who get it.
        acknowledge_by, forward_by: the last days; None when nobody is asked for it.
        signer_id: who signs, from the register of delegations (public id); else
        signer_name, signer_position: as they are printed.
    """

    office_id: uuid.UUID
    issuer_id: uuid.UUID
    addressee: str
    recipients: str
    instruction: str
    exceptions: str = ""
    is_circular: bool = False
    deadline: DeadlineInput | None = None
    acknowledge_by: datetime.date | None = None
    forward_by: datetime.date | None = None
    signer_id: uuid.UUID | None = None
    signer_name: str = ""
    signer_position: str = ""


@action("correspondence.begin_forward")
def begin_forward(
    *,
    actor: Actor,
    delivery_id: uuid.UUID,
    values: Forwarding,
    idempotency_key: uuid.UUID | None = None,  # noqa: ARG001 - read by @action
) -> Draft:
    """Write the letter that passes another one on, as a draft. Nothing is sent, and nothing is received by it.

    It begins with the template for passing on, under the letter's own subject; the office's own words and days are
    filled in, and what the letter asks of this office is asked further.

    Args:
        actor: works at the office that the letter came to.
        delivery_id: public id of what came, through the system or on paper.
        values: what they chose.
        idempotency_key: the same key gives the same draft.

    Raises:
        Refused: another office's letter, or not in that name.
        Invalid: a day that is over, or later than those above allow; `fields` says where ("deadline_on", "forward_by", …).
        Conflict: the letter was called back.
    """
    row = receiving.locked(actor, delivery_id)
    desk = _desk(actor, row, values)
    _check(actor, row, desk, values)
    begun = create_draft(
        actor=actor,
        office_id=desk.office.public_id,
        issuer_id=desk.issuer.public_id,
        programme_id=desk.programme.public_id,
        template_id=_template(actor, desk),
        forwards=row.public_id,
    )
    # The matter keeps its name all the way down.
    subject = row.letter.subject or begun.subject
    filled_in = _values(begun, values) | {"subject": subject}
    return save_draft(actor=actor, draft_id=begun.public_id, values=filled_in, version=begun.version)


def _template(actor: Actor, desk: Desk) -> uuid.UUID | None:
    """The programme's own or the common one; None leaves the choice to whoever begins drafts."""
    known = templates_for(actor, [desk.programme.pk])
    return next((row.public_id for row in known if row.code == TEMPLATE), None)


def _desk(actor: Actor, row: Delivery, values: Forwarding) -> Desk:
    wanted = (values.office_id, values.issuer_id)
    for desk in desks_for(actor, row):
        if (desk.office.public_id, desk.issuer.public_id) == wanted:
            return desk
    raise Refused(_("แจ้งต่อได้เฉพาะหนังสือที่ถึงหน่วยงานของคุณ ในนามที่หน่วยงานออกหนังสือได้"), "not-own-office")


def _check(actor: Actor, row: Delivery, desk: Desk, values: Forwarding) -> None:
    """The days that a person typed: not over, and not later than those above allow."""
    wrong: dict[str, Words] = {}
    today = calendar.bangkok_date(actor.received_at)
    for name, day in (("acknowledge_by", values.acknowledge_by), ("forward_by", values.forward_by)):
        if day is not None and day < today:
            wrong[name] = _("วันนี้ผ่านไปแล้ว เลือกวันถัดไป")
    if values.deadline is not None:
        round_ = round_of(actor, row)
        limits = limits_for(round_, row.organisation_id, desk)
        why = limits.why_not(values.deadline.kind, values.deadline.due_on) or matching.no_deadline_because(
            values.deadline.due_on, round_, actor.received_at
        )
        if why:
            wrong["deadline_on"] = why
    if wrong:
        raise Invalid(_("ยังแจ้งต่อไม่ได้ ดูช่องที่มีข้อความกำกับ"), wrong, "bad-day")


def _values(draft: Draft, values: Forwarding) -> DraftValues:
    """What is filled in over what the draft began with."""
    found = DraftValues(
        addressee=values.addressee.strip(),
        recipients=values.recipients.strip(),
        exceptions=values.exceptions.strip(),
        is_circular=values.is_circular,
        body=_body(draft.body, values),
        acknowledge_by=values.acknowledge_by,
        forward_by=values.forward_by,
        deadlines=_deadlines(values),
    )
    if values.signer_id is not None:
        found["signer"] = values.signer_id
    else:
        found["signer_name"] = values.signer_name.strip()
        found["signer_position"] = values.signer_position.strip()
    return found


def _deadlines(values: Forwarding) -> list[DeadlineRow]:
    if values.deadline is None:
        return []
    return [DeadlineRow(due=values.deadline.due_on.isoformat(), kind=values.deadline.kind)]


def _body(begun: str, values: Forwarding) -> str:
    """The template's text with the office's own words, and in words what the system will do with the days.

    What counts is the paper: a date that stands only in the system binds nobody.
    """
    parts = (begun.strip(), values.instruction.strip(), _days(values))
    return "\n\n".join(part for part in parts if part)


def _days(values: Forwarding) -> str:
    # The letter is Thai, whoever writes it.
    with translation.override("th"):
        parts = []
        if values.deadline is not None:
            what = gettext("ส่งร่างใบสมัครให้ตรวจทาน") if values.deadline.kind == CHECK else gettext("ยื่นใบสมัคร")
            parts.append((what, values.deadline.due_on))
        if values.forward_by is not None:
            parts.append((gettext("แจ้งหน่วยงานในความรับผิดชอบ"), values.forward_by))
        asked = [
            gettext("%(what)sภายในวันที่ %(day)s")
            % {"what": what, "day": calendar.format_long(day, weekday=False)}
            for what, day in parts
        ]
        if not asked:
            return ""
        if len(asked) == 1:
            return gettext("ทั้งนี้ ขอให้%(what)s") % {"what": asked[0]}
        return gettext("ทั้งนี้ ขอให้%(first)s และ%(then)s") % {"first": asked[0], "then": asked[1]}
