"""Who may apply in a round and as what: rules as data, asked of what is known of a centre, each no with its reason.

The programme has published no such rules but two: whoever's certificate ended applies again, and certificates last three
years. What it is seen to do stands in `eligibility-known.json`, marked as unofficial; every round carries its own copy.
In 2564 it called all centres of 2559 to 2561 to apply again, whose three years were over by that round's results, and not
those of 2562. On early upgrades, the age of a centre or the kind of agency nothing was found, so nothing is asked.
"""

import calendar as months
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from jsonschema import Draft202012Validator

from saduak.foundation.access.registry import Words
from saduak.foundation.thai.calendar import closing_day
from saduak.foundation.thai.words import bare_level, long_day
from saduak.organisations.models import Programme
from saduak.programme.models import Level, Round, Stage

KINDS = ("new", "renewal", "upgrade")
LONGEST_NOTE = 300


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a centre: its agency, its first day, and the newest certificate that it holds or held."""

    agency: str = ""
    agency_words: Words = ""
    opened_on: date | None = None
    valid_until: date | None = None
    level_key: str = ""
    level_name: str = ""


@dataclass(frozen=True, slots=True)
class Days:
    """The days that verdicts rest on. `results` is the day after which a certificate outlasts this round's results."""

    today: date
    closes_on: date | None
    results: date | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a centre may apply as a kind, and why or why not, with the dates it rests on.

    `fits` marks the one kind that would be the centre's by its certificate alone, `note` is the programme's own word.
    """

    kind: str
    allowed: bool
    why: Words
    note: str = ""
    fits: bool = False

    @property
    def words(self) -> Words:
        """The reason, and the programme's note behind it."""
        return format_lazy("{why} {note}", why=self.why, note=self.note) if self.note else self.why

    def __bool__(self) -> bool:
        return self.allowed


class NotRules(ValueError):
    """A document that no round can use; the words say what is wrong with it, for developers."""


@cache
def known() -> dict[str, Any]:
    """What the programme is known to do. Shared: read it, change nothing in it."""
    found: dict[str, Any] = json.loads(_data("eligibility-known.json"))
    return found


def _data(name: str) -> str:
    return files("saduak.programme").joinpath(name).read_text(encoding="utf-8")


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(json.loads(_data("eligibility.json")))


def checked(document: Mapping[str, Any]) -> dict[str, Any]:
    """The rules as they are kept, when they have the form of the schema.

    Raises:
        NotRules: they have not.
    """
    error = next(iter(_validator().iter_errors(dict(document))), None)
    if error is not None:
        raise NotRules(f"{error.json_path}: {error.message}")
    return json.loads(json.dumps(document))  # type: ignore[no-any-return] # a copy of a dict


def rules_of(row: Round) -> dict[str, Any]:
    """The rules of a round; of one that was opened before rounds had any, what the programme is known to do."""
    found: dict[str, Any] = row.eligibility or known()
    return found


def proposed(programme: Programme) -> dict[str, Any]:
    """The rules that a new round begins with: those of the programme's newest round, else the known ones. One query."""
    last = Round.objects.filter(programme=programme).order_by("-fiscal_year").first()
    return known() if last is None else rules_of(last)


def days_of(row: Round, today: date) -> Days:
    """The days of a round that its rules speak of. One query, none when stages are prefetched.

    The results come with the end of the announcement; of a round without that stage, the end of applications has to do.
    """
    stages = {stage.key: closing_day(stage.ends_at) for stage in row.stages.all()}
    closing = stages.get(Stage.Key.APPLICATION)
    return Days(today, closing, stages.get(Stage.Key.ANNOUNCEMENT, closing))


def verdicts(rules: Mapping[str, Any], facts: Facts, days: Days, highest: Level | None) -> dict[str, Verdict]:
    """Every kind with its verdict. Reads nothing: rules, facts and days are given."""
    stopped, fitting = _condition(rules, facts, days), _fitting(facts, days)
    decide = {"new": _new, "renewal": _renewal, "upgrade": _upgrade}
    found = {}
    for kind in KINDS:
        if not rules[kind]["allowed"]:
            allowed, why = False, _CLOSED[kind]
        elif stopped:
            allowed, why = False, stopped
        else:
            allowed, why = decide[kind](rules[kind], facts, days, highest)
        found[kind] = Verdict(kind, allowed, why, "" if allowed else rules["note"], kind == fitting)
    return found


def suggested(found: Mapping[str, Verdict]) -> str:
    """As what a centre most likely applies; "" when it may not apply at all."""
    return next((kind for kind in ("renewal", "upgrade", "new") if found[kind]), "")


def refusal(found: Mapping[str, Verdict]) -> Words:
    """Why a centre that may not apply at all may not, as its own certificate puts it."""
    return next(verdict.words for verdict in found.values() if verdict.fits)


def _fitting(facts: Facts, days: Days) -> str:
    if facts.valid_until is None:
        return "new"
    return "upgrade" if days.results is not None and facts.valid_until > days.results else "renewal"


_CLOSED: dict[str, Words] = {
    "new": _("รอบนี้ไม่รับสมัครใหม่"),
    "renewal": _("รอบนี้ไม่รับต่ออายุ"),
    "upgrade": _("รอบนี้ไม่รับคำขอเลื่อนระดับ"),
}
_NEVER: Words = _("ศูนย์นี้ยังไม่เคยได้ใบรับรอง ให้สมัครใหม่")
Decided = tuple[bool, Words]


