"""Reminding offices of a letter that they have not received, or are late with: a notice in the system, once a day."""

import uuid

from django.utils.translation import gettext_lazy as _

from saduak.correspondence import rules, signals
from saduak.correspondence.models import Dispatch
from saduak.correspondence.queries import tree
from saduak.foundation import audit
from saduak.foundation.access import Actor, Conflict, require
from saduak.foundation.actions import action


@action("correspondence.remind")
def remind(*, actor: Actor, dispatch_id: uuid.UUID, late: bool = False) -> int:
    """Tell those who have something left to do; how many offices. On one day an office hears it once.

    A constant number of queries, however many offices there are; those told are written in hundreds.

    Args:
        actor: works at the sender.
        dispatch_id: public id of the sending.
        late: those whose time is over; else those who have not received it.

    Raises:
        Refused: not the sender.
        Conflict: it was called back.
    """
    dispatch: Dispatch = (
        Dispatch.objects.select_for_update(of=("self",), no_key=True)
        .select_related("letter__issuer")
        .get(public_id=dispatch_id)
    )
    require(rules.may_call_back(actor, dispatch))
    if dispatch.state == "recalled":
        raise Conflict(_("หนังสือนี้ถูกเรียกคืนแล้ว"), "withdrawn")
    rows = tree.children(actor, tree.of_dispatch(dispatch), view="late" if late else "unread")
    offices = sorted(rows.values_list("organisation_id", flat=True))
    if not offices:
        return 0
    facts = {"offices": len(offices), "late": late}
    audit.append(dispatch, actor=actor, verb="correspondence.reminded", facts=facts)
    signals.letter_reminded.send(sender=Dispatch, dispatch=dispatch, organisation_ids=offices, actor=actor)
    return len(offices)
