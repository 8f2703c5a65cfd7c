"""An application and its answers."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from saduak.applications.states import APPLICATION
from saduak.foundation import clock
from saduak.foundation.models import AuditedModel, PublicIdModel
from saduak.foundation.thai.text import unsaid


class Application(AuditedModel):
    """A centre's application in a round. The counts are kept by every change, so that boards never recount.

    Rows are locked in this order: the application, its answers by key, evidence. Typing text locks its answer alone.
    """

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
    state = models.CharField(max_length=20, choices=APPLICATION.choices(), default=APPLICATION.initial)
    started_at = models.DateTimeField(default=clock.now)
    started_by = models.ForeignKey(
        "foundation.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    last_edit_at = models.DateTimeField(default=clock.now)
    submitted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason = models.CharField(max_length=500, blank=True, default="")
    # Set while screening waits for a correction: then this moment closes, not the window.
    correction_due_at = models.DateTimeField(null=True, blank=True)
    correction_reason = models.TextField(blank=True, default="")
    # Set when the panel's result is in: from then on nothing is withdrawn.
    settled_at = models.DateTimeField(null=True, blank=True)

    gates_total = models.PositiveSmallIntegerField(default=0)
    gates_met = models.PositiveSmallIntegerField(default=0)
    items_total = models.PositiveSmallIntegerField(default=0)
    # How many are answered at all, with yes or no: how far the writing has come.
    items_answered = models.PositiveSmallIntegerField(default=0)
    items_claimed = models.PositiveSmallIntegerField(default=0)
    items_evidenced = models.PositiveSmallIntegerField(default=0)
    points_claimed = models.DecimalField(max_digits=6, decimal_places=2, default=0)
    points_evidenced = models.DecimalField(max_digits=6, decimal_places=2, default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["centre", "round"], name="application_once_per_round"),
            models.CheckConstraint(
                condition=models.Q(state__in=sorted(APPLICATION.states)), name="application_state"
            ),
            models.CheckConstraint(
                condition=~models.Q(state="submitted") | models.Q(submitted_at__isnull=False),
                name="application_submitted_when",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="correction") | models.Q(correction_due_at__isnull=False),
                name="application_correction_until",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="withdrawn") | models.Q(withdrawn_at__isnull=False),
                name="application_withdrawn_when",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=["new", "renewal", "upgrade"]), name="application_kind"
            ),
            models.CheckConstraint(
                condition=models.Q(gates_met__lte=models.F("gates_total"))
                & models.Q(items_evidenced__lte=models.F("items_claimed"))
                & models.Q(items_claimed__lte=models.F("items_answered"))
                & models.Q(items_answered__lte=models.F("items_total"))
                & models.Q(points_evidenced__lte=models.F("points_claimed")),
                name="application_counts_add_up",
            ),
        ]
        indexes = [
            models.Index(fields=["round", "state"], name="application_round_state"),
            models.Index(fields=["organisation"], name="application_org"),
        ]

    @property
    def office_name(self) -> str:
        """The name of its office where the centre's own does not say it, else nothing; both have to be loaded."""
        return unsaid(self.organisation.name_th, self.centre.name_th)


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
    # The chosen points of each part of an outcome's scale: {"s1": 3}; empty for items with one scale.
    scale = models.JSONField(default=dict, blank=True)
    # What the criterion asks for in numbers, as text: {"users": "1250"}; empty where it asks for none.
    numbers = models.JSONField(default=dict, blank=True)
    narrative = models.TextField(blank=True, default="")
    evidence_count = models.PositiveSmallIntegerField(default=0)
    version = models.PositiveIntegerField(default=0)
    updated_at = models.DateTimeField(default=clock.now)
    updated_by = models.ForeignKey(
        "foundation.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # Whose sitting it is and when they last saved (real time): autosaves of one sitting share one version row.
    sitting_by = models.CharField(max_length=120, blank=True, default="")
    sitting_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["application", "criterion"], name="answer_unique"),
            models.CheckConstraint(condition=models.Q(points__gte=0), name="answer_points"),
            models.CheckConstraint(condition=models.Q(claim__in=["", "met", "unmet"]), name="answer_claim"),
        ]


class AnswerVersion(models.Model):
    """The text at the end of one sitting of one person; autosaves of a sitting share a row.

    `audited_at` is empty until the sitting is over and one entry in the application's audit tells of it.
    """

    answer = models.ForeignKey(Answer, on_delete=models.PROTECT, related_name="versions")
    first_version = models.PositiveIntegerField()
    version = models.PositiveIntegerField()
    claim = models.CharField(max_length=5, blank=True, default="")
    points = models.DecimalField(max_digits=6, decimal_places=2, default=0)
    scale = models.JSONField(default=dict, blank=True)
    numbers = models.JSONField(default=dict, blank=True)
    narrative = models.TextField(blank=True, default="")
    actor = models.CharField(max_length=120)
    by = models.CharField(max_length=200)
    started_at = models.DateTimeField(default=clock.wall)
    at = models.DateTimeField(default=clock.wall)
    business_at = models.DateTimeField(default=clock.now)
    audited_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["answer", "version"], name="answer_version_unique")]
        indexes = [
            models.Index(
                fields=["at"], name="answer_version_open", condition=models.Q(audited_at__isnull=True)
            )
        ]
