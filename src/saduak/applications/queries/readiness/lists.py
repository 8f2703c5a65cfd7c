"""Lists that were sent to the programme: who has sent, who has not, one list, and what a centre reads of it."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db.models import (
    BooleanField,
    CharField,
    Exists,
    ExpressionWrapper,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from saduak.applications import content
from saduak.applications.models import (
    Application,
    Readiness,
    ReadinessConfirmation,
    ReadinessEntry,
    ReadinessExport,
    ReadinessList,
    ReadinessSending,
)
from saduak.applications.queries.readiness.content import confirmed_content
from saduak.applications.queries.readiness.desk import Desk, desk_of
from saduak.applications.queries.readiness.who import falls, plan_of
from saduak.applications.rules import readiness as rules
from saduak.foundation import batches, files, jobs
from saduak.foundation.access import Actor, Decision
from saduak.foundation.models import BatchItem, StoredFile
from saduak.foundation.thai.text import search_terms
from saduak.organisations.models import Organisation
from saduak.programme.models import Round
from saduak.programme.queries import rounds

# Lists that are neither filed nor taken back.
UNDER_WAY: Final = Q(list__isnull=True, taken_back_at__isnull=True)
# Where a statement stands whose list can be filed: marked for that, or sent with an earlier one.
MARKED: Final = ("sending", "sent")

# --- Confirming and sending --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ConfirmPage:
    """What the head reads before confirming, with the digest of exactly that."""

    desk: Desk
    rows: Sequence[Readiness]
    digest: str
    may_confirm: Decision
    may_record: Decision
    # Who confirms in the office's name without being its head says for whom.
    in_own_right: bool

    @property
    def code(self) -> str:
        """The short check code that stands on the printed page."""
        return content.code_of(self.digest)

    @property
    def ready(self) -> int:
        """How many of them are ready."""
        return sum(bool(row.ready) for row in self.rows)


def confirm_page(actor: Actor, desk: Desk) -> ConfirmPage:
    """Everything of an office that waits for its head. Two queries, and one for the rules."""
    rows = list(desk.statements("assessed"))
    programme_id = desk.round.programme_id
    return ConfirmPage(
        desk=desk,
        rows=rows,
        digest=content.digest_of_words(confirmed_content(desk, rows)),
        may_confirm=rules.may_confirm(actor, desk.office, programme_id),
        may_record=rules.may_assess(actor, desk.office, programme_id),
        in_own_right=rules.is_head_of(actor, desk.office, programme_id),
    )


def to_confirm(desk: Desk) -> QuerySet[Any]:
    """The statements that wait for the head, in order, with no more of each than is confirmed and the audit needs. One query."""
    rows: QuerySet[Any] = desk.statements("assessed").select_related(None)
    return rows.only("state", "ready", "gates", "reasons", "assessed_on", "audit_seq", "audit_head")


def current_list(desk: Desk) -> ReadinessList | None:
    """The list that counts now. One query."""
    return ReadinessList.objects.filter(
        round=desk.round, assessor=desk.office, superseded_at__isnull=True
    ).first()


def on_its_way(desk: Desk) -> ReadinessSending | None:
    """The office's list that is on its way to the programme. One query."""
    rows = ReadinessSending.objects.select_related("batch")
    return rows.filter(UNDER_WAY, round=desk.round, assessor=desk.office).first()


def has_stopped(sending: ReadinessSending) -> bool:
    """Whether a list has come to a stop: units that could not be marked, or a job that was given up. At most one query.

    It has also while it is tried again by itself, until it is filed or somebody sends it on; not while units are marked.
    """
    finished = sending.batch is not None and sending.batch.finished_at is not None
    return finished and (sending.stopped_at is not None or jobs.is_over(sending.job))


