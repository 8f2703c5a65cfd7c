"""Evidence: files in the centre's library, used by answers of this and later years."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from saduak.foundation import clock
from saduak.foundation.models import PublicIdModel


class Evidence(PublicIdModel):
    """A file in a centre's library."""

    class Kind(models.TextChoices):
        """What it is, in a person's words."""

        PHOTO = "photo", _("รูปถ่าย")
        DOCUMENT = "document", _("เอกสาร")

    centre = models.ForeignKey(
        "organisations.ServiceCentre", on_delete=models.PROTECT, related_name="evidence"
    )
    file = models.ForeignKey("foundation.StoredFile", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    caption = models.CharField(max_length=300)
    taken_on = models.DateField(null=True, blank=True)
    added_at = models.DateTimeField(default=clock.now)
    added_by = models.ForeignKey(
        "foundation.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["centre", "-added_at"], name="evidence_library")]


class EvidenceUse(models.Model):
    """Evidence used by one answer."""

    answer = models.ForeignKey("applications.Answer", on_delete=models.PROTECT, related_name="uses")
    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT, related_name="uses")
    added_at = models.DateTimeField(default=clock.now)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["answer", "evidence"],
                condition=models.Q(removed_at__isnull=True),
                name="evidence_use_unique",
            )
        ]
