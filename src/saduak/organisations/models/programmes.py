"""Programmes: what centres are certified under. A row from the first day, although there is one today."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from saduak.foundation.models.base import PublicIdModel


class Programme(PublicIdModel):
    """A certification programme, for example GECC; rounds, criteria and certificates carry it, centres do not."""

    code = models.SlugField(max_length=40, unique=True)
    name_th = models.CharField(_("ชื่อโครงการ"), max_length=200)
    name_en = models.CharField(max_length=200, blank=True, default="")
    short_name = models.CharField(max_length=40)
    host = models.ForeignKey(
        "organisations.Organisation",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="hosted_programmes",
    )
    website = models.URLField(blank=True, default="")
    email = models.EmailField(blank=True, default="")
    phone = models.CharField(max_length=100, blank=True, default="")
    retired_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.short_name
