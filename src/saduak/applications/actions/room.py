"""How much may be put into a centre's library, by all or by who only helps, and into that of a headquarters."""

from uuid import UUID

from django.conf import settings
from django.db.models import Count, Sum
from django.utils.translation import gettext_lazy as _

from saduak.applications import rules
from saduak.applications.models import Application, DelegationItem, Evidence, EvidenceUse, SharedItem
from saduak.applications.rules import helping
from saduak.foundation.access import Actor, Conflict
from saduak.foundation.models import StoredFile
from saduak.organisations.models import Organisation

# What one helper attaches to the items of one delegation: far more than these items need, far less than a disk.
HELP_FILES, HELP_BYTES = 60, 200 * 1024 * 1024


def require_room(actor: Actor, centre_id: int, size: int = 0) -> None:
    """Go on when a file of this size still fits into a centre's library. One query.

    What was taken out of it counts: it lies there as long as something filed refers to it.

    Raises:
        Conflict: it does not.
    """
    # What a headquarters shares lies in its own library.
    rows = Evidence.objects.filter(centre=centre_id, file__isnull=False, shared__isnull=True)
    there = rows.aggregate(size=Sum("file__size"))["size"] or 0
    if there + max(size, 1) > settings.CENTRE_FILES_BYTES and not actor.is_system:
        raise Conflict(
            _("คลังหลักฐานของศูนย์นี้เต็มแล้ว ใช้ไฟล์ที่มีอยู่ ใส่เป็นลิงก์แทน หรือแจ้งผู้ดูแลระบบให้เพิ่มพื้นที่"), "library-full"
        )


def require_room_shared(actor: Actor, organisation: Organisation, size: int = 0) -> None:
    """Go on when a file of this size still fits into a headquarters' shared library. One query.

    Versions that show the same file count it once. A draft that was thrown away counts no more.

    Raises:
        Conflict: it does not.
    """
    items = SharedItem.objects.filter(organisation=organisation, file__isnull=False)
    there = StoredFile.objects.filter(pk__in=items.values("file")).aggregate(size=Sum("size"))["size"] or 0
    if there + max(size, 1) > settings.CENTRE_FILES_BYTES and not actor.is_system:
        words = _("คลังกลางของหน่วยงานนี้เต็มแล้ว ทิ้งร่างที่ไม่ใช้ ใส่เป็นลิงก์แทน หรือแจ้งผู้ดูแลระบบให้เพิ่มพื้นที่")
        raise Conflict(words, "library-full")


def require_room_of_helper(actor: Actor, application: Application, answer_id: UUID, size: int = 0) -> None:
    """Go on when who only helps with an item may still attach a file of this size. One query; none for the centre's own.

    Raises:
        Conflict: they may not.
    """
    if rules.is_own(actor, rules.EDIT, application.centre, application.round.programme_id):
        return
    given = helping.delegated(actor).filter(items__answer__public_id=answer_id)
    answers = DelegationItem.objects.filter(delegation__in=given.values("pk")).values("answer")
    # What was taken off again counts: it stays in the library.
    uses = EvidenceUse.objects.filter(answer__in=answers, evidence__added_by=actor.user_id)
    rows = Evidence.objects.filter(pk__in=uses.values("evidence"), file__isnull=False)
    there = rows.aggregate(files=Count("pk"), size=Sum("file__size"))
    if there["files"] >= HELP_FILES or (there["size"] or 0) + max(size, 1) > HELP_BYTES:
        raise Conflict(_("แนบไฟล์ในงานนี้มากแล้ว เลือกเฉพาะไฟล์ที่จำเป็น หรือส่งให้ผู้มอบงานแนบเอง"), "help-full")
