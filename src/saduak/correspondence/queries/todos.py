"""What waits for somebody in letters: to confirm, to receive and to pass on, to answer, to sign, to write anew."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias
from uuid import UUID

from django.db.models import (
    Case,
    CharField,
    DateTimeField,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce, Least, NullIf
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from saduak.correspondence import doubts, rules
from saduak.correspondence.models import ChainStep, DutyRecipient, Letter
from saduak.correspondence.queries.deliveries import to_handle
from saduak.correspondence.queries.drafts import waiting as waiting_drafts
from saduak.correspondence.queries.letters import shares
from saduak.correspondence.queries.places import subject_with
from saduak.foundation.access import Actor
from saduak.foundation.access.registry import Words

MOST: Final = 50
_NO_DAY: Final = Cast(Value(None), DateTimeField())
_NOTHING: Final = Value("", output_field=TextField())
_NEVER: Final = Value(datetime(9000, 1, 1, tzinfo=UTC), output_field=DateTimeField())
_RECEIVE: Final = 1
_DUTIES: Final = 2
_DRAFTS: Final = 3
_Rows: TypeAlias = QuerySet[Any, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Todo:
    """One thing to do.

    `kind`: confirm (a letter that was read), acknowledge or do (a duty), receive or pass_on (a letter that came), handle
    or see (one that was given or shown to this person), sign_letter (a draft in its chain), send_letter (one that was
    signed), rewrite_letter (one of the actor's own that was sent back).
    """

    kind: str
    title: Words
    why: Words
    due_at: datetime | None
    organisation_name: str
    # The row that its page is about: a letter, a share of a duty, a delivery, a step or a draft.
    target_id: UUID
    force: str = ""
    letter_number: str = ""


def todos(actor: Actor) -> list[Todo]:
    """What waits for the actor, the earliest date first; what has no date last. One query, whatever there is."""
    if not actor.is_signed_in:
        return []
    first, *rest = _parts(actor)
    # What came in the same moment keeps its order from one page to the next, whatever the database would do.
    order = (F("todo_due").asc(nulls_last=True), "todo_part", "todo_since", "todo_place", "todo_target")
    rows = first.union(*rest, all=True).order_by(*order)
    return [_todo(row) for row in rows[:MOST]]


# --- The same columns of each -----------------------------------------------------------------------------------------


def _parts(actor: Actor) -> Iterator[_Rows]:
    """What may wait, by where it stands, in the order in which it is told when no date orders it."""
    held = rules.own(actor, rules.CONFIRM, "holder")
    if held is not None:
        yield _to_confirm(Letter.objects.visible_to(actor).filter(held, state="read"))
    if rules.offices(actor, rules.ANSWER):
        yield _to_answer(shares(actor, only_open=True, capability=rules.ANSWER))
    if rules.offices(actor, rules.RECEIVE) or actor.person_id is not None:
        yield _to_receive(to_handle(actor))
    yield _to_write(waiting_drafts(actor))


def _columns(rows: QuerySet[Any], part: int, **columns: Any) -> _Rows:
    """The rows with the columns that all parts have; those that nobody names are empty."""
    empty = dict.fromkeys(("issuer", "number", "force", "note"), _NOTHING)
    all_of_them = {"part": Value(part), "place": Value(0), "due": _NO_DAY, **empty, **columns}
    return rows.order_by().values(**{f"todo_{name}": all_of_them[name] for name in sorted(all_of_them)})


def _kind(*cases: tuple[Q, str], otherwise: str) -> Case:
    whens = (When(condition, then=Value(kind)) for condition, kind in cases)
    return Case(*whens, default=Value(otherwise), output_field=CharField())


def _text(path: str) -> NullIf:
    """A text in a column of JSON. One database gives the word null for what is not there."""
    return NullIf(KT(path), Value("null"), output_field=TextField())


def _read(name: str) -> NullIf:
    """What the reader found in the first document."""
    return _text(f"reading__documents__0__{name}")


def _to_confirm(rows: QuerySet[Any]) -> _Rows:
    return _columns(
        rows,
        0,
        kind=_kind(otherwise="confirm"),
        title=_read("subject"),
        number=_read("number"),
        office=F("holder__name_th"),
        target=F("public_id"),
        since=F("loaded_at"),
    )


def _to_answer(rows: QuerySet[Any]) -> _Rows:
    return _columns(
        rows,
        _DUTIES,
        kind=_kind((Q(acknowledged_at__isnull=True), "acknowledge"), otherwise="do"),
        title=F("duty__what"),
        issuer=F("duty__letter__issuer__name_th"),
        number=F("duty__letter__number"),
        force=F("force"),
        due=F("duty__due_at"),
        office=F("organisation__name_th"),
        target=F("public_id"),
        since=F("duty__letter__confirmed_at"),
        place=F("duty__ordinal"),
    )


def _nearest(*names: str) -> NullIf:
    """The earliest of several days that may be missing. The databases do not agree on what is the least of nothing."""
    days = (Coalesce(name, _NEVER, output_field=DateTimeField()) for name in names)
    return NullIf(Least(*days, output_field=DateTimeField()), _NEVER, output_field=DateTimeField())


def _to_receive(rows: QuerySet[Any]) -> _Rows:
    """Letters that came, each by the nearest of its days, one of which may be that of a duty in it.

    So it is never told after its own duties: first it is received.
    """
    own = DutyRecipient.objects.filter(
        organisation=OuterRef("organisation"), duty__letter=OuterRef("letter"), done_at__isnull=True
    ).order_by("duty__due_at")
    rows = rows.annotate(
        by_ack=Case(When(acknowledged_at__isnull=True, then=F("dispatch__acknowledge_by"))),
        by_forward=F("dispatch__forward_by"),
        by_duty=Subquery(own.filter(duty__due_at__isnull=False).values("duty__due_at")[:1]),
    )
    rows = rows.annotate(near=_nearest("by_ack", "by_forward", "by_duty"))
    to_do = Q(given=True) | Q(for_office=True)
    of = {"by_ack": "acknowledge", "by_forward": "forward", "by_duty": "do"}
    named = (When(to_do & Q(near=F(name)), then=Value(what)) for name, what in of.items())
    return _columns(
        rows,
        _RECEIVE,
        kind=_kind(
            (Q(given=True), "handle"),
            (Q(for_office=False), "see"),
            (Q(state="sent"), "receive"),
            otherwise="pass_on",
        ),
        title=F("letter__subject"),
        issuer=F("letter__issuer__name_th"),
        number=F("letter__number"),
        # Whoever was only shown it has nothing to do by a day.
        due=Case(When(to_do, then=F("near")), output_field=DateTimeField()),
        note=Case(*named, default=_NOTHING, output_field=TextField()),
        office=F("organisation__name_th"),
        target=F("public_id"),
        since=F("delivered_at"),
    )


def _to_write(rows: QuerySet[Any]) -> _Rows:
    """Drafts to be decided by the actor, that were signed and wait for their number, or that came back."""
    return _columns(
        rows,
        _DRAFTS,
        kind=_kind(
            (Q(step_id__isnull=False), "sign_letter"),
            (Q(state="signed"), "send_letter"),
            otherwise="rewrite_letter",
        ),
        title=F("subject"),
        issuer=F("office__name_th"),
        # What fills its subject; it has no number yet.
        number=_text("meeting__title"),
        office=F("issuer__name_th"),
        note=Coalesce("step_act", "back_because", Value("")),
        target=Coalesce("step_id", "public_id"),
        since=F("changed_at"),
    )


# --- In words ---------------------------------------------------------------------------------------------------------


def _todo(row: dict[str, Any]) -> Todo:
    kind, number, title = row["todo_kind"], row["todo_number"] or "", row["todo_title"]
    if row["todo_part"] == _DRAFTS:
        title, number = subject_with(title, {"meeting.title": number}), ""
    return Todo(
        kind=kind,
        title=title or _UNTITLED.get(kind, _("หนังสือที่ยังไม่มีเรื่อง")),
        why=_why(row),
        due_at=row["todo_due"],
        organisation_name=row["todo_office"],
        target_id=row["todo_target"],
        force=row["todo_force"],
        letter_number=number,
    )


_UNTITLED: Final[dict[str, Words]] = {"confirm": _("หนังสือที่ยังไม่ได้ตรวจ")}
# Of which of its days a letter that came is told.
_DAY_OF: Final[dict[str, Words]] = {
    "acknowledge": _("{letter} กำหนดรับทราบ"),
    "forward": _("{letter} กำหนดแจ้งต่อ"),
    "do": _("{letter} กำหนดของหน้าที่ในหนังสือ"),
}
_WHY: Final[dict[str, Words]] = {
    "confirm": _("อ่านแล้ว รอตรวจและยืนยัน"),
    "handle": _("มอบหมายให้คุณ {letter}"),
    "see": _("เวียนให้คุณทราบ {letter}"),
    "sign_letter": _("{issuer} เสนอ{act}"),
    "send_letter": _("ลงนามแล้ว รอลงเลขและส่ง"),
    "rewrite_letter": _("ไม่เห็นชอบ เพราะ {because}"),
}


def _why(row: dict[str, Any]) -> Words:
    """Whose letter asks, or how far a draft is; and why no date stands beside a duty that names an impossible one."""
    kind, note = row["todo_kind"], row["todo_note"]
    letter = format_lazy(
        _("{issuer} ที่ {number}"), issuer=row["todo_issuer"], number=row["todo_number"] or "-"
    )
    if kind not in _WHY and row["todo_part"] == _RECEIVE:
        return format_lazy(str(_DAY_OF[note]), letter=letter) if note else letter
    if kind not in _WHY:
        doubt = (
            doubts.of_date(row["todo_title"]) if row["todo_part"] == _DUTIES and not row["todo_due"] else ""
        )
        return format_lazy("{words} {doubt}", words=letter, doubt=doubt) if doubt else letter
    act = ChainStep.Act(note).label if kind == "sign_letter" else ""
    return format_lazy(str(_WHY[kind]), letter=letter, issuer=row["todo_issuer"], act=act, because=note)
