"""What the actions of this room share: finding and locking in the documented order, counting, voiding a signature."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from saduak.applications import rules
from saduak.applications.models import Answer, Application, EvidenceUse, SignOff
from saduak.applications.states import APPLICATION
from saduak.foundation import audit
from saduak.foundation.access import Actor, Conflict, Decision, require
from saduak.foundation.access.registry import Words
from saduak.programme.models import Stage


def _with_window(rows: QuerySet[Any]) -> QuerySet[Any]:
    """With centre, organisation, round and the end of the round's application stage, all in one query."""
    window = Stage.objects.filter(round=OuterRef("round"), key=Stage.Key.APPLICATION)
    found: QuerySet[Any] = rows.annotate(closes_at=Subquery(window.values("ends_at")[:1]))
    return found.select_related("centre__organisation", "round__programme", "round__criteria_set")


def locked(application_id: UUID) -> Application:
    """The application under its lock, which comes before the lock of any of its answers.

    Raises:
        DoesNotExist: no such application.
    """
    rows = _with_window(Application.objects.select_for_update(of=("self",)))
    found: Application = rows.get(public_id=application_id)
    return found


def locked_by_key(pk: int) -> Application:
    """As `locked`, by the key that another row refers to."""
    found: Application = _with_window(Application.objects.select_for_update(of=("self",))).get(pk=pk)
    return found


def read_fresh(pk: int) -> Application:
    """The application as it is now, without a lock: asked after the lock on an answer was given."""
    found: Application = _with_window(Application.objects.all()).get(pk=pk)
    return found


def closes_at(application: Application) -> datetime | None:
    """The end of the round's application stage, as the queries above read it along."""
    moment: datetime | None = getattr(application, "closes_at")  # noqa: B009 - an annotation mypy can't see
    return moment


def require_open(decision: Decision) -> None:
    """Go on, or say that the row is closed for now.

    Raises:
        Conflict: the decision was no.
    """
    if not decision:
        raise Conflict(decision.reason, decision.code)


def require_writable(actor: Actor, application: Application) -> None:
    """Go on when the actor may write in the application now.

    Raises:
        Refused: somebody else's application.
        Conflict: submitted, withdrawn, or too late.
    """
    require(rules.may_act(actor, rules.EDIT, application))
    require_open(rules.may_write(application, closes_at=closes_at(application), moment=actor.received_at))


def lock_answers(application: Application) -> list[int]:
    """Lock all answers in the order of their keys, so that nothing acknowledged falls between. One query."""
    rows = Answer.objects.select_for_update().filter(application=application).order_by("pk")
    return list(rows.values_list("pk", flat=True))


def lock_answer(answer_id: UUID) -> Answer:
    """One answer under its lock, with its criterion.

    Raises:
        DoesNotExist: no such answer.
    """
    rows = Answer.objects.select_for_update(of=("self",)).select_related("criterion")
    found: Answer = rows.get(public_id=answer_id)
    return found


def locked_with_answer(answer_id: UUID) -> Application:
    """As `locked`: the application that an answer belongs to. The answer itself is locked after it.

    Raises:
        DoesNotExist: no such answer.
    """
    rows = _with_window(Application.objects.select_for_update(of=("self",)))
    found: Application = rows.get(answers__public_id=answer_id)
    return found


def recount(application: Application, moment: datetime) -> None:
    """Bring the counts in line with the answers, in one statement. The application is locked.

    Everybody who changes what is counted holds the application's lock, so no count is lost.
    """
    answers = Answer.objects.filter(application=OuterRef("pk")).order_by().values("application")
    claimed, backed = Q(claim="met"), Q(claim="met", evidence_count__gt=0)

    def number(**conditions: Any) -> Coalesce:
        counted = answers.annotate(n=Count("pk", **conditions)).values("n")
        return Coalesce(Subquery(counted), Value(0))

    def points(condition: Q) -> Coalesce:
        field = Application._meta.get_field("points_claimed")
        added = answers.annotate(n=Sum("points", filter=condition)).values("n")
        return Coalesce(Subquery(added), Value(0), output_field=field)

    Application.objects.filter(pk=application.pk).update(
        gates_met=number(filter=backed & Q(criterion__kind="gate")),
        items_claimed=number(filter=claimed),
        items_evidenced=number(filter=backed),
        points_claimed=points(claimed),
        points_evidenced=points(backed),
        last_edit_at=moment,
    )


def count_evidence(answers: Iterable[int]) -> None:
    """Bring the evidence counts of some answers in line with what is attached. One statement."""
    uses = EvidenceUse.objects.filter(answer=OuterRef("pk"), removed_at__isnull=True).order_by()
    number = uses.values("answer").annotate(n=Count("pk")).values("n")
    Answer.objects.filter(pk__in=list(answers)).update(evidence_count=Coalesce(Subquery(number), Value(0)))


EDITED: Words = _("มีการแก้หลังลงนาม")


def void_signature_of(application: Application, *, actor: Actor, reason: Words) -> bool:
    """Void the signature of a signed application, because of `reason`. It is locked; says whether there was one."""
    if application.state != "signed":
        return False
    event = "void_signature" if application.correction_due_at is None else "void_correction"
    application.state = APPLICATION.step(event, application.state)
    application.save(update_fields=["state"])
    void_valid(application, actor=actor, reason=reason)
    audit.append(
        application, actor=actor, verb="applications.signature_voided", facts={"reason": str(reason)}
    )
    return True


def void_valid(application: Application, *, actor: Actor, reason: Words) -> None:
    """Mark the valid signature, if any, as void."""
    SignOff.objects.filter(application=application, voided_at__isnull=True).update(
        voided_at=actor.received_at, void_reason=str(reason)[:300]
    )
