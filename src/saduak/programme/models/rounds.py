"""The yearly round, its dated stages, and the earlier dates that superiors set for their own reach."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from saduak.foundation import clock
from saduak.foundation.models import AuditedModel, PublicIdModel
from saduak.programme.models.criteria import CriteriaSet
from saduak.programme.words import in_language


class Round(AuditedModel):
    """One yearly round of a programme. Its state follows from its stages and the clock, it is stored nowhere."""

    programme = models.ForeignKey("organisations.Programme", on_delete=models.PROTECT, related_name="rounds")
    fiscal_year = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    criteria_set = models.ForeignKey(CriteriaSet, on_delete=models.PROTECT, related_name="rounds")
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    source_letter = models.UUIDField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_reason = models.CharField(max_length=300, blank=True, default="")
    # How this round's certificates are made: data, because the term has changed before and may again.
    validity_years = models.PositiveSmallIntegerField(default=3)
    certificate_series = models.SlugField(max_length=60)
    # Who may apply and as what (`programme.eligibility`); empty in rounds that were opened before there were such rules.
    eligibility = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "fiscal_year"], name="round_year_unique"),
            models.CheckConstraint(
                condition=Q(fiscal_year__gte=2500, fiscal_year__lte=2700), name="round_year_buddhist_era"
            ),
            models.CheckConstraint(condition=Q(validity_years__gte=1), name="round_validity_positive"),
        ]
        ordering = ["-fiscal_year", "-id"]

    def __str__(self) -> str:
        return self.title

    @property
    def name(self) -> str:
        """The title; for readers of English, what every round is called."""
        return in_language(
            self.title, gettext("รอบการรับรอง ปีงบประมาณ พ.ศ. %(year)d") % {"year": self.fiscal_year}
        )


class Stage(PublicIdModel):
    """One dated stage of a round, half-open: `starts_at <= moment < ends_at`."""

    class Key(models.TextChoices):
        """The stages of a round, in their order."""

        CALL = "call", _("แจ้งเชิญชวน")
        BRIEFING = "briefing", _("ประชุมชี้แจง")
        APPLICATION = "application", _("รับสมัคร")
        SCREENING = "screening", _("ตรวจเอกสาร")
        VISIT = "visit", _("ตรวจประเมิน")
        DECISION = "decision", _("พิจารณาผล")
        ANNOUNCEMENT = "announcement", _("ประกาศผล")

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="stages")
    key = models.CharField(max_length=20, choices=Key)
    ordinal = models.PositiveSmallIntegerField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "key"], name="stage_key_unique"),
            models.UniqueConstraint(fields=["round", "ordinal"], name="stage_ordinal_unique"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="stage_ends_after_start"),
        ]
        indexes = [models.Index(fields=["key", "starts_at", "ends_at"], name="stage_window")]
        ordering = ["round", "ordinal"]

    def __str__(self) -> str:
        return f"{self.get_key_display()} ({self.round_id})"


class InternalDeadline(AuditedModel):
    """An earlier date that an organisation set for its own reach. Only its owner extends it."""

    class Kind(models.TextChoices):
        """What is due."""

        CHECK = "check", _("ส่งร่างให้ตรวจทาน")
        SUBMIT = "submit", _("ส่งใบสมัคร")

    class Reach(models.TextChoices):
        """For whom the date counts."""

        OWN = "own", _("ศูนย์ของหน่วยงานนี้")
        LINE = "line", _("หน่วยงานในสังกัด")
        SUPERVISION = "supervision", _("หน่วยงานในกำกับดูแล")
        # A department's way to the governors: an office of its line writes in their names.
        NAME = "name", _("จังหวัดหรือหน่วยงานที่หน่วยงานในสังกัดออกหนังสือในนาม")

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="internal_deadlines")
    owner = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="internal_deadlines"
    )
    kind = models.CharField(max_length=10, choices=Kind)
    reach = models.CharField(max_length=12, choices=Reach)
    due_at = models.DateTimeField()
    source_letter = models.UUIDField(null=True, blank=True)
    note = models.CharField(max_length=500, blank=True, default="")
    set_at = models.DateTimeField(default=clock.now)
    extended_at = models.DateTimeField(null=True, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["round", "owner", "kind", "reach"],
                condition=Q(retired_at__isnull=True),
                name="internal_deadline_unique",
            ),
        ]
        indexes = [models.Index(fields=["round", "kind", "due_at"], name="internal_deadline_due")]
        ordering = ["due_at", "id"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.due_at:%Y-%m-%d}"
