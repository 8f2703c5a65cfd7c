"""The letters that tell a centre when its panel comes, or that its application was not taken: what this room knows of them."""

from uuid import UUID

from django.utils import translation
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from saduak.applications.letters import apply_again
from saduak.assessment.models import Case
from saduak.assessment.rules import may_manage
from saduak.correspondence.addresses import begin_url
from saduak.correspondence.models import LetterTemplate
from saduak.correspondence.queries.occasions import Concern, Occasion, register_occasion
from saduak.foundation.access import Actor

VISIT = str(LetterTemplate.Use.VISIT)
REJECTED = str(LetterTemplate.Use.REJECTED)


def visit_url(actor: Actor, row: Case) -> str:
    """Where the notice of a visit is begun; empty unless the secretariat looks at a case that lies with a panel.

    Empty for a centre of the office that would write to itself. No query.
    """
    return _url(actor, row, "scoring", VISIT)


def rejected_url(actor: Actor, row: Case) -> str:
    """Where the letter that a case was not taken is begun: as above, of such a case. No query."""
    return _url(actor, row, "rejected", REJECTED)


def _url(actor: Actor, row: Case, state: str, use: str) -> str:
    programme_id = row.application.round.programme_id
    if row.state != state or not may_manage(actor, programme_id):
        return ""
    office_id = row.application.centre.organisation_id
    return begin_url(actor, programme_id, use, row.public_id, to=office_id)


def _case(actor: Actor, about: str) -> Case | None:
    """The case of an address. One query at most."""
    try:
        case_id = UUID(about)
    except ValueError:
        return None
    rows = Case.objects.visible_to(actor).select_related(
        "application__centre__organisation", "application__round__programme"
    )
    row: Case | None = rows.filter(public_id=case_id).first()
    return row


@register_occasion(VISIT)
def visit(actor: Actor, about: str) -> Occasion | None:
    """The visit of a case (its public id) that lies with a panel. The day stays open: only the panel knows it. One query."""
    row = _case(actor, about)
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


@register_occasion(REJECTED)
def rejected(actor: Actor, about: str) -> Occasion | None:
    """A case (its public id) that was not taken, with the reason and when to apply again. At most four queries."""
    row = _case(actor, about)
    if row is None or not rejected_url(actor, row):
        return None
    centre = row.application.centre
    with translation.override("th"):
        name = gettext("แจ้งผลการตรวจเอกสาร %(centre)s") % {"centre": centre.name_th}
    again = apply_again(row.application, actor.received_at)
    return Occasion(
        use=REJECTED,
        programme=row.application.round.programme,
        title=format_lazy(_("แจ้งว่าไม่รับใบสมัครของ {centre} เข้าประเมิน"), centre=centre.name_th),
        name=name,
        concerns=(Concern(centre),),
        round=row.application.round,
        said={"result.reason": row.rejected_reason, "apply.again": again},
    )
