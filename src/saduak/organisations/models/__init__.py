"""Who is there: programmes, areas, organisations and their relations, service centres, people and appointments."""

from saduak.organisations.models.appointments import (
    Appointment,
    Handover,
    Invitation,
    Mandate,
    Person,
    Reach,
    Role,
)
from saduak.organisations.models.areas import Area
from saduak.organisations.models.branches import BranchImport, BranchRow
from saduak.organisations.models.centres import CentreEvent, ServiceCentre
from saduak.organisations.models.organisations import Organisation, OrganisationName
from saduak.organisations.models.programmes import Programme
from saduak.organisations.models.relations import Relation, TreePath

__all__ = [
    "Appointment",
    "Area",
    "BranchImport",
    "BranchRow",
    "CentreEvent",
    "Handover",
    "Invitation",
    "Mandate",
    "Organisation",
    "OrganisationName",
    "Person",
    "Programme",
    "Reach",
    "Relation",
    "Role",
    "ServiceCentre",
    "TreePath",
]