def why_stopped(sending: ReadinessSending) -> str:
    """Why a list comes no further now, in words. At most two queries.

    Units that could not be marked, with what refused the first; else what refused to file it, or that this was given up.
    """
    failed = BatchItem.objects.filter(batch=sending.batch_id, state=BatchItem.State.FAILED).order_by("pk")
    items = list(failed.values_list("item", "note"))
    if not items:
        told = "" if jobs.is_given_up(sending.job) else sending.stopped_because
        return told or _("ระบบจัดทำไฟล์ของรายการไม่สำเร็จ")
    key, note = items[0]
    names = Readiness.objects.filter(pk=int(key)).values_list("centre__name_th", flat=True)
    said = {"name": names.get(), "n": len(items) - 1}
    if len(items) == 1:
        words = _("ระบบบันทึกการส่งของ %(name)s ไม่สำเร็จ") % said
    else:
        words = _("ระบบบันทึกการส่งของ %(name)s และอีก %(n)s แห่งไม่สำเร็จ") % said
    return f"{words} {batches.refusal(note)}".rstrip()


def not_marked(statements: Collection[int]) -> set[int]:
    """Which of some statements (keys) of a list keep it from being filed: what they say is not confirmed. One query."""
    marked = Readiness.objects.filter(pk__in=statements, state__in=MARKED)
    return {*statements} - {*marked.values_list("pk", flat=True)}


def at_rest() -> list[UUID]:
    """The lists that came to a stop and at which nobody works now. One query, and one for each that is to be filed."""
    rows = ReadinessSending.objects.filter(UNDER_WAY, batch__finished_at__isnull=False).order_by("pk")
    return [row.public_id for row in rows if jobs.is_over(row.job)]


def being_corrected(desk: Desk, sent: ReadinessList | None) -> QuerySet[Any]:
    """Statements that stand on the list that counts and were opened again since: they wait before a new list goes out."""
    listed = ReadinessEntry.objects.filter(list=sent).values("centre") if sent is not None else ()
    return desk.statements("draft", "assessed").filter(centre__in=listed)


def _listed(desk: Desk) -> Any:
    """The units (keys) on the office's list that counts."""
    lists = Q(list__round=desk.round, list__assessor=desk.office, list__superseded_at__isnull=True)
    return ReadinessEntry.objects.filter(lists).values("centre")


def _elsewhere(desk: Desk) -> Any:
    """The units (keys) on lists of other offices that count in the round."""
    rows = ReadinessEntry.objects.filter(round=desk.round, list__superseded_at__isnull=True)
    return rows.exclude(list__assessor=desk.office).values("centre")


def to_send(desk: Desk) -> QuerySet[Any]:
    """The statements of a new list, in its order: what is confirmed or was sent about the office's units.

    A unit on the list that counts which falls to the office no more keeps its line until another office's list has it.
    """
    own = Q(state__in=["confirmed", "sent"], centre__in=desk.units().order_by().values("pk"))
    rows: QuerySet[Any] = desk.in_order(own | _stays(desk))
    return rows


def moved(desk: Desk) -> QuerySet[Any]:
    """Statements that stand on the list that counts, or were confirmed for one, and whose units fall to the office no more.

    `stays`: a new list has it all the same. One query.
    """
    there = Q(centre__in=_listed(desk)) | Q(state="confirmed")
    gone = there & ~Q(centre__in=desk.units().order_by().values("pk"))
    rows: QuerySet[Any] = desk.in_order(gone)
    found: QuerySet[Any] = rows.annotate(stays=ExpressionWrapper(_stays(desk), output_field=BooleanField()))
    return found


def _stays(desk: Desk) -> Q:
    here = Q(centre__retired_at__isnull=True, centre__organisation__retired_at__isnull=True)
    return Q(state="sent", centre__in=_listed(desk)) & here & ~Q(centre__in=_elsewhere(desk))


# --- Where the units of a page stand -----------------------------------------------------------------------------------


