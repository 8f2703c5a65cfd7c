"""Before the application and along it: the self-check that anyone keeps by a link, and who closes which gap by when."""

from django.db import models
from django.utils.crypto import salted_hmac

from saduak.foundation import clock

LONGEST_WHAT, LONGEST_WHO = 300, 200
_MARK = 16


class SelfCheck(models.Model):
    """What somebody, perhaps without an account, answered about a centre. Who holds the link holds the row.

    Only the digest of the link's secret is kept, and nothing of who answered. Times are real time, as of all links.
    """

    token_digest = models.CharField(max_length=64, unique=True)
    criteria_set = models.ForeignKey("programme.CriteriaSet", on_delete=models.PROTECT, related_name="+")
    # By the key of a gate: "yes", "no" or "unsure".
    answers = models.JSONField(default=dict)
    # By the key of a side: "most", "some" or "little"; a side that was left out is not there.
    rest = models.JSONField(default=dict)
    # By the key of a gate or of a side: {"who": "…", "by": "2027-02-15"}.
    plan = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField(default=clock.wall)
    changed_at = models.DateTimeField(default=clock.wall)
    expires_at = models.DateTimeField()
    # The application that it was taken into last.
    application = models.ForeignKey(
        "applications.Application", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    taken_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("made_at")), name="self_check_expires_later"
            ),
            models.CheckConstraint(
                condition=models.Q(application__isnull=True, taken_at__isnull=True)
                | models.Q(application__isnull=False, taken_at__isnull=False),
                name="self_check_taken_when",
            ),
        ]
        indexes = [models.Index(fields=["expires_at"], name="self_check_expiry")]


class PlanItem(models.Model):
    """What is to be done about one item that is missing, by whom and until when. Never signed, never filed."""

    application = models.ForeignKey("applications.Application", on_delete=models.PROTECT, related_name="plan")
    criterion = models.ForeignKey("programme.Criterion", on_delete=models.PROTECT, related_name="+")
    what = models.CharField(max_length=LONGEST_WHAT, blank=True, default="")
    # Somebody in words, or a helper to whom items were given.
    who = models.CharField(max_length=LONGEST_WHO, blank=True, default="")
    delegation = models.ForeignKey(
        "applications.Delegation", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # The last day on which it is wanted.
    by = models.DateField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField(default=clock.now)
    changed_by = models.ForeignKey(
        "foundation.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["application", "criterion"], name="plan_item_once"),
            models.CheckConstraint(
                condition=models.Q(who="") | models.Q(delegation__isnull=True), name="plan_item_one_who"
            ),
        ]

    @property
    def mark(self) -> str:
        """A few letters that stand for what it says, by which a form tells what its writer had before them; "" for nothing."""
        if self._state.adding:
            return ""
        said = (self.what, self.who, self.delegation_id, str(self.by), self.done_at is not None)
        return salted_hmac("saduak.plan", repr(said)).hexdigest()[:_MARK]
