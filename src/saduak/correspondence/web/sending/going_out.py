"""The last page before a letter goes out, in words: how many get it, what sending will do, what is still missing."""

import datetime
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from saduak.correspondence.actions.sending import REACHES, target
from saduak.correspondence.models import Draft, Force, Way
from saduak.correspondence.queries import cleared, delegations, drafts, forwarding
from saduak.correspondence.queries.recipients import audience_of, digest_of_offices
from saduak.foundation.access import Actor
from saduak.foundation.access.registry import Words
from saduak.foundation.thai.words import long_day
from saduak.organisations.models import Organisation
from saduak.programme.models import InternalDeadline

NAMES_SHOWN: Final = 40


@dataclass(frozen=True, slots=True)
class Reached:
    """Whom a letter goes to, as the page tells it."""

    count: int
    kinds: list[tuple[int, Words]]
    names: list[str]
    # Of which offices: as many others have another one.
    digest: str = ""
    # Words that name nobody, and exceptions that are not among those named.
    unknown: tuple[str, ...] = ()
    unmet: tuple[str, ...] = ()
    # Of the unknown, those that several offices bear; and what narrows a group and is left to each office to judge.
    several: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    # How many of them can only be asked, never ordered; of those, for how many a date in the letter is only told.
    asked: int = 0
    beyond: int = 0
    # Of a secret letter: those where nobody may open it.
    unopened: tuple[str, ...] = ()

    @property
    def more(self) -> int:
        """How many names are not shown."""
        return self.count - len(self.names)

    @property
    def unopened_names(self) -> tuple[str, ...]:
        """As many names of those where nobody may open it as the page shows."""
        return self.unopened[:NAMES_SHOWN]

    @property
    def unopened_more(self) -> int:
        """How many of those are not shown."""
        return len(self.unopened) - len(self.unopened_names)


def reached(row: Draft) -> Reached:
    """Whom a draft would go to. A constant number of queries."""
    if row.corrects is not None:
        had = forwarding.had_letter(row.corrects, row.office_id)
        offices = [(one.organisation.kind, one.organisation.name_th, one.way) for one in had]
        unopened = _unopened(row, {one.organisation_id: one.organisation.name_th for one in had})
        digest = digest_of_offices([one.organisation_id for one in had])
        return replace(_told(offices, (), ()), unopened=unopened, digest=digest)
    found = audience_of(row)
    offices = [(office.kind, office.name, target(office).way) for office in found.offices]
    told = _told(offices, found.unknown, found.unmet_exceptions)
    return replace(
        told,
        digest=digest_of_offices(found.organisation_ids),
        several=found.several,
        conditions=found.conditions,
        unopened=_unopened(row, {office.pk: office.name for office in found.offices}),
    )


def _unopened(row: Draft, names: Mapping[int, str]) -> tuple[str, ...]:
    """The names of those where nobody may open a secret draft, as they are listed. One query for a secret one, else none."""
    nobody = cleared.nobody_at(names, row.programme_id) if row.secrecy else frozenset()
    return tuple(name for pk, name in names.items() if pk in nobody)


def _told(offices: list[tuple[str, str, str]], unknown: tuple[str, ...], unmet: tuple[str, ...]) -> Reached:
    """Of offices with their kind, name and way."""
    tally = Counter(kind for kind, _name, _way in offices)
    return Reached(
        count=len(offices),
        kinds=[(number, Organisation.Kind(kind).label) for kind, number in tally.most_common()],
        names=[name for _kind, name, _way in offices[:NAMES_SHOWN]],
        unknown=tuple(unknown),
        unmet=tuple(unmet),
        asked=sum(way != Way.LINE for _kind, _name, way in offices),
        beyond=sum(way not in REACHES for _kind, _name, way in offices),
    )


@dataclass(frozen=True, slots=True)
class Effect:
    """One thing that sending does, with its number where it has one."""

    words: Words
    number: int | None = None
    small: Words = ""


