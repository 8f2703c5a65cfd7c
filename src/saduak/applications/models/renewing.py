"""Renewal: which answers were carried over from the last submission, and how their criterion has changed since."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from saduak.foundation import clock


class CarriedAnswer(models.Model):
    """An answer that began as a copy of what was filed in an earlier round; ticked off once its writer looked at it."""

    class Change(models.TextChoices):
        """How the criterion differs from the one that was answered then."""

        SAME = "same", _("เหมือนเดิม")
        REWORDED = "reworded", _("ปรับถ้อยคำ")
        RESCALED = "rescaled", _("เปลี่ยนคะแนน")
        REPLACED = "replaced", _("ข้อใหม่แทนข้อเดิม")

    answer = models.OneToOneField("applications.Answer", on_delete=models.PROTECT, related_name="carried")
    submission = models.ForeignKey(
        "applications.Submission", on_delete=models.PROTECT, related_name="carried_on"
    )
    # The criteria that were answered then, by their keys: their words are in the set of that round, which never changes.
    from_keys = models.JSONField(default=list)
    change = models.CharField(max_length=10, choices=Change.choices)
    points_before = models.DecimalField(max_digits=6, decimal_places=2, default=0)
    # The scale of today does not know the points of then, so that the claim has to be made anew.
    points_dropped = models.BooleanField(default=False)
    evidence_carried = models.PositiveSmallIntegerField(default=0)
    # Evidence of then that is no longer in the centre's library.
    evidence_left = models.PositiveSmallIntegerField(default=0)
    carried_at = models.DateTimeField(default=clock.now)
    seen_at = models.DateTimeField(null=True, blank=True)
    seen_by = models.ForeignKey(
        "foundation.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(change__in=["same", "reworded", "rescaled", "replaced"]),
                name="carried_answer_change",
            ),
        ]
