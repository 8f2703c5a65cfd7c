"""What the committee decided, and the act that makes it public."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from saduak.certification.states import ANNOUNCEMENT, MEETING
from saduak.foundation import clock
from saduak.foundation.models import AuditedModel, PublicIdModel


class Announcement(AuditedModel):
    """ประกาศ: prepares every certificate under embargo, then publishes all at one moment."""

    round = models.ForeignKey("programme.Round", on_delete=models.PROTECT, related_name="announcements")
    number = models.CharField(max_length=100)
    dated = models.DateField()
    valid_from = models.DateField()
    state = models.CharField(max_length=20, choices=ANNOUNCEMENT.choices(), default=ANNOUNCEMENT.initial)
    publication = models.OneToOneField(
        "register.Publication", on_delete=models.PROTECT, related_name="announcement_row"
    )
    batch = models.ForeignKey(
        "foundation.Batch", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "number"], name="announcement_number"),
            models.CheckConstraint(
                condition=models.Q(state__in=sorted(ANNOUNCEMENT.states)), name="announcement_state"
            ),
        ]


class Meeting(AuditedModel):
    """A meeting of the steering committee."""

    round = models.ForeignKey("programme.Round", on_delete=models.PROTECT, related_name="meetings")
    number = models.CharField(max_length=40)
    held_on = models.DateField()
    place = models.CharField(max_length=300, blank=True, default="")
    state = models.CharField(max_length=20, choices=MEETING.choices(), default=MEETING.initial)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "number"], name="meeting_number"),
            models.CheckConstraint(
                condition=models.Q(state__in=sorted(MEETING.states)), name="meeting_state"
            ),
        ]


class Resolution(PublicIdModel):
    """มติ for one case: certify at a level, refuse or defer, with number and reason. Private until announced."""

    class Decision(models.TextChoices):
        """What was decided."""

        CERTIFY = "certify", _("รับรอง")
        REFUSE = "refuse", _("ไม่รับรอง")
        DEFER = "defer", _("เลื่อนพิจารณา")

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="resolutions")
    case = models.ForeignKey("assessment.Case", on_delete=models.PROTECT, related_name="resolutions")
    ordinal = models.PositiveIntegerField()
    number = models.CharField(max_length=60, blank=True, default="")
    decision = models.CharField(max_length=10, choices=Decision.choices)
    level_key = models.CharField(max_length=40, blank=True, default="")
    total = models.DecimalField(max_digits=6, decimal_places=2)
    reason = models.TextField()
    # When the committee departs from the panel's level, this says why.
    departs = models.BooleanField(default=False)
    decided_at = models.DateTimeField(default=clock.now)
    announcement = models.ForeignKey(
        Announcement, null=True, blank=True, on_delete=models.PROTECT, related_name="resolutions"
    )
    certificate = models.OneToOneField(
        "register.Certificate", null=True, blank=True, on_delete=models.PROTECT, related_name="resolution"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["meeting", "case"], name="resolution_once_per_meeting"),
            models.UniqueConstraint(fields=["meeting", "ordinal"], name="resolution_ordinal"),
            models.UniqueConstraint(
                fields=["case"],
                condition=models.Q(decision__in=["certify", "refuse"]),
                name="resolution_final_once",
            ),
            models.CheckConstraint(
                condition=(models.Q(decision="certify") & ~models.Q(level_key=""))
                | (~models.Q(decision="certify") & models.Q(level_key="")),
                name="resolution_level",
            ),
        ]
