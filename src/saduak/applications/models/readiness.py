"""What a superior says about each unit's readiness: who assesses whom, the statements, their confirmation, sent lists."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from saduak.applications.models.exports import RequestedFile
from saduak.applications.models.filing import Signed
from saduak.applications.states import READINESS
from saduak.foundation import clock
from saduak.foundation.models import AuditedModel, PublicIdModel


class AssessorPlan(AuditedModel):
    """Who assesses whom in a round, as the secretariat set it. A round without one goes by the usual rules of the file.

    A plan without rules says that nobody assesses.
    """

    round = models.OneToOneField("programme.Round", on_delete=models.PROTECT, related_name="assessor_plan")
    # Where the rules come from, in words; `official` only when somebody with the power to do so said it.
    source = models.CharField(max_length=300, blank=True, default="")
    official = models.BooleanField(default=False)
    set_at = models.DateTimeField(default=clock.now)
    set_by = models.ForeignKey(
        "foundation.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )


class AssessorRule(PublicIdModel):
    """One rule of a plan. The first, by `ordinal`, that fits a unit and finds an assessor for it wins."""

    class Assessor(models.TextChoices):
        """How the assessor of a unit is found."""

        LINE = "line", _("หน่วยงานในสายบังคับบัญชา")
        SUPERVISION = "supervision", _("หน่วยงานที่กำกับดูแล")
        NAMED = "named", _("หน่วยงานที่ระบุชื่อ")

    plan = models.ForeignKey(AssessorPlan, on_delete=models.PROTECT, related_name="rules")
    ordinal = models.PositiveSmallIntegerField()
    # Codes of areas in which the unit stands, and kinds of its organisation; empty: everywhere, every kind.
    areas = models.JSONField(default=list, blank=True)
    kinds = models.JSONField(default=list, blank=True)
    assessor = models.CharField(max_length=12, choices=Assessor)
    # Kinds of the office looked for on the way up, in the order in which they are tried.
    assessor_kinds = models.JSONField(default=list, blank=True)
    office = models.ForeignKey(
        "organisations.Organisation", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    note = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "ordinal"], name="assessor_rule_order"),
            models.CheckConstraint(
                condition=Q(assessor__in=["line", "supervision"], office__isnull=True)
                | Q(assessor="named", office__isnull=False),
                name="assessor_rule_finds_one",
            ),
        ]


class ReadinessConfirmation(Signed, AuditedModel):
    """The head of the assessing office confirms the statements of some units."""

    round = models.ForeignKey(
        "programme.Round", on_delete=models.PROTECT, related_name="readiness_confirmations"
    )
    assessor = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=clock.now)
    units = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(method="account", paper__isnull=True) | Q(method="paper", paper__isnull=False),
                name="readiness_confirmation_paper",
            ),
            models.CheckConstraint(
                condition=Q(capacity="self") | ~Q(on_behalf_of=""), name="readiness_confirmation_whom"
            ),
            models.CheckConstraint(condition=Q(units__gte=1), name="readiness_confirmation_some"),
        ]


class ReadinessList(AuditedModel):
    """What an office sent to the programme: immutable bytes (RFC 8785) with their SHA-256. A correction is a new list."""

    round = models.ForeignKey("programme.Round", on_delete=models.PROTECT, related_name="readiness_lists")
    assessor = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="readiness_lists"
    )
    ordinal = models.PositiveSmallIntegerField()
    file = models.ForeignKey("foundation.StoredFile", on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    units = models.PositiveIntegerField()
    ready = models.PositiveIntegerField()
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(
        "foundation.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    superseded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "assessor", "ordinal"], name="readiness_list_ordinal"),
            models.UniqueConstraint(
                fields=["round", "assessor"],
                condition=Q(superseded_at__isnull=True),
                name="readiness_list_one_current",
            ),
            models.CheckConstraint(
                condition=Q(ordinal__gte=1, units__gte=1, ready__lte=models.F("units")),
                name="readiness_list_counts",
            ),
        ]

    @property
    def not_ready(self) -> int:
        """How many of its units are not ready."""
        return self.units - self.ready


class ReadinessSending(AuditedModel):
    """A list on its way to the programme: its units are marked in the background, then it is filed as `list`.

    While it is on its way nothing that it says changes. An office sends one list at a time. One that has stopped can be
    taken back.
    """

    round = models.ForeignKey("programme.Round", on_delete=models.PROTECT, related_name="+")
    assessor = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    # An item a statement (its key): which they are was settled when it was sent, whatever moves meanwhile.
    batch = models.ForeignKey("foundation.Batch", null=True, on_delete=models.PROTECT, related_name="+")
    # The key of the job that files it (foundation.jobs); none before all units are marked.
    job = models.UUIDField(null=True, blank=True)
    units = models.PositiveIntegerField()
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(
        "foundation.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # Since when it comes no further, though it is tried again and again; people were told then.
    stopped_at = models.DateTimeField(null=True, blank=True)
    # Why, in words.
    stopped_because = models.CharField(max_length=300, blank=True, default="")
    # When the office took it back, because it had stopped.
    taken_back_at = models.DateTimeField(null=True, blank=True)
    list = models.OneToOneField(
        ReadinessList, null=True, blank=True, on_delete=models.PROTECT, related_name="sending"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["round", "assessor"],
                condition=Q(list__isnull=True, taken_back_at__isnull=True),
                name="readiness_sending_one_on_its_way",
            ),
            models.CheckConstraint(condition=Q(units__gte=1), name="readiness_sending_units"),
        ]


class Readiness(AuditedModel):
    """What the assessing office says about one unit in a round; a draft may leave everything open."""

    round = models.ForeignKey("programme.Round", on_delete=models.PROTECT, related_name="readiness")
    centre = models.ForeignKey(
        "organisations.ServiceCentre", on_delete=models.PROTECT, related_name="readiness"
    )
    assessor = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="readiness"
    )
    state = models.CharField(max_length=10, choices=READINESS.choices(), default=READINESS.initial)
    ready = models.BooleanField(null=True, blank=True)
    # {key of a gate: "yes" or "no"}; a gate that is not named was not looked at.
    gates = models.JSONField(default=dict, blank=True)
    reasons = models.TextField(blank=True, default="")
    assessed_on = models.DateField(null=True, blank=True)
    assessed_at = models.DateTimeField(default=clock.now)
    assessed_by = models.ForeignKey(
        "foundation.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    confirmation = models.ForeignKey(
        ReadinessConfirmation, null=True, blank=True, on_delete=models.PROTECT, related_name="statements"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "centre", "assessor"], name="readiness_once"),
            models.CheckConstraint(condition=Q(state__in=sorted(READINESS.states)), name="readiness_state"),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(ready__isnull=False, assessed_on__isnull=False),
                name="readiness_says_it",
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(ready=True) | ~Q(reasons=""), name="readiness_says_why"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["confirmed", "sending", "sent"], confirmation__isnull=False)
                | Q(state__in=["draft", "assessed"], confirmation__isnull=True),
                name="readiness_is_confirmed",
            ),
        ]
        indexes = [models.Index(fields=["round", "assessor", "state"], name="readiness_of_assessor")]


class ReadinessEntry(PublicIdModel):
    """One unit of a sent list, with the names of that day; the bytes of the list say the same."""

    list = models.ForeignKey(ReadinessList, on_delete=models.PROTECT, related_name="entries")
    # The round again, so that a centre's own entries are found as its applications are.
    round = models.ForeignKey("programme.Round", on_delete=models.PROTECT, related_name="+")
    centre = models.ForeignKey(
        "organisations.ServiceCentre", on_delete=models.PROTECT, related_name="readiness_entries"
    )
    ordinal = models.PositiveIntegerField()
    name = models.CharField(max_length=300)
    office_name = models.CharField(max_length=300)
    area_name = models.CharField(max_length=300, blank=True, default="")
    ready = models.BooleanField()
    gates = models.JSONField(default=dict, blank=True)
    reasons = models.TextField(blank=True, default="")
    assessed_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["list", "centre"], name="readiness_entry_once"),
            models.CheckConstraint(condition=Q(ready=True) | ~Q(reasons=""), name="readiness_entry_says_why"),
        ]
        indexes = [
            models.Index(fields=["list", "ordinal"], name="readiness_entry_order"),
            models.Index(fields=["centre", "round"], name="readiness_entry_of_centre"),
        ]


class ReadinessCount(models.Model):
    """How much an office has left to do in a round with rules of its own, counted ahead for the home page.

    Counted anew with every change of its statements and of the rules, and by a tick, because the tree moves too.
    """

    round = models.ForeignKey("programme.Round", on_delete=models.PROTECT, related_name="+")
    office = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    to_assess = models.PositiveIntegerField()
    assessed = models.PositiveIntegerField()
    confirmed = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "office"], name="readiness_count_once")]


class ReadinessExport(RequestedFile):
    """A long list as a file, made in the background: an office's units, what waits for its head, or a list that was sent."""

    class Content(models.TextChoices):
        """What is written out."""

        UNITS = "units", _("รายการของหน่วยงานที่ประเมิน (Excel)")
        SIGNING = "signing", _("รายการให้หัวหน้าลงนาม (PDF)")
        LIST = "list", _("รายการที่ส่งให้โครงการ (Excel)")

    content = models.CharField(max_length=8, choices=Content)
    office = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    list = models.ForeignKey(ReadinessList, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(content="list", list__isnull=False)
                | Q(content__in=["units", "signing"], list__isnull=True),
                name="readiness_export_content",
            )
        ]
