"""Screening, panels, conflicts, score sheets and consensus."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from saduak.assessment.states import CASE, SHEET
from saduak.foundation import clock
from saduak.foundation.access.registry import Words
from saduak.foundation.models import AuditedModel, PublicIdModel


class Panel(AuditedModel):
    """คณะอนุกรรมการตรวจประเมิน คณะที่ N of a round."""

    round = models.ForeignKey("programme.Round", on_delete=models.PROTECT, related_name="panels")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=200, blank=True, default="")
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "number"], name="panel_number")]


class PanelMember(PublicIdModel):
    """A person on a panel, with a role."""

    class Role(models.TextChoices):
        """What the member is."""

        CHAIR = "chair", _("ประธาน")
        EXPERT = "expert", _("ผู้ทรงคุณวุฒิ")
        OPDC = "opdc", _("ผู้แทนสำนักงาน ก.พ.ร.")
        SECRETARY = "secretary", _("เลขานุการ")

    panel = models.ForeignKey(Panel, on_delete=models.PROTECT, related_name="members")
    person = models.ForeignKey("organisations.Person", on_delete=models.PROTECT, related_name="panel_seats")
    role = models.CharField(max_length=10, choices=Role.choices)
    scores = models.BooleanField(default=True)
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["panel", "person"],
                condition=models.Q(left_at__isnull=True),
                name="panel_member_unique",
            )
        ]


class Case(AuditedModel):
    """One application before the panels."""

    application = models.OneToOneField(
        "applications.Application", on_delete=models.PROTECT, related_name="case"
    )
    submission = models.ForeignKey("applications.Submission", on_delete=models.PROTECT, related_name="+")
    panel = models.ForeignKey(Panel, null=True, blank=True, on_delete=models.PROTECT, related_name="cases")
    state = models.CharField(max_length=20, choices=CASE.choices(), default=CASE.initial)
    opened_at = models.DateTimeField(default=clock.now)
    screened_at = models.DateTimeField(null=True, blank=True)
    assigned_at = models.DateTimeField(null=True, blank=True)
    agreed_at = models.DateTimeField(null=True, blank=True)
    agreed_total = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    agreed_level = models.CharField(max_length=40, blank=True, default="")
    agreed_note = models.TextField(blank=True, default="")
    rejected_reason = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=sorted(CASE.states)), name="case_state"),
            models.CheckConstraint(
                condition=~models.Q(state__in=["scoring", "agreed"]) | models.Q(panel__isnull=False),
                name="case_has_panel",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="agreed") | models.Q(agreed_total__isnull=False),
                name="case_agreed_total",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="rejected") | ~models.Q(rejected_reason=""),
                name="case_rejected_why",
            ),
        ]
        indexes = [models.Index(fields=["state", "opened_at"], name="case_queue")]


class ScreeningReturn(PublicIdModel):
    """A return for correction: reasons by criterion, a day to answer by, and what came of it."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="returns")
    ordinal = models.PositiveSmallIntegerField()
    reason = models.TextField()
    items = models.JSONField(default=list)
    returned_at = models.DateTimeField(default=clock.now)
    # Empty when the program did it.
    returned_by = models.ForeignKey(
        "foundation.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    due_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "ordinal"], name="screening_return_ordinal")]


class Conflict(PublicIdModel):
    """A conflict of interest: it hides the case from that person, whatever else grants it."""

    class Kind(models.TextChoices):
        """How it came to be known."""

        DECLARED = "declared", _("ผู้ตรวจประเมินแจ้งเอง")
        SAME_ORGANISATION = "same_organisation", _("อยู่หน่วยงานเดียวกัน")
        SAME_PROVINCE = "same_province", _("เป็นสำนักงานในจังหวัดของตน")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="conflicts")
    person = models.ForeignKey("organisations.Person", on_delete=models.PROTECT, related_name="conflicts")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    reason = models.CharField(max_length=500, blank=True, default="")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "person"], name="conflict_unique")]

    @property
    def how(self) -> Words:
        """How it came to be known, in words: whoever declared sits on the panel or on the committee."""
        return _("แจ้งเอง") if self.kind == self.Kind.DECLARED else self.get_kind_display()


class ScoreSheet(PublicIdModel):
    """One member's scores of one case: hidden from the others until one's own is in."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="sheets")
    member = models.ForeignKey(PanelMember, on_delete=models.PROTECT, related_name="sheets")
    state = models.CharField(max_length=10, choices=SHEET.choices(), default=SHEET.initial)
    version = models.PositiveIntegerField(default=0)
    note = models.TextField(blank=True, default="")
    handed_in_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "member"], name="score_sheet_unique"),
            models.CheckConstraint(
                condition=models.Q(state__in=sorted(SHEET.states)), name="score_sheet_state"
            ),
        ]


class Score(models.Model):
    """Points for one criterion on one sheet; for a gate 1 is met and 0 is not. Empty: a remark came before them."""

    sheet = models.ForeignKey(ScoreSheet, on_delete=models.PROTECT, related_name="scores")
    criterion = models.ForeignKey("programme.Criterion", on_delete=models.PROTECT, related_name="+")
    points = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    remark = models.CharField(max_length=1000, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sheet", "criterion"], name="score_unique"),
            models.CheckConstraint(condition=models.Q(points__gte=0), name="score_points"),
        ]


class ConsensusScore(models.Model):
    """What the panel agreed for one criterion."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="consensus")
    criterion = models.ForeignKey("programme.Criterion", on_delete=models.PROTECT, related_name="+")
    points = models.DecimalField(max_digits=6, decimal_places=2)
    remark = models.CharField(max_length=1000, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "criterion"], name="consensus_unique")]
