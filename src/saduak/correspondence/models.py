"""Letters as they were read and confirmed, their duties, and the receipt of each office."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from saduak.correspondence import doubts
from saduak.correspondence.states import LETTER
from saduak.foundation import clock
from saduak.foundation.access.registry import Words
from saduak.foundation.models import AuditedModel, PublicIdModel


class Force(models.TextChoices):
    """With what force a duty is laid on somebody."""

    ORDER = "order", _("สั่งการ")
    REQUEST = "request", _("ขอความร่วมมือ")
    INVITE = "invite", _("เชิญชวน")
    INFORM = "inform", _("เพื่อทราบ")


class Letter(AuditedModel):
    """One incoming letter with what it encloses: the file, the reading, and what a person confirmed."""

    holder = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="letters_held"
    )
    programme = models.ForeignKey("organisations.Programme", on_delete=models.PROTECT, related_name="+")
    file = models.ForeignKey("foundation.StoredFile", on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    reading = models.JSONField(default=dict)
    state = models.CharField(max_length=20, choices=LETTER.choices(), default=LETTER.initial)

    unreadable_why = models.CharField(max_length=500, blank=True, default="")

    # What a person confirmed of the first document; empty until then.
    kind = models.CharField(max_length=20, blank=True, default="")
    number = models.CharField(max_length=120, blank=True, default="")
    dated = models.DateField(null=True, blank=True)
    subject = models.CharField(max_length=500, blank=True, default="")
    subject_key = models.CharField(max_length=500, blank=True, default="")
    issuer = models.ForeignKey(
        "organisations.Organisation",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="letters_issued",
    )
    issuer_text = models.CharField(max_length=300, blank=True, default="")
    owner_unit = models.CharField(max_length=300, blank=True, default="")
    round = models.ForeignKey(
        "programme.Round", null=True, blank=True, on_delete=models.PROTECT, related_name="letters"
    )

    # Whether it was confirmed in the issuer's name: then its duties reach the issuer's audience, else only the holder.
    for_issuer = models.BooleanField(default=False)
    # The meeting that a person confirmed: title, date, start, end, place, channels, items. Rooms above make it a briefing.
    meeting = models.JSONField(default=dict, blank=True)

    loaded_at = models.DateTimeField(default=clock.now)
    loaded_by = models.ForeignKey(
        "foundation.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(
        "foundation.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    set_aside_at = models.DateTimeField(null=True, blank=True)
    set_aside_reason = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=sorted(LETTER.states)), name="letter_state"),
            models.CheckConstraint(
                condition=~models.Q(state="confirmed")
                | models.Q(confirmed_at__isnull=False, dated__isnull=False, issuer__isnull=False),
                name="letter_confirmed_complete",
            ),
            models.UniqueConstraint(
                fields=["holder", "issuer", "number", "dated"],
                condition=models.Q(state="confirmed") & ~models.Q(number=""),
                name="letter_once_per_holder",
            ),
        ]
        indexes = [models.Index(fields=["holder", "-loaded_at"], name="letter_inbox")]


class Settlement(models.TextChoices):
    """What a person says to a finding; no one of them is a default."""

    AS_WRITTEN = "as_written", _("ใช้ตามหนังสือ")
    CORRECTED = "corrected", _("แก้ค่าในหน้านี้แล้ว")
    LEAVE = "leave", _("ไม่แน่ใจ ไม่ต้องแก้")
    TELL = "tell", _("จะแจ้งหน่วยงานที่เกี่ยวข้อง")


class LetterFinding(PublicIdModel):
    """A doubt of the careful clerk about a letter, and how a person settled it."""

    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="findings")
    code = models.CharField(max_length=60)
    severity = models.CharField(max_length=20)
    document = models.PositiveSmallIntegerField(default=0)
    text = models.TextField()
    evidence = models.JSONField(default=list)
    settled = models.CharField(max_length=20, choices=Settlement.choices, blank=True, default="")
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        "foundation.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(settled__in=["", *Settlement.values]), name="letter_finding_settled"
            )
        ]
        ordering = ["letter_id", "document", "pk"]

    @property
    def asks(self) -> bool:
        """Whether it asks for an answer before the letter speaks in its issuer's name; the others only tell."""
        return self.document == 0 and self.severity != "info"

    @property
    def shown(self) -> list[str]:
        """What it shows of the text."""
        return doubts.evidence(self.evidence)


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

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["letter", "ordinal"], name="duty_ordinal"),
            models.CheckConstraint(condition=models.Q(force__in=Force.values), name="duty_force"),
        ]
        ordering = ["letter_id", "ordinal"]

    @property
    def date_doubt(self) -> Words:
        """Why there is no date although the words name one; empty when there is one, or none is named."""
        return "" if self.due_at else doubts.of_date(self.what)


class DutyRecipient(PublicIdModel):
    """One office that a duty concerns, with what it did about it: its to-do."""

    duty = models.ForeignKey(Duty, on_delete=models.PROTECT, related_name="recipients")
    organisation = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="duties"
    )
    # As it counts for this office: an order is a request to those that the issuer only supervises.
    force = models.CharField(max_length=10, choices=Force.choices, default=Force.REQUEST)
    created_at = models.DateTimeField(default=clock.now)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        "foundation.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        "foundation.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
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
