"""Who sees papers of an application: whoever reads its content."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from saduak.applications.models import Application, Paper
from saduak.applications.rules import content_q
from saduak.foundation.access import Actor, registry


def _of_readable(actor: Actor) -> Q:
    return Q(application__in=Application.objects.filter(content_q(actor)))


def _of_denied(actor: Actor) -> Q | None:
    denied = registry.visible(Application, actor)[1]
    return None if denied is None else Q(application__in=Application.objects.filter(denied))


registry.grant(Paper, "application", _("คุณอ่านใบสมัครนี้ได้"), _of_readable)
registry.deny(Paper, "application", _("ใบสมัครนี้ปิดไว้สำหรับคุณ"), _of_denied)
