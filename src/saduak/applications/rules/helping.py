"""Who gives items to helpers, who helps with what, and who reads the centre's own notes and remarks."""

from typing import Any, Final

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Lower, TruncDate
from django.utils.translation import gettext_lazy as _

from saduak.applications.models import (
    Answer,
    Application,
    Delegation,
    DelegationItem,
    Evidence,
    Remark,
)
from saduak.applications.rules import EDIT, is_own, own_centres_q, used
from saduak.applications.states import EDITABLE
from saduak.foundation.access import YES, Actor, Decision, no, registry, resolver
from saduak.foundation.access.registry import Condition
from saduak.foundation.models import User
from saduak.foundation.thai.calendar import bangkok_date
from saduak.organisations.models import Appointment, Role
from saduak.organisations.models.dated import on_day
from saduak.organisations.queries import NONE

DELEGATE = registry.capability(
    "applications.delegate", _("มอบข้อในใบสมัครให้ผู้อื่นช่วยเขียน"), roles={Role.OFFICER, Role.HEAD}
)
# What a link to some items allows, and to what.
HELP: Final = "applications.help"
TARGET: Final = Delegation._meta.label_lower


def person_and_link(actor: Actor) -> tuple[int | None, int | None]:
    """By what an actor helps: the key of the person, or of the link. (None, None) for who helps with nothing."""
    if actor.kind == "link":
        return None, int(actor.ref.partition(":")[2])
    return actor.person_id, None


def stands(person: Any, link: Any, day: Any, **answer: Any) -> Subquery:
    """How the delegation of an answer to a person or a link stands on a day: one that is open counts before others.

    Nobody's is also nobody's when it comes to None: what has no person was given to some other link. What ran out has
    ended, though nobody has come to write that down.
    """
    mine = NONE
    if person is not None:
        mine |= Q(delegation__person=person)
    if link is not None:
        mine |= Q(delegation__link=link)
    over = When(Exists(lapsed(day).filter(pk=OuterRef("delegation"))), then=Value("ended"))
    rows = DelegationItem.objects.filter(mine, **answer)
    rows = rows.annotate(now=Case(over, default=F("delegation__state"))).order_by("-now")
    return Subquery(rows.values("now")[:1])


def delegated(actor: Actor) -> QuerySet[Any]:
    """What was given to the actor and has not ended; nothing for who has neither person nor link."""
    person, link = person_and_link(actor)
    rows: QuerySet[Any] = Delegation.objects.filter(ended_at__isnull=True)
    if link is not None:
        return rows.filter(link=link)
    return rows.filter(~over_for(actor), person=person) if person is not None else rows.none()


def offered_q(actor: Actor) -> Q:
    """What was offered to the address with which the actor signs in, and nobody has taken on yet."""
    if actor.person_id is None or actor.user_id is None:
        return NONE
    address = User.objects.filter(pk=actor.user_id).values(address=Lower("email"))
    offered = Q(person__isnull=True, link__isnull=True, ended_at__isnull=True, invited=Subquery(address))
    return offered & Q(~over_for(actor))


def over_for(actor: Actor) -> Exists:
    """Whether a delegation ran out by the actor's day: rights end at that moment, not with the tick that writes it down."""
    return Exists(lapsed(bangkok_date(actor.received_at)).filter(pk=OuterRef("pk")))


def lapsed(day: Any) -> QuerySet[Any]:
    """What goes on though an appointment ran out with which it ends: a link with that of who made it, help with the helper's.

    Only what was given while the appointment held, and not when they serve the centre by another one. An offer that nobody
    has taken on yet ends as a link does.
    """
    rows: QuerySet[Any] = Delegation.objects.filter(ended_at__isnull=True)
    rows = rows.annotate(given_on=TruncDate("given_at"))
    by_account = Q(person=OuterRef("person"))
    by_giver = Q(person__user=OuterRef("given_by"))
    return rows.filter(
        (Q(person__isnull=False) & _ran_out(by_account, day))
        | (Q(person__isnull=True) & _ran_out(by_giver, day))
    )