def effects(row: Draft, to: Reached) -> list[Effect]:
    """Everything that sending does, in the order in which people ask."""
    found = [Effect(_("หน่วยงานได้หนังสือทันที"), to.count)]
    found += _days(row)
    if row.duties:
        orders = any(duty["force"] == Force.ORDER for duty in row.duties)
        small = (
            format_lazy(_("{n} แห่งไม่อยู่ในสายบังคับบัญชา คำสั่งจึงเป็นการขอความร่วมมือ"), n=to.asked)
            if orders and to.asked
            else ""
        )
        found.append(Effect(_("หน้าที่ที่ผู้รับต้องทำ แต่ละแห่งติดตามของตัวเอง"), len(row.duties), small))
    found += _deadlines(row, to)
    if row.meeting:
        found.append(Effect(_("ประกาศการประชุมตามหนังสือ"), small=row.meeting.get("title", "")))
    if row.advance:
        words = _("ทุกหน่วยงานใต้ผู้รับเห็นสำเนาแจ้งล่วงหน้า เริ่มร่างใบสมัครได้ก่อนหนังสือสั่งการถึง")
        found.append(Effect(words))
    if row.forwards is not None:
        found.append(Effect(_("จดว่าแจ้งต่อหนังสือต้นเรื่องแล้ว"), small=row.forwards.letter.number))
    if row.corrects is not None:
        found.append(Effect(_("ใช้แทนฉบับเดิม หน้าที่ในฉบับเดิมไม่ต้องทำแล้ว"), small=row.corrects.number))
    return found


def _days(row: Draft) -> list[Effect]:
    found = []
    if row.acknowledge_by is not None:
        found.append(Effect(format_lazy(_("ขอให้รับทราบภายใน{day}"), day=long_day(row.acknowledge_by))))
    if row.forward_by is not None:
        found.append(Effect(format_lazy(_("ขอให้แจ้งต่อภายใน{day}"), day=long_day(row.forward_by))))
    return found


def _deadlines(row: Draft, to: Reached) -> list[Effect]:
    """The dates that are set, for how many; and for how many they stand in the letter alone."""
    kinds = dict(InternalDeadline.Kind.choices)
    if row.round is None:
        return []
    counts = to.count - to.beyond
    small = _("มีผลกับผู้รับทุกแห่ง หน่วยงานของคุณเลื่อนได้")
    if to.beyond:
        small = format_lazy(
            _(
                "มีผลกับ {counts} แห่งที่อยู่ในสายบังคับบัญชา ในกำกับดูแล หรือที่หน่วยงานในสังกัดออกหนังสือในนาม "
                "อีก {beyond} แห่งเห็นวันนี้ในหนังสือเท่านั้น"
            ),
            counts=counts,
            beyond=to.beyond,
        )
    words = _("ตั้งกำหนดส่งภายใน {kind} {day}")
    if not counts:
        words = _("วันที่ให้ {kind} {day} อยู่ในหนังสือเท่านั้น")
        small = _("ไม่ตั้งเป็นกำหนดส่งภายใน เพราะไม่มีผู้รับที่อยู่ในสายบังคับบัญชาหรือในกำกับดูแล")
    return [
        Effect(
            format_lazy(
                words,
                kind=kinds[deadline["kind"]],
                day=long_day(datetime.date.fromisoformat(deadline["due"])),
            ),
            small=small,
        )
        for deadline in row.deadlines
        if deadline["kind"] in kinds and deadline["due"]
    ]


@dataclass(frozen=True, slots=True)
class Lack:
    """Something that the draft lacks, and where to fill it in."""

    words: Words
    url: str


def lacks(problems: Mapping[str, Words], editor_url: str) -> list[Lack]:
    """What a draft lacks, each with the place in its editor."""
    return [Lack(words, f"{editor_url}#id_{name}") for name, words in problems.items()]


def warnings(actor: Actor, row: Draft, may_sign: delegations.Signers) -> list[Words]:
    """What stops nothing and should be known: an empty register of delegations, a date later than those above set."""
    found: list[Words] = []
    if not may_sign.kept:
        words = _("{name}ยังไม่มีทะเบียนผู้ลงนาม ระบบจึงตรวจไม่ได้ว่าใครลงนามได้ ส่งได้ตามปกติ")
        found.append(format_lazy(words, name=row.issuer.name_th))
    if row.secrecy:
        found.append(_("หนังสือลับไม่มีรหัสคิวอาร์ และเปิดได้เฉพาะผู้ที่ได้รับอนุญาต"))
    return found + _too_late(actor, row)


def _too_late(actor: Actor, row: Draft) -> list[Words]:
    """Dates of a letter that is passed on which those above would not allow: the draft was changed since."""
    if row.forwards is None or not row.deadlines:
        return []
    desk = drafts.Desk(row.office, row.issuer, row.programme)
    limits = forwarding.limits_for(
        forwarding.round_of(actor, row.forwards), row.forwards.organisation_id, desk
    )
    told = (
        limits.why_not(deadline["kind"], datetime.date.fromisoformat(deadline["due"]))
        for deadline in row.deadlines
        if deadline["kind"] and deadline["due"]
    )
    return [format_lazy(_("กำหนดส่งภายใน: {why}"), why=words) for words in told if words]
