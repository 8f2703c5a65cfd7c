"""How the renewal of certificates stands: begun or not, whether the reader can begin it now, and if not, why and when."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

from django.db.models import BooleanField, Case, Q, QuerySet, Value, When
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from saduak.applications import rules
from saduak.applications.models import Application
from saduak.applications.queries.dates import closed_by_hand, extensions, with_closing
from saduak.applications.queries.library import own_centres
from saduak.applications.queries.starting import judged
from saduak.foundation.access import Actor
from saduak.foundation.access.registry import Words, any_of
from saduak.foundation.thai.calendar import bangkok_date
from saduak.foundation.thai.words import long_day
from saduak.organisations.models import ServiceCentre
from saduak.organisations.queries import NONE, reach_q
from saduak.programme.models import Round
from saduak.programme.queries import is_open, phase_of, rounds_on, stage_of
from saduak.programme.states import Phase
from saduak.register.models import Certificate
from saduak.register.queries import is_near_its_end

_LATER: Words = _("เมื่อเปิดรอบที่ต่ออายุได้ งานจะขึ้นที่หน้างานของฉัน")
_NO_ROUND: Words = _("ยังไม่เปิดรอบที่รับต่ออายุ")
_OVER = _("{round} ปิดรับใบสมัครแล้ว")
_CONCLUDED = _("ใบสมัครใน{round}สิ้นสุดแล้ว")
_WITHDRAWN = _("ถอนใบสมัครใน{round}แล้ว เปิดให้เขียนต่อได้จากใบสมัครเดิม")
_FROM = _("เริ่มต่ออายุได้ตั้งแต่ {day} ใน{round}")

# What a room above knows of applications that are over, as a condition on them; None for whom it tells nothing.
Concluded: TypeAlias = Callable[[Actor], Q | None]
_concluded: list[Concluded] = []


def register_concluded(source: Concluded) -> Concluded:
    """Let the rooms that judge tell which applications are over, to those who may know it."""
    _concluded.append(source)
    return source


def concluded_q(actor: Actor) -> Q:
    """Applications of which the actor may know that they were not taken, or that their result is out."""
    return any_of(source(actor) for source in _concluded) or NONE


@dataclass(frozen=True, slots=True)
class Renewal:
    """How the renewal of one certificate stands.

    `state`: "begin" (the reader's centre can begin it now), "wait" (not now: `why` says why and when), "none" (of a centre
    that the reader follows, not begun), else "begun", with its application: one that may still lead to a certificate.
    `why` of "begin" says why it is time.
    """

    state: str
    why: Words = ""
    round: Round | None = None
    application: Application | None = None
    # Whether the application is the reader's own, and whether more of it may be told than whether it is filed.
    own: bool = False
    whole: bool = False


@dataclass(frozen=True, slots=True)
class _Own:
    """A certificate of one's own centre, the rounds in which it may be begun, and its applications that are over there."""

    row: Certificate
    ahead: list[Round]
    over: list[Any]


def renewals(
    actor: Actor, certificates: Iterable[Certificate], running: Sequence[Round] | None = None
) -> dict[int, Renewal]:
    """The renewals of certificates, by the certificate's key; none of those whose state is not the reader's to know.

    What is begun counts in every later round, also once that is over: its results may be late. For one's own centre a
    later round that takes it now comes before that. At most five queries, besides the criteria of the rounds; two less
    when the rounds are given.

    Args:
        actor: who reads, and when.
        certificates: each the newest of its centre in its programme, with the centre and its office.
        running: the rounds that are neither over nor closed, the newest first, with their stages; read when not given.
    """
    wanted = list(certificates)
    if not wanted:
        return {}
    rounds = list(rounds_on(actor.received_at, actor)) if running is None else running
    known = _applications(actor, wanted)
    mine: dict[int, _Own] = {}
    found: dict[int, Renewal] = {}
    for row in wanted:
        later = [
            each for each in known.get((row.programme_id, row.centre_id), ()) if _is_after(each.round, row)
        ]
        live = next((each for each in later if _is_live(each, actor.received_at)), None)
        own = rules.is_own(actor, rules.START, row.centre, row.programme_id)
        if live is not None:
            found[row.pk] = Renewal(
                "begun", round=live.round, application=live, own=own, whole=own or live.whole
            )
        since = row if live is None else live.round
        ahead = [each for each in rounds if _is_after(each, row) and each.fiscal_year > since.fiscal_year]
        if own and row.centre.retired_at is None and (live is None or ahead):
            mine[row.pk] = _Own(row, ahead, [each for each in later if each is not live])
    more_time = _more_time(actor, mine.values(), rounds)
    for key, each in mine.items():
        told = _ones_own(actor, each, more_time)
        if key not in found or told.state == "begin":
            found[key] = told
    return found | _followed(actor, [row.pk for row in wanted if row.pk not in found])


def _is_after(round_: Round, row: Certificate) -> bool:
    """Whether a certificate can be renewed in a round: one of its programme, after the one that gave it."""
    return round_.programme_id == row.programme_id and round_.fiscal_year > row.fiscal_year


