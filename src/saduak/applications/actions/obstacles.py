"""Reporting what blocks a centre, answering, going up when nobody does, and keeping an answer for everybody."""

import uuid

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from saduak.applications import signals
from saduak.applications.actions import common
from saduak.applications.models import KeptAnswer, Obstacle, ObstacleStep
from saduak.applications.models.obstacles import REACHED
from saduak.applications.queries import obstacles as queries
from saduak.applications.queries.obstacles import CLOCK
from saduak.applications.rules import obstacles as rules
from saduak.applications.states import OBSTACLE
from saduak.foundation import audit, deadlines
from saduak.foundation.access import Actor, Conflict, Invalid, require
from saduak.foundation.access.registry import Words
from saduak.foundation.actions import action
from saduak.foundation.thai.text import search_key
from saduak.organisations.models import Organisation, ServiceCentre
from saduak.organisations.queries import stands_above
from saduak.programme.models import Criterion, Round
from saduak.programme.queries import contents, round_phase_of
from saduak.programme.states import Phase

# What follows when the clock of an obstacle runs out.
UP = "applications.obstacle_up"
LONGEST = {"what": 300, "need": 500, "text": 5_000, "note": 2_000, "question": 300, "reason": 500}


@action("applications.report_obstacle")
def report_obstacle(
    *,
    actor: Actor,
    centre_id: uuid.UUID,
    round_id: uuid.UUID,
    what: str,
    need: str,
    topic: str = "other",
    criterion_id: uuid.UUID | None = None,
    idempotency_key: uuid.UUID | None = None,
) -> Obstacle:
    """Say what blocks a centre and what help it needs; it goes to the office above, which has some days to answer.

    The same again, while it waits, is the one that was reported before.

    Args:
        actor: of the centre's own people.
        centre_id: which centre.
        round_id: in which round.
        what: what blocks it.
        need: what help it needs.
        topic: a key of the topics in `obstacles.json`.
        criterion_id: about which criterion of the round, if about one.
        idempotency_key: of the request.

    Raises:
        Refused: not the actor's centre, or a centre that no longer serves.
        Conflict: the round is over.
        Invalid: a field is empty or too long; no such topic; the criterion is not one of the round's.
        DoesNotExist: no such centre or round.
    """
    del idempotency_key  # the decorator's business
    centre = ServiceCentre.objects.select_related("organisation").get(public_id=centre_id)
    rows = Round.objects.select_related("programme", "criteria_set").prefetch_related("stages")
    round_: Round = rows.get(public_id=round_id)
    require(rules.may_report(actor, centre, round_.programme_id))
    said = {"what": _text(what, "what"), "need": _text(need, "need")}
    _require_topic(topic)
    criterion = _criterion(round_, criterion_id)
    if round_phase_of(round_, actor.received_at) is Phase.CLOSED:
        raise Conflict(_("รอบนี้จบแล้ว จึงแจ้งปัญหาของรอบนี้ไม่ได้"), "round-over")
    known: Obstacle | None = Obstacle.objects.filter(
        centre=centre, round=round_, state="open", topic=topic, criterion=criterion, **said
    ).first()
    if known is not None:
        return known
    made = Obstacle(centre=centre, round=round_, criterion=criterion, topic=topic, **said)
    made.reported_at, made.reported_by_id = actor.received_at, actor.user_id
    made.at = queries.next_up(made, centre.organisation)
    made.save()
    facts = {"centre": centre.public_id, "round": round_.public_id, "topic": topic, "to": _code(made.at)}
    audit.append(made, actor=actor, verb="applications.obstacle_reported", facts=facts)
    _stands(actor, made, "reported")
    return made


def _require_topic(topic: str) -> None:
    if topic not in rules.policy().topics:
        words = _("เลือกหัวข้อจากตัวเลือกที่มี")
        raise Invalid(words, {"topic": words}, "unknown-topic")


def _criterion(round_: Round, criterion_id: uuid.UUID | None) -> Criterion | None:
    if criterion_id is None:
        return None
    of_round = contents(round_.criteria_set).criteria
    found = next((row for row in of_round if row.public_id == criterion_id), None)
    if found is None:
        words = _("เลือกข้อจากเกณฑ์ของรอบนี้")
        raise Invalid(words, {"criterion": words}, "unknown-criterion")
    return found


