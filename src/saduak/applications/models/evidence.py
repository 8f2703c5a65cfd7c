"""Evidence: files and links in the centre's library, used by answers of this and later years."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from saduak.applications import links
from saduak.foundation import clock
from saduak.foundation.models import PublicIdModel


class Evidence(PublicIdModel):
    """A file in a centre's library, or a link to something on the web, which is never fetched from here."""

    class Kind(models.TextChoices):
        """What it is, in a person's words."""

        PHOTO = "photo", _("รูปถ่าย")
        DOCUMENT = "document", _("เอกสาร")
        LINK = "link", _("ลิงก์")
        VIDEO = "video", _("วิดีโอ")

    # What stands elsewhere; the rest are files.
    ELSEWHERE = (Kind.LINK, Kind.VIDEO)

    centre = models.ForeignKey(
        "organisations.ServiceCentre", on_delete=models.PROTECT, related_name="evidence"
    )
    file = models.ForeignKey(
        "foundation.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    url = models.CharField(max_length=links.LONGEST, blank=True, default="")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    caption = models.CharField(max_length=300)
    taken_on = models.DateField(null=True, blank=True)
    # From a headquarters (models/sharing.py): its caption and content are the headquarters' own.
    shared = models.ForeignKey(
        "applications.SharedItem", null=True, blank=True, on_delete=models.PROTECT, related_name="kept"
    )
    added_at = models.DateTimeField(default=clock.now)
    added_by = models.ForeignKey(
        "foundation.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    edited_at = models.DateTimeField(null=True, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(file__isnull=False, url="")
                | (models.Q(file__isnull=True) & ~models.Q(url="")),
                name="evidence_file_or_link",
            ),
            models.UniqueConstraint(
                fields=["centre", "shared"],
                condition=models.Q(shared__isnull=False, retired_at__isnull=True),
                name="evidence_shared_once",
            ),
        ]
        indexes = [models.Index(fields=["centre", "-added_at"], name="evidence_library")]

    @property
    def host(self) -> str:
        """Where a link leads, for people; "" for a file."""
        return links.host_of(self.url) if self.url else ""

    @property
    def sha256(self) -> str:
        """Digest of a file; "" for a link."""
        return self.file.sha256 if self.file else ""

    @property
    def is_withdrawn(self) -> bool:
        """Whether the headquarters that shared it uses it no more: nobody begins to use it now."""
        return self.shared is not None and self.shared.state != "published"

    @property
    def has_picture(self) -> bool:
        """Whether there is a small picture of it to show."""
        return self.file is not None and (self.file.reencoded or self.file.pictured)


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
