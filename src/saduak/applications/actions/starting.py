"""Starting an application: one a centre a round, with an answer to every criterion from the first moment."""

import uuid
from collections.abc import Mapping

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from saduak.applications import rules, signals
from saduak.applications.models import Answer, Application
from saduak.applications.queries import verdicts
from saduak.applications.queries.dates import takes_from
from saduak.foundation import audit
from saduak.foundation.access import Actor, Conflict, Invalid, require
from saduak.foundation.actions import action
from saduak.organisations.models import ServiceCentre
from saduak.programme import eligibility
from saduak.programme.models import Round
from saduak.programme.queries import contents, phase_of
from saduak.programme.states import Phase


@action("applications.start")
def start(
    *,
    actor: Actor,
    centre_id: uuid.UUID,
    round_id: uuid.UUID,
    kind: str | None = None,
    idempotency_key: uuid.UUID | None = None,
) -> Application:
    """Start the application of a centre in a round; one that was started before is given back as it is.

    Drafts may be begun as soon as the round is opened, before its window.

    Args:
        actor: the officer or the head of the centre.
        centre_id: which centre.
        round_id: in which round.
        kind: "new", "renewal" or "upgrade"; follows from the centre's last certificate and the round's rules when left out.
        idempotency_key: of the request.

    Raises:
        Refused: not the actor's centre, or a centre that no longer serves.
        Conflict: the round takes no applications any more, or none of this centre; the words say why.
        Invalid: no such kind, or the round's rules do not let the centre apply as that; the words say why.
        DoesNotExist: no such centre or round.
    """
    del idempotency_key  # the decorator's business
    centre = ServiceCentre.objects.select_related("organisation").get(public_id=centre_id)
    round_ = (
        Round.objects.select_related("programme", "criteria_set")
        .prefetch_related("stages")
        .get(public_id=round_id)
    )
    require(rules.may_start(actor, centre, round_))
    known: Application | None = Application.objects.filter(centre=centre, round=round_).first()
    if known is not None:
        return known
    over = phase_of(round_, moment=actor.received_at) is Phase.CLOSED
    if over and not takes_from(round_, centre.pk, actor.received_at):
        raise Conflict(_("ปิดรับใบสมัครของรอบนี้แล้ว จึงเริ่มใหม่ไม่ได้"), "window-closed")
    chosen = _kind(actor, centre, round_, kind)
    try:
        with transaction.atomic():
            return _create(actor, centre, round_, chosen)
    except IntegrityError:
        # A colleague pressed at the same moment: theirs is the one application.
        found: Application = Application.objects.get(centre=centre, round=round_)
        return found


def _kind(actor: Actor, centre: ServiceCentre, round_: Round, kind: str | None) -> str:
    found = verdicts(round_, [centre], actor.received_at)[centre.pk]
    chosen = kind or eligibility.suggested(found)
    if not chosen:
        raise Conflict(eligibility.refusal(found), "not-eligible")
    require_kind(found, chosen)
    return chosen


def require_kind(found: Mapping[str, eligibility.Verdict], kind: str) -> None:
    """Go on when the centre may apply as a kind.

    Raises:
        Invalid: no such kind, or the round's rules say no; the words say why.
    """
    if kind not in Application.Kind.values:
        raise Invalid(_("เลือกประเภทการสมัครจากตัวเลือกที่มี"), {"kind": _("เลือกประเภทการสมัครจากตัวเลือกที่มี")})
    verdict = found[kind]
    if not verdict:
        raise Invalid(verdict.words, {"kind": verdict.words}, "not-eligible")


def _create(actor: Actor, centre: ServiceCentre, round_: Round, kind: str) -> Application:
    set_ = contents(round_.criteria_set)
    application: Application = Application.objects.create(
        centre=centre,
        organisation=centre.organisation,
        round=round_,
        kind=kind,
        started_at=actor.received_at,
        started_by_id=actor.user_id,
        last_edit_at=actor.received_at,
        gates_total=sum(row.kind == "gate" for row in set_.criteria),
        items_total=len(set_.criteria),
    )
    Answer.objects.bulk_create(
        Answer(application=application, criterion_id=row.pk, updated_at=actor.received_at)
        for row in set_.criteria
    )
    facts = {"centre": centre.public_id, "round": round_.public_id, "kind": kind}
    audit.append(application, actor=actor, verb="applications.started", facts=facts)
    signals.application_started.send(Application, application=application, actor=actor)
    return application