def standings(desk: Desk, sending: ReadinessSending | None, units: Sequence[Any]) -> dict[int, str]:
    """What the states of some units leave open, by statement (key). At most one query, none where nothing waits to be sent.

    On a list on its way: "queued" is still to be marked, "refused" could not be. Without one: "back" was taken back with
    the last list, and has not been confirmed anew.
    """
    waits = [row.statement for row in units if row.state == "confirmed"]
    if not waits:
        return {}
    if sending is None:
        return dict.fromkeys(_taken_back(desk).filter(pk__in=waits).values_list("pk", flat=True), "back")
    items = BatchItem.objects.filter(batch=sending.batch_id, item__in=[str(key) for key in waits])
    return {
        int(item): "refused" if state == BatchItem.State.FAILED else "queued"
        for item, state in items.values_list("item", "state")
    }


def _taken_back(desk: Desk) -> QuerySet[Any]:
    """The statements that came back with the office's last list."""
    last = ReadinessSending.objects.filter(round=desk.round, assessor=desk.office).order_by("-pk")
    items = BatchItem.objects.filter(
        batch=Subquery(last.values("batch")[:1]), item=Cast(OuterRef("pk"), CharField())
    )
    rows = Readiness.objects.filter(round=desk.round, assessor=desk.office, state="confirmed")
    return rows.filter(
        Exists(items), confirmation__recorded_at__lte=Subquery(last.values("taken_back_at")[:1])
    )


# --- The programme's side ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Assessing:
    """One assessing office with what it has sent; `units` is how many fall to it today."""

    office: Organisation
    units: int
    sent: ReadinessList | None


@dataclass(frozen=True, slots=True)
class Inbox:
    """Who assesses in a round: those who have not sent first."""

    round: Round
    offices: Sequence[Assessing]
    nobody: int
    is_set: bool

    @property
    def sent(self) -> int:
        """How many offices have sent."""
        return sum(row.sent is not None for row in self.offices)

    @property
    def units(self) -> int:
        """How many units stand on lists that count."""
        return sum(row.sent.units for row in self.offices if row.sent is not None)

    @property
    def ready(self) -> int:
        """How many of these are ready."""
        return sum(row.sent.ready for row in self.offices if row.sent is not None)


def inbox(actor: Actor, round_: Round) -> Inbox:
    """The lists of a round for the secretariat. Four queries."""
    plan = plan_of(round_)
    nobody, *found = falls(plan.rules)
    rows = ReadinessList.objects.visible_to(actor).filter(round=round_, superseded_at__isnull=True)
    sent = {row.assessor_id: row for row in rows.select_related("assessor")}
    offices = [Assessing(row.office, row.units, sent.pop(row.office.pk, None)) for row in found if row.office]
    # Who has sent keeps its line, also when the rules give it nothing any more.
    offices += [Assessing(row.assessor, 0, row) for row in sent.values()]
    offices.sort(key=lambda row: (row.sent is not None, row.office.sort_key, row.office.pk))
    return Inbox(round_, offices, nobody.units, plan.is_set)


def round_of(actor: Actor, round_id: UUID, capability: str) -> Round | None:
    """A round, when the actor holds a capability for its programme. Two queries."""
    row: Round | None = rounds(actor).filter(public_id=round_id).first()
    return row if row is not None and actor.can(capability, programme_id=row.programme_id) else None


def readiness_list(actor: Actor, list_id: UUID) -> ReadinessList | None:
    """One list, or None when it is not for the actor. One query."""
    rows = ReadinessList.objects.visible_to(actor).select_related(
        "round__programme", "round__criteria_set", "assessor", "sent_by__person", "file"
    )
    row: ReadinessList | None = rows.filter(public_id=list_id).first()
    return row