@action("applications.answer_obstacle")
def answer_obstacle(*, actor: Actor, obstacle_id: uuid.UUID, text: str) -> Obstacle:
    """Answer; an office may still do it after it went up. The first answer counts, and the clock stops.

    Raises:
        Refused: neither an office that it has reached nor the secretariat.
        Conflict: answered, closed or withdrawn.
        Invalid: nothing written, or too much.
        DoesNotExist: no such obstacle.
    """
    obstacle = _locked(obstacle_id)
    _require_answering(actor, obstacle)
    obstacle.state = OBSTACLE.step("answer", obstacle.state)
    words = _text(text, "text")
    obstacle.save(update_fields=["state"])
    deadlines.meet(obstacle, CLOCK, at=actor.received_at)
    office = _speaks_for(actor, obstacle)
    _took(actor, obstacle, "answered", office=office, text=words)
    return obstacle


@action("applications.raise_obstacle")
def raise_obstacle(*, actor: Actor, obstacle_id: uuid.UUID, note: str = "") -> Obstacle:
    """Pass it on to the office above without waiting, because the answer is not this office's to give.

    Raises:
        Refused: neither an office that it has reached nor the secretariat.
        Conflict: it does not wait, it is another office's by now, or it has come to the secretariat already.
        Invalid: the note is too long.
        DoesNotExist: no such obstacle.
    """
    obstacle = _locked(obstacle_id)
    _require_answering(actor, obstacle)
    obstacle.state = OBSTACLE.step("raise", obstacle.state)
    if obstacle.at is None:
        raise Conflict(_("เรื่องนี้ถึงฝ่ายเลขานุการโครงการแล้ว ไม่มีหน่วยงานเหนือขึ้นไปอีก"), "at-the-top")
    common.require_open(rules.may_pass_on(actor, obstacle))
    words = _text(note, "note") if note.strip() else ""
    _go_up(actor, obstacle, "passed", words)
    return obstacle


@action("applications.obstacle_lapsed")
def lapse_obstacle(*, actor: Actor, obstacle_pk: int) -> Obstacle | None:
    """Nobody answered in time: it goes up one level. Nothing when somebody did, or when it has gone up already.

    Raises:
        Refused: not the program itself.
    """
    require(rules.only_program(actor))
    obstacle = _for_update().filter(pk=obstacle_pk).first()
    if obstacle is None or not OBSTACLE.can("raise", obstacle.state) or obstacle.at is None:
        return None
    clock = deadlines.of(obstacle, CLOCK)
    if clock is None or clock.lapsed_at is None or clock.met_at is not None:
        return None
    _go_up(actor, obstacle, "raised", "")
    return obstacle


@action("applications.reopen_obstacle")
def reopen_obstacle(*, actor: Actor, obstacle_id: uuid.UUID, why: str, higher: bool = False) -> Obstacle:
    """Say that the answer does not solve it: it is asked again, where it was answered or one level higher.

    Raises:
        Refused: not the actor's centre.
        Conflict: it waits for an answer, or was withdrawn.
        Invalid: nothing written, or too much.
        DoesNotExist: no such obstacle.
    """
    obstacle = _locked(obstacle_id)
    require(rules.may_report(actor, obstacle.centre, obstacle.round.programme_id))
    obstacle.state = OBSTACLE.step("reopen", obstacle.state)
    words = _text(why, "note")
    if higher and obstacle.at is not None:
        obstacle.at = queries.next_up(obstacle, obstacle.at)
    obstacle.save(update_fields=["state", "at"])
    facts = {"to": _code(obstacle.at)}
    audit.append(obstacle, actor=actor, verb="applications.obstacle_reopened", facts=facts)
    _stands(actor, obstacle, "reopened", words)
    return obstacle


@action("applications.close_obstacle")
def close_obstacle(*, actor: Actor, obstacle_id: uuid.UUID) -> Obstacle:
    """The centre says that the answer solved it.

    Raises:
        Refused: not the actor's centre.
        Conflict: not answered.
        DoesNotExist: no such obstacle.
    """
    obstacle = _locked(obstacle_id)
    require(rules.may_report(actor, obstacle.centre, obstacle.round.programme_id))
    obstacle.state = OBSTACLE.step("close", obstacle.state)
    obstacle.save(update_fields=["state"])
    _took(actor, obstacle, "closed")
    return obstacle


@action("applications.withdraw_obstacle")
def withdraw_obstacle(*, actor: Actor, obstacle_id: uuid.UUID) -> Obstacle:
    """The centre takes it back before it is answered; nobody has to answer any more.

    Raises:
        Refused: not the actor's centre.
        Conflict: answered, closed or withdrawn.
        DoesNotExist: no such obstacle.
    """
    obstacle = _locked(obstacle_id)
    require(rules.may_report(actor, obstacle.centre, obstacle.round.programme_id))
    obstacle.state = OBSTACLE.step("withdraw", obstacle.state)
    obstacle.save(update_fields=["state"])
    deadlines.cancel(obstacle, CLOCK)
    _took(actor, obstacle, "withdrawn")
    return obstacle


