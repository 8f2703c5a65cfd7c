"""Letters handed to and taken from other systems: each message once, with what became of it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from saduak.correspondence.models.cascade import Delivery
from saduak.correspondence.models.letters import Letter
from saduak.foundation import clock
from saduak.foundation.models import AuditedModel


class ExchangeMessage(AuditedModel):
    """One letter that left or came by e-mail, or came as a packed file."""

    class Channel(models.TextChoices):
        """By which way."""

        EMAIL = "email", _("ไปรษณีย์อิเล็กทรอนิกส์")
        ZIP = "zip", _("ชุดไฟล์")

    class State(models.TextChoices):
        """What became of it."""

        WAITING = "waiting", _("รอส่ง")
        SENT = "sent", _("ส่งแล้ว")
        TAKEN = "taken", _("รับเข้าแล้ว")
        REFUSED = "refused", _("ไม่รับ")

    # The office that sent it from here, or that it came to.
    organisation = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="exchanged"
    )
    incoming = models.BooleanField()
    channel = models.CharField(max_length=6, choices=Channel)
    state = models.CharField(max_length=8, choices=State)
    # The other side's address, and what names the message there: a message is taken once.
    address = models.CharField(max_length=254, blank=True, default="")
    key = models.CharField(max_length=200)
    # Of what came under that key, by its content: something else under the same key is not the same message.
    digest = models.CharField(max_length=64, blank=True, default="")
    subject = models.CharField(max_length=500, blank=True, default="")
    delivery = models.ForeignKey(
        Delivery, null=True, blank=True, on_delete=models.PROTECT, related_name="exchanged"
    )
    letter = models.ForeignKey(
        Letter, null=True, blank=True, on_delete=models.PROTECT, related_name="exchanged"
    )
    reason = models.CharField(max_length=500, blank=True, default="")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "incoming", "key"], name="exchange_once"),
            models.CheckConstraint(condition=Q(channel__in=["email", "zip"]), name="exchange_channel"),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "sent", "taken", "refused"]), name="exchange_state"
            ),
            models.CheckConstraint(
                condition=Q(incoming=True, state__in=["taken", "refused"])
                | Q(incoming=False, state__in=["waiting", "sent", "refused"]),
                name="exchange_state_of_direction",
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(reason=""), name="exchange_refused_because"
            ),
        ]
        indexes = [models.Index(fields=["organisation", "-at"], name="exchange_list")]
