"""More time for one centre in a round, given by the secretariat."""

from django.db import models
from django.db.models import F, Q

from saduak.foundation import clock
from saduak.foundation.models import AuditedModel


class Extension(AuditedModel):
    """The centre's own closing moment in a round, half-open like the stage's; also for one that has not started.

    Where the round's stage ends later than `until`, the stage counts: an extension never takes time away.
    """

    round = models.ForeignKey("programme.Round", on_delete=models.PROTECT, related_name="extensions")
    centre = models.ForeignKey(
        "organisations.ServiceCentre", on_delete=models.PROTECT, related_name="extensions"
    )
    until = models.DateTimeField()
    reason = models.CharField(max_length=500)
    given_at = models.DateTimeField(default=clock.now)
    given_by = models.ForeignKey(
        "foundation.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_reason = models.CharField(max_length=500, blank=True, default="")
    # A later one took its place.
    superseded_by = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="supersedes"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["round", "centre"], condition=Q(ended_at__isnull=True), name="extension_one_open"
            ),
            models.CheckConstraint(condition=Q(until__gt=F("given_at")), name="extension_gives_time"),
            models.CheckConstraint(condition=~Q(reason=""), name="extension_says_why"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=False) | Q(superseded_by__isnull=True),
                name="extension_superseded_is_over",
            ),
        ]
        indexes = [models.Index(fields=["until"], name="extension_until")]
