"""Who helps with what: the helper's own page and items, the officer's page of helpers, and what is said of an item."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet
from django.utils.functional import cached_property

from saduak.applications import rules
from saduak.applications.models import Answer, AnswerNote, Application, Delegation, DelegationItem, Remark
from saduak.applications.queries import criterion as pages
from saduak.applications.queries import standing
from saduak.applications.queries.criterion import Choice, CommentItem, EvidenceItem, ScalePart
from saduak.applications.queries.overview import Voided, may_edit, readable, with_round
from saduak.applications.queries.standing import TaskRow
from saduak.applications.rules import helping
from saduak.foundation import clock
from saduak.foundation.access import Actor, Decision, resolver
from saduak.foundation.models import LinkGrant
from saduak.foundation.thai.calendar import bangkok_date
from saduak.organisations.models import Appointment, Person, ServiceCentre
from saduak.organisations.models.dated import on_day
from saduak.programme.models import Criterion
from saduak.programme.queries import contents


@dataclass(frozen=True, slots=True)
class Item:
    """One item that was given, and where it stands."""

    answer_id: UUID
    number: str
    title: str
    row: TaskRow


@dataclass(frozen=True, slots=True)
class Helped:
    """One delegation with its items. `is_own`: the helper is appointed at the centre and sees the whole draft."""

    delegation: Delegation
    items: tuple[Item, ...]
    is_own: bool = False
    late: bool = False

    @property
    def application(self) -> Application:
        """What it belongs to."""
        return self.delegation.application


def _with_items(rows: Iterable[Delegation], actor: Actor) -> list[Helped]:
    """Delegations with their items in the order of the criteria. One query, and none for sets that were read before."""
    given = list(rows)
    found: dict[int, list[Answer]] = defaultdict(list)
    items = DelegationItem.objects.filter(delegation__in=given).select_related("answer")
    for item in items:
        found[item.delegation_id].append(item.answer)
    return [_helped(row, found[row.pk], actor) for row in given]


def _helped(row: Delegation, answers: Sequence[Answer], actor: Actor) -> Helped:
    application = row.application
    set_ = contents(application.round.criteria_set)
    order = {criterion.pk: place for place, criterion in enumerate(set_.criteria)}
    items = []
    for answer in sorted(answers, key=lambda each: order[each.criterion_id]):
        criterion = set_.by_id[answer.criterion_id]
        stands = standing.row_of(answer, criterion, "")
        items.append(Item(answer.public_id, criterion.number, criterion.label, stands))
    over = row.due_at is not None and actor.received_at >= row.due_at
    own = rules.is_own(actor, rules.EDIT, application.centre, application.round.programme_id)
    return Helped(row, tuple(items), own, over and row.state == "open")


def _rows(rows: QuerySet[Any]) -> QuerySet[Any]:
    found: QuerySet[Any] = rows.select_related(
        *("application__centre__organisation", "application__round__programme"),
        *("application__round__criteria_set", "person", "link"),
    )
    return found.defer("application__round__criteria_set__document")


def my_help(actor: Actor) -> list[Helped]:
    """What was given to the actor and has not ended, the earliest date first. Two queries."""
    mine = Delegation.objects.visible_to(actor).filter(pk__in=helping.delegated(actor).values("pk"))
    found = _with_items(_rows(mine).order_by("given_at", "pk"), actor)
    waiting = [each for each in found if each.delegation.state == "open"]
    return sorted(waiting, key=_by_date) + [each for each in found if each.delegation.state != "open"]


def offers(actor: Actor) -> list[Helped]:
    """What is offered to the address with which the actor signs in, the oldest first. Two queries, or none."""
    if actor.user_id is None:
        return []
    rows = Delegation.objects.visible_to(actor).filter(helping.offered_q(actor))
    return _with_items(_rows(rows).order_by("given_at", "pk"), actor)


def _by_date(each: Helped) -> tuple[bool, float]:
    due_at = each.delegation.due_at
    return (due_at is None, due_at.timestamp() if due_at is not None else 0)


@dataclass(frozen=True, slots=True)
class HelpPage:
    """One item as its helper sees it: what is asked and what stands there, nothing of the rest of the draft."""

    application: Application
    delegation: Delegation
    answer: Answer
    criterion: Criterion
    part_title: str
    side_title: str
    row: TaskRow
    evidence: tuple[EvidenceItem, ...]
    comments: tuple[CommentItem, ...]
    may_edit: Decision
    choices: tuple[Choice, ...]
    scale_parts: tuple[ScalePart, ...]
    wanted: Sequence[Mapping[str, str]]
    previous: Item | None
    following: Item | None
    voided: Voided | None = None

    @property
    def is_signed(self) -> bool:
        """Whether the head has signed what stands here, so that a change would void it."""
        return self.application.state == "signed"


def help_page(actor: Actor, answer_id: UUID) -> HelpPage | None:
    """The page of an item that was given to the actor, or None when it was not. At most nine queries."""
    mine = Delegation.objects.visible_to(actor).filter(pk__in=helping.delegated(actor).values("pk"))
    row: Delegation | None = mine.filter(items__answer__public_id=answer_id).order_by("-state", "-pk").first()
    if row is None or not Answer.objects.visible_to(actor).filter(public_id=answer_id).exists():
        return None
    person, link = helping.person_and_link(actor)
    helped = helping.stands(person, link, bangkok_date(actor.received_at), answer__public_id=answer_id)
    application: Application = with_round(
        Application.objects.filter(pk=row.application_id).annotate(helped=helped)
    ).get()
    row.application = application
    set_ = contents(application.round.criteria_set)
    given = Answer.objects.filter(given__delegation=row)
    answers = {answer.criterion_id: answer for answer in given}
    answer = next(each for each in answers.values() if each.public_id == answer_id)
    criterion = set_.by_id[answer.criterion_id]
    part = next(view for view in set_.parts if view.part.pk == criterion.part_id)
    items = _helped(row, list(answers.values()), actor).items
    place = next(n for n, item in enumerate(items) if item.answer_id == answer_id)
    comments = pages.comments_of(answer)
    asked = next((each.comment.text for each in comments if pages.still_asks(each.comment)), "")
    return HelpPage(
        application=application,
        delegation=row,
        answer=answer,
        criterion=criterion,
        part_title=part.part.label,
        side_title=next(side.label for side in part.sides if side.key == criterion.side),
        row=standing.row_of(answer, criterion, asked),
        evidence=pages.evidence_of(answer, set_, {}),
        comments=comments,
        may_edit=may_edit(actor, application),
        choices=pages.choices_of(criterion.scale),
        scale_parts=pages.scale_parts_of(criterion, answer),
        wanted=criterion.evidence,
        previous=items[place - 1] if place else None,
        following=items[place + 1] if place + 1 < len(items) else None,
    )


# --- The officer's page -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class HelpersPage:
    """Who has what of an application until when."""

    application: Application
    live: tuple[Helped, ...]
    ended: tuple[Helped, ...]
    may_give: Decision


def helpers_page(actor: Actor, application_id: UUID) -> HelpersPage | None:
    """Who helps with an application, or None when it is not the actor's to read. At most four queries."""
    application = _own(actor, application_id)
    if application is None:
        return None
    rows = Delegation.objects.visible_to(actor).filter(application=application)
    found = _with_items(_rows(rows).order_by("-given_at", "-pk"), actor)
    may_give = helping.may_delegate(actor, application)
    return HelpersPage(
        application=application,
        live=tuple(sorted((each for each in found if each.delegation.ended_at is None), key=_by_date)),
        ended=tuple(each for each in found if each.delegation.ended_at is not None),
        may_give=may_give and helping.may_be_helped(application),
    )


