"""What this room puts on pages of others: the applications of a service centre, and beginning one on a letter's page."""

from collections.abc import Iterator, Sequence

from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from saduak.applications import rules
from saduak.applications.queries import Renewal, own_certificates, practice_counts, readable, renewals
from saduak.applications.rules.extension import EXTEND, may_extend
from saduak.applications.rules.readiness import may_set
from saduak.applications.rules.sharing import may_share
from saduak.applications.web import present
from saduak.correspondence.models import Letter
from saduak.correspondence.queries import register_beginnings
from saduak.foundation.access import Actor
from saduak.foundation.access.registry import Words
from saduak.foundation.thai.calendar import bangkok_date
from saduak.foundation.web.languages import public_url
from saduak.organisations.models import Organisation, ServiceCentre
from saduak.organisations.queries import Link, register_centre_links, register_organisation_links
from saduak.programme.models import CriteriaSet, Round
from saduak.programme.queries import (
    is_open,
    register_criteria_links,
    register_round_pages,
    rounds_on,
)
from saduak.register.models import Certificate
from saduak.register.queries import is_near_its_end
from saduak.register.renewals import Standing, register_renewals

# The round that is going on, and the one before it.
NEWEST = 2


@register_centre_links
def of_centre(actor: Actor, centre: ServiceCentre) -> Iterator[Link]:
    """The newest applications of a centre. One query."""
    if not actor.is_signed_in:
        return
    rows = readable(actor).prefetch_related(None).filter(centre=centre).order_by("-round__fiscal_year")
    for row in rows[:NEWEST]:
        yield Link(
            format_lazy(_("ใบสมัครปี {year}"), year=row.round.fiscal_year),
            reverse("applications:task-list", args=[row.public_id]),
            row.get_state_display(),
        )


@register_centre_links
def more_time(actor: Actor, centre: ServiceCentre) -> Iterator[Link]:
    """Giving the centre more time in the rounds that are going on, for the secretariat. Two queries, none for others."""
    if actor.can(EXTEND):
        for row in rounds_on(actor.received_at, actor):
            if may_extend(actor, row):
                url = reverse("applications:extend", args=[row.public_id, centre.public_id])
                yield Link(_("ขยายเวลายื่นใบสมัคร"), url, row.name)


@register_centre_links
def renewing(actor: Actor, centre: ServiceCentre) -> Iterator[Link]:
    """Renewing the centre's certificates that end within a year, for its own people. Six queries at most, none for others."""
    if not any(
        rules.own_holding(held, rules.START, organisation_id=centre.organisation_id, centre_id=centre.pk)
        for held in actor.holdings
    ):
        return
    today = bangkok_date(actor.received_at)
    rows = [row for row in own_certificates(actor, centre) if is_near_its_end(row, today)]
    for renewal in renewals(actor, rows).values():
        if renewal.state in _RENEWING:
            yield Link(_RENEWING[renewal.state], renew_url(centre), renewal.why)


_RENEWING: dict[str, Words] = {"begin": _("ต่ออายุใบรับรอง"), "wait": _("ยังต่ออายุใบรับรองไม่ได้")}


def renew_url(centre: ServiceCentre) -> str:
    """Where the renewal of a centre's certificate is begun: the page on which applications are, the centre chosen."""
    return f"{reverse('applications:mine')}?centre={centre.public_id}"


@register_renewals
def of_certificates(actor: Actor, rows: Sequence[Certificate]) -> dict[int, Standing]:
    """How renewals stand, and for the centre's own people where they are begun or gone on with. Five queries at most."""
    centres = {row.pk: row.centre for row in rows}
    return {key: _standing(row, centres[key]) for key, row in renewals(actor, rows).items()}


def _standing(row: Renewal, centre: ServiceCentre) -> Standing:
    if row.application is not None:
        shown = present.state_tag if row.whole else present.status_only_tag
        tag = shown(row.application)
        if not row.own:
            return Standing(tag.state, tag.label)
        url = reverse("applications:task-list", args=[row.application.public_id])
        return Standing(tag.state, tag.label, url=url, action=_("เปิดใบสมัคร"))
    if row.state == "wait":
        return Standing("none", _("ยังต่ออายุไม่ได้"), row.why)
    if row.state == "begin":
        return Standing("due", _("ต่ออายุได้แล้ว"), url=renew_url(centre), action=_("เริ่มต่ออายุ"))
    return Standing("none", _("ยังไม่เริ่ม"))


@register_organisation_links
def of_office(actor: Actor, organisation: Organisation) -> Iterator[Link]:
    """The library that a headquarters shares with its line, for who publishes it. No query."""
    if may_share(actor, organisation):
        url = reverse("applications:shared-library", args=[organisation.public_id])
        yield Link(_("คลังกลาง"), url, _("แผนและคู่มือให้ศูนย์ในสังกัด"))


@register_round_pages
def of_round(actor: Actor, row: Round) -> Iterator[Link]:
    """Who assesses the readiness of whom, for the secretariat. No query."""
    if may_set(actor, row):
        yield Link(_("ใครประเมินความพร้อมของใคร"), reverse("applications:assessors", args=[row.public_id]), "")


@register_criteria_links
def practices_of(actor: Actor, criteria_set: CriteriaSet) -> dict[str, Link]:
    """How others did it, for each criterion of a set of which there is a good practice. One query."""
    here = public_url("applications:practices")
    return {
        key: Link(format_lazy(_("ดูแนวปฏิบัติที่ดี {n} เรื่อง"), n=n), f"{here}?criterion={key}", "")
        for key, n in practice_counts(actor, criteria_set).items()
    }


@register_beginnings
def of_letter(actor: Actor, letter: Letter) -> Iterator[Link]:
    """Starting an application in the letter's round, while it takes them. One query, none for who starts none."""
    if letter.round is None or not actor.can(rules.START, programme_id=letter.programme_id):
        return
    if is_open(letter.round, actor.received_at):
        yield Link(_("เริ่มร่างใบสมัคร"), reverse("applications:mine"), letter.round.name)