def _condition(rules: Mapping[str, Any], facts: Facts, days: Days) -> Words:
    """What stops every kind alike, or nothing. A first day that nobody recorded stops nobody: people check it by hand."""
    if rules["agencies"] and facts.agency not in rules["agencies"]:
        return format_lazy(_("รอบนี้ไม่รับหน่วยงานประเภท{kind}"), kind=facts.agency_words)
    needed = rules["months_open"]
    if not needed or facts.opened_on is None or days.closes_on is None:
        return ""
    ripe = after_months(facts.opened_on, needed)
    if ripe <= days.closes_on:
        return ""
    words: Words = format_lazy(
        _("ศูนย์ต้องเปิดมาแล้ว {months} เดือนในวันปิดรับสมัคร ศูนย์นี้เปิดเมื่อ {opened} จึงครบ {ripe}"),
        months=needed,
        opened=_said(facts.opened_on),
        ripe=_said(ripe),
    )
    return words


def _new(_rule: Mapping[str, Any], facts: Facts, days: Days, _highest: Level | None) -> Decided:
    until = facts.valid_until
    if until is None:
        return True, _("ศูนย์นี้ยังไม่เคยได้ใบรับรอง")
    if until < days.today:
        return True, format_lazy(_("ใบรับรองเดิมสิ้นอายุแล้วเมื่อ {until}"), until=_said(until))
    return False, format_lazy(_("ใบรับรองของศูนย์ยังใช้ได้ถึง {until} จึงไม่ใช่การสมัครใหม่"), until=_said(until))


def _renewal(rule: Mapping[str, Any], facts: Facts, days: Days, _highest: Level | None) -> Decided:
    until = facts.valid_until
    if until is None:
        return False, _NEVER
    if until < days.today:
        return True, format_lazy(_("ใบรับรองสิ้นอายุแล้วเมื่อ {until}"), until=_said(until))
    if days.results is None:
        return True, format_lazy(_("ใบรับรองสิ้นอายุ {until}"), until=_said(until))
    last = days.results if rule["before"] == "this" else after_months(days.results, 12)
    given = {"until": _said(until), "results": _said(last)}
    if until <= last:
        return True, format_lazy(_("ใบรับรองสิ้นอายุ {until} ไม่เลยวันที่คาดว่าจะมีผล คือ {results}"), **given)
    return False, format_lazy(
        _("ใบรับรองใช้ได้ถึง {until} ซึ่งเลยวันที่คาดว่าจะมีผล คือ {results} จึงยังไม่ถึงเวลาต่ออายุ"), **given
    )


def _upgrade(rule: Mapping[str, Any], facts: Facts, days: Days, highest: Level | None) -> Decided:
    until = facts.valid_until
    if until is None:
        return False, _NEVER
    given = {"until": _said(until), "level": bare_level(facts.level_name)}
    if until < days.today:
        return False, format_lazy(_("ใบรับรองสิ้นอายุแล้วเมื่อ {until} ให้ต่ออายุหรือสมัครใหม่"), **given)
    if days.results is None or until <= days.results:
        return False, format_lazy(_("ใบรับรองสิ้นอายุ {until} ซึ่งไม่เลยวันที่คาดว่าจะมีผล ให้ต่ออายุ"), **given)
    if rule["below_highest"] and highest is not None and facts.level_key == highest.key:
        return False, format_lazy(
            _("ใบรับรองใช้ได้ถึง {until} และเป็นระดับ{level}ซึ่งสูงสุดแล้ว จึงยังไม่ต้องสมัครรอบนี้"), **given
        )
    return True, format_lazy(_("ใบรับรองใช้ได้ถึง {until} และยังมีระดับที่สูงกว่า"), **given)


def _said(day: date) -> Words:
    return long_day(day, weekday=False)


def after_months(day: date, count: int) -> date:
    """The same day some months later, or the last of that month when it has no such day."""
    month = day.month - 1 + count
    year, month = day.year + month // 12, month % 12 + 1
    return day.replace(year=year, month=month, day=min(day.day, months.monthrange(year, month)[1]))


def conditions(rules: Mapping[str, Any], agency_words: Mapping[str, Words]) -> list[tuple[Words, bool]]:
    """The rules in words for whoever reads a round: what is said, and whether it opens a door or closes one."""
    found: list[tuple[Words, bool]] = []
    for kind in KINDS:
        allowed = rules[kind]["allowed"]
        found.append((_said_of(kind, rules[kind]) if allowed else _CLOSED[kind], allowed))
    if rules["months_open"]:
        words = format_lazy(_("ศูนย์ต้องเปิดมาแล้วอย่างน้อย {n} เดือนในวันปิดรับสมัคร"), n=rules["months_open"])
        found.append((words, False))
    if rules["agencies"]:
        names = ", ".join(str(agency_words[key]) for key in rules["agencies"])
        found.append((format_lazy(_("รับเฉพาะหน่วยงานประเภท {names}"), names=names), False))
    return found


def _said_of(kind: str, rule: Mapping[str, Any]) -> Words:
    if kind == "new":
        return _("สมัครใหม่: ศูนย์ที่ไม่มีใบรับรองที่ยังใช้ได้")
    if kind == "renewal":
        if rule["before"] == "this":
            return _("ต่ออายุ: ใบรับรองสิ้นอายุแล้ว หรือจะสิ้นอายุก่อนผลของรอบนี้ออก")
        return _("ต่ออายุ: ใบรับรองสิ้นอายุแล้ว หรือจะสิ้นอายุก่อนผลของรอบถัดไปออก")
    if rule["below_highest"]:
        return _("ขอเลื่อนระดับ: ใบรับรองใช้ได้เลยวันที่ผลของรอบนี้ออก และยังไม่ถึงระดับสูงสุด")
    return _("ขอเลื่อนระดับ: ใบรับรองใช้ได้เลยวันที่ผลของรอบนี้ออก")
