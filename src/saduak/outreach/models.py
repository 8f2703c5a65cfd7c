"""Briefings, and notices to people about what concerns them."""

from django.db import models

from saduak.foundation import clock
from saduak.foundation.models import AuditedModel, PublicIdModel


class Briefing(AuditedModel):
    """A meeting that explains the criteria, as a letter announced it."""

    round = models.ForeignKey(
        "programme.Round", null=True, blank=True, on_delete=models.PROTECT, related_name="briefings"
    )
    # The letter stays one click away from the briefing that it announced.
    letter = models.ForeignKey(
        "correspondence.Letter", null=True, blank=True, on_delete=models.PROTECT, related_name="briefings"
    )
    host = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="briefings")
    title = models.CharField(max_length=500)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    place = models.CharField(max_length=500, blank=True, default="")
    channels = models.JSONField(default=list)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_reason = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="briefing_times"
            ),
            models.UniqueConstraint(
                fields=["host", "starts_at"],
                condition=models.Q(cancelled_at__isnull=True),
                name="briefing_once",
            ),
        ]


class AgendaItem(PublicIdModel):
    """A slot of a briefing with its speakers."""

    briefing = models.ForeignKey(Briefing, on_delete=models.PROTECT, related_name="items")
    ordinal = models.PositiveSmallIntegerField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    what = models.CharField(max_length=500)
    parts = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["briefing", "ordinal"], name="agenda_item_ordinal")]
        ordering = ["briefing_id", "ordinal"]


class Notice(PublicIdModel):
    """Something that happened and concerns a person or an office, kept until read."""

    # Thousands are written at once: a key whose look-up another index serves (see Meta), or that nobody looks up, has none.
    person = models.ForeignKey(
        "organisations.Person",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="notices",
        db_index=False,
    )
    organisation = models.ForeignKey(
        "organisations.Organisation",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="notices",
        db_index=False,
    )
    # Only for those who work for this centre, or for the whole organisation when empty.
    centre = models.ForeignKey(
        "organisations.ServiceCentre",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    # Who works for another programme only does not read it.
    programme = models.ForeignKey(
        "organisations.Programme",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    # Which text of `kinds.py`, and what it is filled with.
    kind = models.CharField(max_length=60)
    params = models.JSONField(default=dict)
    # Which row it leads to; the address follows from the kind.
    target = models.UUIDField(null=True, blank=True)
    dedupe = models.CharField(max_length=200, unique=True)
    created_at = models.DateTimeField(default=clock.now)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(person__isnull=False) | models.Q(organisation__isnull=False),
                name="notice_has_reader",
            )
        ]
        indexes = [
            models.Index(fields=["person", "-created_at"], name="notice_person"),
            models.Index(fields=["organisation", "-created_at"], name="notice_office"),
        ]
