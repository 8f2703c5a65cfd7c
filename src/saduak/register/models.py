"""The certificate record, read by renewal below the deciding room and by every citizen."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from saduak.foundation import clock
from saduak.foundation.models import AuditedModel, PublicIdModel
from saduak.foundation.thai.text import unsaid
from saduak.programme.words import in_language
from saduak.register.states import CERTIFICATE

LEVEL_WORDS = {"basic": _("พื้นฐาน"), "advanced": _("ก้าวหน้า"), "excellent": _("เป็นเลิศ")}


class Publication(PublicIdModel):
    """What becomes public at one moment: everything is prepared under embargo, then `published_at` flips."""

    programme = models.ForeignKey(
        "organisations.Programme", on_delete=models.PROTECT, related_name="publications"
    )
    title = models.CharField(max_length=300)
    created_at = models.DateTimeField(default=clock.now)
    published_at = models.DateTimeField(null=True, blank=True, db_index=True)


class Certificate(AuditedModel):
    """A certificate: to whom, which level, from when until when. Names are frozen as they were decided.

    One that was taken from an announcement of earlier years has no round, and no level where the programme had none yet.
    """

    class Origin(models.TextChoices):
        """How it came into the register."""

        DECIDED = "decided", _("มติในระบบนี้")
        ANNOUNCEMENT = "announcement", _("บันทึกจากประกาศ")

    programme = models.ForeignKey(
        "organisations.Programme", on_delete=models.PROTECT, related_name="certificates"
    )
    publication = models.ForeignKey(Publication, on_delete=models.PROTECT, related_name="certificates")
    centre = models.ForeignKey(
        "organisations.ServiceCentre", on_delete=models.PROTECT, related_name="certificates"
    )
    round = models.ForeignKey(
        "programme.Round", null=True, blank=True, on_delete=models.PROTECT, related_name="certificates"
    )
    code = models.CharField(max_length=10, unique=True)
    number = models.CharField(max_length=60)
    fiscal_year = models.PositiveSmallIntegerField()
    origin = models.CharField(max_length=12, choices=Origin.choices, default=Origin.DECIDED)
    level_key = models.CharField(max_length=40, blank=True, default="")
    level_name = models.CharField(max_length=100, blank=True, default="")
    level_ordinal = models.PositiveSmallIntegerField(default=0)
    centre_name = models.CharField(max_length=300)
    centre_name_en = models.CharField(max_length=300, blank=True, default="")
    organisation_name = models.CharField(max_length=300)
    area_code = models.CharField(max_length=10, blank=True, default="")
    area_name = models.CharField(max_length=200, blank=True, default="")
    sort_key = models.CharField(max_length=1000, blank=True, default="")
    search_key = models.TextField(blank=True, default="")
    valid_from = models.DateField()
    valid_until = models.DateField()
    announcement = models.CharField(max_length=200, blank=True, default="")
    state = models.CharField(max_length=20, choices=CERTIFICATE.choices(), default=CERTIFICATE.initial)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_reason = models.CharField(max_length=500, blank=True, default="")
    replaced_by = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaces"
    )
    pdf = models.ForeignKey(
        "foundation.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    # Where it stands in English, once a page asked for it (queries.name_places); the register keeps the Thai words.
    area_name_en: str = ""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "number"], name="certificate_number_unique"),
            models.UniqueConstraint(
                fields=["centre", "round"],
                condition=models.Q(state="standing", round__isnull=False),
                name="certificate_once_per_round",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=sorted(CERTIFICATE.states)), name="certificate_state"
            ),
            models.UniqueConstraint(
                fields=["programme", "centre", "fiscal_year"],
                condition=models.Q(state="standing", origin="announcement"),
                name="certificate_once_from_announcement",
            ),
            models.CheckConstraint(
                condition=models.Q(origin="announcement")
                | (models.Q(origin="decided") & ~models.Q(level_key="") & models.Q(level_ordinal__gte=1)),
                name="certificate_level",
            ),
            models.CheckConstraint(
                condition=models.Q(valid_until__gt=models.F("valid_from")), name="certificate_dates"
            ),
        ]
        indexes = [
            models.Index(fields=["programme", "sort_key"], name="certificate_sorted"),
            models.Index(fields=["area_code"], name="certificate_area"),
            models.Index(fields=["valid_until"], name="certificate_expiry"),
        ]

    @property
    def office_name(self) -> str:
        """The name of its office where the centre's own does not say it, else nothing."""
        return unsaid(self.organisation_name, self.centre_name)

    @property
    def area_words(self) -> str:
        """Where it stands, as its certificate has it; for readers of English by the English names when we know them."""
        return in_language(self.area_name, self.area_name_en)

    @property
    def level_words(self) -> str:
        """The level as its certificate has it; for readers of English, its English name when we know one."""
        return in_language(self.level_name, str(LEVEL_WORDS.get(self.level_key, "")))


