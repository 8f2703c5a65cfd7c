"""Who sees what came and went by e-mail and as packed files: the office's own people; of secret letters only those cleared."""

import dataclasses
from collections.abc import Iterator

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from saduak.correspondence.models import ExchangeMessage, Letter
from saduak.correspondence.rules import secrecy
from saduak.correspondence.rules.capabilities import READ
from saduak.foundation.access import Actor, Holding, registry
from saduak.organisations.queries import offices_q


def _holdings(actor: Actor) -> Iterator[Holding]:
    return (holding for holding in actor.holding_with(READ) if holding.centre_id is None)


def _of_own_office(actor: Actor) -> Q | None:
    """Messages of the actor's own offices; one of which no letter was made is about no programme that anybody knows."""
    return offices_q(
        _holdings(actor),
        "organisation",
        lambda programme_id: Q(letter__programme=programme_id) | Q(letter__isnull=True),
    )


def _in_own_name(actor: Actor) -> Q | None:
    """What another office sent in the name of the actor's very own: whoever works there may recall it, or mail it again."""
    very = (
        dataclasses.replace(row, organisation_ids=row.organisation_ids & {row.organisation_id})
        for row in _holdings(actor)
    )
    mine = offices_q(very, "letter__issuer", lambda programme_id: Q(letter__programme=programme_id))
    return None if mine is None else mine & Q(incoming=False)


def _of_secret_letters(actor: Actor) -> Q:
    return Q(letter__in=Letter.objects.filter(secrecy.hidden(actor)).values("pk"))


registry.grant(ExchangeMessage, "correspondence.exchangemessage.own", _("เป็นของหน่วยงานของคุณ"), _of_own_office)
registry.grant(
    ExchangeMessage,
    "correspondence.exchangemessage.issuer",
    _("เป็นหนังสือที่ออกในนามหน่วยงานของคุณ"),
    _in_own_name,
)
registry.deny(
    ExchangeMessage,
    "correspondence.exchangemessage.secret",
    _("หนังสือลับ เห็นได้เฉพาะผู้ที่ได้รับอนุญาตของหน่วยงานที่มีหนังสือนี้ หรือผู้ที่ได้รับมอบให้ทำ"),
    _of_secret_letters,
)
