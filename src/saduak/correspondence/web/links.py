"""What this room puts on the page of an organisation: its own inbox, for those who work there."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from saduak.correspondence import rules
from saduak.foundation.access import Actor
from saduak.organisations.models import Organisation
from saduak.organisations.queries import Link, register_organisation_links


@register_organisation_links
def of_organisation(actor: Actor, organisation: Organisation) -> Iterator[Link]:
    """The inbox and the duties of the actor's own office. No query."""
    if any(organisation.pk in holding.organisation_ids for holding in actor.holding_with(rules.READ)):
        yield Link(_("หนังสือของหน่วยงาน"), reverse("correspondence:received"), _("ที่ถึงหน่วยงาน ส่งออก และนำเข้า"))
        yield Link(_("หน้าที่ตามหนังสือ"), reverse("correspondence:duties"), _("ใครต้องทำอะไร ภายในเมื่อใด"))
