"""What should be put right before filing, in three severities. Pure: works on rows that a page has read already.

Blocking is what stops signing: an open gate, and what the criteria file itself says blocks. The rest is advice.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias
from uuid import UUID

from django.db.models import Aggregate, Min, OuterRef, QuerySet, Subquery, TextField, Value
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from saduak.applications.models import Answer, EvidenceUse
from saduak.applications.queries import copied
from saduak.applications.queries.checks import failing
from saduak.foundation.access.registry import Words
from saduak.foundation.thai.calendar import format_short
from saduak.programme.levels import plain
from saduak.programme.models import Criterion, Round
from saduak.programme.queries import Contents

BLOCK, SHOULD, HINT = "block", "should", "hint"
# What counts when the criteria file says nothing: letters of a text, without spaces.
LETTERS = 60
MOST_NAMED = 4
# Between joined texts; in none of them, because it is no letter that a form takes.
BETWEEN = "\x1e"

Answers: TypeAlias = Mapping[int, Answer]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to put right: what it is, and what to do. `key` names the kind, for machines and tests."""

    severity: str
    key: str
    answer_id: UUID
    number: str
    title: str
    kind: str
    what: Words
    todo: Words


@dataclass(frozen=True, slots=True)
class Findings:
    """All of them, in the order of the criteria."""

    rows: tuple[Finding, ...] = ()

    def of(self, severity: str) -> tuple[Finding, ...]:
        """Those of one severity."""
        return tuple(row for row in self.rows if row.severity == severity)

    @property
    def blocking(self) -> tuple[Finding, ...]:
        """What stops signing and filing."""
        return self.of(BLOCK)

    @property
    def should(self) -> tuple[Finding, ...]:
        """What should be put right."""
        return self.of(SHOULD)

    @property
    def hints(self) -> tuple[Finding, ...]:
        """What is worth a look."""
        return self.of(HINT)

    @property
    def declared(self) -> tuple[Finding, ...]:
        """What blocks because the criteria file says so; gates apart, which have their own words everywhere."""
        return tuple(row for row in self.blocking if row.key != "gate")


class _Joined(Aggregate):
    """Texts one after the other, in both databases."""

    function = "STRING_AGG"
    output_field = TextField()

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        """What SQLite calls it."""
        return super().as_sql(compiler, connection, function="GROUP_CONCAT", **more)


