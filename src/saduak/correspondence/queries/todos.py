"""What waits for somebody in letters: letters to confirm, and duties of their offices."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from saduak.correspondence import rules
from saduak.correspondence.models import Duty, Letter
from saduak.correspondence.queries.letters import shares
from saduak.foundation.access import Actor
from saduak.foundation.access.registry import Words

MOST = 50


@dataclass(frozen=True, slots=True)
class Todo:
    """One thing to do. `kind`: confirm (a letter), acknowledge or do (a duty)."""

    kind: str
    title: Words
    why: Words
    due_at: datetime | None
    organisation_name: str
    letter_id: UUID
    recipient_id: UUID | None = None
    force: str = ""
    letter_number: str = ""


def todos(actor: Actor) -> list[Todo]:
    """What waits for the actor, the earliest date first; duties without a date last. Two queries."""
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
                letter_id=row.duty.letter.public_id,
                recipient_id=row.public_id,
                force=row.force,
                letter_number=row.duty.letter.number,
            )
            for row in shares(actor, only_open=True, capability=rules.ANSWER)[:MOST]
        ]
    return sorted(found, key=lambda todo: (todo.due_at is None, todo.due_at))[:MOST]


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
        letter_id=row.public_id,
        letter_number=first.get("number") or "",
    )
