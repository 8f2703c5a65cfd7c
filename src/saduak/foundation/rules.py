"""Who sees the foundation's own rows."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from saduak.foundation.access import Actor, registry
from saduak.foundation.models import Upload


def _mine(actor: Actor) -> Q | None:
    return Q(actor=actor.ref) if actor.is_signed_in else None


registry.grant(Upload, "mine", _("เป็นไฟล์ที่คุณกำลังส่ง"), _mine)
