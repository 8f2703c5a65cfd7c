"""Drafts as lists and as one page; what is still missing; who decides what in the chain."""

import datetime
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from saduak.correspondence import rules
from saduak.correspondence.long_texts import long_of
from saduak.correspondence.models import ChainStep, Draft, DraftAttachment, LetterTemplate, WrittenKind
from saduak.correspondence.queries.delegations import Signers, named_for, signers
from saduak.correspondence.queries.documents import forms_for, open_places, texts_of, unknown_laws
from saduak.correspondence.queries.places import FOLLOWING, label_of, late_deadline
from saduak.correspondence.queries.recipients import audience_of, words_of
from saduak.foundation import clock
from saduak.foundation.access import Actor
from saduak.foundation.access.registry import Words
from saduak.foundation.thai.text import search_terms
from saduak.foundation.thai.words import long_day
from saduak.organisations.models import Organisation, Programme
from saduak.organisations.queries import NONE
from saduak.organisations.recipients import Audience
from saduak.programme.models import Round
from saduak.programme.queries import rounds

VIEWS = ("decide", "writing", "asked", "signed", "issued", "cancelled")
_STATES = {"asked": ["circulating", "out"]}
MOST_ROUNDS = 12


# --- Lists ------------------------------------------------------------------------------------------------------------


def drafts(actor: Actor, *, view: str = "writing", query: str = "") -> QuerySet[Draft]:
    """Drafts that the actor may see, the last changed first. One query.

    Args:
        actor: who looks.
        view: "decide" (waiting for the actor's own initial or signature, each with that step as `turn`), "writing", "asked" (on its way to be signed),
            "signed" (waiting to be sent), "issued" or "cancelled".
        query: words of the subject.
    """
    rows: QuerySet[Draft] = Draft.objects.visible_to(actor)
    if view == "decide":
        rows = rows.filter(pk__in=_waiting(actor).values("draft")).annotate(turn=_turn(actor, "public_id"))
    else:
        own = rules.own(actor, rules.WRITE, "office") or NONE
        rows = rows.filter(own, state__in=_STATES.get(view, [view]))
    for term in search_terms(query):
        # Drafts have no search key of their own: they are few, and soon letters.
        rows = rows.filter(subject__icontains=term)
    return (
        rows.select_related("office", "issuer", "programme", "letter")
        .defer("body", *long_of("letter__"))
        .order_by("-changed_at", "-pk")
    )


def tally(actor: Actor) -> dict[str, int]:
    """How many drafts wait for the actor's decision, and how many were signed and wait to be sent. Two queries."""
    own = rules.own(actor, rules.WRITE, "office") or NONE
    signed = Draft.objects.visible_to(actor).filter(own, state="signed")
    return {"decide": _waiting(actor).count(), "signed": signed.count()}


def draft(actor: Actor, draft_id: uuid.UUID) -> Draft | None:
    """One draft with what its page and its paper need, or None when the actor may not see it. Two queries."""
    rows = with_paper(Draft.objects.visible_to(actor))
    found: Draft | None = rows.filter(public_id=draft_id).first()
    return found


def with_paper(rows: QuerySet[Draft]) -> QuerySet[Draft]:
    """Drafts with everything that stands on their paper."""
    return (
        rows.select_related(
            *("office", "issuer", "programme", "round", "template", "signer__person", "signed_copy"),
            *("forwards__letter__issuer", "forwards__dispatch", "corrects", "letter", "created_by__person"),
        )
        .defer(*long_of("forwards__letter__", "corrects__", "letter__"))
        .prefetch_related(Prefetch("attachments", DraftAttachment.objects.select_related("file")))
    )


# --- Beginning one ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Desk:
    """One office at which the actor writes, in whose name, about which programme."""

    office: Organisation
    issuer: Organisation
    programme: Programme

    @property
    def key(self) -> str:
        """How a form names it."""
        return f"{self.office.public_id}:{self.issuer.public_id}:{self.programme.public_id}"


def desks(actor: Actor) -> list[Desk]:
    """Every way in which the actor may write letters, its own office first. Two queries."""
    held = [row for row in actor.holding_with(rules.WRITE) if row.centre_id is None and row.organisation_id]
    names = {row.pk: row for row in named_for(actor)}
    programmes = list(Programme.objects.visible_to(actor).filter(retired_at__isnull=True).order_by("pk"))
    found: dict[tuple[int, int, int], Desk] = {}
    for holding in held:
        office = names.get(holding.organisation_id or 0)
        for programme in programmes:
            if office is None or holding.programme_id not in {None, programme.pk}:
                continue
            # In another's name first: that is what such offices mostly do with letters of a programme.
            others = sorted(holding.organisation_ids - {office.pk})
            for pk in [*others, office.pk]:
                if pk in names:
                    desk = Desk(office, names[pk], programme)
                    found.setdefault((office.pk, pk, programme.pk), desk)
    return list(found.values())


