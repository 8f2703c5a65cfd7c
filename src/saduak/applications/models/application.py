"""An application and its answers."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from saduak.applications.states import APPLICATION
from saduak.foundation import clock
from saduak.foundation.models import AuditedModel, PublicIdModel


class Application(AuditedModel):
    """A centre's application in a round. The counts are kept by every change, so that boards never recount."""

    class Kind(models.TextChoices):
        """Why it applies."""

        NEW = "new", _("สมัครใหม่")
        RENEWAL = "renewal", _("ต่ออายุ")
        UPGRADE = "upgrade", _("ขอเลื่อนระดับ")

    centre = models.ForeignKey(
        "organisations.ServiceCentre", on_delete=models.PROTECT, related_name="applications"
    )
    # The centre's organisation when it applied: reports follow the round's tree, access today's.
    organisation = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="applications"
    )
    round = models.ForeignKey("programme.Round", on_delete=models.PROTECT, related_name="applications")
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.NEW)
    state = models.CharField(max_length=20, choices=APPLICATION.choices, default=APPLICATION.initial)
    started_at = models.DateTimeField(default=clock.now)
    started_by = models.ForeignKey("foundation.User", on_delete=models.PROTECT, related_name="+")
    last_edit_at = models.DateTimeField(default=clock.now)
    submitted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason = models.CharField(max_length=500, blank=True, default="")
    # Set while screening waits for a correction: then this moment closes, not the window.
    correction_due_at = models.DateTimeField(null=True, blank=True)

    gates_total = models.PositiveSmallIntegerField(default=0)
    gates_met = models.PositiveSmallIntegerField(default=0)
    items_total = models.PositiveSmallIntegerField(default=0)
    items_claimed = models.PositiveSmallIntegerField(default=0)
    items_evidenced = models.PositiveSmallIntegerField(default=0)
    points_claimed = models.DecimalField(max_digits=6, decimal_places=2, default=0)
    points_evidenced = models.DecimalField(max_digits=6, decimal_places=2, default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["centre", "round"], name="application_once_per_round"),
            models.CheckConstraint(condition=models.Q(state__in=sorted(APPLICATION.states)), name="application_state"),
            models.CheckConstraint(
                condition=~models.Q(state="submitted") | models.Q(submitted_at__isnull=False),
                name="application_submitted_when",
            ),
        ]
        indexes = [
            models.Index(fields=["round", "state"], name="application_round_state"),
            models.Index(fields=["organisation"], name="application_org"),
        ]


class Answer(PublicIdModel):
    """What a centre says to one criterion. All answers exist from the start, so that autosave locks only one row."""

    class Claim(models.TextChoices):
        """What is claimed."""

        NONE = "", _("ยังไม่ตอบ")
        MET = "met", _("มีครบ")
        UNMET = "unmet", _("ยังไม่มีหรือมีไม่ครบ")

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="answers")
    criterion = models.ForeignKey("programme.Criterion", on_delete=models.PROTECT, related_name="+")
    claim = models.CharField(max_length=5, choices=Claim.choices, blank=True, default="")
    points = models.DecimalField(max_digits=6, decimal_places=2, default=0)
    narrative = models.TextField(blank=True, default="")
    evidence_count = models.PositiveSmallIntegerField(default=0)
    version = models.PositiveIntegerField(default=0)
    updated_at = models.DateTimeField(default=clock.now)
    updated_by = models.ForeignKey(
        "foundation.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["application", "criterion"], name="answer_unique"),
            models.CheckConstraint(condition=models.Q(points__gte=0), name="answer_points"),
        ]


class AnswerVersion(models.Model):
    """An earlier text of an answer; autosaves of one sitting share a row."""

    answer = models.ForeignKey(Answer, on_delete=models.PROTECT, related_name="versions")
    version = models.PositiveIntegerField()
    claim = models.CharField(max_length=5, blank=True, default="")
    points = models.DecimalField(max_digits=6, decimal_places=2, default=0)
    narrative = models.TextField(blank=True, default="")
    by = models.CharField(max_length=120)
    started_at = models.DateTimeField(default=clock.wall)
    at = models.DateTimeField(default=clock.wall)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["answer", "version"], name="answer_version_unique")]
