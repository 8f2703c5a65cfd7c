"""Who assesses the readiness of whom, who confirms and sends it, and who reads of it. Whom to ask is data."""

import json
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from saduak.applications.models import (
    Readiness,
    ReadinessConfirmation,
    ReadinessEntry,
    ReadinessExport,
    ReadinessList,
)
from saduak.applications.rules import SEE, own_centres_q, programmes_q
from saduak.applications.rules.following import OWN_FILE, own_files
from saduak.foundation.access import YES, Actor, Decision, Holding, no, registry
from saduak.foundation.access.registry import Words
from saduak.organisations.models import Organisation, Role
from saduak.organisations.queries import offices_q
from saduak.programme.models import Round
from saduak.programme.queries import phase_of, round_phase_of, stage_of
from saduak.programme.states import Phase
from saduak.programme.words import bilingual

ASSESS = registry.capability(
    "applications.assess_readiness",
    _("ประเมินความพร้อมของหน่วยงานก่อนสมัคร และส่งรายการให้โครงการ"),
    roles={Role.SUPERVISOR},
)
CONFIRM = registry.capability(
    "applications.confirm_readiness", _("ยืนยันผลประเมินความพร้อมในฐานะหัวหน้าหน่วยงาน"), roles={Role.HEAD}
)
# The pages of an assessing office: for who assesses and for its head.
USE = registry.capability(
    "applications.readiness",
    _("ดูรายการประเมินความพร้อมของหน่วยงานตน"),
    roles={Role.SUPERVISOR, Role.HEAD},
)
SET = registry.capability(
    "applications.set_assessors", _("กำหนดว่าใครประเมินความพร้อมของใครในรอบ"), roles={Role.SECRETARIAT}
)
SEE_LISTS = registry.capability(
    "applications.see_readiness", _("อ่านรายการความพร้อมที่ส่งให้โครงการ"), roles={Role.SECRETARIAT}
)

_FILE = Path(__file__).resolve().parent.parent / "readiness.json"


@dataclass(frozen=True, slots=True)
class Rule:
    """Who assesses some units: the first rule that fits a unit and finds an assessor for it wins.

    `areas` and `kinds` narrow the units (their place, the kind of their organisation); empty means all. By "line" and
    "supervision" the nearest office of one of `assessor_kinds` on the way up assesses, the kinds in their order; by
    "named" it is `office_id` (a key).
    """

    assessor: str
    areas: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    assessor_kinds: tuple[str, ...] = ()
    office_id: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Rules as the file has them, with where they come from."""

    key: str
    title: Words
    source: str
    official: bool
    rules: tuple[Rule, ...]


@cache
def rule_sets() -> dict[str, RuleSet]:
    """The sets of rules that the secretariat can load, by key."""
    said = json.loads(_FILE.read_text(encoding="utf-8"))
    return {row["key"]: _set(row) for row in said["sets"]}


@cache
def usual() -> RuleSet:
    """What counts in a round for which nobody set anything."""
    return rule_sets()[json.loads(_FILE.read_text(encoding="utf-8"))["usual"]]


def _set(row: dict[str, Any]) -> RuleSet:
    rules = tuple(
        Rule(
            assessor=rule["assessor"],
            areas=tuple(rule.get("areas", ())),
            kinds=tuple(rule.get("kinds", ())),
            assessor_kinds=tuple(rule["assessor_kinds"]),
            note=rule["note"],
        )
        for rule in row["rules"]
    )
    return RuleSet(row["key"], bilingual(row["th"], row["en"]), row["source"], row["official"], rules)


# --- Who may do what ---------------------------------------------------------------------------------------------------


def posts(actor: Actor, capability: str, programme_id: int | None = None) -> list[Holding]:
    """The posts at a whole office by which the actor holds a capability; the one chosen for this visit first."""
    held = actor.holding_with(capability, programme_id=programme_id)
    whole = [post for post in held if post.centre_id is None and post.organisation_ids]
    return sorted(whole, key=lambda post: post.ref != actor.acting_ref)


def offices(actor: Actor, capability: str, programme_id: int | None = None) -> list[int]:
    """The offices (keys) in whose place the actor holds a capability, also those in whose name its own writes.

    The office of the post chosen for this visit comes first, and before an office the one in whose name it writes.
    """
    found: list[int] = []
    for post in posts(actor, capability, programme_id):
        named = sorted(post.organisation_ids - {post.organisation_id or 0})
        found += [*named, *([post.organisation_id] if post.organisation_id in post.organisation_ids else [])]
    return list(dict.fromkeys(found))


def may_assess(actor: Actor, office: Organisation, programme_id: int) -> Decision:
    """Whether the actor assesses, opens again and sends in the place of an office."""
    if office.pk in offices(actor, ASSESS, programme_id):
        return YES
    return no(_("ประเมินความพร้อมได้เฉพาะผู้กำกับติดตามของหน่วยงานที่ประเมิน"), "not-yours")


def may_confirm(actor: Actor, office: Organisation, programme_id: int) -> Decision:
    """Whether the actor confirms as the head of an office, or of one that writes in its name."""
    if office.pk in offices(actor, CONFIRM, programme_id):
        return YES
    return no(_("ยืนยันได้เฉพาะหัวหน้าของหน่วยงานที่ประเมิน"), "not-head")


def may_work(actor: Actor, office: Organisation, programme_id: int) -> Decision:
    """Whether the actor sends and opens again for an office: who assesses there, or its head."""
    decision = may_assess(actor, office, programme_id)
    return decision or may_confirm(actor, office, programme_id) or decision


def is_head_of(actor: Actor, office: Organisation, programme_id: int) -> bool:
    """Whether the actor is appointed as head of this very office, not of one that writes in its name."""
    return any(post.organisation_id == office.pk for post in posts(actor, CONFIRM, programme_id))


def is_offered(actor: Actor) -> bool:
    """Whether the menu offers the pages of an assessing office: to who assesses, and to heads who may have to confirm.

    These are heads of a kind of office that some set of the file lets assess, and those who write in another's name;
    whoever else a round's own rules name is led there by the notice. No query.
    """
    kinds = {kind for known in rule_sets().values() for rule in known.rules for kind in rule.assessor_kinds}
    return actor.can(ASSESS) or any(
        post.organisation_kind in kinds or len(post.organisation_ids) > 1 for post in posts(actor, CONFIRM)
    )


def may_set(actor: Actor, round_: Round) -> Decision:
    """Whether the actor says who assesses whom in a round: the programme's secretariat."""
    if actor.can(SET, programme_id=round_.programme_id):
        return YES
    return no(_("กำหนดผู้ประเมินได้เฉพาะฝ่ายเลขานุการโครงการ"), "not-secretariat")


