"""A headquarters' shared library, made by the real actions."""

from typing import Any

from saduak.applications import actions
from saduak.applications.actions import Sharing, Source
from saduak.applications.models import Answer, EvidenceUse, SharedItem
from saduak.foundation.access import Actor
from saduak.organisations.models import Organisation
from saduak.programme.models import Criterion, Round
from tests.applications.factories import PNG

TEXT = "กรมกำหนดมาตรฐานการให้บริการทุกสาขาไว้ในคู่มือเล่มเดียวกัน เจ้าหน้าที่ทุกคนผ่านการอบรมตามคู่มือปีละหนึ่งครั้ง และหัวหน้าตรวจทุกไตรมาส "


def key_of(round_: Round, number: str, part: str = "") -> str:
    """The key of the criterion with this number."""
    rows = Criterion.objects.filter(criteria_set=round_.criteria_set, number=number)
    found: str = (rows.filter(part__key=part) if part else rows).order_by("ordinal").first().key
    return found


def drafted(
    actor: Actor, office: Organisation, round_: Round, *, source: Source | None = None, **more: Any
) -> SharedItem:
    """An item for the third gate; `more` is what is said about it."""
    said = {"caption": "คู่มือมาตรฐานการให้บริการ", "criteria": [key_of(round_, "3", "physical")]} | more
    return actions.draft_shared(
        actor=actor,
        organisation_id=office.public_id,
        programme_id=round_.programme.public_id,
        about=Sharing(**said),
        source=source or Source(file=PNG, name="คู่มือ.png"),
    )


def published(actor: Actor, office: Organisation, round_: Round, **more: Any) -> SharedItem:
    """The same, published."""
    made = drafted(actor, office, round_, **more)
    return actions.publish_shared(actor=actor, item_id=made.public_id)


def use(actor: Actor, row: Answer, item: SharedItem) -> EvidenceUse:
    """An item used for an answer."""
    return actions.use_shared(actor=actor, answer_id=row.public_id, item_id=item.public_id)