def helped_one(actor: Actor, delegation_id: UUID) -> Helped | None:
    """One delegation of a centre of the actor, or None. Two queries."""
    row = _rows(Delegation.objects.visible_to(actor)).filter(public_id=delegation_id).first()
    if row is None or not rules.is_own(
        actor, rules.EDIT, row.application.centre, row.application.round.programme_id
    ):
        return None
    return _with_items([row], actor)[0]


def _own(actor: Actor, application_id: UUID) -> Application | None:
    """An application of a centre at which the actor writes. Two queries."""
    found: Application | None = readable(actor).filter(public_id=application_id).first()
    if found is None or not rules.is_own(actor, rules.EDIT, found.centre, found.round.programme_id):
        return None
    return found


@dataclass(frozen=True, slots=True)
class ToGive:
    """What can be given, side by side, and to whom of the office."""

    application: Application
    sides: tuple[tuple[str, str, tuple[TaskRow, ...]], ...]
    people: tuple[Person, ...]
    taken: Mapping[UUID, str]
    may_give: Decision


def to_give(actor: Actor, application_id: UUID) -> ToGive | None:
    """The items of an application by side, the people of its office with an account, and who has an item. Five queries."""
    application = _own(actor, application_id)
    if application is None:
        return None
    set_ = contents(application.round.criteria_set)
    answers = {row.criterion_id: row for row in Answer.objects.filter(application=application)}
    sides = tuple(
        (f"{part.key}-{group.key}", group.title or part.title, tuple(group.rows))
        for part in standing.parts_of(set_, answers, {})
        for group in part.groups
    )
    may_give = helping.may_delegate(actor, application)
    return ToGive(
        application=application,
        sides=sides,
        people=tuple(_people(actor, application)),
        taken=taken(application),
        may_give=may_give and helping.may_be_helped(application),
    )


