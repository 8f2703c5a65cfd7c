"""How the renewal of certificates stands: begun or not, whether the reader can begin it now, and if not, why and when."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, Case, QuerySet, Value, When
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from saduak.applications import rules
from saduak.applications.models import Application
from saduak.applications.queries.dates import closed_by_hand, extensions
from saduak.applications.queries.library import own_centres
from saduak.applications.queries.starting import judged
from saduak.foundation.access import Actor
from saduak.foundation.access.registry import Words
from saduak.foundation.thai.calendar import bangkok_date
from saduak.foundation.thai.words import long_day
from saduak.organisations.models import ServiceCentre
from saduak.organisations.queries import reach_q
from saduak.programme.models import Round
from saduak.programme.queries import is_open, phase_of, rounds_on, stage_of
from saduak.programme.states import Phase
from saduak.register.models import Certificate

_LATER: Words = _("เมื่อเปิดรอบที่ต่ออายุได้ งานจะขึ้นที่หน้างานของฉัน")
_NO_ROUND: Words = _("ยังไม่เปิดรอบที่รับต่ออายุ")
_OVER = _("{round} ปิดรับใบสมัครแล้ว")
_FROM = _("เริ่มต่ออายุได้ตั้งแต่ {day} ใน{round}")


@dataclass(frozen=True, slots=True)
class Renewal:
    """How the renewal of one certificate stands.

    `state`: "begin" (the reader's centre can begin it now), "wait" (not now: `why` says why and when), "none" (of a centre
    that the reader follows, not begun), else "begun", with its application. `why` of "begin" says why it is time.
    """

    state: str
    why: Words = ""
    round: Round | None = None
    application: Application | None = None
    # Whether the application is the reader's own, and whether more of it may be told than whether it is filed.
    own: bool = False
    whole: bool = False


def renewals(
    actor: Actor, certificates: Iterable[Certificate], running: Sequence[Round] | None = None
) -> dict[int, Renewal]:
    """The renewals of certificates, by the certificate's key; none of those whose state is not the reader's to know.

    At most five queries, besides the criteria of the rounds; two less when the rounds are given.

    Args:
        actor: who reads, and when.
        certificates: each the newest of its centre in its programme, with the centre and its office.
        running: the rounds that are neither over nor closed, the newest first, with their stages; read when not given.
    """
    wanted = list(certificates)
    if not wanted:
        return {}
    rounds = list(rounds_on(actor.received_at, actor)) if running is None else running
    begun = _begun(actor, wanted, rounds)
    fresh: dict[int, Certificate] = {}
    found: dict[int, Renewal] = {}
    for row in wanted:
        applications = (begun.get((each.pk, row.centre_id)) for each in _ahead(row, rounds))
        application = next((each for each in applications if each is not None), None)
        own = rules.is_own(actor, rules.START, row.centre, row.programme_id)
        if application is not None:
            whole = own or application.whole
            found[row.pk] = Renewal(
                "begun", round=application.round, application=application, own=own, whole=whole
            )
        elif own and row.centre.retired_at is None:
            fresh[row.pk] = row
    more_time = _more_time(actor, fresh.values(), rounds)
    found |= {key: _ones_own(actor, row, rounds, more_time) for key, row in fresh.items()}
    return found | _followed(actor, [row.pk for row in wanted if row.pk not in found])


def _ahead(row: Certificate, rounds: Iterable[Round]) -> list[Round]:
    """The rounds in which a certificate can be renewed: of its programme, after the one that gave it."""
    return [
        each
        for each in rounds
        if each.programme_id == row.programme_id and each.fiscal_year > row.fiscal_year
    ]


def _begun(
    actor: Actor, wanted: Iterable[Certificate], rounds: Sequence[Round]
) -> Mapping[tuple[int, int], Any]:
    """The applications that the reader knows of, by round and centre (keys), with what may be told. One query at most."""
    if not rounds:
        return {}
    told = Case(
        When(rules.content_q(actor), then=Value(True)), default=Value(False), output_field=BooleanField()
    )
    rows: QuerySet[Any] = Application.objects.visible_to(actor).filter(
        round__in=[each.pk for each in rounds], centre__in=[row.centre_id for row in wanted]
    )
    return {(row.round_id, row.centre_id): row for row in rows.annotate(whole=told).select_related("round")}


def _more_time(
    actor: Actor, rows: Iterable[Certificate], rounds: Iterable[Round]
) -> frozenset[tuple[int, int]]:
    """Which centres may still begin in which rounds (keys), because they were given more time. One query, often none."""
    moment, centres = actor.received_at, [row.centre_id for row in rows]
    over = [
        each.pk
        for each in rounds
        if phase_of(each, moment=moment) is Phase.CLOSED and not closed_by_hand(each, moment)
    ]
    if not over or not centres:
        return frozenset()
    found = extensions(round__in=over, centre__in=centres).filter(until__gt=moment)
    return frozenset(found.values_list("round_id", "centre_id"))


def _ones_own(
    actor: Actor, row: Certificate, rounds: Iterable[Round], more_time: frozenset[tuple[int, int]]
) -> Renewal:
    """Whether one's own centre can begin now, else why not and when. No query besides the criteria."""
    moment, ahead = actor.received_at, _ahead(row, rounds)
    verdicts = {
        each.pk: judged(each, [(row.centre, row)], moment)[row.centre_id]["renewal"] for each in ahead
    }
    taking = [each for each in ahead if is_open(each, moment) or (each.pk, row.centre_id) in more_time]
    able = next((each for each in taking if verdicts[each.pk]), None)
    if able is not None:
        return Renewal("begin", verdicts[able.pk].words, able, own=True)
    coming = [each for each in reversed(ahead) if phase_of(each, moment=moment) is Phase.PLANNED]
    later = next((each for each in coming if verdicts[each.pk]), None)
    told = taking or coming
    why = verdicts[told[0].pk].words if told else _not_taking(ahead)
    if later is None:
        return Renewal("wait", format_lazy("{why} {when}", why=why, when=_LATER), own=True)
    when = format_lazy(_FROM, day=_opens(later), round=later.name)
    # A round that will take it says enough, unless another one is on that does not.
    words = format_lazy("{why} {when}", why=why, when=when) if taking else when
    return Renewal("wait", words, later, own=True)