def reroute_obstacles(*, actor: Actor) -> int:
    """Send anew what waits at offices that stand over the centre's no longer, and let those read no more; how many.

    Each in a transaction of its own, found without a lock: a ministry that moved stops nobody from answering meanwhile.
    """
    over = stands_above("organisation", "obstacle__centre__organisation", "line", "supervision")
    lost = ObstacleStep.objects.filter(
        ~over, kind__in=sorted(REACHED), organisation__isnull=False, ended_at__isnull=True
    )
    keys = sorted(set(lost.values_list("obstacle_id", flat=True)))
    return sum(_reroute(actor=actor, obstacle_pk=pk) for pk in keys)


@action("applications.reroute_obstacle")
def _reroute(*, actor: Actor, obstacle_pk: int) -> bool:
    """One of them; whether there was still something to do."""
    obstacle = _for_update().get(pk=obstacle_pk)
    # Paths know one way up or the other; who is above by a mixture of both is found step by step.
    still = queries.all_above(obstacle.centre.organisation)
    reached = ObstacleStep.objects.filter(
        obstacle=obstacle, kind__in=sorted(REACHED), organisation__isnull=False, ended_at__isnull=True
    )
    if not reached.exclude(organisation__in=still).update(ended_at=actor.received_at):
        return False
    facts = {"from": _code(obstacle.at)}
    moved = obstacle.state == "open" and obstacle.at_id is not None and obstacle.at_id not in still
    if moved:
        obstacle.at = queries.next_up(obstacle, obstacle.centre.organisation)
        obstacle.save(update_fields=["at"])
    facts["to"] = _code(obstacle.at)
    audit.append(obstacle, actor=actor, verb="applications.obstacle_moved", facts=facts)
    if moved:
        _stands(actor, obstacle, "moved")
    return True


@action("applications.keep_answer")
def keep_answer(*, actor: Actor, obstacle_id: uuid.UUID, topic: str, question: str, text: str) -> KeptAnswer:
    """Keep an answer for every centre with the same problem, in words that say of nobody that they asked.

    Keeping it again takes the place of what was kept before.

    Raises:
        Refused: neither an office that the obstacle has reached nor the secretariat.
        Conflict: it was not answered yet.
        Invalid: a field is empty, too long or names the centre; no such topic.
        DoesNotExist: no such obstacle.
    """
    obstacle = _locked(obstacle_id)
    _require_answering(actor, obstacle)
    if obstacle.state not in {"answered", "closed"}:
        raise Conflict(_("เก็บคำตอบได้เมื่อตอบแล้ว"), "wrong-state")
    _require_topic(topic)
    said = {"question": _text(question, "question"), "text": _text(text, "text")}
    _require_unnamed(obstacle, said)
    before = KeptAnswer.objects.select_for_update(no_key=True).filter(
        obstacle=obstacle, withdrawn_at__isnull=True
    )
    for row in before:
        require(rules.may_keep(actor, row))
        _drop(actor, row, str(_("มีคำตอบใหม่แทน")))
    made: KeptAnswer = KeptAnswer.objects.create(
        programme=obstacle.round.programme,
        obstacle=obstacle,
        topic=topic,
        criterion_key=obstacle.criterion.key if obstacle.criterion is not None else "",
        organisation=_speaks_for(actor, obstacle),
        published_at=actor.received_at,
        published_by_id=actor.user_id,
        **said,
    )
    audit.append(made, actor=actor, verb="applications.answer_kept", facts={"topic": topic} | said)
    return made


def _require_unnamed(obstacle: Obstacle, said: dict[str, str]) -> None:
    """Everybody reads it: it must not say who asked."""
    centre = obstacle.centre
    names = {search_key(centre.organisation.name_th)}
    # A name that many centres bear says of nobody that they asked.
    if not ServiceCentre.objects.filter(name_th=centre.name_th).exclude(pk=centre.pk).exists():
        names.add(search_key(centre.name_th))
    words = _("ทุกศูนย์อ่านข้อความนี้ได้ อย่าเขียนชื่อศูนย์หรือหน่วยงานที่ถาม")
    wrong: dict[str, Words] = {
        field: words for field, text in said.items() if any(name in search_key(text) for name in names)
    }
    if wrong:
        raise Invalid(words, wrong, "names-the-centre")


