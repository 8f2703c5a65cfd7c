"""The gap plan of an application: what is to be done about what is missing, who does it, by when."""

import datetime
import uuid
from typing import Any

from django.utils.translation import gettext_lazy as _

from saduak.applications.actions.common import locked_with_answer, require_open, text
from saduak.applications.models import Answer, Application, Delegation, PlanItem
from saduak.applications.models.selfcheck import LONGEST_WHAT, LONGEST_WHO
from saduak.applications.rules import selfcheck as rules
from saduak.foundation import audit
from saduak.foundation.access import Actor, Conflict, Invalid, require
from saduak.foundation.access.registry import Words
from saduak.foundation.actions import action
from saduak.foundation.thai.calendar import bangkok_date
from saduak.organisations.models import Person


class PlanConflict(Conflict):
    """Somebody else planned this item since it was read. Says who it was; nothing was overwritten."""

    def __init__(self, actor: Actor, row: PlanItem | None) -> None:
        super().__init__(
            _("มีคนแก้แผนข้อนี้พร้อมกับคุณ แบบของคุณยังอยู่ในหน้านี้เท่านั้น กดบันทึกอีกครั้งถ้าจะใช้ของคุณแทน"), "plan-changed"
        )
        changed_by = row.changed_by_id if row is not None else None
        person = Person.objects.filter(user=changed_by).first() if changed_by is not None else None
        self.by: Words = str(person) if person is not None else _("อีกคน")
        if changed_by is not None and changed_by == actor.user_id:
            self.by = _("คุณ (อีกหน้าต่าง)")


@action("applications.plan_item")
def plan_item(
    *,
    actor: Actor,
    answer_id: uuid.UUID,
    what: str = "",
    who: str = "",
    delegation_id: uuid.UUID | None = None,
    by: datetime.date | None = None,
    done: bool = False,
    seen: str = "",
) -> PlanItem | None:
    """Plan one item of an application; a row in which nothing is left is taken away.

    A plan is no part of what is claimed: no signature falls by it, and the round's closing does not end it.

    Args:
        actor: officer, helper or head of the centre.
        answer_id: the item.
        what: what is to be done.
        who: who does it, in words; not together with a helper.
        delegation_id: the helper who does it, who has items of this application.
        by: the last day on which it is wanted; a day that is over only where it stood already.
        done: whether it is done, which the application itself may not show yet.
        seen: the mark of the row that the writer had before them; "" when nothing was planned.

    Raises:
        PlanConflict: somebody else planned it otherwise meanwhile; who is inside.
        Refused: not the actor's centre.
        Conflict: submitted or withdrawn.
        Invalid: too long, two who do it, no such helper, or a day that is over.
        DoesNotExist: no such item.
    """
    application = locked_with_answer(actor, answer_id)
    require(rules.may_plan(actor, application))
    require_open(rules.may_be_planned(application))
    answer = Answer.objects.select_related("criterion").get(public_id=answer_id)
    known = PlanItem.objects.filter(application=application, criterion=answer.criterion_id).first()
    row = known or PlanItem(application=application, criterion=answer.criterion)
    before, mark = _values(row), row.mark
    row.what, row.who = _line(what, "what", LONGEST_WHAT), called(who)
    row.delegation = _helper(application, row, delegation_id)
    if row.who and row.delegation is not None:
        words = _("เลือกผู้ช่วย หรือเขียนชื่อ อย่างใดอย่างหนึ่ง")
        raise Invalid(words, {"who": words}, "two")
    row.by = _day(actor, row, by)
    row.done_at = (row.done_at or actor.received_at) if done else None
    if _values(row) != before:
        if seen != mark:
            raise PlanConflict(actor, known)
        _write(actor, row)
        facts = {"criterion": answer.criterion.key, "by": row.by, "done": done}
        audit.append(application, actor=actor, verb="applications.planned", facts=facts)
    return row if row.pk else None


def called(who: str) -> str:
    """A name as it is kept: one line.

    Raises:
        Invalid: too long.
    """
    return _line(who, "who", LONGEST_WHO)


def _values(row: PlanItem) -> tuple[Any, ...]:
    return (row.what, row.who, row.delegation_id, row.by, row.done_at)


def _line(words: str, field: str, longest: int) -> str:
    return " ".join(text(words, field, longest).split())


def _helper(application: Application, row: PlanItem, delegation_id: uuid.UUID | None) -> Delegation | None:
    """One of the application's helpers: who still helps, or who was planned already."""
    if delegation_id is None:
        return None
    rows = Delegation.objects.filter(application=application, public_id=delegation_id)
    found: Delegation | None = rows.first()
    if found is None or (found.ended_at is not None and found.pk != row.delegation_id):
        words = _("ผู้ช่วยคนนี้ไม่ได้ช่วยใบสมัครนี้แล้ว เลือกใหม่")
        raise Invalid(words, {"helper": words}, "no-helper")
    return found


def _day(actor: Actor, row: PlanItem, by: datetime.date | None) -> datetime.date | None:
    if by is not None and by != row.by and by < bangkok_date(actor.received_at):
        words = _("กำหนดต้องเป็นวันนี้หรือวันหลังจากนี้")
        raise Invalid(words, {"by": words}, "past")
    return by


def _write(actor: Actor, row: PlanItem) -> None:
    if any(_values(row)):
        row.changed_at, row.changed_by_id = actor.received_at, actor.user_id
        row.save()
    else:
        row.delete()
