"""What a headquarters shares with the centres in its line: plans and manuals by criterion, in versions."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from saduak.applications import links
from saduak.applications.models.evidence import Evidence
from saduak.applications.states import SHARED
from saduak.foundation import clock
from saduak.foundation.models import AuditedModel


class SharedItem(AuditedModel):
    """A file or a link of a headquarters. Once published it never changes: a new version takes its place.

    A centre that uses it gets a row of `Evidence` of its own that points here, so that its library, its signed content
    and its panel know it as they know all evidence.
    """

    organisation = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="shared_items"
    )
    programme = models.ForeignKey(
        "organisations.Programme", on_delete=models.PROTECT, related_name="shared_items"
    )
    file = models.ForeignKey(
        "foundation.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    url = models.CharField(max_length=links.LONGEST, blank=True, default="")
    kind = models.CharField(max_length=10, choices=Evidence.Kind.choices)
    caption = models.CharField(max_length=300)
    # A centre may take it over into its own text.
    text = models.TextField(_("ข้อความที่ศูนย์นำไปใช้ได้"), blank=True, default="")
    # Alone it proves nothing of a centre: the centre adds proof of its own.
    needs_local = models.BooleanField(default=True)
    version = models.PositiveSmallIntegerField(default=1)
    replaces = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by"
    )
    state = models.CharField(max_length=10, choices=SHARED.choices(), default=SHARED.initial)
    made_at = models.DateTimeField(default=clock.now)
    made_by = models.ForeignKey(
        "foundation.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    published_at = models.DateTimeField(null=True, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(file__isnull=False, url="") | (Q(file__isnull=True) & ~Q(url="")),
                name="shared_file_or_link",
            ),
            models.CheckConstraint(
                condition=Q(state="draft", published_at__isnull=True, retired_at__isnull=True)
                | Q(state="published", published_at__isnull=False, retired_at__isnull=True)
                | Q(state="retired", retired_at__isnull=False),
                name="shared_state_dated",
            ),
            models.CheckConstraint(condition=~Q(caption=""), name="shared_has_a_name"),
            models.UniqueConstraint(
                fields=["replaces"], condition=~Q(state="retired"), name="shared_replaced_once"
            ),
        ]
        indexes = [models.Index(fields=["organisation", "state"], name="shared_of_office")]

    @property
    def host(self) -> str:
        """Where a link leads, for people; "" for a file."""
        return links.host_of(self.url) if self.url else ""


class SharedCriterion(models.Model):
    """A criterion that an item is for, by its key, so that it is found in later years too."""

    item = models.ForeignKey(SharedItem, on_delete=models.CASCADE, related_name="criteria")
    key = models.SlugField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "key"], name="shared_criterion_once")]
