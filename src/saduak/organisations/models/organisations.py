"""Organisations: agencies of every kind, with their dated names."""

from functools import cached_property

from django.db import models
from django.utils.translation import gettext_lazy as _

from saduak.foundation import clock
from saduak.foundation.models.base import AuditedModel
from saduak.organisations.models.areas import Area
from saduak.organisations.models.dated import Dated, Named, ancestors, in_order, on_day


class Organisation(Named, Dated, AuditedModel):
    """An agency (หน่วยงาน). Where it belongs stands in `Relation`, never in the row."""

    class Kind(models.TextChoices):
        """What sort of agency."""

        MINISTRY = "ministry", _("กระทรวง")
        SECRETARIAT_UNIT = "secretariat_unit", _("หน่วยงานเลขานุการของโครงการ")
        OFFICE = "office", _("สำนักงาน")
        DEPARTMENT = "department", _("กรม")
        PROVINCE = "province", _("จังหวัด")
        PROVINCIAL_OFFICE = "provincial_office", _("ส่วนราชการประจำจังหวัด")
        DISTRICT = "district", _("อำเภอ")
        LOCAL_GOVERNMENT = "local_government", _("องค์กรปกครองส่วนท้องถิ่น")
        STATE_ENTERPRISE = "state_enterprise", _("รัฐวิสาหกิจ")
        BRANCH = "branch", _("สาขา")
        SPECIAL = "special", _("การปกครองรูปแบบพิเศษ")
        OTHER = "other", _("หน่วยงานอื่น")

    code = models.CharField(max_length=60, unique=True)
    kind = models.CharField(max_length=20, choices=Kind)
    # For example "เทศบาลนคร": how the agency calls its own sort, finer than the kind.
    type_th = models.CharField(max_length=80, blank=True, default="")
    # Short names that people write and search by: "สถ.", "อบจ.พิษณุโลก".
    aliases = models.CharField(max_length=200, blank=True, default="")
    letter_code = models.CharField(max_length=10, blank=True, default="")
    unit_number = models.CharField(max_length=20, blank=True, default="")
    area = models.ForeignKey(
        Area, null=True, blank=True, on_delete=models.PROTECT, related_name="organisations"
    )
    address = models.CharField(max_length=400, blank=True, default="")
    phone = models.CharField(max_length=100, blank=True, default="")
    email = models.EmailField(blank=True, default="")
    head_title = models.CharField(max_length=120, blank=True, default="")
    # A supervised agency may let its supervisors read more than the status; command needs no such leave.
    shares_with_supervisor = models.BooleanField(default=False)
    retired_at = models.DateTimeField(null=True, blank=True)
    successors = models.ManyToManyField("self", symmetrical=False, blank=True, related_name="predecessors")
    is_sample = models.BooleanField(default=False)
    source = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = [
            in_order("organisation_dates"),
            models.CheckConstraint(
                condition=models.Q(
                    kind__in=[
                        "ministry",
                        "secretariat_unit",
                        "office",
                        "department",
                        "province",
                        "provincial_office",
                        "district",
                        "local_government",
                        "state_enterprise",
                        "branch",
                        "special",
                        "other",
                    ]
                ),
                name="organisation_kind",
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "area"], name="organisation_kind_area"),
            models.Index(fields=["sort_key", "id"], name="organisation_order"),
        ]

    def keyed(self, *also: str) -> None:
        """Also found by its short names, its letter code and its own code."""
        super().keyed(self.aliases, self.letter_code, *also)

    @cached_property
    def ways(self) -> frozenset[tuple[str, str]]:
        """Its paths as (kind, path), read once for this instance: rules ask for them many times. One query."""
        return frozenset(self.paths.values_list("kind", "path"))

    @cached_property
    def writes_for(self) -> frozenset[int]:
        """The keys of the organisations in whose name it, or an office that it stands under, writes today. Two queries.

        Read once for this instance.
        """
        over = {self.pk}.union(*(ancestors(path) for kind, path in self.ways if kind == "line"))
        named = Organisation.objects.filter(
            on_day(clock.today(), "downward__"), downward__kind="issues_for", downward__child__in=over
        )
        return frozenset(named.values_list("pk", flat=True))


class OrganisationName(Dated):
    """A name that an organisation bore; reports of an old round use the name of that time."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="names")
    name_th = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = [
            in_order("organisation_name_dates"),
            models.UniqueConstraint(
                fields=["organisation"],
                condition=models.Q(valid_to__isnull=True),
                name="organisation_name_current",
            ),
        ]
