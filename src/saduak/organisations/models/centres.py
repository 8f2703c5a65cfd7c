"""Service centres: what is certified. A unit that serves people, not an agency; one agency has many."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from saduak.foundation import clock
from saduak.foundation.models.base import AuditedModel
from saduak.foundation.thai.text import unsaid
from saduak.organisations.models.areas import Area
from saduak.organisations.models.dated import Named
from saduak.organisations.models.organisations import Organisation


class ServiceCentre(Named, AuditedModel):
    """A place (or a service without one) where people are served; its identity changes by `CentreEvent`."""

    class Kind(models.TextChoices):
        """What sort of service point."""

        OFFICE = "office", _("จุดบริการในสำนักงาน")
        COUNTER = "counter", _("จุดบริการนอกสำนักงาน")
        MOBILE = "mobile", _("หน่วยบริการเคลื่อนที่")
        ONLINE = "online", _("บริการออนไลน์")
        HOTLINE = "hotline", _("ศูนย์บริการทางโทรศัพท์")
        OTHER = "other", _("อื่น ๆ")

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="centres")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.OFFICE)
    area = models.ForeignKey(Area, null=True, blank=True, on_delete=models.PROTECT, related_name="centres")
    address = models.CharField(_("ที่อยู่"), max_length=400, blank=True, default="")
    latitude = models.DecimalField(max_digits=8, decimal_places=5, null=True, blank=True)
    longitude = models.DecimalField(max_digits=8, decimal_places=5, null=True, blank=True)
    # [{"days": [1, 2, 3, 4, 5], "opens": "08:30", "closes": "16:30"}]; 1 is Monday, 7 is Sunday.
    hours = models.JSONField(default=list, blank=True)
    phone = models.CharField(_("โทรศัพท์"), max_length=100, blank=True, default="")
    email = models.EmailField(_("อีเมล"), blank=True, default="")
    website = models.URLField(_("เว็บไซต์"), blank=True, default="")
    services = models.JSONField(default=list, blank=True)
    opened_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)
    successors = models.ManyToManyField("self", symmetrical=False, blank=True, related_name="predecessors")
    is_sample = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(opened_on__isnull=True)
                | models.Q(closed_on__isnull=True)
                | models.Q(closed_on__gte=models.F("opened_on")),
                name="centre_dates",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=["office", "counter", "mobile", "online", "hotline", "other"]),
                name="centre_kind",
            ),
            models.CheckConstraint(
                condition=models.Q(latitude__isnull=True, longitude__isnull=True)
                | models.Q(latitude__gte=-90, latitude__lte=90, longitude__gte=-180, longitude__lte=180),
                name="centre_place",
            ),
        ]
        indexes = [models.Index(fields=["sort_key", "id"], name="centre_order")]

    @property
    def office_name(self) -> str:
        """The name of its agency where its own does not say it, else nothing; the agency has to be loaded."""
        return unsaid(self.organisation.name_th, self.name_th)


class CentreEvent(models.Model):
    """A dated change of identity; nothing about a centre's past is overwritten."""

    class Kind(models.TextChoices):
        """What happened."""

        RENAMED = "renamed", _("เปลี่ยนชื่อ")
        UPGRADED = "upgraded", _("ยกฐานะ")
        MOVED = "moved", _("ย้ายที่ตั้งหรือสังกัด")
        MERGED = "merged", _("รวมกับศูนย์อื่น")
        SPLIT = "split", _("แยกเป็นหลายศูนย์")
        CLOSED = "closed", _("ยุติการให้บริการ")

    centre = models.ForeignKey(ServiceCentre, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=10, choices=Kind)
    on = models.DateField()
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    note = models.CharField(max_length=400, blank=True, default="")
    recorded_at = models.DateTimeField(default=clock.wall, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=["renamed", "upgraded", "moved", "merged", "split", "closed"]),
                name="centre_event_kind",
            )
        ]
        indexes = [models.Index(fields=["centre", "on"], name="centre_event_order")]
