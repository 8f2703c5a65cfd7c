"""What the actions of this room share: finding and locking in the documented order, counting, voiding a signature."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connection, transaction
from django.db.models import (
    BigIntegerField,
    Count,
    DateField,
    DateTimeField,
    OuterRef,
    QuerySet,
    Subquery,
    UUIDField,
    Value,
)
from django.db.models.functions import Coalesce
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from saduak.applications import rules, signals
from saduak.applications.models import Answer, Application, EvidenceUse, SignOff
from saduak.applications.queries import quality
from saduak.applications.queries.dates import closing
from saduak.applications.rules import helping
from saduak.applications.rules.sharing import own_proof
from saduak.applications.states import APPLICATION
from saduak.foundation import audit
from saduak.foundation.access import Actor, Conflict, Decision, Invalid, require
from saduak.foundation.access.registry import Words
from saduak.foundation.prepared import Given, Read, Update
from saduak.foundation.thai.calendar import bangkok_date
from saduak.foundation.thai.text import normalise
from saduak.programme.queries import contents

_UUID, _KEY, _MOMENT, _DAY = UUIDField(), BigIntegerField(), DateTimeField(), DateField()


def _with_window(rows: QuerySet[Any]) -> QuerySet[Any]:
    """With centre, organisation, round and the moment at which its centre can submit no more, all in one query."""
    found: QuerySet[Any] = rows.annotate(closes_at=closing())
    rows = found.select_related("centre__organisation", "round__programme", "round__criteria_set")
    return rows.defer("round__criteria_set__document")


def _narrow(rows: QuerySet[Any], **answer: Any) -> QuerySet[Any]:
    """As above, with only what it takes to write an answer: the rest of a row is read when somebody asks for it.

    With it comes how a delegation of this answer to who writes stands (`helped`), so that helpers cost no query more.
    """
    helped = helping.stands(Given("person", _KEY), Given("link", _KEY), Given("day", _DAY), **answer)
    found: QuerySet[Any] = _with_window(rows).annotate(helped=helped).defer(None).select_related(None)
    return found.select_related("centre", "round__criteria_set").only(
        *("public_id", "audit_seq", "audit_head", "centre", "round", "state", "correction_due_at"),
        *("centre__organisation", "round__programme", "round__criteria_set", "round__closed_at"),
        *("round__criteria_set__public_id", "round__criteria_set__state", "round__criteria_set__digest"),
    )


def _for_update() -> QuerySet[Any]:
    return Application.objects.select_for_update(of=("self",), no_key=True)


_BY_ID = Read[Application](lambda: _with_window(_for_update()).filter(public_id=Given("name", _UUID)))
_BY_KEY = Read[Application](lambda: _with_window(_for_update()).filter(pk=Given("pk", _KEY)))
_FRESH = Read[Application](lambda: _with_window(Application.objects.all()).filter(pk=Given("pk", _KEY)))
_BY_ANSWER = Read[Application](
    lambda: _narrow(_for_update(), answer__public_id=Given("name", _UUID)).filter(
        answers__public_id=Given("name", _UUID)
    )
)
_OF_ANSWER = Read[Application](
    lambda: _narrow(Application.objects.all(), answer=Given("answer", _KEY)).filter(pk=Given("pk", _KEY))
)
_OF_ANSWER_ID = Read[Application](
    lambda: _narrow(Application.objects.all(), answer__public_id=Given("name", _UUID)).filter(
        answers__public_id=Given("name", _UUID)
    )
)
_ANSWER = Read[Answer](
    lambda: Answer.objects.select_for_update(of=("self",), no_key=True).filter(public_id=Given("name", _UUID))
)


def locked(application_id: UUID) -> Application:
    """The application under its lock, which comes before the lock of any of its answers.

    Raises:
        DoesNotExist: no such application.
    """
    return _BY_ID.get(name=application_id)


def locked_by_key(pk: int) -> Application:
    """As `locked`, by the key that another row refers to."""
    return _BY_KEY.get(pk=pk)


def read_fresh(pk: int) -> Application:
    """The application as it is now, without a lock."""
    return _FRESH.get(pk=pk)


def _writer(actor: Actor) -> dict[str, Any]:
    """By what a delegation may be the actor's, and the day on which it must not have run out."""
    person, link = helping.person_and_link(actor)
    return {"person": person, "link": link, "day": bangkok_date(actor.received_at)}


def read_for_answer(actor: Actor, answer: Answer) -> Application:
    """The application of a locked answer as it is now, without a lock; narrow, and the answer gets its criterion."""
    found = _OF_ANSWER.get(pk=answer.application_id, answer=answer.pk, **_writer(actor))
    _give_criterion(found, answer)
    return found


def read_with_answer(actor: Actor, answer_id: UUID) -> Application:
    """The application that an answer belongs to, without a lock; narrow.

    Raises:
        DoesNotExist: no such answer.
    """
    return _OF_ANSWER_ID.get(name=answer_id, **_writer(actor))


def closes_at(application: Application) -> datetime | None:
    """When its centre can submit no more, as the queries above read it along."""
    moment: datetime | None = getattr(application, "closes_at")  # noqa: B009 - an annotation mypy can't see
    return moment


REASON: Words = _("เขียนเหตุผล")


