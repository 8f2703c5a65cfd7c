"""What rooms below tell: a confirmed letter becomes a briefing, and those concerned get a notice."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.dispatch import receiver

from saduak.applications import signals as applications
from saduak.applications.models import Application, Review, Submission
from saduak.applications.models import Delegation as Help
from saduak.applications.queries import person_by_email
from saduak.assessment import signals as assessment
from saduak.assessment.models import Case, Conflict, PanelMember
from saduak.certification import signals as certification
from saduak.certification.models import Announcement, Resolution
from saduak.correspondence import signals as correspondence
from saduak.correspondence.models import (
    ChainStep,
    Delegation,
    Delivery,
    Dispatch,
    Draft,
    Letter,
    LetterFinding,
)
from saduak.correspondence.queries.places import subject_of
from saduak.correspondence.rules import CLEARED, DELEGATE, ISSUE
from saduak.foundation import clock
from saduak.foundation.access import Actor, registry
from saduak.foundation.thai import calendar
from saduak.organisations import signals as organisations
from saduak.organisations.models import (
    Appointment,
    BranchImport,
    Invitation,
    Organisation,
    Person,
    Role,
)
from saduak.organisations.models.dated import on_day
from saduak.organisations.queries import branch_counts
from saduak.organisations.rules import SEATS
from saduak.outreach.actions import Told, announce_briefing, invite_to_briefing, notify, notify_each
from saduak.outreach.kinds import OF_SECRETS


@receiver(organisations.invitation_taken, dispatch_uid="outreach.seat_taken")
def _seat_taken(
    sender: object, *, invitation: Invitation, appointment: Appointment, actor: Actor, **_: Any
) -> None:
    """Nobody slips into a seat of power by a link: the office hears of it, and who wrote the invitation."""
    if appointment.role not in SEATS:
        return
    kind, _sep, key = invitation.issued_by.partition(":")
    issuer = Person.objects.filter(user=int(key)) if kind == "user" else Person.objects.none()
    notify(
        actor=actor,
        kind="seat_taken",
        event=str(invitation.public_id),
        params={"role": str(appointment.get_role_display()), "office": str(appointment.organisation)},
        target=appointment.organisation.public_id,
        organisation_ids=[appointment.organisation_id],
        person_ids=issuer.values_list("pk", flat=True),
    )


@receiver(organisations.branches_made, dispatch_uid="outreach.branches_made")
def _branches(sender: object, *, table: BranchImport, actor: Actor, **_: Any) -> None:
    """Who confirmed a long table finds back to the lines that are to be corrected."""
    counts = branch_counts(table)
    notify(
        actor=actor,
        kind="branches_made",
        event=str(table.public_id),
        params={"office": str(table.organisation), "made": str(counts.made), "wrong": str(counts.wrong)},
        target=table.public_id,
        person_ids=Person.objects.filter(user=table.made_by_id).values_list("pk", flat=True),
    )


@receiver(correspondence.letter_confirmed, dispatch_uid="outreach.briefing")
def _confirmed(sender: object, *, letter: Letter, actor: Actor, **_: Any) -> None:
    if letter.for_issuer:
        announce_briefing(actor=actor, letter=letter)


@receiver(correspondence.duties_given, dispatch_uid="outreach.letter_duties")
def _given(sender: object, *, letter: Letter, organisation_ids: list[int], actor: Actor, **_: Any) -> None:
    """Who confirmed a copy for its own office knows already."""
    if not letter.for_issuer:
        return
    _about(actor, "letter_duties", letter, organisation_ids)
    invite_to_briefing(actor=actor, letter=letter, organisation_ids=organisation_ids)


@receiver(correspondence.letter_delivered, dispatch_uid="outreach.letter_came")
def _came(sender: object, *, dispatch: Dispatch, organisation_ids: list[int], actor: Actor, **_: Any) -> None:
    """Offices that the letter gives a duty hear of that; all others hear that it came. Both are invited to its meeting."""
    _about(actor, "letter_came", dispatch.letter, organisation_ids)
    invite_to_briefing(actor=actor, letter=dispatch.letter, organisation_ids=organisation_ids)


@receiver(correspondence.letter_reminded, dispatch_uid="outreach.letter_reminded")
def _reminded(
    sender: object, *, dispatch: Dispatch, organisation_ids: list[int], actor: Actor, **_: Any
) -> None:
    """Those who have something left to do, once a day however often somebody presses."""
    letter = dispatch.letter
    day = calendar.bangkok_date(actor.received_at)
    notify(
        actor=actor,
        kind=OF_SECRETS["letter_reminded"] if letter.is_secret else "letter_reminded",
        event=f"letter_reminded:{letter.public_id}:{day}",
        params={} if letter.is_secret else _said(letter),
        target=letter.public_id,
        organisation_ids=organisation_ids,
        programme_id=letter.programme_id,
    )


@receiver(correspondence.letter_recalled, dispatch_uid="outreach.letter_recalled")
def _recalled(
    sender: object,
    *,
    dispatch: Dispatch,
    organisation_ids: list[int],
    further: dict[int, UUID],
    actor: Actor,
    **_: Any,
) -> None:
    """Everybody who had it, and those to whom others passed it on."""
    letter = dispatch.letter
    _about(actor, "letter_recalled", letter, organisation_ids, reason=dispatch.recall_reason)
    said = {"number": letter.number or "-", "reason": dispatch.recall_reason}
    _further_down(actor, "above_recalled", letter, str(dispatch.public_id), further, said)


@receiver(correspondence.letter_corrected, dispatch_uid="outreach.letter_corrected")
def _corrected(
    sender: object,
    *,
    letter: Letter,
    earlier: Letter,
    organisation_ids: list[int],
    further: dict[int, UUID],
    actor: Actor,
    **_: Any,
) -> None:
    """Everybody who had the earlier one, and those to whom others passed it on."""
    _about(actor, "letter_corrected", letter, organisation_ids, earlier=earlier.number or "-")
    said = {"number": letter.number or "-", "earlier": earlier.number or "-"}
    _further_down(actor, "above_corrected", letter, str(letter.public_id), further, said)


def _further_down(
    actor: Actor, kind: str, letter: Letter, event: str, further: dict[int, UUID], params: dict[str, str]
) -> None:
    """Each office to its own page of what came to it: the letter above is not its to open."""
    said = {} if letter.is_secret else {"issuer": str(letter.issuer)} | params
    rows = [
        Told(pk, f"{kind}:{event}", said, target=delivery_id, programme_id=letter.programme_id)
        for pk, delivery_id in further.items()
    ]
    notify_each(actor=actor, kind=OF_SECRETS[kind] if letter.is_secret else kind, rows=rows)


@receiver(correspondence.letter_handed, dispatch_uid="outreach.letter_handed")
def _handed(
    sender: object, *, delivery: Delivery, person_ids: list[int], how: str, actor: Actor, **_: Any
) -> None:
    """Those inside an office to whom it gave a letter; given to somebody again, it is told again."""
    again = f":{delivery.assigned_at.isoformat()}" if how == "assigned" and delivery.assigned_at else ""
    notify(
        actor=actor,
        kind=f"letter_{how}",
        event=f"{delivery.public_id}{again}",
        params=_said(delivery.letter) | {"office": str(delivery.organisation)},
        target=delivery.public_id,
        person_ids=person_ids,
        programme_id=delivery.letter.programme_id,
    )


@receiver(correspondence.draft_returned, dispatch_uid="outreach.draft_returned")
def _draft_returned(sender: object, *, draft: Draft, step: ChainStep, actor: Actor, **_: Any) -> None:
    """Who wrote it; what a secret draft says stands in no notice."""
    secret = bool(draft.secrecy)
    notify(
        actor=actor,
        kind="draft_returned",
        event=str(step.public_id),
        params={
            "subject": str(draft.get_secrecy_display()) if secret else subject_of(draft),
            "reason": "-" if secret else step.because,
        },
        target=draft.public_id,
        person_ids=_who_wrote(draft),
        programme_id=draft.programme_id,
    )


@receiver(correspondence.draft_signed, dispatch_uid="outreach.draft_signed")
def _draft_signed(sender: object, *, draft: Draft, step: ChainStep, actor: Actor, **_: Any) -> None:
    """Who wrote it, and those at its office who may number and send it; not whoever has just signed."""
    told = {*_who_wrote(draft), *_who_may_send(draft)} - {step.person_id}
    notify(
        actor=actor,
        kind="draft_signed",
        event=str(step.public_id),
        params={"subject": str(draft.get_secrecy_display()) if draft.secrecy else subject_of(draft)},
        target=draft.public_id,
        person_ids=sorted(told),
        programme_id=draft.programme_id,
    )


def _who_may_send(draft: Draft) -> list[int]:
    """Those who work at the very office and may issue (`rules.ISSUE`) today; of a secret draft those who may see it."""
    needed = {ISSUE, CLEARED} if draft.secrecy else {ISSUE}
    rows = Appointment.objects.filter(
        on_day(clock.today()),
        Q(programme=None) | Q(programme=draft.programme_id),
        organisation=draft.office_id,
        centre__isnull=True,
        role__in=[role for role in Role.values if needed <= registry.of_role(role)],
        person__user__is_active=True,
    )
    return list(rows.values_list("person", flat=True))


def _who_wrote(draft: Draft) -> list[int]:
    if draft.created_by_id is None:
        return []
    return list(Person.objects.filter(user=draft.created_by_id).values_list("pk", flat=True))


@receiver(correspondence.delegation_changed, dispatch_uid="outreach.delegation_changed")
def _delegation_changed(sender: object, *, delegation: Delegation, how: str, actor: Actor, **_: Any) -> None:
    """Its heads hear of it by name: to the office it would go to those too who did it, as they write in its name."""
    office = delegation.organisation
    through = Organisation.objects.filter(
        pk__in=[
            row.organisation_id
            for row in actor.holding_with(DELEGATE)
            if row.organisation_id and office.pk in row.organisation_ids
        ]
    )
    heads = Appointment.objects.filter(
        on_day(clock.today()), organisation=office, role=Role.HEAD, centre__isnull=True
    )
    said = {
        "by": str(through.order_by("pk").first()),
        "office": str(office),
        "position": delegation.position,
    }
    if delegation.last_day is not None:
        said["due"] = delegation.last_day.isoformat()
    notify(
        actor=actor,
        kind=f"delegation_{how}",
        event=f"{delegation.public_id}:{delegation.valid_to}",
        params=said,
        target=office.public_id,
        person_ids=heads.values_list("person", flat=True),
    )


@receiver(correspondence.finding_told, dispatch_uid="outreach.finding_told")
def _finding_told(
    sender: object, *, letter: Letter, finding: LetterFinding, organisation_id: int, actor: Actor, **_: Any
) -> None:
    """The office whose letter it is hears of a doubt; what a secret letter says stands in no notice."""
    if letter.is_secret:
        return
    documents = letter.reading["documents"][finding.document :][:1]
    number = documents[0]["number"] if documents else ""
    notify(
        actor=actor,
        kind="finding_told",
        event=str(finding.public_id),
        params={"office": str(letter.holder), "number": number or "-", "finding": finding.text},
        organisation_ids=[organisation_id],
        programme_id=letter.programme_id,
    )


def _about(actor: Actor, kind: str, letter: Letter, organisation_ids: list[int], **params: str) -> None:
    """Tell offices of a letter; of a secret one only that there is one, and only those who are cleared (`rules`)."""
    secret = letter.is_secret
    notify(
        actor=actor,
        kind=OF_SECRETS[kind] if secret else kind,
        event=f"{kind}:{letter.public_id}" if secret else str(letter.public_id),
        params={} if secret else _said(letter) | params,
        target=letter.public_id,
        organisation_ids=organisation_ids,
        programme_id=letter.programme_id,
    )


def _said(letter: Letter) -> dict[str, str]:
    """What notices say of a letter."""
    return {
        "issuer": str(letter.issuer),
        "number": letter.number or "-",
        "subject": str(letter.get_secrecy_display()) if letter.is_secret else letter.subject,
    }


@receiver(applications.review_requested, dispatch_uid="outreach.review_requested")
def _review_requested(sender: object, *, review: Review, actor: Actor, **_: Any) -> None:
    notify(
        actor=actor,
        kind="review_requested",
        event=str(review.public_id),
        params={"centre": str(review.application.centre)},
        target=review.public_id,
        organisation_ids=[review.organisation_id],
        programme_id=review.application.round.programme_id,
    )


@receiver(applications.review_answered, dispatch_uid="outreach.review_answered")
def _review_answered(sender: object, *, review: Review, actor: Actor, **_: Any) -> None:
    kind = "review_endorsed" if review.state == "endorsed" else "review_returned"
    _to_centre(
        actor,
        kind,
        review.application,
        event=str(review.public_id),
        params={"office": str(review.organisation)},
    )


@receiver(applications.help_given, dispatch_uid="outreach.help_given")
def _help_given(sender: object, *, delegation: Help, items: int, actor: Actor, **_: Any) -> None:
    """Who helps by a link has no place for notices: the one who gives it sends the link."""
    offered = person_by_email(delegation.invited)
    person_id = delegation.person_id or (offered.pk if offered is not None else None)
    if person_id is not None:
        params = {"centre": str(delegation.application.centre), "count": items}
        event, people = str(delegation.public_id), [person_id]
        notify(actor=actor, kind="help_given", event=event, params=params, person_ids=people)


@receiver(applications.help_returned, dispatch_uid="outreach.help_returned")
def _help_returned(sender: object, *, delegation: Help, actor: Actor, **_: Any) -> None:
    if delegation.person_id is not None:
        params = {"centre": str(delegation.application.centre)}
        event = f"{delegation.public_id}:{delegation.handed_in_at}"
        notify(
            actor=actor,
            kind="help_returned",
            event=event,
            params=params,
            person_ids=[delegation.person_id],
        )


@receiver(applications.help_handed_in, dispatch_uid="outreach.help_handed_in")
def _help_handed_in(sender: object, *, delegation: Help, actor: Actor, **_: Any) -> None:
    """Whoever gave it hears that it came back."""
    giver = Person.objects.filter(user=delegation.given_by_id, user__isnull=False)
    notify(
        actor=actor,
        kind="help_handed_in",
        event=f"{delegation.public_id}:{delegation.handed_in_at}",
        params={"centre": str(delegation.application.centre)},
        target=delegation.application.public_id,
        person_ids=giver.values_list("pk", flat=True),
    )


@receiver(applications.submitted, dispatch_uid="outreach.submitted")
def _submitted(
    sender: object, *, application: Application, submission: Submission, actor: Actor, **_: Any
) -> None:
    params = {"receipt": submission.receipt_code}
    _to_centre(actor, "submitted", application, event=str(submission.public_id), params=params)


@receiver(applications.signature_voided, dispatch_uid="outreach.signature_voided")
def _signature_voided(sender: object, *, application: Application, actor: Actor, **_: Any) -> None:
    event = f"{application.public_id}:{application.audit_seq}"
    _to_centre(actor, "signature_voided", application, event=event, params={})


@receiver(applications.withdrawn, dispatch_uid="outreach.withdrawn")
def _withdrawn(sender: object, *, application: Application, reason: str, actor: Actor, **_: Any) -> None:
    event = f"{application.public_id}:{application.audit_seq}"
    _to_centre(actor, "withdrawn", application, event=event, params={"reason": reason})


@receiver(assessment.case_accepted, dispatch_uid="outreach.accepted")
def _accepted(sender: object, *, case: Case, actor: Actor, **_: Any) -> None:
    event = f"{case.public_id}:{case.audit_seq}"
    _to_centre(actor, "accepted", case.application, event=event, params={})


@receiver(assessment.case_rejected, dispatch_uid="outreach.rejected")
def _rejected(sender: object, *, case: Case, reason: str, actor: Actor, **_: Any) -> None:
    _to_centre(actor, "rejected", case.application, event=str(case.public_id), params={"reason": reason})


@receiver(applications.returned, dispatch_uid="outreach.returned")
def _returned(sender: object, *, application: Application, due_at: datetime, actor: Actor, **_: Any) -> None:
    params = {"due": calendar.closing_day(due_at).isoformat()}
    event = f"{application.public_id}:{due_at.isoformat()}"
    _to_centre(actor, "returned", application, event=event, params=params)


@receiver(assessment.correction_near, dispatch_uid="outreach.correction_near")
def _correction_near(sender: object, *, case: Case, days: int, actor: Actor, **_: Any) -> None:
    event = f"{case.public_id}:{case.application.correction_due_at}:{days}"
    _to_centre(actor, "correction_near", case.application, event=event, params={"days": str(days)})


@receiver(assessment.correction_lapsed, dispatch_uid="outreach.correction_lapsed")
def _correction_lapsed(sender: object, *, case: Case, actor: Actor, **_: Any) -> None:
    event = f"{case.public_id}:{case.application.correction_due_at}"
    _to_centre(actor, "correction_lapsed", case.application, event=event, params={})


@receiver(assessment.case_assigned, dispatch_uid="outreach.case_assigned")
def _case_assigned(sender: object, *, case: Case, actor: Actor, **_: Any) -> None:
    """One notice a day and panel: many cases often come together. Whoever has a conflict learns nothing of this case."""
    if case.panel is None:
        return
    barred = Conflict.objects.filter(case=case).values("person")
    seats = PanelMember.objects.filter(panel=case.panel, left_at__isnull=True).exclude(person__in=barred)
    notify(
        actor=actor,
        kind="case_assigned",
        event=f"{case.panel.public_id}:{calendar.bangkok_date(actor.received_at)}",
        params={"panel": str(case.panel.number)},
        person_ids=seats.values_list("person_id", flat=True),
    )


@receiver(certification.announced, dispatch_uid="outreach.announced")
def _announced(sender: object, *, announcement: Announcement, actor: Actor, **_: Any) -> None:
    """Every centre of the announcement at once."""
    rows = Resolution.objects.filter(announcement=announcement).select_related(
        "case__application__centre", "case__application__round"
    )
    told = [
        Told(
            organisation_id=row.case.application.centre.organisation_id,
            event=str(row.public_id),
            params={"centre": str(row.case.application.centre)},
            target=row.case.application.public_id,
            centre_id=row.case.application.centre_id,
            programme_id=row.case.application.round.programme_id,
        )
        for row in rows
    ]
    notify_each(actor=actor, kind="announced", rows=told)


def _to_centre(
    actor: Actor, kind: str, application: Application, *, event: str, params: dict[str, str]
) -> None:
    """To those who work for the application's centre today."""
    notify(
        actor=actor,
        kind=kind,
        event=event,
        params={"centre": str(application.centre)} | params,
        target=application.public_id,
        organisation_ids=[application.centre.organisation_id],
        centre_id=application.centre_id,
        programme_id=application.round.programme_id,
    )
