"""One centre's year: start, write, have it checked, sign, file, correct."""

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any

from django.db.models import BigIntegerField

from saduak.applications import actions, queries
from saduak.applications.actions import AnswerConflict
from saduak.applications.models import Answer, Application, Review
from saduak.foundation import clock
from saduak.foundation.access import Conflict, Refused
from saduak.foundation.prepared import Given, Read
from saduak.organisations.models import ServiceCentre
from saduak.portal.rehearsal import behaviour as ways
from saduak.portal.rehearsal.behaviour import Behaviour, draw
from saduak.portal.rehearsal.calendar import at, next_workday
from saduak.portal.rehearsal.stage import Stage
from saduak.portal.rehearsal.texts import narrative
from saduak.portal.rehearsal.world import Team

_STATE = Read[Application](
    lambda: Application.objects.filter(pk=Given("pk", BigIntegerField())).only("state")
)


def dice_of(stage: Stage, centre: ServiceCentre) -> random.Random:
    """One centre's dice: its behaviour is what they show first."""
    return stage.world.dice(f"{stage.dates.fiscal_year}:{centre.organisation.code}:{centre.name_th}")


class Play:
    """One centre's application as its people work on it."""

    def __init__(self, stage: Stage, team: Team) -> None:
        self.stage, self.team = stage, team
        self.dice: random.Random = dice_of(stage, team.centre)
        self.ways: Behaviour = draw(self.dice)
        self.application: Application = Application()
        self.held_back: list[Answer] = []
        self.evidence: list[Any] = []

    def start(self) -> None:
        """Start the application (twice, as impatient people do: it is the same one)."""
        officer = self.team.officer.now()
        ids_ = {"centre_id": self.team.centre.public_id, "round_id": self.stage.round.public_id}
        self.application = actions.start(actor=officer, **ids_)

    def answers(self) -> list[Answer]:
        """All answers, in the order of the criteria."""
        rows = Answer.objects.filter(application=self.application).select_related("criterion")
        return list(rows.order_by("criterion__ordinal"))

    def write(self, answers: list[Answer]) -> None:
        """Answer some criteria."""
        for answer in answers:
            gate = answer.criterion.kind == "gate"
            has = gate or self.dice.random() < self.ways.quality
            if not has and self.dice.random() < 0.5:
                continue
            self.answer(answer, met=has)
            if has:
                self.support(answer)

    def answer(self, answer: Answer, *, met: bool) -> None:
        """Save one answer; in the second tab the version is stale, and the writer keeps the newer text."""
        words = narrative(self.dice, answer.criterion) if met else ""
        values: dict[str, Any] = {"claim": "met" if met else "unmet", "narrative": words}
        if answer.criterion.kind == "outcome" and met:
            values |= self.outcome(answer)
        actor, name = self.team.officer.now(), answer.public_id
        actions.save_answer(actor=actor, answer_id=name, version=answer.version, **values)
        if self.ways.works_in_two_tabs and self.dice.random() < 0.2:
            try:
                actions.save_answer(
                    actor=actor, answer_id=name, version=answer.version, narrative=words + " (แก้)"
                )
            except AnswerConflict as conflict:
                self.stage.tally["two_tabs"] += 1
                again = words + " (รวมสองฉบับ)"
                actions.save_answer(
                    actor=actor, answer_id=name, version=conflict.version, narrative=again, force=True
                )

    def outcome(self, answer: Answer) -> dict[str, Any]:
        """Points of an outcome: by the parts of its scale when it has them, else a share of its points."""
        parts = (answer.criterion.scale or {}).get("parts") or []
        if not parts:
            return {"points": round(float(answer.criterion.points) * self.ways.quality)}
        chosen = {}
        for part in parts:
            choices = [choice["points"] for choice in part.get("choices", [])] or [0, part.get("points", 0)]
            good = self.dice.random() < self.ways.quality
            chosen[part["key"]] = max(choices) if good else self.dice.choice(choices)
        return {"scale": chosen}

    def support(self, answer: Answer) -> None:
        """Add or reuse evidence for most of what is claimed."""
        if self.dice.random() > 0.93 and answer.criterion.kind != "gate":
            return
        actor = self.team.officer.now()
        if len(self.evidence) < 4:
            _name, data = self.stage.world.papers[len(self.evidence) % len(self.stage.world.papers)]
            added = actions.add_evidence(
                actor=actor,
                file=BytesIO(data),
                caption=f"ภาพจุดบริการ มุมที่ {len(self.evidence) + 1}",
                answer_id=answer.public_id,
            )
            self.evidence.append(added.evidence)
            return
        chosen = self.dice.choice(self.evidence)
        actions.link_evidence(actor=actor, answer_id=answer.public_id, evidence_id=chosen.public_id)

    def sign(self) -> bool:
        """The head signs, in the system or on paper; False when the rules refuse it (a gate is open)."""
        head = self.team.head.now()
        page = queries.signing_page(head, self.application.public_id)
        if page is None:
            return False
        try:
            if self.ways.signs_on_paper:
                self.attach_paper(page.code)
            else:
                actions.sign(actor=head, application_id=self.application.public_id, digest=page.digest)
        except Conflict as refusal:
            self.stage.tally[f"refused:{refusal.code}"] += 1
            return False
        return True

    def attach_paper(self, code: str) -> None:
        """The officer attaches the page that the head signed."""
        head = self.team.head.person
        actions.record_paper_signature(
            actor=self.team.officer.now(),
            application_id=self.application.public_id,
            file=BytesIO(self.stage.world.papers[0][1]),
            name="signed.jpg",
            code=code,
            signer_name=str(head),
            signer_position=head.position or "หัวหน้าหน่วยงาน",
            signed_on=clock.today(),
        )

    def touch_after_signing(self) -> None:
        """Edit once more: the signature is void, and the head signs again."""
        answer = self.answers()[-1]
        saved = actions.save_answer(
            actor=self.team.officer.now(),
            answer_id=answer.public_id,
            version=answer.version,
            narrative=answer.narrative + " เพิ่มข้อมูลเดือนล่าสุด",
        )
        self.stage.tally["signatures_voided"] += int(saved.voided)
        self.sign()

    def file(self) -> bool:
        """File it; False when it is refused."""
        try:
            actions.submit(actor=self.team.officer.now(), application_id=self.application.public_id)
        except Conflict as refusal:
            self.stage.tally[f"refused:{refusal.code}"] += 1
            return False
        self.application.refresh_from_db()
        return True