def rounds_for(actor: Actor, programme_id: int) -> list[Round]:
    """The rounds that a letter about a programme may be about, the newest first. Two queries with their stages."""
    return list(rounds(actor).filter(programme=programme_id)[:MOST_ROUNDS])


def templates_for(actor: Actor, programme_ids: Iterable[int]) -> list[LetterTemplate]:
    """The newest published version of each template that letters about these programmes can begin with. One query.

    A programme's own version takes the place of the common one with the same code.
    """
    known = sorted(set(programme_ids))
    rows = LetterTemplate.objects.visible_to(actor).filter(
        Q(programme__isnull=True) | Q(programme__in=known),
        published_at__isnull=False,
        retired_at__isnull=True,
    )
    newest: dict[tuple[int | None, str], LetterTemplate] = {
        (row.programme_id, row.code): row for row in rows.order_by("version")
    }
    order = {use: number for number, use in enumerate(LetterTemplate.Use.values)}
    found = [
        row
        for (programme_id, code), row in newest.items()
        # With one programme the common one is hidden by its own; with several each is told by its programme.
        if programme_id is not None or not all((pk, code) in newest for pk in known) or not known
    ]
    return sorted(found, key=lambda row: (order[row.use], row.code, row.programme_id or 0))


# --- The chain --------------------------------------------------------------------------------------------------------


def _waiting(actor: Actor) -> QuerySet[ChainStep]:
    """Steps that the actor's own person can decide now."""
    rows: QuerySet[ChainStep] = ChainStep.objects.visible_to(actor)
    if actor.person_id is None:
        return rows.none()
    before = ChainStep.objects.filter(
        draft=OuterRef("draft"), lap=OuterRef("lap"), ordinal__lt=OuterRef("ordinal")
    ).exclude(decision=ChainStep.Decision.APPROVED)
    return rows.filter(
        ~Exists(before),
        person=actor.person_id,
        decision="",
        draft__state="circulating",
        lap=F("draft__lap"),
    )


def _turn(actor: Actor, name: str) -> Subquery:
    """A column of the step of a draft that the actor can decide now."""
    return Subquery(_waiting(actor).filter(draft=OuterRef("pk")).values(name)[:1])


def _returned() -> Subquery:
    """Why a draft came back the last time that it went round; nothing when it did not."""
    later = ChainStep.objects.filter(draft=OuterRef("draft"), lap__gt=OuterRef("lap"))
    back = ChainStep.objects.filter(~Exists(later), draft=OuterRef("pk"), decision="returned")
    return Subquery(back.values("because")[:1])


def waiting(actor: Actor) -> QuerySet[Draft]:
    """Drafts that wait for the actor, the longest waiting first. One query.

    To be decided (`step_id`, `step_act`; its page is `correspondence:decide`), signed and to be sent, or written by the
    actor and sent back to be written anew (`back_because`).
    """
    own = rules.own(actor, rules.ISSUE, "office") or NONE
    wrote = NONE if actor.user_id is None else Q(created_by=actor.user_id)
    rows: QuerySet[Draft] = Draft.objects.visible_to(actor).annotate(
        step_id=_turn(actor, "public_id"), step_act=_turn(actor, "act"), back_because=_returned()
    )
    return (
        rows.filter(
            Q(step_id__isnull=False)
            | (own & Q(state="signed"))
            | (wrote & Q(state="writing", back_because__isnull=False))
        )
        .select_related("office", "issuer")
        .defer("body")
        .order_by("changed_at", "pk")
    )


def step(actor: Actor, step_id: uuid.UUID) -> ChainStep | None:
    """One step, or None when the actor may not see it."""
    rows = ChainStep.objects.visible_to(actor).select_related("person", "draft")
    found: ChainStep | None = rows.filter(public_id=step_id).first()
    return found


@dataclass(slots=True)
class Lap:
    """One time round: its steps in order. `open`: it is the one that counts now."""

    number: int
    steps: list[ChainStep] = field(default_factory=list)
    open: bool = False

    @property
    def next(self) -> ChainStep | None:
        """The step whose turn it is; None when nobody is asked."""
        if not self.open:
            return None
        return next((row for row in self.steps if not row.decision), None)


