"""What this room puts on the page of a service centre: the certificate that it holds or held last."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from saduak.foundation.access import Actor
from saduak.organisations.models import ServiceCentre
from saduak.organisations.queries import Link, register_centre_links
from saduak.register import queries


@register_centre_links
def of_centre(actor: Actor, centre: ServiceCentre) -> Iterator[Link]:
    """The newest published certificate of a centre. One query."""
    certificate = queries.of_centre(actor, centre.pk).first()
    if certificate is not None:
        yield Link(
            format_lazy(_("ใบรับรองเลขที่ {number}"), number=certificate.number),
            reverse("register:verify-code", args=[certificate.code]),
            _("ระดับ อายุ และประกาศที่ให้"),
        )
