"""`saduak copies`: what centres hold of shared libraries is counted anew. Can be repeated."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from saduak.applications.actions.sharing import recount_all_copies
from saduak.foundation.access import Actor
from saduak.foundation.management.base import TranslatedCommand


class Command(TranslatedCommand):
    """Has a worker count anew where a copy of what a headquarters published stands as a centre's own proof."""

    help = gettext_lazy("นับหลักฐานที่ซ้ำกับคลังกลางใหม่ ทำซ้ำได้")  # type: ignore[assignment] # TranslatedCommand

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Enqueue it, and say for how many items."""
        found = recount_all_copies(actor=Actor.system("shared-library"))
        self.stdout.write(_("ให้นับใหม่เบื้องหลังสำหรับ %d รายการของคลังกลาง") % found)
