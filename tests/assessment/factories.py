"""Cases, panels and sheets, made by the real actions. All of it at programme's MID_WINDOW."""

import datetime
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from saduak.applications import actions as applying
from saduak.applications import queries as reading
from saduak.assessment import actions
from saduak.assessment.actions import Given
from saduak.assessment.actions.scoring import basis_of
from saduak.assessment.models import Case, Panel, PanelMember, ScoreSheet
from saduak.foundation.access import Actor
from saduak.organisations.actions import end_appointment
from saduak.organisations.models import Appointment, Organisation, Person
from saduak.programme.models import Round
from saduak.programme.queries import contents
from tests.applications.factories import ApplicationFactory, filled, fresh, submitted_application
from tests.organisations.factories import (
    AppointmentFactory,
    OrganisationFactory,
    PersonFactory,
    ServiceCentreFactory,
    actor_for,
    actor_of,
)
from tests.programme.factories import MID_WINDOW, RoundFactory, secretariat

DAY = datetime.timedelta(days=1)


def evaluator(organisation: Organisation | None = None, name: str = "", **appointment: Any) -> Person:
    """A person with an account who is appointed as evaluator."""
    person = PersonFactory(**({"name": name} if name else {}))
    place = organisation or OrganisationFactory()
    AppointmentFactory(person=person, role="evaluator", organisation=place, **appointment)
    return person


def acting(person: Person, moment: datetime.datetime = MID_WINDOW) -> Actor:
    """The person, as of a moment in mid-window."""
    return actor_of(person, received_at=moment)


def case(round_: Round | None = None, **kwargs: Any) -> Case:
    """A case as it opens when an application is filed. `centre=` and what `ApplicationFactory` takes."""
    application = ApplicationFactory(round=round_ or RoundFactory(), **kwargs)
    return Case.objects.get(application=submitted_application(application).application)


@dataclass
class Team:
    """A panel with a chair, an expert and a secretary who does not score; and the secretariat that made it."""

    round: Round
    secretariat: Actor
    panel: Panel
    people: dict[str, Person] = field(default_factory=dict)

    def actor(self, name: str, moment: datetime.datetime = MID_WINDOW) -> Actor:
        return acting(self.people[name], moment)

    def member(self, name: str) -> PanelMember:
        return PanelMember.objects.get(panel=self.panel, person=self.people[name], left_at__isnull=True)

    def seat(
        self, name: str, role: str, *, scores: bool = True, running: bool = False, **kwargs: Any
    ) -> Person:
        person = evaluator(name=f"คน {name}", **kwargs)
        self.people[name] = person
        actions.add_member(
            actor=self.secretariat,
            panel_id=self.panel.public_id,
            person_id=person.public_id,
            role=role,
            scores=scores,
            running=running,
        )
        return person

    def given(self, row: Case | None = None) -> Case:
        """A case that was accepted and given to the panel."""
        row = self.accepted(row)
        return actions.assign(actor=self.secretariat, case_id=row.public_id, panel_id=self.panel.public_id)

    def accepted(self, row: Case | None = None) -> Case:
        return actions.accept(actor=self.secretariat, case_id=(row or case(self.round)).public_id)

    def sheet(self, name: str, row: Case) -> ScoreSheet:
        return ScoreSheet.objects.get(case=row, member__person=self.people[name])

    def score(self, name: str, row: Case, share: str = "1", *, hand_in: bool = True) -> ScoreSheet:
        """Score everything with a share of the points; gates all met."""
        sheet = self.sheet(name, row)
        sheet = actions.save_scores(
            actor=self.actor(name), sheet_id=sheet.public_id, version=sheet.version, scores=full(row, share)
        )
        return actions.hand_in(actor=self.actor(name), sheet_id=sheet.public_id) if hand_in else sheet

    def agreed(self, row: Case | None = None, share: str = "1") -> Case:
        """A case that went all the way through the panel."""
        given = self.given(row)
        for name in ("chair", "expert"):
            self.score(name, given, share)
        return actions.agree(
            actor=self.actor("chair"), case_id=given.public_id, scores=full(given, share), basis=basis(given)
        )


def basis(row: Case) -> str:
    """What a consensus rests on now: the sheets of a case that stand."""
    return basis_of(ScoreSheet.objects.filter(case=row).exclude(state="void"))


def full(row: Case, share: str = "1", **changes: Given) -> dict[str, Given]:
    """Scores for every criterion: gates met, the same share of the points for the rest."""
    known = contents(row.application.round.criteria_set)
    scores = {
        item.key: Given(
            Decimal(1) if item.kind == "gate" else (item.points * Decimal(share)).quantize(Decimal("0.01"))
        )
        for item in known.criteria
    }
    return {**scores, **changes}


def team(round_: Round | None = None) -> Team:
    """A panel of three in a round."""
    row = round_ or RoundFactory()
    office = secretariat(row.programme, MID_WINDOW)
    number = Panel.objects.filter(round=row).count() + 1
    made = Team(row, office, actions.create_panel(actor=office, round_id=row.public_id, number=number))
    made.seat("chair", "chair")
    made.seat("expert", "expert")
    made.seat("secretary", "secretary", scores=False)
    return made


def centre_at(organisation: Organisation, **kwargs: Any) -> Any:
    """A service centre of an organisation."""
    return ServiceCentreFactory(organisation=organisation, **kwargs)


def filed_by(round_: Round, person: Person) -> Case:
    """A case whose application a person signed and filed as head of an office that they have left since."""
    office = OrganisationFactory()
    head = actor_for("head", office, person=person, received_at=MID_WINDOW)
    made = filled(ApplicationFactory(round=round_, centre=ServiceCentreFactory(organisation=office)))
    applying.sign(actor=head, application_id=made.public_id, digest=reading.current_digest(fresh(made)))
    applying.submit(actor=head, application_id=made.public_id)
    end_appointment(actor=head, appointment=Appointment.objects.get(person=person).public_id)
    return Case.objects.get(application=made)
