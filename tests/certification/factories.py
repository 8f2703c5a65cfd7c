"""Agreed cases without a whole panel: rows in bulk, so that a meeting can have many. Meetings by the real actions."""

from decimal import Decimal

from saduak.applications.models import Application, SignOff, Submission
from saduak.assessment.models import Case, ConsensusScore, Panel
from saduak.certification import actions
from saduak.certification.models import Meeting
from saduak.foundation import files, ids
from saduak.foundation.access import Actor
from saduak.foundation.models import StoredFile
from saduak.organisations.models import Programme
from saduak.programme.models import Round
from saduak.programme.queries import contents
from tests.organisations.factories import ServiceCentreFactory, actor_for
from tests.programme.factories import MID_WINDOW


def committee(programme: Programme | None = None) -> Actor:
    """Somebody of the committee, in mid-window."""
    return actor_for("committee", programme=programme, received_at=MID_WINDOW)


def agreed(
    round_: Round,
    count: int = 1,
    level: str = "advanced",
    total: int = 85,
    *,
    gates: int = 1,
    **centre,
) -> list[Case]:
    """Cases that a panel agreed on, each of a centre of its own; with `gates=0` every gate is open."""
    panel, _made = Panel.objects.get_or_create(round=round_, number=1)
    stored = files.put(b"{}", name="x.json", media_type="application/json")
    cases = []
    for _ in range(count):
        submission = _filed(round_, stored, **centre)
        cases.append(
            Case.objects.create(
                application=submission.application,
                submission=submission,
                panel=panel,
                state="agreed",
                agreed_at=MID_WINDOW,
                agreed_total=Decimal(total),
                agreed_level=level,
            )
        )
    points = _points(round_, total, gates)
    ConsensusScore.objects.bulk_create(
        ConsensusScore(case=case, criterion_id=criterion, points=given)
        for case in cases
        for criterion, given in points.items()
    )
    return cases


def _filed(round_: Round, stored: StoredFile, **centre) -> Submission:
    """What a centre of its own filed."""
    place = ServiceCentreFactory(**centre)
    application = Application.objects.create(
        centre=place,
        organisation=place.organisation,
        round=round_,
        state="submitted",
        submitted_at=MID_WINDOW,
        settled_at=MID_WINDOW,
    )
    signed = SignOff.objects.create(
        application=application,
        method="account",
        signer_name="หัวหน้า",
        signer_position="หัวหน้าหน่วยงาน",
        content_digest="0" * 64,
    )
    return Submission.objects.create(
        application=application,
        ordinal=1,
        sign_off=signed,
        snapshot=stored,
        sha256=stored.sha256,
        receipt_code=ids.code(ids.RECEIPT_CODE_LENGTH),
        received_at=MID_WINDOW,
    )


def _points(round_: Round, total: int, gates: int) -> dict[int, Decimal]:
    """Points by criterion that come to the total, the first criteria full; the gates as asked."""
    points, left = {}, Decimal(total)
    for criterion in contents(round_.criteria_set).criteria:
        given = Decimal(gates) if criterion.kind == "gate" else min(left, criterion.points)
        left -= given if criterion.kind != "gate" else 0
        points[criterion.pk] = given
    return points


def meeting(round_: Round, number: str = "1/2570", **kwargs) -> Meeting:
    """An open meeting of the committee."""
    return actions.open_meeting(
        actor=committee(round_.programme),
        round_id=round_.public_id,
        number=number,
        held_on=kwargs.pop("held_on", MID_WINDOW.date()),
        **kwargs,
    )


def closed(round_: Round, number: str = "1/2570", **kwargs) -> Meeting:
    """A meeting that adopted everything and was closed."""
    row = meeting(round_, number, **kwargs)
    actions.adopt_proposals(actor=committee(round_.programme), meeting_id=row.public_id)
    return actions.close(actor=committee(round_.programme), meeting_id=row.public_id)
