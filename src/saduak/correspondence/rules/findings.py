"""Doubts between letters: who may not see the other letter, or is outside the office that was told a date, sees no doubt."""

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from saduak.correspondence.clerk.codes import DEADLINE_LATER
from saduak.correspondence.models import Letter, LetterFinding
from saduak.correspondence.rules.capabilities import READ, own
from saduak.foundation.access import Actor, registry


def beside_unseen(actor: Actor) -> Q:
    """Findings that would tell of another letter, or of an office's date, to somebody who may not know of it.

    Whoever issued the letter sees it at its recipient, but not what that recipient has besides.
    """
    seen = Letter.objects.visible_to(actor).filter(pk=OuterRef("related"))
    unseen = Q(related__isnull=False) & ~Q(Exists(seen))
    mine = own(actor, READ, "letter__holder", "letter__")
    date = Q(code=DEADLINE_LATER)
    return unseen | (date if mine is None else date & ~mine)


registry.deny(
    LetterFinding,
    "correspondence.letterfinding.beside",
    _("ข้อสังเกตที่เทียบกับหนังสือหรือกำหนดของหน่วยงานอื่น เห็นเฉพาะผู้ที่เห็นสิ่งที่เทียบด้วย"),
    beside_unseen,
)
