"""Centres that are to be made from a table: what was read, what each line would come to, and what became of it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from saduak.foundation import clock
from saduak.foundation.models.base import AuditedModel
from saduak.organisations.models.areas import Area
from saduak.organisations.models.centres import ServiceCentre
from saduak.organisations.models.organisations import Organisation


class BranchImport(AuditedModel):
    """One table of an organisation's centres. Reading it makes none; confirming it does."""

    class State(models.TextChoices):
        """How far it has come."""

        CHECKED = "checked", _("ตรวจแล้ว ยังไม่ได้เพิ่ม")
        RUNNING = "running", _("กำลังเพิ่ม")
        DONE = "done", _("เพิ่มแล้ว")

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="branch_imports")
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=State, default=State.CHECKED)
    # Headings of the file that nobody knows: told, and left out.
    ignored = models.JSONField(default=list, blank=True)
    made_at = models.DateTimeField(default=clock.now)
    made_by = models.ForeignKey(
        "foundation.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)
    batch = models.ForeignKey(
        "foundation.Batch", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="checked", confirmed_at__isnull=True)
                | Q(state__in=["running", "done"], confirmed_at__isnull=False),
                name="branch_import_state",
            )
        ]


class BranchRow(models.Model):
    """A line of the table: as it was read, which centre it would make, and what is wrong with it."""

    class State(models.TextChoices):
        """What it would come to, or came to."""

        NEW = "new", _("จะเพิ่ม")
        EXISTS = "exists", _("มีอยู่แล้ว")
        WRONG = "wrong", _("ต้องแก้")
        MADE = "made", _("เพิ่มแล้ว")

    table = models.ForeignKey(BranchImport, on_delete=models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField()
    name = models.CharField(max_length=300)
    kind = models.CharField(max_length=10, blank=True, default="")
    office = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    area = models.ForeignKey(Area, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    address = models.CharField(max_length=400, blank=True, default="")
    phone = models.CharField(max_length=100, blank=True, default="")
    email = models.CharField(max_length=254, blank=True, default="")
    # Of whoever is to be responsible: for inviting them afterwards, never shown with the centre.
    officer = models.CharField(max_length=254, blank=True, default="")
    state = models.CharField(max_length=6, choices=State)
    message = models.CharField(max_length=500, blank=True, default="")
    centre = models.ForeignKey(
        ServiceCentre, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["table", "line"], name="branch_row_line"),
            models.CheckConstraint(
                condition=Q(state__in=["exists", "made"], centre__isnull=False)
                | Q(state="new", office__isnull=False, centre__isnull=True)
                | Q(state="wrong", centre__isnull=True),
                name="branch_row_state",
            ),
        ]
