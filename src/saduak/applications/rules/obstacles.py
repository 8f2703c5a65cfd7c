"""Who reports what blocks a centre, who answers, and who reads of it. Days, order and topics are data."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from saduak.applications.models import KeptAnswer, Obstacle, ObstacleStep
from saduak.applications.models.obstacles import REACHED
from saduak.applications.rules import is_own, own_centres_q, programmes_q
from saduak.foundation.access import YES, Actor, Decision, no, registry
from saduak.foundation.access.registry import Words
from saduak.organisations.models import Role, ServiceCentre
from saduak.organisations.queries import offices_q
from saduak.programme.words import bilingual

REPORT = registry.capability(
    "applications.report_obstacle",
    _("แจ้งปัญหาที่ศูนย์ติดอยู่"),
    roles={Role.OFFICER, Role.HELPER, Role.HEAD},
)
ANSWER = registry.capability("applications.answer_obstacle", _("ตอบปัญหาที่ศูนย์แจ้งขึ้นมา"), roles={Role.SUPERVISOR})
ANSWER_LAST = registry.capability(
    "applications.answer_last", _("ตอบปัญหาที่ขึ้นมาถึงโครงการ และดูแลคำตอบที่เก็บไว้"), roles={Role.SECRETARIAT}
)
# The pages of it all: for who reports and for who answers.
USE = registry.capability(
    "applications.obstacles",
    _("ดูปัญหาที่ศูนย์ติดอยู่ และคำตอบที่เก็บไว้ให้ทุกศูนย์"),
    roles={Role.OFFICER, Role.HELPER, Role.HEAD, Role.SUPERVISOR, Role.SECRETARIAT},
)

_FILE = Path(__file__).resolve().parent.parent / "obstacles.json"


@dataclass(frozen=True, slots=True)
class Policy:
    """What nobody has ruled yet and is data therefore: days for an answer, which kind of office comes first, topics."""

    official: bool
    days: int
    unit: str
    remind_days: tuple[int, ...]
    first: tuple[str, ...]
    topics: dict[str, Words]

    def rank(self, kind: str) -> int:
        """The place of a kind of office among several that stand directly above."""
        return self.first.index(kind) if kind in self.first else len(self.first)


@cache
def policy() -> Policy:
    """The policy as the file says it."""
    said = json.loads(_FILE.read_text(encoding="utf-8"))
    return Policy(
        official=said["official"],
        days=said["answer"]["days"],
        unit=said["answer"]["unit"],
        remind_days=tuple(said["answer"]["remind_days"]),
        first=tuple(said["first"]),
        topics={row["key"]: bilingual(row["th"], row["en"]) for row in said["topics"]},
    )


def topic_words(key: str) -> Words:
    """A topic in words; one that the file has no more keeps its key."""
    return policy().topics.get(key, key)


def may_report(actor: Actor, centre: ServiceCentre, programme_id: int) -> Decision:
    """Whether the actor may say what blocks a centre, and act for it later: its own people alone."""
    if centre.retired_at is not None:
        return no(_("ศูนย์นี้เลิกให้บริการแล้ว"), "centre-retired")
    if is_own(actor, REPORT, centre, programme_id):
        return YES
    return no(_("แจ้งปัญหาได้เฉพาะผู้รับผิดชอบ ผู้ช่วย และหัวหน้าหน่วยงานของศูนย์"), "not-yours")


def may_answer(actor: Actor, obstacle: Obstacle, reached: Collection[int]) -> Decision:
    """Whether the actor may answer: an office that it has reached, also after it went up, or the secretariat.

    Args:
        actor: who would answer.
        obstacle: with its round.
        reached: the offices (keys) that it has reached and that still stand above the centre's.
    """
    programme_id = obstacle.round.programme_id
    if actor.can(ANSWER_LAST, programme_id=programme_id) or offices_of(actor, programme_id) & set(reached):
        return YES
    return no(_("ตอบได้เฉพาะหน่วยงานที่เรื่องนี้ขึ้นไปถึง และฝ่ายเลขานุการโครงการ"), "not-asked")


def may_pass_on(actor: Actor, obstacle: Obstacle) -> Decision:
    """Whether the actor may send it further up: whose turn it is now, not who had it before; or the secretariat."""
    programme_id = obstacle.round.programme_id
    if actor.can(ANSWER_LAST, programme_id=programme_id) or obstacle.at_id in offices_of(actor, programme_id):
        return YES
    return no(_("เรื่องนี้ขึ้นไปถึงหน่วยงานอื่นแล้ว ส่งต่อได้เฉพาะหน่วยงานที่เรื่องอยู่ตอนนี้"), "not-your-turn")


def offices_of(actor: Actor, programme_id: int | None = None) -> frozenset[int]:
    """The offices (keys) in whose place the actor answers. Who is appointed for one centre answers for no office."""
    held = actor.holding_with(ANSWER, programme_id=programme_id)
    return frozenset(pk for h in held if h.centre_id is None for pk in h.organisation_ids)


def may_keep(actor: Actor, kept: KeptAnswer) -> Decision:
    """Whether the actor may take a kept answer back: the office that gave it, and the secretariat."""
    if actor.can(ANSWER_LAST, programme_id=kept.programme_id):
        return YES
    if kept.organisation_id is not None and kept.organisation_id in offices_of(actor, kept.programme_id):
        return YES
    return no(_("เอาออกได้เฉพาะหน่วยงานที่ตอบ และฝ่ายเลขานุการโครงการ"), "not-yours")


def only_program(actor: Actor) -> Decision:
    """What follows from a clock is the program's own doing."""
    return YES if actor.is_system else no(_("ขั้นนี้ระบบทำเองเมื่อครบกำหนด"), "only-program")


