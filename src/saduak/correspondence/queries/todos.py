"""What waits for somebody in letters: letters to confirm, and duties of their offices."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from saduak.correspondence import rules
from saduak.correspondence.models import ChainStep, Delivery, Draft, Duty, Letter
from saduak.correspondence.queries.deliveries import to_handle
from saduak.correspondence.queries.drafts import waiting as waiting_drafts
from saduak.correspondence.queries.letters import shares
from saduak.foundation.access import Actor
from saduak.foundation.access.registry import Words

MOST = 50


@dataclass(frozen=True, slots=True)
class Todo:
    """One thing to do.

    `kind`: confirm (a letter that was read), acknowledge or do (a duty), receive or pass_on (a letter that came),
    sign_letter (a draft in its chain), send_letter (one that was signed).
    """

    kind: str
    title: Words
    why: Words
    due_at: datetime | None
    organisation_name: str
    # The row that its page is about: a letter, a share of a duty, a delivery, a step or a draft.
    target_id: UUID
    force: str = ""
    letter_number: str = ""


def todos(actor: Actor) -> list[Todo]:
    """What waits for the actor, the earliest date first; what has no date last. At most four queries."""
    if not actor.is_signed_in:
        return []
    found: list[Todo] = []
    held = rules.own(actor, rules.CONFIRM, "holder")
    if held is not None:
        waiting = Letter.objects.visible_to(actor).filter(held, state="read")
        found += [_to_confirm(row) for row in waiting.select_related("holder").order_by("loaded_at")[:MOST]]
    if rules.offices(actor, rules.ANSWER):
        found += [
            Todo(
                kind="do" if row.acknowledged_at else "acknowledge",
                title=row.duty.what,
                why=_why(row.duty),
                due_at=row.duty.due_at,
                organisation_name=row.organisation.name_th,
                target_id=row.public_id,
                force=row.force,
                letter_number=row.duty.letter.number,
            )
            for row in shares(actor, only_open=True, capability=rules.ANSWER)[:MOST]
        ]
    if rules.offices(actor, rules.RECEIVE):
        found += [_to_receive(row) for row in to_handle(actor)[:MOST]]
    found += [_to_write(row) for row in waiting_drafts(actor)[:MOST]]
    return sorted(found, key=lambda todo: (todo.due_at is None, todo.due_at))[:MOST]


def _to_receive(row: Delivery) -> Todo:
    dispatch = row.dispatch
    due_at = (dispatch.forward_by or dispatch.acknowledge_by) if dispatch else None
    return Todo(
        kind="receive" if row.state == "sent" else "pass_on",
        title=row.letter.subject,
        why=format_lazy(
            _("{issuer} ที่ {number}"), issuer=str(row.letter.issuer), number=row.letter.number or "-"
        ),
        due_at=due_at,
        organisation_name=row.organisation.name_th,
        target_id=row.public_id,
        letter_number=row.letter.number,
    )


def _to_write(row: Draft) -> Todo:
    """A draft to be decided by the actor, or one that was signed and waits for its number."""
    step_id: UUID | None = row.step_id  # type: ignore[attr-defined] # told by the query
    if step_id is None:
        kind, target = "send_letter", row.public_id
        why: Words = _("ลงนามแล้ว รอลงเลขและส่ง")
    else:
        act = ChainStep.Act(row.step_act).label  # type: ignore[attr-defined] # as above
        kind, target = "sign_letter", step_id
        why = format_lazy(_("{office} เสนอ{act}"), office=str(row.office), act=act)
    return Todo(
        kind=kind,
        title=row.subject or _("หนังสือที่ยังไม่มีเรื่อง"),
        why=why,
        due_at=None,
        organisation_name=row.issuer.name_th,
        target_id=target,
    )


def _why(duty: Duty) -> Words:
    """Whose letter asks, and why no date stands beside it when the letter names an impossible one."""
    letter = duty.letter
    words = format_lazy(_("{issuer} ที่ {number}"), issuer=str(letter.issuer), number=letter.number or "-")
    return format_lazy("{words} {doubt}", words=words, doubt=duty.date_doubt) if duty.date_doubt else words


def _to_confirm(row: Letter) -> Todo:
    first = (row.reading.get("documents") or [{}])[0]
    return Todo(
        kind="confirm",
        title=first.get("subject") or _("หนังสือที่ยังไม่ได้ตรวจ"),
        why=_("อ่านแล้ว รอตรวจและยืนยัน"),
        due_at=None,
        organisation_name=row.holder.name_th,
        target_id=row.public_id,
        letter_number=first.get("number") or "",
    )