@action("applications.drop_answer")
def drop_answer(*, actor: Actor, kept_id: uuid.UUID, reason: str) -> KeptAnswer:
    """Take a kept answer out of what everybody reads, because it is wrong or out of date.

    Raises:
        Refused: neither the office that gave it nor the secretariat.
        Conflict: it is out already.
        Invalid: no reason.
        DoesNotExist: no such answer.
    """
    kept = KeptAnswer.locked(kept_id)
    require(rules.may_keep(actor, kept))
    words = _text(reason, "reason")
    if kept.withdrawn_at is not None:
        raise Conflict(_("เอาคำตอบนี้ออกแล้ว"), "wrong-state")
    _drop(actor, kept, words)
    return kept


def _drop(actor: Actor, kept: KeptAnswer, reason: str) -> None:
    kept.withdrawn_at, kept.withdrawn_reason = actor.received_at, reason
    kept.save(update_fields=["withdrawn_at", "withdrawn_reason"])
    audit.append(kept, actor=actor, verb="applications.answer_dropped", facts={"reason": reason})


# --- What they share ---------------------------------------------------------------------------------------------------


def _for_update() -> QuerySet[Obstacle]:
    rows: QuerySet[Obstacle] = Obstacle.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("centre__organisation", "round__programme", "criterion", "at")


def _locked(obstacle_id: uuid.UUID) -> Obstacle:
    return _for_update().get(public_id=obstacle_id)


def _require_answering(actor: Actor, obstacle: Obstacle) -> None:
    require(rules.may_answer(actor, obstacle, queries.reached(obstacle)))


def _speaks_for(actor: Actor, obstacle: Obstacle) -> Organisation | None:
    """In whose name the actor answers: whose turn it is, else an office that had it; None for the secretariat."""
    own = rules.offices_of(actor, obstacle.round.programme_id)
    if obstacle.at is not None and obstacle.at_id in own:
        return obstacle.at
    return Organisation.objects.filter(pk__in=own & set(queries.reached(obstacle))).order_by("pk").first()


def _go_up(actor: Actor, obstacle: Obstacle, how: str, text: str) -> None:
    """One level; it stands somewhere, so there is an office to go up from."""
    before = obstacle.at
    assert before is not None  # noqa: S101 - for mypy: those who call it have looked
    obstacle.at = queries.next_up(obstacle, before)
    obstacle.save(update_fields=["at"])
    facts = {"how": how, "from": _code(before), "to": _code(obstacle.at)}
    audit.append(obstacle, actor=actor, verb="applications.obstacle_raised", facts=facts)
    _stands(actor, obstacle, how, text)


def _stands(actor: Actor, obstacle: Obstacle, how: str, text: str = "") -> None:
    """Note whom it has reached now, start the clock of whose turn it is, and tell the rooms above."""
    policy = rules.policy()
    deadlines.start(
        subject=obstacle,
        kind=CLOCK,
        start_event=f"applications.obstacle_{how}",
        started_at=actor.received_at,
        days=policy.days,
        unit=policy.unit,
        reminder_days=policy.remind_days,
        # Above the secretariat there is nobody: its day is a wish.
        effect=UP if obstacle.at_id is not None else "",
        organisation_id=obstacle.at_id,
    )
    _step(actor, obstacle, how, office=obstacle.at, text=text)


def _took(
    actor: Actor, obstacle: Obstacle, how: str, *, office: Organisation | None = None, text: str = ""
) -> None:
    """Audit a step that sends it nowhere, note it and tell the rooms above."""
    facts = {"by": _code(office)} if how == "answered" else {}
    audit.append(obstacle, actor=actor, verb=f"applications.obstacle_{how}", facts=facts)
    _step(actor, obstacle, how, office=office, text=text)


def _step(actor: Actor, obstacle: Obstacle, how: str, *, office: Organisation | None, text: str) -> None:
    ObstacleStep.objects.create(
        obstacle=obstacle,
        kind=how,
        organisation=office,
        text=text,
        at=actor.received_at,
        by_id=actor.user_id,
    )
    signals.obstacle_told.send(Obstacle, obstacle=obstacle, how=how, actor=actor)


def _code(office: Organisation | None) -> str:
    return office.code if office is not None else "secretariat"


def _text(value: str, field: str) -> str:
    return common.text(value, field, LONGEST[field], required=_("เขียนสั้น ๆ"))
