"""The letter that tells a centre when its panel comes: what this room knows of it, for whoever writes it."""

from uuid import UUID

from django.utils import translation
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from saduak.assessment.models import Case
from saduak.assessment.rules import may_manage
from saduak.correspondence.addresses import begin_url
from saduak.correspondence.models import LetterTemplate
from saduak.correspondence.queries.occasions import Concern, Occasion, register_occasion
from saduak.foundation.access import Actor

VISIT = str(LetterTemplate.Use.VISIT)


def visit_url(actor: Actor, row: Case) -> str:
    """Where the notice of a visit is begun; empty unless the secretariat looks at a case that lies with a panel. No query."""
    programme_id = row.application.round.programme_id
    if row.state != "scoring" or not may_manage(actor, programme_id):
        return ""
    return begin_url(actor, programme_id, VISIT, row.public_id)


@register_occasion(VISIT)
def visit(actor: Actor, about: str) -> Occasion | None:
    """The visit of a case (its public id) that lies with a panel. The day stays open: only the panel knows it. One query."""
    try:
        case_id = UUID(about)
    except ValueError:
        return None
    rows = Case.objects.visible_to(actor).select_related(
        "application__centre__organisation", "application__round__programme"
    )
    row: Case | None = rows.filter(public_id=case_id).first()
    if row is None or not visit_url(actor, row):
        return None
    centre = row.application.centre
    with translation.override("th"):
        name = gettext("แจ้งการตรวจประเมิน %(centre)s") % {"centre": centre.name_th}
    return Occasion(
        use=VISIT,
        programme=row.application.round.programme,
        title=format_lazy(_("แจ้งกำหนดการตรวจประเมิน {centre}"), centre=centre.name_th),
        name=name,
        concerns=(Concern(centre),),
        round=row.application.round,
    )