def laps(row: Draft) -> list[Lap]:
    """Every time that a draft went round, the newest first. One query; who sees the draft sees who decided what."""
    found: dict[int, Lap] = {}
    rows = ChainStep.objects.filter(draft=row).select_related("person__user", "delegation")
    for one in rows.order_by("lap", "ordinal"):
        found.setdefault(one.lap, Lap(one.lap)).steps.append(one)
    for lap in found.values():
        lap.open = lap.number == row.lap
    return sorted(found.values(), key=lambda lap: -lap.number)


# --- What is missing --------------------------------------------------------------------------------------------------


def ready_problems(
    row: Draft, *, day: datetime.date | None = None, may_sign: Signers | None = None
) -> dict[str, Words]:
    """What a draft lacks before it may be proposed, printed or sent: words by field; empty when nothing is.

    The names are those of the form: "subject", "addressee", "body", "purpose", "signer", "signer_name", "duty-0-what", …
    At most three queries.

    Args:
        row: the draft.
        day: on which it is signed; today when left out.
        may_sign: who may sign then, when the caller knows already.
    """
    day = day or clock.today()
    wrong: dict[str, Words] = {}
    needed: dict[str, Words] = {
        "subject": _("เขียนเรื่องของหนังสือ"),
        "addressee": _("เขียนว่าเรียนถึงใคร"),
        "body": _("เขียนข้อความของหนังสือ"),
    }
    wrong |= {name: words for name, words in needed.items() if not getattr(row, name).strip()}
    wrong |= _forms_problems(row)
    wrong |= _unfilled(row, day)
    wrong |= _rows_problems(row)
    if row.kind != WrittenKind.STAMPED:
        wrong |= _signer_problems(row, may_sign or signers(row.issuer_id, day, row.kind))
    return wrong


def signing_problems(
    row: Draft,
    *,
    day: datetime.date | None = None,
    may_sign: Signers | None = None,
    to: Audience | None = None,
) -> dict[str, Words]:
    """What a draft lacks before somebody signs it: `ready_problems`, and whether its words name offices to send it to.

    Sending asks whom it goes to by itself; whoever signs should not find out only then. At most ten queries.

    Args:
        row: the draft.
        day: as for `ready_problems`.
        may_sign: the same.
        to: whom it would go to, when the caller knows already.
    """
    return ready_problems(row, day=day, may_sign=may_sign) | _recipients_problems(row, to)


def audience_for(row: Draft) -> Audience | None:
    """Whom a draft would go to by its words; None where no words are asked: nobody is named yet, or it is a correction."""
    return audience_of(row) if row.corrects_id is None and words_of(row).strip() else None


def _recipients_problems(row: Draft, to: Audience | None) -> dict[str, Words]:
    """Words that name nobody. A memo may stay in its own house, and only be printed."""
    if row.kind == WrittenKind.MEMO:
        return {}
    found = audience_for(row) if to is None else to
    if found is None:
        return {}
    wrong: dict[str, Words] = {}
    if found.unmet_exceptions:
        told = ", ".join(found.unmet_exceptions)
        wrong["exceptions"] = format_lazy(_("ยกเว้นแล้วไม่พบในผู้รับ: {words}"), words=told)
    unknown = [words for words in found.unknown if words not in found.several]
    if unknown:
        words = _("ไม่พบหน่วยงานในทะเบียนตามคำว่า: {words}")
        wrong["recipients"] = format_lazy(words, words=", ".join(unknown))
    elif found.several:
        words = _("มีหลายหน่วยงานใช้ชื่อนี้ เขียนอำเภอหรือจังหวัดต่อท้าย: {words}")
        wrong["recipients"] = format_lazy(words, words=", ".join(found.several))
    elif not found.offices:
        wrong["recipients"] = _("ยังไม่มีหน่วยงานผู้รับ เพราะที่ระบุไว้ถูกยกเว้นทั้งหมดหรือเป็นหน่วยงานที่ออกหนังสือเอง")
    return wrong


def _forms_problems(row: Draft) -> dict[str, Words]:
    """Recipients for whom no usual words are known: somebody writes them."""
    salutation, closing = forms_for(row)
    wrong: dict[str, Words] = {}
    if row.addressee.strip() and not salutation and row.kind != WrittenKind.STAMPED:
        wrong["salutation"] = _("เขียนคำขึ้นต้นสำหรับผู้รับนี้")
    if row.addressee.strip() and not closing and row.kind == WrittenKind.EXTERNAL:
        wrong["closing"] = _("เขียนคำลงท้ายสำหรับผู้รับนี้")
    return wrong


