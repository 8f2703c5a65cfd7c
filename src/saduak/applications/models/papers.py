"""Papers of an application that take a while to make, and drafts that came back from a word processor."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from saduak.foundation import clock
from saduak.foundation.models import PublicIdModel


class Paper(PublicIdModel):
    """The whole application as PDF, made by a job; or a Word file whose texts somebody wants to take over."""

    class Kind(models.TextChoices):
        """What it is."""

        WHOLE = "whole", _("ใบสมัครทั้งฉบับ")
        WORD = "word", _("ไฟล์ Word ที่เขียนต่อ")

    application = models.ForeignKey(
        "applications.Application", on_delete=models.PROTECT, related_name="papers"
    )
    kind = models.CharField(max_length=10, choices=Kind.choices)
    # Of the content that is printed: an application that was changed since has another.
    digest = models.CharField(max_length=64, blank=True, default="")
    # Empty while the job has not come to it.
    file = models.ForeignKey(
        "foundation.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # The texts of a Word file, read once when it came: each the values of a `word.Field`.
    fields = models.JSONField(default=list, blank=True)
    # The key of the job that prints it (foundation.jobs).
    job = models.UUIDField(null=True, blank=True)
    asked_at = models.DateTimeField(default=clock.now)
    asked_by = models.ForeignKey(
        "foundation.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["application", "digest"],
                condition=models.Q(kind="whole"),
                name="paper_whole_once",
            ),
            models.CheckConstraint(
                condition=models.Q(kind="whole") | models.Q(file__isnull=False), name="paper_word_has_file"
            ),
            models.CheckConstraint(condition=models.Q(kind__in=["whole", "word"]), name="paper_kind"),
        ]