def _not_taking(ahead: Sequence[Round]) -> Words:
    return format_lazy(_OVER, round=ahead[0].name) if ahead else _NO_ROUND


def _opens(row: Round) -> Words:
    stage = stage_of(row)
    return long_day(bangkok_date(stage.starts_at), weekday=False) if stage else ""


def _followed(actor: Actor, left: Sequence[int]) -> dict[int, Renewal]:
    """Those of centres whose standing the reader follows, which nobody has begun. One query at most."""
    if not left or not actor.can(rules.SEE_STATUS):
        return {}
    reached = reach_q(actor, rules.SEE_STATUS, "centre__organisation", centre="centre", programme="programme")
    rows = Certificate.objects.filter(reached, pk__in=left)
    return {key: Renewal("none") for key in rows.values_list("pk", flat=True)}


def own_certificates(actor: Actor, centre: ServiceCentre | None = None) -> list[Certificate]:
    """The newest certificate in each programme of every centre that the actor may start for, or of one. One query."""
    mine = own_centres(actor, rules.START)
    if centre is not None:
        mine = mine.filter(pk=centre.pk)
    rows = Certificate.objects.filter(
        centre__in=mine.values("pk"),
        state="standing",
        publication__published_at__lte=actor.received_at,
    )
    whole = rows.select_related("centre__organisation").order_by("valid_from", "pk")
    newest = {(row.programme_id, row.centre_id): row for row in whole}
    return list(newest.values())
