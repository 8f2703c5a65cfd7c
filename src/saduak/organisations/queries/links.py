"""Links that rooms above put on the page of an organisation or a centre (its inbox, its applications)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

from saduak.foundation.access import Actor
from saduak.foundation.access.registry import Words
from saduak.organisations.models import Organisation, ServiceCentre


@dataclass(frozen=True, slots=True)
class Link:
    """A link with a note of what is behind it."""

    label: Words
    url: str
    note: Words = ""


OfOrganisation: TypeAlias = Callable[[Actor, Organisation], Iterable[Link]]
OfCentre: TypeAlias = Callable[[Actor, ServiceCentre], Iterable[Link]]
_organisation: list[OfOrganisation] = []
_centre: list[OfCentre] = []


def register_organisation_links(source: OfOrganisation) -> OfOrganisation:
    """Let a room add links to every organisation's page; it answers with nothing where the actor has no business."""
    _organisation.append(source)
    return source


def register_centre_links(source: OfCentre) -> OfCentre:
    """Let a room add links to every centre's page."""
    _centre.append(source)
    return source


def organisation_links(actor: Actor, organisation: Organisation) -> list[Link]:
    """The links that the rooms above offer this actor on an organisation's page."""
    return [link for source in _organisation for link in source(actor, organisation)]


def centre_links(actor: Actor, centre: ServiceCentre) -> list[Link]:
    """The links that the rooms above offer this actor on a centre's page."""
    return [link for source in _centre for link in source(actor, centre)]
