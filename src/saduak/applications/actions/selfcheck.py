"""The self-check: kept by anyone under a link, changed and deleted by whoever holds it, taken into an application."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from saduak.applications.actions.common import (
    EDITED,
    lock_answers,
    locked,
    recount,
    require_open,
    require_writable,
    void_signature_of,
)
from saduak.applications.actions.planning import called
from saduak.applications.actions.writing import Change, applied
from saduak.applications.models import Answer, AnswerVersion, Application, PlanItem, SelfCheck
from saduak.applications.models.selfcheck import LONGEST_WHAT
from saduak.applications.queries.renewing import all_replaces, changes_of
from saduak.applications.queries.selfcheck import (
    ANSWERS,
    NO,
    SHARES,
    YES,
    Planned,
    Side,
    gates_of,
    planned_in,
    sides_of,
    wanted_of,
)
from saduak.applications.rules.selfcheck import may_be_taken
from saduak.foundation import audit, clock, ids
from saduak.foundation.access import Actor, Conflict, Invalid
from saduak.foundation.access.resolver import digest
from saduak.foundation.actions import action
from saduak.programme.models import CriteriaSet, Criterion
from saduak.programme.queries import Contents, contents

# How long a check is kept to which nobody came back, how long after it was changed last, how many there may be, and how
# many a tick deletes at once: more than the pages let anybody keep in the meantime.
KEPT_FIRST: Final = timedelta(days=14)
KEPT: Final = timedelta(days=180)
MOST: Final = 50_000
AT_ONCE: Final = 5_000

_CLAIMED = ("claim", "points", "scale", "version", "updated_at", "updated_by", "sitting_by")


@dataclass(frozen=True, slots=True)
class KeptCheck:
    """A check that was kept. `token` is the secret of its link: it is told once, only its digest is kept."""

    check: SelfCheck
    token: str


@dataclass(frozen=True, slots=True)
class TakenCheck:
    """What came of a check in an application: how many answers, how many rows of its plan, and how much has no place there."""

    application: Application
    claims: int
    planned: int
    left_out: int


# --- By a link ----------------------------------------------------------------------------------------------------------


@action("applications.keep_self_check")
def keep_self_check(
    *, actor: Actor, criteria_set_id: UUID, answers: Mapping[str, str], rest: Mapping[str, str]
) -> KeptCheck:
    """Keep a self-check under a new link. Anyone may; nothing is kept of who it was.

    No key makes it count once: what a key made could not be given back, since its secret is nowhere. Another one of the
    same answers does no harm and expires, soon when nobody plans with it. Where there are too many, the oldest of those
    gives way.

    Args:
        actor: perhaps nobody.
        criteria_set_id: the published set that was answered.
        answers: "yes", "no" or "unsure" for every gate, by its key.
        rest: "most", "some" or "little" by the key of a side; sides may be left out.

    Raises:
        Invalid: a gate without an answer, or an answer that is none.
        Conflict: too many are kept for now, and somebody plans with each of them.
        DoesNotExist: no such published set.
    """
    del actor  # nothing is kept of who it was
    row = CriteriaSet.objects.defer("document").get(public_id=criteria_set_id, state="published")
    said, shares = _answered(contents(row), answers, rest)
    token, moment = ids.token(), clock.wall()
    _make_room(moment)
    check = SelfCheck.objects.create(
        token_digest=digest(token),
        criteria_set=row,
        answers=said,
        rest=shares,
        made_at=moment,
        changed_at=moment,
        expires_at=moment + KEPT_FIRST,
    )
    return KeptCheck(check, token)


def _make_room(moment: datetime) -> None:
    """Where there are too many, let the oldest go to which nobody came back: a flood pushes out itself."""
    live = SelfCheck.objects.filter(expires_at__gt=moment)
    if live.order_by()[:MOST].count() < MOST:
        return
    left = live.filter(version=0, application=None)
    oldest = list(left.order_by("expires_at", "pk").values_list("pk", flat=True)[:1])
    # Asked again as it goes: somebody may just have come back to it.
    if not left.filter(pk__in=oldest).delete()[0]:
        raise Conflict(_("ตอนนี้มีผู้เก็บแบบตรวจไว้เต็มแล้ว พิมพ์หน้านี้เก็บไว้ แล้วลองใหม่วันอื่น"), "full")


@action("applications.answer_self_check")
def answer_self_check(
    *,
    actor: Actor,
    token: str,
    answers: Mapping[str, str],
    rest: Mapping[str, str],
    before: Mapping[str, str],
) -> SelfCheck:
    """Answer a kept check anew. What was planned stays, also for what is there by now.

    What the writer left as it was stays as it is kept: somebody else may have answered it meanwhile.

    Args:
        actor: perhaps nobody.
        token: the secret of the link.
        answers: "yes", "no" or "unsure" for every gate, by its key.
        rest: "most", "some" or "little" by the key of a side; sides may be left out.
        before: what the writer had before them, by the key of a gate or a side; left out is nothing.

    Raises:
        Invalid: a gate without an answer, or an answer that is none.
        Conflict: somebody else with the link answered one of these otherwise meanwhile.
        DoesNotExist: the link opens nothing any more.
    """
    del actor  # who holds the link
    check = _locked(token)
    said, shares = _answered(contents(check.criteria_set), answers, rest)
    check.answers = _beside(said, check.answers, before)
    check.rest = _beside(shares, check.rest, before)
    _keep(check, "answers", "rest")
    return check


def _beside(wanted: Mapping[str, str], kept: Mapping[str, str], before: Mapping[str, str]) -> dict[str, str]:
    """What is kept with what its writer changed of it, unless somebody else changed the same otherwise."""
    found = {}
    for key in {**kept, **wanted}:
        mine, theirs, seen = (each.get(key, "") for each in (wanted, kept, before))
        if mine != seen and theirs not in {seen, mine}:
            words = _("อีกคนที่ใช้ลิงก์นี้ตอบเรื่องเดียวกันไว้ก่อน ดูของเขาใต้เรื่องนั้น แล้วกดบันทึกอีกครั้งถ้าจะใช้ของคุณแทน")
            raise Conflict(words, "self-check-changed")
        found[key] = theirs if mine == seen else mine
    return {key: said for key, said in found.items() if said}


@action("applications.plan_self_check")
def plan_self_check(
    *, actor: Actor, token: str, plan: Mapping[str, Planned], before: Mapping[str, Planned]
) -> SelfCheck:
    """Say who closes which gap by when. All of it is written, or nothing.

    Args:
        actor: perhaps nobody.
        token: the secret of the link.
        plan: by the key of a gate or a side; those left out keep what they have.
        before: what the writer had before them of those; left out is nothing.

    Raises:
        Invalid: a name that is too long.
        Conflict: somebody else with the link wrote something else into one of these rows meanwhile.
        DoesNotExist: the link opens nothing any more.
    """
    del actor  # who holds the link
    check = _locked(token)
    set_ = contents(check.criteria_set)
    known = {gate.key for gate in gates_of(set_)} | {side.key for side in sides_of(set_)}
    for key in [each for each in plan if each in known]:
        wanted = Planned(called(plan[key].who), plan[key].by)
        if planned_in(check, key) not in (before.get(key, Planned()), wanted):
            words = _("อีกคนที่ใช้ลิงก์นี้แก้เรื่องเดียวกันไว้ก่อน ดูของเขาใต้เรื่องนั้น แล้วกดบันทึกอีกครั้งถ้าจะใช้ของคุณแทน")
            raise Conflict(words, "self-check-changed")
        if wanted == Planned():
            check.plan.pop(key, None)
        else:
            check.plan[key] = {"who": wanted.who, "by": wanted.by.isoformat() if wanted.by else ""}
    _keep(check, "plan")
    return check


@action("applications.drop_self_check")
def drop_self_check(*, actor: Actor, token: str) -> None:
    """Delete a check for good. Gone already is gone, too."""
    del actor  # who holds the link
    SelfCheck.objects.filter(token_digest=digest(token)).delete()


@action("applications.drop_old_self_checks")
def drop_old_self_checks(*, actor: Actor) -> int:
    """Delete some of the checks whose time is over, the oldest first; how many."""
    del actor  # the program itself
    over = SelfCheck.objects.filter(expires_at__lte=clock.wall()).order_by("expires_at", "pk")
    some = list(over.values_list("pk", flat=True)[:AT_ONCE])
    return SelfCheck.objects.filter(pk__in=some).delete()[0]


def _locked(token: str) -> SelfCheck:
    rows = SelfCheck.objects.select_for_update(of=("self",), no_key=True).select_related("criteria_set")
    found: SelfCheck = rows.defer("criteria_set__document").get(
        token_digest=digest(token), expires_at__gt=clock.wall()
    )
    return found


def _keep(check: SelfCheck, *changed: str) -> None:
    check.version += 1
    check.changed_at = clock.wall()
    check.expires_at = check.changed_at + KEPT
    check.save(update_fields=[*changed, "version", "changed_at", "expires_at"])


def _answered(
    set_: Contents, answers: Mapping[str, str], rest: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, str]]:
    """What the set asks for and nothing else, so that no more is kept than it has items."""
    said = {gate.key: answers.get(gate.key, "") for gate in gates_of(set_)}
    shares = {side.key: rest[side.key] for side in sides_of(set_) if rest.get(side.key)}
    if any(each not in ANSWERS for each in said.values()):
        raise Invalid(_("ตอบเกณฑ์ที่ต้องผ่านให้ครบทุกข้อ ถ้าไม่รู้ให้เลือก ไม่แน่ใจ"), code="answers")
    if any(each not in SHARES for each in shares.values()):
        raise Invalid(_("เลือกคำตอบจากตัวเลือกที่มี"), code="rest")
    return said, shares


# --- Into an application ------------------------------------------------------------------------------------------------


@action("applications.take_self_check")
def take_self_check(*, actor: Actor, token: str, application_id: UUID) -> TakenCheck:
    """Take a self-check into an application: answers where there is none yet, and its plan. Twice is once.

    A gate that is there is claimed only when the set asks for no evidence of it; else what is left is to show it, which
    becomes a row of the plan. What somebody planned for a whole side goes to each of its items that are not answered.
    Items that are planned already stay as they are. Where the application has other criteria, the plan goes to those
    that took the place of the old ones; their answer is left to people, who read the new words.

    Args:
        actor: officer, helper or head of the centre.
        token: the secret of the check's link.
        application_id: into which application.

    Raises:
        Refused: not the actor's centre.
        Conflict: submitted, withdrawn or closed, or of another programme than the check.
        DoesNotExist: no such application, or the link opens nothing any more.
    """
    application = locked(application_id)
    require_writable(actor, application)
    lock_answers(application)
    check = _locked(token)
    require_open(may_be_taken(check, application))
    set_, old = contents(application.round.criteria_set), contents(check.criteria_set)
    rows = {row.criterion_id: row for row in Answer.objects.filter(application=application)}
    for row in rows.values():
        row.criterion = set_.by_id[row.criterion_id]
    changed = changes_of(old, set_, all_replaces(application.round.programme_id))
    before = {
        each.criterion.pk: [row.key for row in each.before] for each in changed if each.criterion.pk in rows
    }
    claimed = _claims(actor, [rows[gate.pk] for gate in gates_of(set_)], check)
    if claimed:
        void_signature_of(application, actor=actor, reason=EDITED)
        _write(actor, claimed)
        recount(application, actor.received_at)
    planned = PlanItem.objects.bulk_create(_plan(actor, application, rows, check, before))
    check.application, check.taken_at = application, clock.wall()
    check.save(update_fields=["application", "taken_at"])
    if claimed or planned:
        facts = {"claims": [row.criterion.key for row in claimed], "planned": len(planned)}
        audit.append(application, actor=actor, verb="applications.self_check_taken", facts=facts)
    return TakenCheck(application, len(claimed), len(planned), _left_out(check, before))


def _claims(actor: Actor, gates: Sequence[Answer], check: SelfCheck) -> list[Answer]:
    """The gates that get a claim, changed and not yet written."""
    found = []
    for answer in gates:
        claim = _claim(answer.criterion, check.answers.get(answer.criterion.key, ""))
        if claim and not answer.claim:
            values = applied(answer, Change(claim=claim))
            answer.claim, answer.points, answer.scale = values.claim, values.points, values.scale
            answer.version, answer.sitting_by = answer.version + 1, ""
            answer.updated_at, answer.updated_by_id = actor.received_at, actor.user_id
            found.append(answer)
    return found


def _claim(gate: Criterion, said: str) -> str:
    if said == NO:
        return "unmet"
    return "met" if said == YES and not gate.evidence else ""


def _write(actor: Actor, answers: Sequence[Answer]) -> None:
    """Everything at once. The audit tells of it in one entry, so no version waits for its sitting to be told."""
    moment = clock.wall()
    Answer.objects.bulk_update(answers, _CLAIMED)
    AnswerVersion.objects.bulk_create(
        AnswerVersion(
            answer=row,
            first_version=row.version,
            version=row.version,
            claim=row.claim,
            points=row.points,
            scale=row.scale,
            numbers=row.numbers,
            narrative=row.narrative,
            actor=actor.ref,
            by=actor.name[:200],
            started_at=moment,
            at=moment,
            business_at=actor.received_at,
            audited_at=actor.received_at,
        )
        for row in answers
    )


def _plan(
    actor: Actor,
    application: Application,
    rows: Mapping[int, Answer],
    check: SelfCheck,
    before: Mapping[int, Sequence[str]],
) -> list[PlanItem]:
    """The rows of the plan that are missing in the application, and not planned there already. One query.

    Args:
        actor: who takes it.
        application: into which one.
        rows: its answers by their criterion.
        check: the self-check.
        before: by criterion of the application, the keys that it follows from in the set of the check.
    """
    known = set(PlanItem.objects.filter(application=application).values_list("criterion", flat=True))
    wanted: dict[int, Planned] = {}
    for pk, keys in before.items():
        asked = [planned_in(check, key) for key in keys if key in check.answers]
        if asked and not _is_shown(rows[pk]):
            wanted[pk] = next((each for each in asked if each != Planned()), Planned())
    for side in _planned_sides(check):
        own = {criterion.key for criterion in side.criteria}
        planned = planned_in(check, side.key)
        wanted = {pk: planned for pk, keys in before.items() if own & {*keys} and not rows[pk].claim} | wanted
    return [
        PlanItem(
            application=application,
            criterion_id=pk,
            what=", ".join(wanted_of(rows[pk].criterion))[:LONGEST_WHAT],
            who=planned.who,
            by=planned.by,
            changed_at=actor.received_at,
            changed_by_id=actor.user_id,
        )
        for pk, planned in wanted.items()
        if pk not in known
    ]


def _planned_sides(check: SelfCheck) -> list[Side]:
    """The sides that are thin by the answers and for which somebody planned something."""
    sides = sides_of(contents(check.criteria_set))
    return [side for side in sides if side.key in check.plan and check.rest.get(side.key, "most") != "most"]


def _left_out(check: SelfCheck, before: Mapping[int, Sequence[str]]) -> int:
    """How many gates and planned sides of the check have no place in the application, nothing having followed them."""
    placed = {key for keys in before.values() for key in keys}
    sides = [{criterion.key for criterion in side.criteria} for side in _planned_sides(check)]
    return len(check.answers.keys() - placed) + sum(not own & placed for own in sides)


def _is_shown(answer: Answer) -> bool:
    """Whether an item is claimed and nothing is left to be shown for it; of one with points whoever claimed it plans."""
    if answer.criterion.kind != "gate":
        return bool(answer.claim)
    return answer.claim == "met" and bool(answer.evidence_count or not answer.criterion.evidence)