def may_reopen(round_: Round, moment: datetime) -> Decision:
    """Whether the time is right for opening a statement again: until the round takes no more applications."""
    window = stage_of(round_)
    phase = round_phase_of(round_, moment) if window is None else phase_of(round_, moment=moment)
    if phase is Phase.CLOSED:
        return no(_("ปิดรับใบสมัครของรอบนี้แล้ว จึงเปิดแก้ไม่ได้ ติดต่อฝ่ายเลขานุการโครงการ"), "window-closed")
    return YES


# --- Who sees what -----------------------------------------------------------------------------------------------------


def _of_office(actor: Actor, field: str, programme: str) -> Q | None:
    whole = (post for post in actor.holding_with(USE) if post.centre_id is None)
    return offices_q(whole, field, lambda key: Q(**{programme: key}))


def _told(actor: Actor) -> Q | None:
    """What was sent about the actor's own centres; a list that a newer one replaced says nothing any more."""
    own = own_centres_q(actor, SEE)
    return None if own is None else own & Q(list__superseded_at__isnull=True)


_OFFICE = _("เป็นงานประเมินของหน่วยงานของคุณ")
_SENT = _("ส่งต่อโครงการที่คุณเป็นฝ่ายเลขานุการแล้ว")
registry.grant(
    Readiness, "readiness.office", _OFFICE, lambda actor: _of_office(actor, "assessor", "round__programme")
)
registry.grant(
    ReadinessConfirmation,
    "readiness.office",
    _OFFICE,
    lambda actor: _of_office(actor, "assessor", "round__programme"),
)
registry.grant(
    ReadinessList,
    "readiness.office",
    _OFFICE,
    lambda actor: _of_office(actor, "assessor", "round__programme"),
)
registry.grant(
    ReadinessEntry,
    "readiness.office",
    _OFFICE,
    lambda actor: _of_office(actor, "list__assessor", "round__programme"),
)
registry.grant(
    ReadinessConfirmation, "readiness.sent", _SENT, lambda actor: programmes_q(actor, (SEE_LISTS,))
)
registry.grant(ReadinessList, "readiness.sent", _SENT, lambda actor: programmes_q(actor, (SEE_LISTS,)))
registry.grant(ReadinessEntry, "readiness.sent", _SENT, lambda actor: programmes_q(actor, (SEE_LISTS,)))
registry.grant(ReadinessExport, "own", OWN_FILE, own_files)
registry.grant(ReadinessEntry, "readiness.own", _("เป็นผลประเมินของศูนย์ของคุณ"), _told)
