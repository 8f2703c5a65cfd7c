"""Rows that hold for a time. Ranges are half-open: `valid_from` is the first day, `valid_to` the first day no more."""

import datetime
from typing import Any

from django.db import models

from saduak.foundation.thai.text import search_key, sort_key

# The digits of one organisation in a path.
WIDTH = 6


class Dated(models.Model):
    """A row with a beginning and an end; an empty beginning means "before anybody wrote it down"."""

    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def last_day(self) -> datetime.date | None:
        """The last day on which it holds, as people say it."""
        return self.valid_to - datetime.timedelta(days=1) if self.valid_to else None


def on_day(day: datetime.date | models.Expression, prefix: str = "") -> models.Q:
    """Rows that hold on `day`; `prefix` leads to them, for example `appointment__`."""
    started = models.Q(**{f"{prefix}valid_from__isnull": True}) | models.Q(
        **{f"{prefix}valid_from__lte": day}
    )
    open_ended = models.Q(**{f"{prefix}valid_to__isnull": True}) | models.Q(**{f"{prefix}valid_to__gt": day})
    return started & open_ended


def in_order(name: str) -> models.CheckConstraint:
    """An end is never before its beginning (an empty range is a row that was undone the same day)."""
    return models.CheckConstraint(
        condition=models.Q(valid_from__isnull=True)
        | models.Q(valid_to__isnull=True)
        | models.Q(valid_to__gte=models.F("valid_from")),
        name=name,
    )


class Named(models.Model):
    """A row with names in two languages, a stored Thai order and one text to search in."""

    name_th = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True, default="")
    # Long: the sort key is hexadecimal. Not indexed whole: lists sort what they have already selected.
    sort_key = models.CharField(max_length=1000, blank=True, default="", editable=False)
    search_key = models.CharField(max_length=1000, blank=True, default="", editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name_th

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the keys true to the names; `update_fields` with a name takes the keys along."""
        self.keyed()
        fields = kwargs.get("update_fields")
        if fields is not None and {"name_th", "name_en"} & set(fields):
            kwargs["update_fields"] = {*fields, "sort_key", "search_key"}
        super().save(*args, **kwargs)

    def keyed(self, *also: str) -> None:
        """Set the two keys from the names; `also` is further text that a search should find."""
        self.sort_key = sort_key(self.name_th)[:1000]
        self.search_key = search_key(" ".join(part for part in (self.name_th, self.name_en, *also) if part))[
            :1000
        ]


def ancestors(path: str) -> list[int]:
    """The keys of the organisations along a line or supervision path, from the top."""
    return [int(path[start : start + WIDTH]) for start in range(0, len(path), WIDTH)]
