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
    """A certificate: to whom, which level, from when until when. Names are frozen as they were decided."""

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
    level_key = models.CharField(max_length=40)
    level_name = models.CharField(max_length=100)
    level_ordinal = models.PositiveSmallIntegerField()
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
