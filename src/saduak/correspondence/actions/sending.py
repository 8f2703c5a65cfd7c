"""Sending a letter to many: a header, then a batch that makes one delivery an office, exactly once.

What each office is asked to do goes with the delivery, in the same transaction: so nobody has a duty without the letter,
and a worker that dies half-way leaves neither twice nor out.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

from django.utils.translation import gettext_lazy as _

from saduak.correspondence import signals
from saduak.correspondence.actions.asking import supersede_own_copies, weaker
from saduak.correspondence.inputs import Sending, Target
from saduak.correspondence.long_texts import long_of
from saduak.correspondence.models import Delivery, Dispatch, Duty, DutyRecipient, Letter, Way
from saduak.correspondence.models.cascade import STEP
from saduak.correspondence.states import DISPATCH
from saduak.foundation import audit, batches, clock
from saduak.foundation.access import Actor, Invalid
from saduak.foundation.actions import action
from saduak.foundation.alike import insert_alike
from saduak.organisations.models import Organisation
from saduak.organisations.recipients import Office
from saduak.organisations.recipients import Way as OfficeWay
from saduak.programme.models import InternalDeadline

SEND: Final = "correspondence.send"
_MOST_HOPS: Final = 120 // STEP
# By which way a letter came, for whom a date in it is set. By place or as any other office a letter only tells the day.
REACHES: Final = {
    Way.LINE: InternalDeadline.Reach.LINE,
    Way.SUPERVISION: InternalDeadline.Reach.SUPERVISION,
    Way.NAME: InternalDeadline.Reach.NAME,
}


def reaches(targets: Sequence[Target]) -> list[str]:
    """For whom dates count: each way by which the issuer reaches some of them. Whoever is near or anywhere is only told."""
    ways = {target.way for target in targets}
    return [str(reach) for way, reach in REACHES.items() if way in ways]


@dataclass(frozen=True, slots=True)
class Hop:
    """One office of a sending, by which way it is reached, and its place among its sisters."""

    organisation_id: int
    way: str
    ordinal: int

    @property
    def item(self) -> str:
        """As the batch keeps it."""
        return f"{self.organisation_id}:{self.way}:{self.ordinal}"

    @classmethod
    def of(cls, item: str) -> Self:
        """As the batch gives it back."""
        organisation, way, ordinal = item.split(":")
        return cls(int(organisation), way, int(ordinal))


def target(office: Office) -> Target:
    """An office that words named, as one that a letter goes to. What is one's own is in one's line."""
    return Target(office.pk, str(Way.LINE if office.way == OfficeWay.OWN else Way(office.way.value)))


def begin(  # noqa: PLR0913 - each says whence, whither, or what goes along
    *,
    actor: Actor,
    letter: Letter,
    sender: Organisation,
    targets: Sequence[Target],
    sending: Sending,
    forwards: Delivery | None = None,
    corrects: Dispatch | None = None,
    duties: Mapping[int, Sequence[int] | None] | None = None,
    told: Sequence[int] = (),
) -> Dispatch:
    """Write the header of a sending and start its batch. Part of the action that issues or confirms a letter.

    Args:
        actor: who sends.
        letter: as it was issued, just created or locked.
        sender: the office that sends it.
        targets: whom it goes to; an office named twice gets it once, by the way named first.
        sending: the words of the page, and until when to acknowledge and to pass on.
        forwards: the delivery that it passes on, locked.
        corrects: the earlier sending whose letter this one replaces.
        duties: for each duty (key) the offices (keys) that it concerns; None is everybody.
        told: offices (keys) that heard of the letter in another way already.

    Raises:
        Invalid: nobody to send to, or so far down that no path holds it.
    """
    chosen = {target.organisation_id: target for target in reversed(targets)}
    if not chosen:
        words = _("ยังไม่มีหน่วยงานผู้รับ เขียนว่าจะส่งถึงใคร")
        raise Invalid(words, {"recipients": words}, "no-recipients")
    first, root, base, depth = _place(forwards, len(chosen))
    if depth >= _MOST_HOPS:
        raise Invalid(_("หนังสือนี้แจ้งต่อมาหลายทอดเกินไป ติดต่อผู้ดูแลระบบ"), code="too-deep")
    dispatch: Dispatch = Dispatch.objects.create(
        letter=letter,
        sender=sender,
        forwards=forwards,
        root=root,
        corrects=corrects,
        recipients=sending.recipients,
        exceptions=sending.exceptions,
        expected=len(chosen),
        acknowledge_by=sending.acknowledge_by,
        forward_by=sending.forward_by,
        advance=sending.advance,
        sent_at=clock.now(),
        sent_by_id=actor.user_id,
    )
    params: dict[str, Any] = {
        "dispatch": dispatch.pk,
        "base": base,
        "depth": depth,
        "duties": {str(pk): None if who is None else sorted(who) for pk, who in (duties or {}).items()},
        "told": sorted(told),
    }
    items = (Hop(pk, chosen[pk].way, first + number).item for number, pk in enumerate(sorted(chosen)))
    dispatch.batch = batches.start(kind=SEND, items=items, params=params, actor=actor)
    dispatch.save(update_fields=["batch"])
    audit.append(dispatch, actor=actor, verb="correspondence.sent", facts=_facts(dispatch, sorted(chosen)))
    return dispatch


def _facts(dispatch: Dispatch, offices: Sequence[int]) -> dict[str, Any]:
    """What the audit keeps of a sending: to how many, and a digest of whom."""
    return {
        "letter": dispatch.letter.public_id,
        "sender": dispatch.sender.code,
        "offices": len(offices),
        "offices_digest": hashlib.sha256(" ".join(map(str, offices)).encode()).hexdigest(),
        "forwards": dispatch.forwards.public_id if dispatch.forwards else None,
        "advance": dispatch.advance,
    }


def _place(forwards: Delivery | None, count: int) -> tuple[int, Dispatch | None, str, int]:
    """(first ordinal, root, base path, depth) for the deliveries of a sending; the parent counts them as its own.

    A letter that came on paper has no root: the first sending that passes it on becomes the root of all others.
    """
    if forwards is None:
        return 1, None, "", 0
    first = forwards.children + 1
    forwards.children += count
    forwards.save(update_fields=["children"])
    if forwards.root is not None:
        return first, forwards.root, forwards.path, forwards.depth + 1
    earlier = Dispatch.objects.filter(forwards=forwards).order_by("pk").first()
    return first, earlier, "", 0


@action("correspondence.deliver")
def deliver(*, actor: Actor, dispatch_id: int, hops: Sequence[Hop], params: Mapping[str, Any]) -> int:
    """Make the deliveries of some offices, with the duties that go along. A constant number of queries.

    Called by the batch alone, which commits this together with the note that these offices are done.

    Args:
        actor: the program.
        dispatch_id: key of the sending.
        hops: the offices with their places in the path.
        params: the batch's: "base", "depth", "duties" and "told".

    Returns:
        How many were delivered: none once the sending was recalled.
    """
    # Under its lock: a recall comes before these offices or after them, never between.
    dispatch: Dispatch = (
        Dispatch.objects.select_for_update(of=("self",), no_key=True)
        .select_related("letter__issuer", "sender")
        .defer(*long_of("letter__"))
        .get(pk=dispatch_id)
    )
    if dispatch.state == "recalled":
        return 0
    now, base, depth = clock.now(), params["base"], params["depth"]
    common = {
        "dispatch_id": dispatch.pk,
        "letter_id": dispatch.letter_id,
        "root_id": dispatch.root_id or dispatch.pk,
        "depth": depth,
        "delivered_at": now,
    }
    rows = [
        {"organisation_id": hop.organisation_id, "way": hop.way, "path": f"{base}{hop.ordinal:0{STEP}d}"}
        for hop in hops
    ]
    insert_alike(Delivery, common, rows)
    asked = _ask(params["duties"], dispatch.letter, hops)
    heard = asked.union(params["told"])
    told = [hop.organisation_id for hop in hops if hop.organisation_id not in heard]
    if told:
        signals.letter_delivered.send(sender=Dispatch, dispatch=dispatch, organisation_ids=told, actor=actor)
    if asked:
        signals.duties_given.send(
            sender=Letter, letter=dispatch.letter, organisation_ids=sorted(asked), actor=actor
        )
    return len(hops)


@action("correspondence.finish_sending")
def finish_sending(*, actor: Actor, dispatch_id: int) -> Dispatch:
    """Note that everybody has it. One that was recalled meanwhile stays recalled."""
    public_id = Dispatch.objects.values_list("public_id", flat=True).get(pk=dispatch_id)
    dispatch = Dispatch.locked(public_id)
    if DISPATCH.can("finish", dispatch.state):
        dispatch.state = DISPATCH.step("finish", dispatch.state)
        dispatch.completed_at = clock.now()
        dispatch.save(update_fields=["state", "completed_at"])
        audit.append(
            dispatch, actor=actor, verb="correspondence.delivered", facts={"offices": dispatch.expected}
        )
    return dispatch


def _ask(duties: dict[str, list[int] | None], letter: Letter, hops: Sequence[Hop]) -> set[int]:
    """Lay the letter's duties on the offices just reached; which offices got one. Three queries, none without duties."""
    if not duties:
        return set()
    concerned = {int(pk): None if who is None else frozenset(who) for pk, who in duties.items()}
    made: list[dict[str, Any]] = [
        {
            "duty_id": duty.pk,
            "organisation_id": hop.organisation_id,
            "force": weaker(duty.force, commanded=hop.way == Way.LINE),
        }
        for duty in Duty.objects.filter(letter=letter, pk__in=concerned)
        for hop in hops
        if (who := concerned[duty.pk]) is None or hop.organisation_id in who
    ]
    insert_alike(DutyRecipient, {}, made, ignore_conflicts=True)
    ids = {row["organisation_id"] for row in made}
    supersede_own_copies(letter, ids)
    return ids
