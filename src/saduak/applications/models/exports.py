"""Large files that somebody asked for."""

from django.db import models

from saduak.foundation import clock
from saduak.foundation.models import PublicIdModel


class RequestedFile(PublicIdModel):
    """A file made in the background. It holds what whoever asked may see, so it is theirs alone."""

    round = models.ForeignKey("programme.Round", on_delete=models.PROTECT, related_name="+")
    # Which lines: what stands in the address of the list.
    query = models.CharField(max_length=2_000, blank=True, default="")
    requested_at = models.DateTimeField(default=clock.now)
    requested_by = models.ForeignKey("foundation.User", on_delete=models.PROTECT, related_name="+")
    file = models.ForeignKey(
        "foundation.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # The key of the job that makes it (foundation.jobs).
    job = models.UUIDField(null=True, blank=True)
    # Why nobody makes it, in words; then it is not tried again.
    refused = models.CharField(max_length=300, blank=True, default="")
    lines = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True
