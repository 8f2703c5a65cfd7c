"""A head's signature, whatever it is put under: by the own account, or on paper that somebody attaches."""

import datetime
from dataclasses import dataclass
from typing import Any, Final, Self

from django.utils.translation import gettext_lazy as _

from saduak.applications import content
from saduak.applications.models import Signed
from saduak.applications.queries.filing import signer
from saduak.foundation.access import Actor, Invalid
from saduak.foundation.access.registry import Words
from saduak.foundation.models import StoredFile
from saduak.foundation.thai.calendar import start_of_day

# What a signed page may come as.
PAPER: Final = frozenset({"image", "pdf"})


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signs and in what capacity."""

    method: str
    name: str
    position: str
    capacity: str
    on_behalf_of: str
    signed_at: datetime.datetime

    @classmethod
    def by_account(cls, actor: Actor, capacity: str, on_behalf_of: str) -> Self:
        """The actor's own, now.

        Raises:
            Invalid: the capacity needs to say for whom.
        """
        name, position = signer(actor)
        made = cls("account", name, position, capacity, on_behalf_of.strip(), actor.received_at)
        made._require_said(actor)
        return made

    @classmethod
    def on_paper(
        cls,
        actor: Actor,
        *,
        name: str,
        position: str,
        signed_on: datetime.date,
        capacity: str,
        on_behalf_of: str,
    ) -> Self:
        """Somebody's on a page that the actor attaches.

        Raises:
            Invalid: a missing name or position, for whom is not said, or a day to come.
        """
        made = cls(
            "paper",
            " ".join(name.split()),
            " ".join(position.split()),
            capacity,
            on_behalf_of.strip(),
            start_of_day(signed_on),
        )
        made._require_said(actor)
        return made

    def _require_said(self, actor: Actor) -> None:
        wrong: dict[str, Words] = {}
        if self.capacity not in Signed.Capacity.values:
            wrong["capacity"] = _("เลือกฐานะที่ลงนามจากตัวเลือกที่มี")
        elif self.capacity != Signed.Capacity.SELF and not self.on_behalf_of:
            wrong["on_behalf_of"] = _("เขียนตำแหน่งของผู้ที่ลงนามแทน")
        if not self.name:
            wrong["signer_name"] = _("เขียนชื่อผู้ลงนาม")
        if self.method == "paper" and not self.position:
            wrong["signer_position"] = _("เขียนตำแหน่งของผู้ลงนาม")
        if self.signed_at > actor.received_at:
            wrong["signed_on"] = _("วันที่ลงนามต้องไม่เป็นวันในอนาคต")
        if wrong:
            raise Invalid(next(iter(wrong.values())), wrong, "signature")

    def kept(self, actor: Actor, digest: str, paper: StoredFile | None) -> dict[str, Any]:
        """The values of a row that keeps it: name and position are frozen, and what was signed is named by its digest."""
        return {
            "method": self.method,
            "capacity": self.capacity,
            "signer_name": self.name[:200],
            "signer_position": self.position[:300],
            "on_behalf_of": self.on_behalf_of[:300],
            "signed_at": self.signed_at,
            "recorded_by_id": actor.user_id,
            "paper": paper,
            "content_digest": digest,
        }


def require_code(code: str, digest: str, words: Words) -> None:
    """Go on when the check code on a page is that of the content as it is now.

    Raises:
        Invalid: it is of other content, in these words.
    """
    if "".join(code.split()).upper() != content.code_of(digest):
        raise Invalid(words, {"code": words}, "other-content")


def told(row: Signed) -> tuple[dict[str, Any], dict[str, str]]:
    """What the history says of a signature: the facts, and what names a person."""
    facts = {
        "method": row.method,
        "capacity": row.capacity,
        "content_sha256": row.content_digest,
        "paper_sha256": row.paper.sha256 if row.paper else "",
    }
    return facts, {"name": row.signer_name, "position": row.signer_position, "on_behalf_of": row.on_behalf_of}