def _applications(actor: Actor, wanted: Sequence[Certificate]) -> dict[tuple[int, int], list[Any]]:
    """The applications that the reader knows of, by programme and centre (keys), the newest first. One query.

    Each with what may be told (`whole`), whether it is over (`concluded`), and when it closes.
    """
    rows: QuerySet[Any] = Application.objects.visible_to(actor).filter(
        centre__in={row.centre_id for row in wanted},
        round__programme__in={row.programme_id for row in wanted},
        round__fiscal_year__gt=min(row.fiscal_year for row in wanted),
    )
    rows = rows.annotate(whole=_flag(rules.content_q(actor)), concluded=_flag(concluded_q(actor)))
    found: dict[tuple[int, int], list[Any]] = defaultdict(list)
    for row in with_closing(rows).select_related("round").order_by("-round__fiscal_year", "-pk"):
        found[row.round.programme_id, row.centre_id].append(row)
    return found


def _flag(condition: Q) -> Case:
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())


def _is_live(row: Any, moment: datetime) -> bool:
    """Whether an application may still lead to a certificate: filed, or to be filed in time."""
    if row.concluded or row.state == "withdrawn":
        return False
    # One that is out for correction was filed; when that lapses, the secretariat says what follows.
    return row.state == "submitted" or row.correction_due_at is not None or _is_taken(row, moment)


def _is_taken(row: Any, moment: datetime) -> bool:
    """Whether its round still takes this application, as far as time goes."""
    in_time = row.closes_at is not None and moment < row.closes_at
    return in_time and not closed_by_hand(row.round, moment)


def _more_time(actor: Actor, mine: Iterable[_Own], rounds: Iterable[Round]) -> frozenset[tuple[int, int]]:
    """Which centres may still begin in which rounds (keys), because they were given more time. One query, often none."""
    moment, centres = actor.received_at, [each.row.centre_id for each in mine]
    over = [
        each.pk
        for each in rounds
        if phase_of(each, moment=moment) is Phase.CLOSED and not closed_by_hand(each, moment)
    ]
    if not over or not centres:
        return frozenset()
    found = extensions(round__in=over, centre__in=centres).filter(until__gt=moment)
    return frozenset(found.values_list("round_id", "centre_id"))


def _ones_own(actor: Actor, mine: _Own, more_time: frozenset[tuple[int, int]]) -> Renewal:
    """Whether one's own centre can begin now, else why not and when. No query besides the criteria."""
    moment, row = actor.received_at, mine.row
    # A centre applies once in a round.
    spent = {each.round_id for each in mine.over}
    ahead = [each for each in mine.ahead if each.pk not in spent]
    verdicts = {
        each.pk: judged(each, [(row.centre, row)], moment)[row.centre_id]["renewal"] for each in ahead
    }
    taking = [each for each in ahead if is_open(each, moment) or (each.pk, row.centre_id) in more_time]
    able = next((each for each in taking if verdicts[each.pk]), None)
    if able is not None:
        return Renewal("begin", verdicts[able.pk].words, able, own=True)
    back = next((each for each in mine.over if each.state == "withdrawn" and _is_taken(each, moment)), None)
    if back is not None:
        return Renewal("wait", format_lazy(_WITHDRAWN, round=back.round.name), back.round, own=True)
    coming = [each for each in reversed(ahead) if phase_of(each, moment=moment) is Phase.PLANNED]
    later = next((each for each in coming if verdicts[each.pk]), None)
    told = taking or coming
    why = verdicts[told[0].pk].words if told else _not_taking(mine)
    if later is None:
        return Renewal("wait", format_lazy("{why} {when}", why=why, when=_LATER), own=True)
    when = format_lazy(_FROM, day=_opens(later), round=later.name)
    # A round that will take it says enough, unless another one is on that does not.
    words = format_lazy("{why} {when}", why=why, when=when) if taking else when
    return Renewal("wait", words, later, own=True)


def _not_taking(mine: _Own) -> Words:
    if not mine.ahead:
        return _NO_ROUND
    newest = mine.ahead[0]
    concluded = any(each.concluded and each.round_id == newest.pk for each in mine.over)
    return format_lazy(_CONCLUDED if concluded else _OVER, round=newest.name)


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


def waits(actor: Actor, centre_id: UUID) -> list[tuple[Certificate, Renewal]]:
    """The certificates of one of the actor's centres near their end that can't be renewed yet, with why and when.

    Nothing for other centres. Seven queries at most, however many there are.
    """
    centre = own_centres(actor, rules.START).filter(public_id=centre_id).first()
    if centre is None:
        return []
    today = bangkok_date(actor.received_at)
    ending = [row for row in own_certificates(actor, centre) if is_near_its_end(row, today)]
    found = renewals(actor, ending)
    return [(row, found[row.pk]) for row in ending if row.pk in found and found[row.pk].state == "wait"]