# What people call the texts in which places stand.
_TEXTS: Final[dict[str, Words]] = {
    "subject": pgettext_lazy("letter", "เรื่อง"),
    "references": _("อ้างถึง"),
    "body": pgettext_lazy("letter", "ข้อความ"),
    "purpose": _("ข้อความลงท้าย"),
    "owner_unit": _("หน่วยงานเจ้าของเรื่อง"),
    "contact": _("โทรศัพท์และช่องทางติดต่อ"),
    "copies_to": _("สำเนาส่ง"),
}


def _unfilled(row: Draft, day: datetime.date) -> dict[str, Words]:
    """Where something is left open: at the field that fills it, else at the text in which it stands."""
    texts = texts_of(row, row.dated or day)
    wrong: dict[str, Words] = {}
    for name, places in open_places(texts).items():
        for place in places:
            if place in FOLLOWING:
                words = format_lazy(_("กรอก {place} ระบบจะเติมในข้อความให้"), place=label_of(place))
                wrong.setdefault(FOLLOWING[place], words)
        typed = [label_of(place) for place in places if place not in FOLLOWING]
        if typed:
            labels = format_lazy(", ".join(["{}"] * len(typed)), *typed)
            wrong.setdefault(
                name, format_lazy(_("{text} ยังไม่ได้เติม {place}"), text=_TEXTS[name], place=labels)
            )
    for name, codes in unknown_laws(texts).items():
        wrong[name] = format_lazy(
            _("{text} อ้างข้อกฎหมายที่ไม่มีผลในวันนี้ {codes}"), text=_TEXTS[name], codes=", ".join(codes)
        )
    return wrong


def _rows_problems(row: Draft) -> dict[str, Words]:
    wrong: dict[str, Words] = {}
    for number, duty in enumerate(row.duties):
        if not duty["what"].strip():
            wrong[f"duty-{number}-what"] = _("เขียนว่าต้องทำอะไร หรือลบหน้าที่นี้")
    for number, deadline in enumerate(row.deadlines):
        if not deadline["due"]:
            wrong[f"deadline-{number}-due"] = _("กรอกวันที่ เช่น 15/02/2570")
        if not deadline["kind"]:
            wrong[f"deadline-{number}-kind"] = _("เลือกว่าเป็นกำหนดของอะไร")
    return wrong | _meeting_problems(row)


def _meeting_problems(row: Draft) -> dict[str, Words]:
    if not row.meeting:
        return {}
    needed: dict[str, Words] = {
        "title": _("เขียนชื่อการประชุม"),
        "date": _("กรอกวันที่ประชุม"),
        "start": _("กรอกเวลาเริ่ม เช่น 09.00"),
        "end": _("กรอกเวลาเลิก เช่น 12.00"),
    }
    wrong = {f"meeting-{part}": words for part, words in needed.items() if not row.meeting.get(part)}
    if not wrong and row.meeting["end"] <= row.meeting["start"]:
        wrong["meeting-end"] = _("เวลาเลิกต้องอยู่หลังเวลาเริ่ม")
    return wrong


def _signer_problems(row: Draft, may_sign: Signers) -> dict[str, Words]:
    if not may_sign.kept:
        if row.signer_name.strip() and row.signer_position.strip():
            return {}
        return {"signer_name": _("เขียนชื่อและตำแหน่งผู้ลงนาม")}
    if not may_sign.rows:
        return {"signer": _("วันนี้ไม่มีผู้ลงนามได้ตามทะเบียนผู้ลงนาม เพิ่มหรือแก้ในทะเบียนก่อน")}
    if row.signer_id is None:
        return {"signer": _("เลือกผู้ลงนาม")}
    if not may_sign.has(row.signer_id):
        return {"signer": _("ผู้นี้ลงนามหนังสือชนิดนี้วันนี้ไม่ได้ ตามทะเบียนผู้ลงนาม เลือกผู้ลงนามใหม่")}
    return {}


def warnings_of(row: Draft, may_sign: Signers) -> list[Words]:
    """What a writer should know and what stops nothing. No query when the draft was read by `draft`."""
    found: list[Words] = []
    if not may_sign.kept:
        found.append(
            format_lazy(_("{name} ยังไม่มีทะเบียนผู้ลงนาม ระบบจึงตรวจไม่ได้ว่าใครลงนามได้"), name=row.issuer.name_th)
        )
    if row.secrecy:
        found.append(_("หนังสือลับไม่มีรหัสคิวอาร์ และเปิดได้เฉพาะผู้ที่ได้รับอนุญาต"))
    late = late_deadline(row)
    if late is not None:
        words = _("หนังสือขอให้ตอบภายใน {due} ซึ่งอยู่หลังวันประชุม {meeting}")
        found.append(format_lazy(words, due=long_day(late[0]), meeting=long_day(late[1])))
    return found