def text(value: str, field: str, most: int, *, required: Words | None = None, typing: bool = False) -> str:
    """What somebody wrote, as it is kept: plain line ends, Thai as it was meant, nothing that no database keeps.

    Args:
        value: as it came.
        field: of the form; it is told what is wrong.
        most: so many letters are kept.
        required: what is said when nothing was written; without, nothing may be written.
        typing: it is saved while somebody goes on typing, so their letters and blanks stay as they are.

    Raises:
        Invalid: nothing written though it is required, or too much.
    """
    kept = value.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    if not typing:
        kept = normalise(kept).strip()
    if required is not None and not kept.strip():
        raise Invalid(required, {field: required}, "empty")
    if len(kept) > most:
        words = format_lazy(
            _("ข้อความยาวเกิน {most} ตัวอักษร ลดลงอีก {over} ตัวอักษร"), most=most, over=len(kept) - most
        )
        raise Invalid(words, {field: words}, "too-long")
    return kept


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


def require_checks(application: Application, answers: Iterable[Answer]) -> None:
    """Go on when nothing fails that the criteria file says must hold.

    Raises:
        Conflict: something does; in words.
    """
    words = quality.blocked_by(contents(application.round.criteria_set), answers)
    if words:
        raise Conflict(words, "incomplete")


def lock_answers(application: Application) -> list[int]:
    """Lock all answers in the order of their keys, so that nothing acknowledged falls between. One query."""
    rows = Answer.objects.select_for_update(no_key=True).filter(application=application).order_by("pk")
    return list(rows.values_list("pk", flat=True))


def lock_answer(answer_id: UUID) -> Answer:
    """One answer under its lock.

    Raises:
        DoesNotExist: no such answer.
    """
    return _ANSWER.get(name=answer_id)


def locked_with_answer(actor: Actor, answer_id: UUID) -> Application:
    """The application that an answer belongs to, under its lock; narrow. The answer itself is locked after it.

    Raises:
        DoesNotExist: no such answer.
    """
    return _BY_ANSWER.get(name=answer_id, **_writer(actor))


def lock_answer_of(application: Application, answer_id: UUID) -> Answer:
    """One answer of a locked application under its lock, with its criterion."""
    answer = lock_answer(answer_id)
    _give_criterion(application, answer)
    return answer


def _give_criterion(application: Application, answer: Answer) -> None:
    """The criterion comes from the set that is read once, since a published set never changes."""
    answer.criterion = contents(application.round.criteria_set).by_id[answer.criterion_id]


# Counts in one pass over the answers. The ORM can assign only one column a subquery: it would go over them five times.
_RECOUNT = """
UPDATE applications_application
SET (gates_met, items_answered, items_claimed, items_evidenced, points_claimed, points_evidenced) = (
        SELECT
            COUNT(*) FILTER (WHERE a.claim = 'met' AND a.evidence_count > 0 AND c.kind = 'gate'),
            COUNT(*),
            COUNT(*) FILTER (WHERE a.claim = 'met'),
            COUNT(*) FILTER (WHERE a.claim = 'met' AND a.evidence_count > 0),
            COALESCE(SUM(a.points) FILTER (WHERE a.claim = 'met'), 0),
            COALESCE(SUM(a.points) FILTER (WHERE a.claim = 'met' AND a.evidence_count > 0), 0)
        FROM applications_answer a
        JOIN programme_criterion c ON c.id = a.criterion_id
        WHERE a.application_id = %s AND a.claim <> ''
    ),
    last_edit_at = %s
WHERE id = %s
"""


def recount(application: Application, moment: datetime) -> None:
    """Bring the counts in line with the answers, in one statement. The application is locked.

    Everybody who changes what is counted holds the application's lock, so no count is lost.
    """
    at = _MOMENT.get_db_prep_value(moment, connection)
    with transaction.mark_for_rollback_on_error(using=DEFAULT_DB_ALIAS), connection.cursor() as cursor:
        cursor.execute(_RECOUNT, [application.pk, at, application.pk])


def _evidence_now() -> Coalesce:
    # What a headquarters shares and wants completed with local proof is shown beside it, and proves nothing alone; nor
    # does a copy of it that the centre holds as its own.
    uses = EvidenceUse.objects.filter(own_proof(), answer=OuterRef("pk"), removed_at__isnull=True).order_by()
    return Coalesce(Subquery(uses.values("answer").annotate(n=Count("pk")).values("n")), Value(0))


_COUNT_EVIDENCE = Update(
    lambda: Answer.objects.filter(pk=Given("pk", _KEY)), lambda: {"evidence_count": _evidence_now()}
)


def count_evidence(answers: Iterable[int]) -> None:
    """Bring the evidence counts of some answers in line with what is attached. One statement."""
    Answer.objects.filter(pk__in=list(answers)).update(evidence_count=_evidence_now())


def count_evidence_of(answer: Answer) -> None:
    """As above, for one answer."""
    _COUNT_EVIDENCE.run(pk=answer.pk)


EDITED: Words = _("มีการแก้หลังลงนาม")


def edited(answer: Answer) -> Words:
    """Why a signature falls: the item that was changed after it."""
    return format_lazy(_("มีการแก้ข้อ {number} หลังลงนาม"), number=answer.criterion.number)


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
    signals.signature_voided.send(Application, application=application, actor=actor)
    return True


def void_valid(application: Application, *, actor: Actor, reason: Words) -> None:
    """Mark the valid signature, if any, as void."""
    SignOff.objects.filter(application=application, voided_at__isnull=True).update(
        voided_at=actor.received_at, void_reason=str(reason)[:500]
    )