def _ran_out(who: Q, day: Any) -> Q:
    """Whether somebody's appointment at the centre of a delegation is over, and they have no other there on a day."""
    whole = Q(organisation=OuterRef("application__centre__organisation"), centre__isnull=True)
    there = Appointment.objects.filter(who, whole | Q(centre=OuterRef("application__centre")))
    over = there.filter(valid_to__lte=day, valid_to__gt=OuterRef("given_on"))
    return Q(Exists(over)) & ~Q(Exists(there.filter(on_day(day))))


@resolver.ends
def _over(day: Any) -> Q:
    """A link ends with the day on which the work of who made it does, not when somebody comes to write that down."""
    gone = lapsed(day).filter(link=OuterRef("pk"))
    return Q(target_model=TARGET) & Q(Exists(gone))


def may_delegate(actor: Actor, application: Application) -> Decision:
    """Whether the actor may give items of an application to helpers, its state aside. No query."""
    if is_own(actor, DELEGATE, application.centre, application.round.programme_id):
        return YES
    return no(_("มอบข้อให้ผู้อื่นช่วยได้เฉพาะผู้รับผิดชอบและหัวหน้าหน่วยงานของศูนย์"), "not-yours")


def may_be_helped(application: Application) -> Decision:
    """Whether there is anything to help with: the draft is still written."""
    if application.state in EDITABLE:
        return YES
    return no(_("ใบสมัครนี้ยื่นหรือถอนแล้ว จึงมอบให้ผู้อื่นช่วยไม่ได้"), "not-editable")


def may_hand_in(actor: Actor, delegation: Delegation) -> Decision:
    """Whether it was given to this very actor."""
    person, link = person_and_link(actor)
    if (person is not None and delegation.person_id == person) or (
        link is not None and delegation.link_id == link
    ):
        return YES
    return no(_("ส่งงานคืนได้เฉพาะผู้ที่ได้รับมอบ"), "not-yours")


def may_talk(actor: Actor, application: Application) -> Decision:
    """Whether the actor reads and writes notes and remarks of an item: the centre's people, and who helps with it.

    The application comes with `helped`, how the delegation of this item to the actor stands. Nobody above reads along:
    what the people of a centre say to one another is not part of what they claim.
    """
    if is_own(actor, EDIT, application.centre, application.round.programme_id):
        return YES
    if getattr(application, "helped", None) in {"open", "handed_in"}:
        return YES
    return no(_("บันทึกและข้อความในข้อนี้เป็นของคนในศูนย์และผู้ที่ช่วยข้อนี้"), "not-yours")


# --- Who sees what -----------------------------------------------------------------------------------------------------


def _items(actor: Actor) -> QuerySet[Any] | None:
    if person_and_link(actor) == (None, None):
        return None
    return DelegationItem.objects.filter(delegation__in=delegated(actor)).values("answer")


def _in_answers(path: str) -> Condition:
    def told(actor: Actor) -> Q | None:
        items = _items(actor)
        return None if items is None else Q(**{path: items})

    return told


def _evidence(actor: Actor) -> Q | None:
    items = _items(actor)
    return None if items is None else used(answer__in=items)


def _mine(actor: Actor) -> Q | None:
    return None if person_and_link(actor) == (None, None) else Q(pk__in=delegated(actor).values("pk"))


def _of_my_centres(path: str) -> Condition:
    """What belongs to an application of a centre at which the actor writes; `path` leads to the application."""
    return lambda actor: own_centres_q(actor, EDIT, path)


_WHY, _OWN = _("ข้อนี้มอบให้คุณช่วย"), _("เป็นงานภายในของศูนย์ที่คุณช่วยเขียนใบสมัคร")
registry.grant(Answer, "helping", _WHY, _in_answers("pk__in"))
registry.grant(Evidence, "helping", _WHY, _evidence)
registry.grant(Delegation, "helping", _WHY, _mine)
registry.grant(Delegation, "offered", _("มีผู้ขอให้คุณช่วย"), offered_q)
registry.grant(Delegation, "own", _OWN, _of_my_centres("application__"))
registry.grant(Remark, "helping", _WHY, _in_answers("answer__in"))
registry.grant(Remark, "own", _OWN, _of_my_centres("answer__application__"))
