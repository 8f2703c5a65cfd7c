"""Who sees what of this room: its grants, registered when it is imported."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from saduak.foundation import clock
from saduak.foundation.access import Actor, registry
from saduak.organisations.models import (
    Appointment,
    Area,
    Handover,
    Invitation,
    Organisation,
    Person,
    Programme,
    ServiceCentre,
)
from saduak.organisations.models.dated import on_day
from saduak.organisations.queries.reach import EVERY, NONE, reach_q
from saduak.organisations.rules.capabilities import APPOINT, INVITE, INVITE_SUPERVISED, SEE_PEOPLE


def _own_person(actor: Actor) -> Q | None:
    return None if actor.person_id is None else Q(pk=actor.person_id)


def _own_appointment(actor: Actor) -> Q | None:
    return None if actor.person_id is None else Q(person=actor.person_id)


def _people_in_reach(actor: Actor) -> Q | None:
    if not actor.can(SEE_PEOPLE):
        return None
    today = Appointment.objects.filter(on_day(clock.today()))
    return Q(pk__in=today.filter(reach_q(actor, SEE_PEOPLE, centre="centre")).values("person"))


def _appointments_in_reach(actor: Actor) -> Q | None:
    return reach_q(actor, SEE_PEOPLE, centre="centre") if actor.can(SEE_PEOPLE) else None


def _invitations_in_reach(actor: Actor) -> Q | None:
    total = NONE
    for capability in (INVITE, INVITE_SUPERVISED):
        if actor.can(capability):
            total |= reach_q(actor, capability, centre="centre")
    return None if total is NONE else total


def _handovers_in_reach(actor: Actor) -> Q | None:
    if actor.person_id is None:
        return None
    own = Q(from_appointment__person=actor.person_id) | Q(to_appointment__person=actor.person_id)
    if actor.can(APPOINT):
        own |= reach_q(actor, APPOINT, "to_appointment__organisation", centre="to_appointment__centre")
    return own


_PUBLIC = _("ข้อมูลหน่วยงานและศูนย์บริการเป็นข้อมูลสาธารณะ")
for _model in (Programme, Area, Organisation, ServiceCentre):
    registry.grant(_model, "public", _PUBLIC, lambda _actor: EVERY)
registry.grant(Person, "self", _("เป็นข้อมูลของคุณเอง"), _own_person)
registry.grant(Person, "reach", _("ปฏิบัติงานในหน่วยงานที่อยู่ในขอบเขตงานของคุณ"), _people_in_reach)
registry.grant(Appointment, "self", _("เป็นหน้าที่ของคุณเอง"), _own_appointment)
registry.grant(Appointment, "reach", _("เป็นหน้าที่ในหน่วยงานที่อยู่ในขอบเขตงานของคุณ"), _appointments_in_reach)
registry.grant(Invitation, "reach", _("เป็นคำเชิญในหน่วยงานที่คุณออกคำเชิญได้"), _invitations_in_reach)
registry.grant(Handover, "reach", _("เป็นการส่งมอบงานที่เกี่ยวกับคุณหรือหน่วยงานของคุณ"), _handovers_in_reach)