def script(stage: Stage, team: Team) -> Iterator[datetime]:
    """One centre from its appointment to its last correction."""
    play = Play(stage, team)
    if play.ways.way == ways.NEVER:
        return
    day = stage.dates.opens + timedelta(days=play.ways.starts_after)
    yield at(day, 9 + play.dice.random() * 6)
    play.start()
    yield from _writing(play, day)
    if play.ways.way == ways.ABANDONS:
        return
    if play.ways.way == ways.WITHDRAWS_EARLY:
        _withdraw(play)
        return
    if play.ways.asks_for_check:
        yield from _checking(play)
    yield from _filing(play)
    if play.application.state != "submitted":
        return
    if play.ways.way == ways.WITHDRAWS_LATER:
        yield at(stage.dates.closes, 0) - timedelta(minutes=10)
        _withdraw(play)
        return
    yield from _correcting(play)


def _writing(play: Play, day: date) -> Iterator[datetime]:
    """Write over some days; one gate may be forgotten, half is left when the centre gives up."""
    answers = play.answers()
    if play.ways.forgets_a_gate:
        play.held_back, answers = answers[:1], answers[1:]
    if play.ways.way == ways.ABANDONS:
        answers = answers[: len(answers) // 2]
    size = -(-len(answers) // play.ways.writing_days)
    for start in range(0, len(answers), size):
        play.write(answers[start : start + size])
        day = next_workday(day)
        day = min(play.stage.dates.closes - timedelta(days=2), day)
        yield at(day, 9 + play.dice.random() * 7)


def _checking(play: Play) -> Iterator[datetime]:
    """Ask the province to check the writing; late or missing answers block nothing."""
    officer = play.team.officer.now()
    options = queries.reviewers(play.application)
    if not options:
        return
    try:
        review = actions.request_review(
            actor=officer,
            application_id=play.application.public_id,
            organisation_id=options[0].organisation.public_id,
        )
    except Refused as refusal:
        play.stage.tally[f"check_refused:{refusal.code}"] += 1
        return
    play.stage.tally["checks"] += 1
    code = review.organisation.code.removeprefix("province:")
    supervisor = play.stage.world.supervisors.get(code)
    now = at(next_workday(clock.today()), 10 + play.dice.random() * 5)
    if supervisor is None or play.ways.check_answer == "silence" or now.date() >= play.stage.dates.closes:
        return
    yield now
    review.refresh_from_db()
    if review.state != "requested":
        return
    if play.ways.check_answer == "endorse":
        actions.endorse_review(actor=supervisor.now(), review_id=review.public_id)
        return
    _return_check(play, review, supervisor)
    yield now + timedelta(hours=3)
    answer = play.answers()[14]
    play.answer(answer, met=True)


def _return_check(play: Play, review: Review, supervisor: Any) -> None:
    answer = play.answers()[14]
    actor = supervisor.now()
    actions.comment(
        actor=actor,
        review_id=review.public_id,
        criterion_id=answer.criterion.public_id,
        text="เพิ่มว่าทำอย่างไร ใครรับผิดชอบ และได้ผลอย่างไร",
    )
    actions.return_review(actor=actor, review_id=review.public_id, note="โดยรวมดี ขอให้เพิ่มตามข้อที่ระบุ")
    play.stage.tally["checks_returned"] += 1


def _filing(play: Play) -> Iterator[datetime]:
    """Sign and file; who is late comes in the very second in which the window closes."""
    closes = at(play.stage.dates.closes, 0)
    if play.ways.way == ways.TOO_LATE:
        yield closes - timedelta(hours=2)
        play.sign()
        yield closes
        play.stage.tally["too_late"] += int(not play.file())
        return
    now = min(at(next_workday(clock.today()), 9 + play.dice.random() * 7), closes - timedelta(hours=8))
    yield now
    signed = play.sign()
    if signed and play.ways.edits_after_signing:
        play.touch_after_signing()
    if not (signed and play.file()) and play.held_back:
        yield min(now + timedelta(days=1), closes - timedelta(hours=4))
        play.write(play.held_back)
        play.sign()
        play.file()


def _withdraw(play: Play) -> None:
    actions.withdraw(
        actor=play.team.officer.now(),
        application_id=play.application.public_id,
        reason="อาคารปิดปรับปรุง จะสมัครใหม่ปีหน้า",
    )


def _correcting(play: Play) -> Iterator[datetime]:
    """Look every few days whether screening gave it back; correct it in time, or not."""
    day = play.stage.dates.closes + timedelta(days=4)
    while day < date(day.year, 5, 1):
        yield at(day, 13)
        if _STATE.get(pk=play.application.pk).state == "correction":
            if play.ways.corrects:
                answer = play.answers()[0]
                play.answer(answer, met=True)
                play.sign()
                if play.file():
                    play.stage.tally["corrected"] += 1
            return
        day += timedelta(days=4)
