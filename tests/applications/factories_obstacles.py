"""Obstacles made by the real actions, and the clock that sends them up."""

import datetime
from typing import Any

from saduak.applications import actions
from saduak.applications.models import KeptAnswer, Obstacle, ObstacleStep
from saduak.foundation import clock, deadlines, jobs
from saduak.foundation.access import Actor
from saduak.foundation.models import AuditEntry
from saduak.organisations.models import ServiceCentre
from saduak.programme.models import Round

WHAT, NEED = "ยังไม่มีคำสั่งแต่งตั้งคณะทำงาน", "ขอตัวอย่างคำสั่ง"


def reported(actor: Actor, centre: ServiceCentre, round_: Round, **more: Any) -> Obstacle:
    """What blocks a centre, in mid-window."""
    values = {"what": WHAT, "need": NEED, "topic": "signing"} | more
    return actions.report_obstacle(
        actor=actor, centre_id=centre.public_id, round_id=round_.public_id, **values
    )


def run_out(obstacle: Obstacle) -> datetime.datetime:
    """Let the day pass on which it goes up; the moment at which it did."""
    running = deadlines.of(obstacle, "obstacle")
    assert running is not None
    with clock.travel(running.due_at):
        deadlines.watch()
        jobs.run_pending()
    return running.due_at


def verbs() -> list[str]:
    """What the audit says of obstacles, in order."""
    rows = AuditEntry.objects.filter(aggregate="applications.obstacle").order_by("pk")
    return [verb.removeprefix("applications.obstacle_") for verb in rows.values_list("verb", flat=True)]


def steps(obstacle: Obstacle) -> list[Any]:
    """Its steps: (kind, office, words)."""
    rows = ObstacleStep.objects.filter(obstacle=obstacle).order_by("pk")
    return list(rows.values_list("kind", "organisation", "text"))


def answer(actor: Actor, obstacle: Obstacle, text: str = "ใช้ตัวอย่างนี้") -> Obstacle:
    """Answered."""
    return actions.answer_obstacle(actor=actor, obstacle_id=obstacle.public_id, text=text)


def keep(actor: Actor, obstacle: Obstacle, **more: Any) -> KeptAnswer:
    """Its answer, kept for everybody."""
    said = {"topic": "signing", "question": "ไม่มีคำสั่งแต่งตั้ง", "text": "ใช้แบบคำสั่งของกรม"} | more
    return actions.keep_answer(actor=actor, obstacle_id=obstacle.public_id, **said)