def confirmations_of(actor: Actor, sent: ReadinessList) -> list[ReadinessConfirmation]:
    """Who confirmed what stands on a list, in the order of its bytes, as far as the actor reads it. One query, one file.

    The bytes say whose they are; statements may have been opened and confirmed again since.
    """
    with files.open(sent.file) as stored:
        said = json.load(stored)["confirmations"]
    named = [(one["content_sha256"], one["signed_at"]) for one in said]
    rows = ReadinessConfirmation.objects.visible_to(actor).filter(
        round=sent.round_id, assessor=sent.assessor_id, content_digest__in={digest for digest, _when in named}
    )
    known = {(row.content_digest, content.moment(row.signed_at)): row for row in rows.order_by("pk")}
    return [known[one] for one in named if one in known]


def export(actor: Actor, export_id: UUID) -> ReadinessExport | None:
    """A long list as a file that the actor asked for and may read today, or None. Two queries.

    One that was refused holds nothing, and says why to whoever asked.
    """
    rows = ReadinessExport.objects.visible_to(actor).select_related("file", "round", "office", "list")
    found: ReadinessExport | None = rows.filter(public_id=export_id).first()
    if found is None or found.refused:
        return found
    if found.list is not None:
        return found if readiness_list(actor, found.list.public_id) is not None else None
    return found if desk_of(actor, found.round, found.office.public_id) is not None else None


def signed_paper(actor: Actor, confirmation_id: UUID) -> StoredFile | None:
    """The page that a head signed by hand, or None when there is none for the actor. One query."""
    rows = ReadinessConfirmation.objects.visible_to(actor).filter(public_id=confirmation_id)
    row: ReadinessConfirmation | None = rows.select_related("paper").first()
    return row.paper if row is not None else None


def lists_of(actor: Actor, round_: Round, office: Organisation) -> QuerySet[Any]:
    """All lists that an office sent in a round, the newest first. One query."""
    rows: QuerySet[Any] = ReadinessList.objects.visible_to(actor).filter(round=round_, assessor=office)
    return rows.order_by("-ordinal")


def entries(actor: Actor, list_: ReadinessList, *, ready: str = "", q: str = "") -> QuerySet[Any]:
    """The units of a list as they were sent, in its order. One query.

    Args:
        actor: who looks.
        list_: which list.
        ready: "yes" or "no"; both when it is anything else.
        q: words of the unit's or its office's name.
    """
    rows: QuerySet[Any] = ReadinessEntry.objects.visible_to(actor).filter(list=list_)
    if ready in {"yes", "no"}:
        rows = rows.filter(ready=ready == "yes")
    for term in search_terms(q):
        rows = rows.filter(
            Q(centre__search_key__contains=term) | Q(centre__organisation__search_key__contains=term)
        )
    return rows.order_by("ordinal", "pk")


# --- The centre's side -------------------------------------------------------------------------------------------------


def told_of(actor: Actor, application: Application) -> list[Any]:
    """What was sent about a centre in its application's round, as far as the actor reads it: the newest first. One query."""
    rows = _told(actor).filter(round=application.round_id, centre=application.centre_id)
    return list(rows)


def told(actor: Actor, entry_id: UUID) -> ReadinessEntry | None:
    """What counts now for the unit of one line of a list, or None when that is not for the actor. One query.

    A notice leads to the line of its own day. When newer lists came since, its own assessor's line of today answers, else
    that of the office to which the unit falls now.
    """
    line = ReadinessEntry.objects.filter(
        public_id=entry_id, centre=OuterRef("centre"), round=OuterRef("round")
    )
    same = Exists(line.filter(list__assessor=OuterRef("list__assessor")))
    rows = _told(actor).filter(Exists(line)).annotate(same=same)
    row: ReadinessEntry | None = rows.order_by("-same", "-list__sent_at", "-pk").first()
    return row


def _told(actor: Actor) -> QuerySet[Any]:
    rows: QuerySet[Any] = ReadinessEntry.objects.visible_to(actor).filter(list__superseded_at__isnull=True)
    return rows.select_related(
        "list__assessor", "round__programme", "round__criteria_set", "centre__organisation"
    ).order_by("-list__sent_at", "-pk")
