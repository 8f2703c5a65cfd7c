"""Readiness by the real actions: rules of a round, statements, confirmations and lists."""

import datetime
from typing import Any

from saduak.applications import actions, readiness_tasks
from saduak.applications.models import Readiness, ReadinessConfirmation, ReadinessList, ReadinessSending
from saduak.applications.queries import readiness as queries
from saduak.applications.queries.readiness import Desk
from saduak.applications.rules.readiness import Rule, rule_sets
from saduak.foundation import batches
from saduak.foundation.access import Actor
from saduak.organisations.models import Organisation, ServiceCentre
from saduak.programme.models import Round
from tests.organisations.factories import AreaFactory

DAY = datetime.date(2027, 2, 3)


def ruled(secretariat: Actor, round_: Round, *rules: Rule, key: str = "memo-2564") -> None:
    """The rules of a round: these, or a set of the file; and what they leave to do is counted."""
    AreaFactory(code="10", name_th="กรุงเทพมหานคร")
    said = rule_sets()[key]
    actions.set_assessors(
        actor=secretariat, round_id=round_.public_id, rules_=rules or said.rules, source=said.source
    )
    readiness_tasks.count_round(round_id=str(round_.public_id))


def assessed(
    actor: Actor, round_: Round, office: Organisation, *centres: ServiceCentre, **more: Any
) -> list[Readiness]:
    """Some units, ready unless told otherwise."""
    values: dict[str, Any] = {"ready": True, "assessed_on": DAY} | more
    return actions.assess_readiness(
        actor=actor,
        round_id=round_.public_id,
        office_id=office.public_id,
        centre_ids=[centre.public_id for centre in centres],
        **values,
    )


def digest_of(actor: Actor, round_: Round, office: Organisation) -> str:
    """What the confirming page shows."""
    return queries.confirm_page(actor, Desk(round_, office)).digest


def confirmed(head: Actor, round_: Round, office: Organisation, **more: Any) -> ReadinessConfirmation:
    """Everything that waits, confirmed by the head's own account."""
    return actions.confirm_readiness(
        actor=head,
        round_id=round_.public_id,
        office_id=office.public_id,
        **{"digest": digest_of(head, round_, office)} | more,
    )


def sending(actor: Actor, round_: Round, office: Organisation, **more: Any) -> ReadinessSending:
    """Everything that is confirmed, on its way."""
    return actions.send_readiness(actor=actor, round_id=round_.public_id, office_id=office.public_id, **more)


def filed(made: ReadinessSending) -> ReadinessList:
    """What is on its way, as the workers file it; nobody is told yet."""
    assert made.batch_id is not None
    batches.work(made.batch_id)
    readiness_tasks.file_list(sending_id=str(made.public_id))
    return ReadinessList.objects.get(sending=made)


def sent(actor: Actor, round_: Round, office: Organisation, **more: Any) -> ReadinessList:
    """Everything that is confirmed, sent."""
    return filed(sending(actor, round_, office, **more))


def state_of(round_: Round, office: Organisation, centre: ServiceCentre) -> str:
    """Where a statement stands, empty when there is none."""
    rows = Readiness.objects.filter(round=round_, assessor=office, centre=centre)
    return rows.values_list("state", flat=True).first() or ""
