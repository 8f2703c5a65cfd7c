"""What confirmed letters ask: who must do what by when, and what each office did about it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from saduak.correspondence import doubts
from saduak.correspondence.models.letters import Letter
from saduak.foundation import clock
from saduak.foundation.access.registry import Words
from saduak.foundation.models import PublicIdModel


class Force(models.TextChoices):
    """With what force a duty is laid on somebody."""

    ORDER = "order", _("สั่งการ")
    REQUEST = "request", _("ขอความร่วมมือ")
    INVITE = "invite", _("เชิญชวน")
    INFORM = "inform", _("เพื่อทราบ")


class Wants(models.TextChoices):
    """What a duty wants that the program itself can see done, and help with."""

    OFFICER = "officer", _("ให้แต่งตั้งเจ้าหน้าที่ผู้รับผิดชอบ")


class Duty(PublicIdModel):
    """Who must do what by when, as a confirmed letter asks."""

    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="duties")
    ordinal = models.PositiveSmallIntegerField()
    who = models.CharField(max_length=500)
    what = models.TextField()
    due_at = models.DateTimeField(null=True, blank=True)
    force = models.CharField(max_length=10, choices=Force.choices)
    # What narrows those meant and cannot be checked by the program: each office judges whether it is meant.
    condition = models.CharField(max_length=500, blank=True, default="")
    # Empty: something of which only the office itself knows whether it is done.
    wants = models.CharField(max_length=10, choices=Wants, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["letter", "ordinal"], name="duty_ordinal"),
            models.CheckConstraint(condition=models.Q(force__in=Force.values), name="duty_force"),
            models.CheckConstraint(condition=models.Q(wants__in=["", *Wants.values]), name="duty_wants"),
        ]
        ordering = ["letter_id", "ordinal"]

    @property
    def date_doubt(self) -> Words:
        """Why there is no date although the words name one; empty when there is one, or none is named."""
        return "" if self.due_at else doubts.of_date(self.what)


class DutyRecipient(PublicIdModel):
    """One office that a duty concerns, with what it did about it: its to-do."""

    # Thousands are written at once: a key whose look-up another index serves (see Meta), or that nobody looks up, has none.
    duty = models.ForeignKey(Duty, on_delete=models.PROTECT, related_name="recipients", db_index=False)
    organisation = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="duties", db_index=False
    )
    # As it counts for this office: an order is a request to those that the issuer only supervises.
    force = models.CharField(max_length=10, choices=Force.choices, default=Force.REQUEST)
    created_at = models.DateTimeField(default=clock.now)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        "foundation.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        "foundation.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    note = models.CharField(max_length=500, blank=True, default="")
    # Set when the same letter came again from its issuer: the office's own copy then asks for nothing more.
    superseded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["duty", "organisation"], name="duty_recipient_unique"),
            models.CheckConstraint(condition=models.Q(force__in=Force.values), name="duty_recipient_force"),
            models.CheckConstraint(
                condition=models.Q(done_at__isnull=True) | models.Q(acknowledged_at__isnull=False),
                name="duty_done_was_acknowledged",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "done_at"], name="duty_inbox")]
