"""Areas with the official codes of the Department of Provincial Administration."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from saduak.foundation.access.managers import ScopedManager
from saduak.organisations.models.dated import Dated, Named, in_order


class Area(Named, Dated):
    """A province (2 digits), district (4) or subdistrict (6); its code is its path: a prefix is an index range."""

    class Kind(models.TextChoices):
        """The three steps of the official code."""

        PROVINCE = "province", _("จังหวัด")
        DISTRICT = "district", _("อำเภอหรือเขต")
        SUBDISTRICT = "subdistrict", _("ตำบลหรือแขวง")

    class Region(models.TextChoices):
        """The six geographical regions of the Royal Institute; an attribute of a province, not a step of the code."""

        NORTH = "north", _("ภาคเหนือ")
        NORTHEAST = "northeast", _("ภาคตะวันออกเฉียงเหนือ")
        CENTRAL = "central", _("ภาคกลาง")
        EAST = "east", _("ภาคตะวันออก")
        WEST = "west", _("ภาคตะวันตก")
        SOUTH = "south", _("ภาคใต้")

    code = models.CharField(max_length=6, unique=True)
    kind = models.CharField(max_length=12, choices=Kind)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    region = models.CharField(max_length=12, choices=Region, blank=True, default="")
    letter_code = models.CharField(max_length=4, blank=True, default="")
    postal_code = models.CharField(max_length=5, blank=True, default="")
    latitude = models.DecimalField(max_digits=8, decimal_places=5, null=True, blank=True)
    longitude = models.DecimalField(max_digits=8, decimal_places=5, null=True, blank=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            in_order("area_dates"),
            models.CheckConstraint(
                condition=models.Q(kind="province", parent__isnull=True)
                | models.Q(kind__in=["district", "subdistrict"], parent__isnull=False),
                name="area_parent",
            ),
        ]
        indexes = [models.Index(fields=["kind", "code"], name="area_kind_code")]