class PastImport(AuditedModel):
    """A list of results that were announced before this register began, as somebody brought it in.

    Nothing of it is in the register until it is applied; then its certificates share one publication.
    """

    programme = models.ForeignKey("organisations.Programme", on_delete=models.PROTECT, related_name="+")
    fiscal_year = models.PositiveSmallIntegerField()
    announcement = models.CharField(max_length=200)
    announced_on = models.DateField()
    validity_years = models.PositiveSmallIntegerField(default=3)
    file_name = models.CharField(max_length=200, blank=True, default="")
    sha256 = models.CharField(max_length=64)
    imported_at = models.DateTimeField(default=clock.now)
    imported_by = models.ForeignKey(
        "foundation.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # What enters its lines, or did so last; and when that was over.
    batch = models.ForeignKey(
        "foundation.Batch", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    applied_at = models.DateTimeField(null=True, blank=True)
    publication = models.ForeignKey(
        Publication, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "sha256"], name="past_import_once"),
            models.CheckConstraint(
                condition=models.Q(fiscal_year__gte=2559, fiscal_year__lte=2700), name="past_import_year"
            ),
            models.CheckConstraint(condition=models.Q(validity_years__gte=1), name="past_import_validity"),
        ]

    @property
    def is_being_entered(self) -> bool:
        """Whether its lines are being entered now."""
        return self.batch is not None and self.batch.finished_at is None


class PastResult(PublicIdModel):
    """One line of such a list, and the centre that it speaks of."""

    class How(models.TextChoices):
        """How the centre was found."""

        OPEN = "open", _("รอเลือกศูนย์")
        EXACT = "exact", _("ชื่อตรงกัน")
        CHOSEN = "chosen", _("เลือกโดยเจ้าหน้าที่")
        NONE = "none", _("ไม่มีในทะเบียน")

    past_import = models.ForeignKey(PastImport, on_delete=models.PROTECT, related_name="results")
    line = models.PositiveIntegerField()
    name = models.CharField(max_length=300)
    organisation_name = models.CharField(max_length=300, blank=True, default="")
    province = models.CharField(max_length=100, blank=True, default="")
    level_key = models.CharField(max_length=40, blank=True, default="")
    level_name = models.CharField(max_length=100, blank=True, default="")
    level_ordinal = models.PositiveSmallIntegerField(default=0)
    number = models.CharField(max_length=60, blank=True, default="")
    # Centres that may be meant, the likeliest first, by their keys.
    candidates = models.JSONField(default=list, blank=True)
    how = models.CharField(max_length=10, choices=How.choices, default=How.OPEN)
    centre = models.ForeignKey(
        "organisations.ServiceCentre", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    certificate = models.ForeignKey(
        Certificate, null=True, blank=True, on_delete=models.PROTECT, related_name="past_results"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["past_import", "line"], name="past_result_line"),
            models.UniqueConstraint(
                fields=["past_import", "centre"],
                condition=models.Q(centre__isnull=False),
                name="past_result_centre_once",
            ),
            models.CheckConstraint(
                condition=models.Q(how__in=["exact", "chosen"], centre__isnull=False)
                | models.Q(how__in=["open", "none"], centre__isnull=True),
                name="past_result_how",
            ),
            models.CheckConstraint(
                condition=models.Q(certificate__isnull=True) | models.Q(centre__isnull=False),
                name="past_result_certificate",
            ),
        ]
        indexes = [models.Index(fields=["past_import", "how"], name="past_result_waiting")]