def _people(actor: Actor, application: Application) -> QuerySet[Any]:
    """Who is appointed at the centre's office today and has an account, but the actor. One query."""
    here = Q(organisation=application.centre.organisation_id)
    here &= Q(centre__isnull=True) | Q(centre=application.centre_id)
    today = on_day(bangkok_date(actor.received_at))
    rows = Appointment.objects.visible_to(actor).filter(here & today).values("person")
    with_account: QuerySet[Any] = Person.objects.filter(pk__in=rows, user__is_active=True)
    return with_account.exclude(pk=actor.person_id).order_by("name", "pk")


def taken(application: Application) -> dict[UUID, str]:
    """Who has which item of an application now, by the answer's public id. One query."""
    rows = DelegationItem.objects.filter(
        delegation__application=application, delegation__ended_at__isnull=True
    ).order_by("pk")
    found: dict[UUID, list[str]] = defaultdict(list)
    for answer_id, name in rows.values_list("answer__public_id", "delegation__name"):
        found[answer_id].append(name)
    return {answer_id: ", ".join(dict.fromkeys(names)) for answer_id, names in found.items()}


def person_by_email(email: str) -> Person | None:
    """Who signs in with this address, to be told of something; never to tell others who it is. One query."""
    wanted = email.strip()
    if not wanted:
        return None
    return Person.objects.filter(user__email__iexact=wanted, user__is_active=True).first()


# --- By a link ----------------------------------------------------------------------------------------------------------


def by_link(token: str) -> Delegation | None:
    """What the secret of a link opens, or None when it opens nothing any more. One query."""
    live = resolver.live(clock.now()).filter(token_digest=resolver.digest(token))
    rows: QuerySet[Any] = Delegation.objects.filter(link__in=live, ended_at__isnull=True)
    found: Delegation | None = rows.select_related("application__centre__organisation", "link").first()
    return found


def centre_of_link(digest: str) -> ServiceCentre | None:
    """Whose work a link opened that opens nothing any more, to say whom to ask; None for what was no link. One query."""
    links = LinkGrant.objects.filter(token_digest=digest, target_model=helping.TARGET)
    rows = ServiceCentre.objects.filter(
        applications__delegations__public_id__in=links.values("target_id")
    ).select_related("organisation")
    return rows.first()


# --- What is said of an item --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Talk:
    """The note on an item, what its writers said of it to one another, and who helps with it."""

    note: AnswerNote
    remarks: tuple[Remark, ...]
    helpers: tuple[Delegation, ...]

    @cached_property
    def open_remarks(self) -> list[Remark]:
        """What is not dealt with."""
        return [row for row in self.remarks if row.resolved_at is None]


def talk(actor: Actor, application: Application, answer: Answer) -> Talk | None:
    """What is said of an item, or None when the actor does not read it. At most three queries.

    Args:
        actor: who reads.
        application: with centre and round, and `helped` where the actor may be a helper.
        answer: the item.
    """
    if not helping.may_talk(actor, application):
        return None
    note = AnswerNote.objects.filter(answer=answer).first() or AnswerNote(answer=answer)
    own = rules.is_own(actor, rules.EDIT, application.centre, application.round.programme_id)
    given = Delegation.objects.filter(items__answer=answer, ended_at__isnull=True).order_by("pk")
    return Talk(
        note=note,
        remarks=tuple(Remark.objects.filter(answer=answer).order_by("at", "pk")),
        # A helper hears nothing of who else helps.
        helpers=tuple(given) if own else (),
    )


def remark_of(actor: Actor, remark_id: UUID) -> Remark | None:
    """One remark that the actor reads, with its answer; None otherwise. One query."""
    rows: QuerySet[Any] = Remark.objects.visible_to(actor).select_related("answer__application")
    found: Remark | None = rows.filter(public_id=remark_id).first()
    return found


def waiting(actor: Actor) -> QuerySet[Any]:
    """What was given or is offered to the actor and not handed in yet, with how many items (`count`). One query."""
    mine = Q(pk__in=helping.delegated(actor).values("pk")) | helping.offered_q(actor)
    rows = Delegation.objects.filter(mine, state="open").select_related("application__centre")
    found: QuerySet[Any] = rows.annotate(count=Count("items"))
    return found.order_by(F("due_at").asc(nulls_last=True), "pk")