def with_photos(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Answers with the day of the oldest photo behind each (`oldest_photo`), in the same query.

    And with the texts of what a headquarters shares that each uses (`shared_text`): these may stand in many answers.
    """
    uses = EvidenceUse.objects.filter(
        answer=OuterRef("pk"), removed_at__isnull=True, evidence__kind="photo"
    ).order_by()
    oldest = uses.values("answer").annotate(day=Min("evidence__taken_on")).values("day")
    shared = EvidenceUse.objects.filter(answer=OuterRef("pk"), removed_at__isnull=True)
    shared = shared.exclude(evidence__shared__text="").filter(evidence__shared__isnull=False).order_by()
    texts = _Joined("evidence__shared__text", Value(BETWEEN))
    said = shared.values("answer").annotate(all=texts).values("all")
    found: QuerySet[Any] = rows.annotate(oldest_photo=Subquery(oldest), shared_text=Subquery(said))
    return found


def findings_of(
    contents: Contents, answers: Answers, round_: Round, *, only: Criterion | None = None
) -> Findings:
    """What the checks find. No query.

    Args:
        contents: of the criteria set that the round pins.
        answers: all of an application, by key of the criterion; read through `with_photos`.
        round_: the round.
        only: look at this criterion alone, beside the others.
    """
    by_number = {row.criterion_id: row.narrative for row in answers.values() if row.claim == "met"}
    same = copied.copies(by_number, only=only.pk if only else None, exempt=_shared(answers.values()))
    looked_at = (c for c in contents.criteria if c.pk in answers and (only is None or c.pk == only.pk))
    found: list[Finding] = []
    for criterion in looked_at:
        answer = answers[criterion.pk]
        pieces = (
            *_gate(criterion, answer),
            *_evidence(criterion, answer),
            *_words(criterion, answer, contents),
            *_copied(contents, same.get(criterion.pk, [])),
            *_photos(contents, answer, round_),
            *failing(contents, answers, criterion),
        )
        found += (
            Finding(
                severity, key, answer.public_id, criterion.number, criterion.label, criterion.kind, what, todo
            )
            for severity, key, what, todo in pieces
        )
    return Findings(tuple(found))


def _shared(answers: Iterable[Answer]) -> list[str]:
    """The texts that a headquarters wrote for all, of whatever one of the answers uses."""
    said = (getattr(answer, "shared_text", None) or "" for answer in answers)
    return [text for each in said for text in each.split(BETWEEN) if text]


def blocked_by(contents: Contents, answers: Iterable[Answer]) -> Words:
    """The first check that blocks because the criteria file says so, in words; empty when nothing does. No query."""
    known = {answer.criterion_id: answer for answer in answers}
    for criterion in contents.criteria:
        for severity, _key, what, _todo in (
            failing(contents, known, criterion) if criterion.pk in known else ()
        ):
            if severity == BLOCK:
                return format_lazy(_("ข้อ {number} {what}"), number=criterion.number, what=what)
    return ""


Piece: TypeAlias = tuple[str, str, Words, Words]


def _gate(criterion: Criterion, answer: Answer) -> Iterator[Piece]:
    if criterion.kind != "gate" or (answer.claim == "met" and answer.evidence_count):
        return
    if answer.claim == "met":
        yield BLOCK, "gate", _("เกณฑ์ที่ต้องผ่านข้อนี้ยังไม่มีหลักฐาน"), _("แนบหลักฐานอย่างน้อย 1 รายการ")
    elif answer.claim == "unmet":
        yield BLOCK, "gate", _("เกณฑ์ที่ต้องผ่านข้อนี้ตอบว่ายังไม่มีครบ"), _("ทำให้ครบก่อนลงนาม ไม่มีข้อนี้ยื่นไม่ได้")
    else:
        yield BLOCK, "gate", _("ยังไม่ได้ตอบเกณฑ์ที่ต้องผ่านข้อนี้"), _("ตอบและแนบหลักฐาน")


def _evidence(criterion: Criterion, answer: Answer) -> Iterator[Piece]:
    if criterion.kind != "gate" and answer.claim == "met" and not answer.evidence_count:
        what = format_lazy(_("ขอ {points} คะแนนแต่ไม่มีหลักฐาน"), points=plain(answer.points))
        yield SHOULD, "evidence", what, _("แนบหลักฐานอย่างน้อย 1 รายการ ข้อที่ไม่มีหลักฐานมักไม่ได้คะแนน")


def _words(criterion: Criterion, answer: Answer, contents: Contents) -> Iterator[Piece]:
    """A claim without a word; a text of a few words. Gates are proven by what is shown, a word there is welcome."""
    if answer.claim != "met":
        return
    letters = len("".join(answer.narrative.split()))
    if not letters:
        severity = HINT if criterion.kind == "gate" else SHOULD
        yield severity, "no-words", _("ตอบว่ามี แต่ยังไม่ได้เล่าว่าทำอย่างไร"), _("เล่าสั้น ๆ ว่าทำอะไร ใครทำ และบ่อยแค่ไหน")
    least = advice(contents).get("letters", LETTERS)
    if criterion.kind != "gate" and 0 < letters < least:
        what = format_lazy(_("ข้อความสั้นเพียง {letters} ตัวอักษร"), letters=letters)
        yield (
            HINT,
            "short",
            what,
            _("ผู้ตรวจประเมินที่ไม่รู้จักศูนย์อาจไม่เข้าใจ เล่าเพิ่มว่าทำอะไร ใครทำ และเปลี่ยนอะไรไปแล้วบ้าง"),
        )


def _copied(contents: Contents, others: list[int]) -> Iterator[Piece]:
    if not others:
        return
    numbers = ", ".join(contents.by_id[pk].number for pk in others[:MOST_NAMED])
    said = _("ข้อความส่วนใหญ่เหมือนข้อ {numbers}")
    if len(others) > MOST_NAMED:
        said = _("ข้อความส่วนใหญ่เหมือนข้อ {numbers} และข้ออื่นอีก {more} ข้อ")
    what = format_lazy(said, numbers=numbers, more=len(others) - MOST_NAMED)
    yield SHOULD, "copied", what, _("เขียนเฉพาะเรื่องของข้อนี้ แต่ละข้อถามต่างกัน")


def _photos(contents: Contents, answer: Answer, round_: Round) -> Iterator[Piece]:
    oldest: date | None = getattr(answer, "oldest_photo", None)
    if oldest is not None and oldest < photos_from(contents, round_):
        what = format_lazy(_("มีรูปถ่ายที่ถ่ายไว้ตั้งแต่ {day}"), day=format_short(oldest))
        todo = format_lazy(_("เก่ากว่ารอบปี {year} ถ่ายใหม่ให้เห็นสภาพปัจจุบัน"), year=round_.fiscal_year)
        yield HINT, "photo", what, todo


def advice(contents: Contents) -> Mapping[str, Any]:
    """What the criteria file says of all its items."""
    found: Mapping[str, Any] = contents.criteria_set.document.get("checks", {})
    return found


def photos_from(contents: Contents, round_: Round) -> date:
    """The first day of photos that are not old: of the round's fiscal year, or some months before it."""
    months = round_.fiscal_year * 12 + 9 - 12 - advice(contents).get("photos_months", 0)
    return date(months // 12 - 543, months % 12 + 1, 1)