# --- Who sees what -----------------------------------------------------------------------------------------------------


def own_q(actor: Actor) -> Q | None:
    """Obstacles of the centres at which the actor itself works; never of a sister's."""
    return own_centres_q(actor, REPORT)


def reached_q(actor: Actor) -> Q | None:
    """Obstacles that have reached the actor's offices and that these may still read."""
    whole = (holding for holding in actor.holding_with(ANSWER) if holding.centre_id is None)
    found = offices_q(whole, "organisation", lambda key: Q(obstacle__round__programme=key))
    if found is None:
        return None
    steps = ObstacleStep.objects.filter(found, kind__in=sorted(REACHED), ended_at__isnull=True)
    return Q(pk__in=steps.values("obstacle"))


def turn_q(actor: Actor) -> Q | None:
    """Obstacles that wait for the actor: for its office, or for the secretariat that it belongs to."""
    whole = (holding for holding in actor.holding_with(ANSWER) if holding.centre_id is None)
    office = offices_q(whole, "at", lambda key: Q(round__programme=key))
    held = programme_q(actor)
    last = None if held is None else held & Q(at__isnull=True)
    if office is None or last is None:
        return last if office is None else office
    return office | last


def programme_q(actor: Actor, way: str = "round__programme") -> Q | None:
    """Everything of the programmes whose secretariat the actor belongs to."""
    return programmes_q(actor, (ANSWER_LAST,), way)


def _kept(actor: Actor) -> Q | None:
    """For everybody with the same problem, and for whom they ask: not only for those who asked."""
    found = programmes_q(actor, (USE,), "programme")
    return None if found is None else found & Q(withdrawn_at__isnull=True)


registry.grant(Obstacle, "obstacle.own", _("เป็นเรื่องที่ศูนย์ของคุณแจ้ง"), own_q)
registry.grant(Obstacle, "obstacle.reached", _("เรื่องนี้ขึ้นมาถึงหน่วยงานของคุณ"), reached_q)
registry.grant(Obstacle, "obstacle.programme", _("เป็นเรื่องของโครงการที่คุณเป็นฝ่ายเลขานุการ"), programme_q)
registry.grant(KeptAnswer, "obstacle.kept", _("เป็นคำตอบที่เก็บไว้ให้ทุกศูนย์"), _kept)
