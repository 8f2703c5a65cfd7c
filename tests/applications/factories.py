"""Applications made by the real actions. `filled` and the like write rows in bulk, so that upper rooms can have many."""

import dataclasses
import datetime
from decimal import Decimal
from typing import Any

import factory
from factory.django import DjangoModelFactory

from saduak.applications import actions, queries
from saduak.applications.actions.common import count_evidence, recount
from saduak.applications.models import Answer, Application, Evidence, EvidenceUse, Submission
from saduak.foundation import files
from saduak.foundation.access import Actor
from saduak.foundation.models import StoredFile
from saduak.organisations.models import ServiceCentre
from tests.organisations.factories import ServiceCentreFactory, actor_for
from tests.programme.factories import MID_WINDOW, RoundFactory

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63606060000000040001"
    "f61738550000000049454e44ae426082"
)


def at(moment: datetime.datetime, actor: Actor) -> Actor:
    """The same actor, received at a moment."""
    return actor.at(moment)


def officer_of(centre: ServiceCentre, moment: datetime.datetime = MID_WINDOW) -> Actor:
    """An officer of the centre's organisation."""
    return actor_for("officer", centre.organisation, received_at=moment)


def head_of(centre: ServiceCentre, moment: datetime.datetime = MID_WINDOW) -> Actor:
    """The head of the centre's organisation."""
    return actor_for("head", centre.organisation, received_at=moment)


class ApplicationFactory(DjangoModelFactory):
    """An application through the real start action: `ApplicationFactory(centre=…, round=…, actor=…)`."""

    class Meta:
        model = Application

    centre = factory.SubFactory(ServiceCentreFactory)
    round = factory.SubFactory(RoundFactory)
    kind = None
    actor = None

    @classmethod
    def _create(cls, model_class: type[Application], *args: Any, **kwargs: Any) -> Application:
        centre, round_ = kwargs["centre"], kwargs["round"]
        actor = kwargs["actor"] or officer_of(centre)
        return actions.start(
            actor=actor, centre_id=centre.public_id, round_id=round_.public_id, kind=kwargs["kind"]
        )


def fresh(application: Application) -> Application:
    """The application as the database has it, with round, stages and centre."""
    return queries.readable(Actor.system("test")).get(pk=application.pk)


def answer(application: Application, number: str, part: str = "") -> Answer:
    """The answer to the criterion with this number (gates share numbers with outcomes: then name the part's key)."""
    rows = Answer.objects.filter(application=application, criterion__number=number)
    return (
        rows.filter(criterion__part__key=part).get() if part else rows.order_by("criterion__ordinal").first()
    )


def stored(name: str = "page.json", data: bytes = b"{}") -> StoredFile:
    """A file of our own making."""
    return files.put(data, name=name, media_type="application/json")


def filled(application: Application, *, points: int | None = None, evidence: bool = True) -> Application:
    """Every gate met with evidence, and points claimed with evidence up to `points` (all of them, when left out).

    Written in bulk: one evidence for everything. Seven queries.
    """
    answers = list(
        Answer.objects.filter(application=application)
        .select_related("criterion")
        .order_by("criterion__ordinal")
    )
    left = Decimal(1000 if points is None else points)
    chosen = []
    for row in answers:
        worth = Decimal(row.criterion.points)
        if row.criterion.kind == "outcome":
            worth = min(worth, left)  # an outcome's points can be anything up to its worth
        if row.criterion.kind == "gate" or 0 < worth <= left:
            row.claim, row.points, row.narrative = "met", worth, f"เรื่องของข้อ {row.criterion.number}"
            left -= worth
            chosen.append(row)
    Answer.objects.bulk_update(chosen, ["claim", "points", "narrative"])
    if evidence:
        user_id = application.started_by_id
        proof = Evidence.objects.create(
            centre=application.centre,
            file=stored(),
            kind="document",
            caption="หลักฐานรวม",
            added_by_id=user_id,
            added_at=application.started_at,
        )
        EvidenceUse.objects.bulk_create(
            EvidenceUse(answer=row, evidence=proof, added_at=application.started_at) for row in chosen
        )
        count_evidence(row.pk for row in chosen)
    recount(application, application.last_edit_at)
    application.refresh_from_db()
    return application


def signed_application(
    application: Application | None = None,
    *,
    points: int | None = None,
    head: Actor | None = None,
    **kwargs: Any,
) -> Application:
    """A filled application that the head signed by account."""
    made = filled(application or ApplicationFactory(**kwargs), points=points)
    signer = head or head_of(made.centre)
    actions.sign(actor=signer, application_id=made.public_id, digest=queries.current_digest(fresh(made)))
    made.refresh_from_db()
    return made


@dataclasses.dataclass
class Filed:
    """A submitted application with who did it."""

    application: Application
    submission: Submission
    officer: Actor


def submitted_application(
    application: Application | None = None,
    *,
    points: int | None = None,
    officer: Actor | None = None,
    **kwargs: Any,
) -> Filed:
    """An application that was filled, signed and submitted, all in mid-window."""
    made = application or ApplicationFactory(**kwargs)
    submitter = officer or officer_of(made.centre)
    signed_application(made, points=points)
    submission = actions.submit(actor=submitter, application_id=made.public_id)
    made.refresh_from_db()
    return Filed(made, submission, submitter)
