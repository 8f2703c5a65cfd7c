"""What is asked: a versioned set of parts, criteria and levels. A published set never changes (rule 7)."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from saduak.foundation.models import AuditedModel, PublicIdModel
from saduak.programme.states import CRITERIA_SET
from saduak.programme.words import in_language


class PublishedSetIsFrozen(Exception):
    """Somebody tried to change a published criteria set; a new version is the way."""


class CriteriaSet(AuditedModel):
    """One version of what a programme asks. Rounds pin one; the digest proves which."""

    programme = models.ForeignKey(
        "organisations.Programme", on_delete=models.PROTECT, related_name="criteria_sets"
    )
    code = models.SlugField(max_length=60)
    version = models.PositiveSmallIntegerField(default=1)
    title = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200, blank=True, default="")
    official = models.BooleanField(default=False)
    notice = models.TextField(blank=True, default="")
    source = models.TextField(blank=True, default="")
    sides = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=CRITERIA_SET.choices(), default=CRITERIA_SET.initial)
    imported_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)
    document = models.JSONField(default=dict)
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "code", "version"], name="criteria_set_version_unique"
            ),
            models.CheckConstraint(
                condition=Q(state="draft", published_at__isnull=True)
                | Q(state="published", published_at__isnull=False),
                name="criteria_set_published_when_dated",
            ),
        ]
        ordering = ["-imported_at", "-id"]

    def __str__(self) -> str:
        return self.title

    @property
    def is_published(self) -> bool:
        """Whether rounds may pin it and nothing may change it."""
        return self.state == "published"

    @property
    def label(self) -> str:
        """The title in the reader's language."""
        return in_language(self.title, self.title_en)

    @property
    def digest_groups(self) -> str:
        """The digest in groups of four, as it is shown and read aloud."""
        return " ".join(self.digest[start : start + 4] for start in range(0, len(self.digest), 4))

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; a published set is refused.

        Raises:
            PublishedSetIsFrozen: the stored row is published.
        """
        if self.pk and type(self).objects.filter(pk=self.pk, state="published").exists():
            raise PublishedSetIsFrozen(self.code)
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete a draft; a published set is refused.

        Raises:
            PublishedSetIsFrozen: the set is published.
        """
        if self.is_published:
            raise PublishedSetIsFrozen(self.code)
        return super().delete(*args, **kwargs)


class PieceOfSet(models.Model):
    """What parts, criteria and levels share: they freeze with their set."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; a piece of a published set is refused.

        Raises:
            PublishedSetIsFrozen: the set is published.
        """
        self._refuse_when_published()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete a piece of a draft.

        Raises:
            PublishedSetIsFrozen: the set is published.
        """
        self._refuse_when_published()
        return super().delete(*args, **kwargs)

    def _refuse_when_published(self) -> None:
        owner = getattr(self, "criteria_set")  # noqa: B009 - declared by every subclass, not here
        if owner.is_published:
            raise PublishedSetIsFrozen(owner.code)


class Part(PieceOfSet):
    """A part of a set: the gate, the quality items, the outcomes."""

    class Kind(models.TextChoices):
        """How a part counts."""

        GATE = "gate", _("เกณฑ์ที่ต้องผ่านทุกข้อ")
        QUALITY = "quality", _("เกณฑ์ด้านคุณภาพ")
        OUTCOME = "outcome", _("เกณฑ์ด้านผลลัพธ์")

    criteria_set = models.ForeignKey(CriteriaSet, on_delete=models.CASCADE, related_name="parts")
    key = models.SlugField(max_length=40)
    ordinal = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200, blank=True, default="")
    kind = models.CharField(max_length=10, choices=Kind)
    points = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["criteria_set", "key"], name="part_key_unique"),
            models.UniqueConstraint(fields=["criteria_set", "ordinal"], name="part_ordinal_unique"),
        ]
        ordering = ["criteria_set", "ordinal"]

    def __str__(self) -> str:
        return self.title

    @property
    def label(self) -> str:
        """The title in the reader's language."""
        return in_language(self.title, self.title_en)


class Criterion(PieceOfSet, PublicIdModel):
    """One item. Its key is opaque and permanent: answers, evidence and scores name it over the years."""

    class Kind(models.TextChoices):
        """How an item counts."""

        GATE = "gate", _("ต้องผ่าน")
        BASIC = "basic", _("เกณฑ์พื้นฐาน")
        ADVANCED = "advanced", _("เกณฑ์ขั้นสูง")
        OUTCOME = "outcome", _("ผลลัพธ์")

    criteria_set = models.ForeignKey(CriteriaSet, on_delete=models.CASCADE, related_name="criteria")
    part = models.ForeignKey(Part, on_delete=models.CASCADE, related_name="criteria")
    key = models.SlugField(max_length=40)
    number = models.CharField(max_length=10)
    side = models.SlugField(max_length=40, blank=True, default="")
    ordinal = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=300)
    title_en = models.CharField(max_length=300, blank=True, default="")
    kind = models.CharField(max_length=10, choices=Kind)
    points = models.PositiveSmallIntegerField(default=0)
    placeholder = models.BooleanField(default=False)
    asks = models.TextField(blank=True, default="")
    asks_en = models.TextField(blank=True, default="")
    guidance = models.TextField(blank=True, default="")
    evidence = models.JSONField(default=list)
    scale = models.JSONField(default=dict)
    replaces = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["criteria_set", "key"], name="criterion_key_unique"),
            models.UniqueConstraint(fields=["criteria_set", "ordinal"], name="criterion_ordinal_unique"),
            models.UniqueConstraint(fields=["part", "number"], name="criterion_number_unique"),
            models.CheckConstraint(
                condition=Q(kind="gate", points=0) | (~Q(kind="gate") & Q(points__gt=0)),
                name="criterion_gate_has_no_points",
            ),
        ]
        ordering = ["criteria_set", "ordinal"]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def label(self) -> str:
        """The title in the reader's language."""
        return in_language(self.title, self.title_en)

    @property
    def question(self) -> str:
        """What is asked, in the reader's language."""
        return in_language(self.asks, self.asks_en)

    @cached_property
    def item(self) -> Mapping[str, Any]:
        """The item as the file has it: what is never searched for has no column, which would drop the triggers on SQLite."""
        parts = self.criteria_set.document.get("parts", ())
        return next((item for part in parts for item in part["items"] if item["key"] == self.key), {})

    @property
    def numbers(self) -> Sequence[Mapping[str, Any]]:
        """The numbers that a centre states beside its text (see criteria/schema.json)."""
        found: Sequence[Mapping[str, Any]] = self.item.get("numbers", ())
        return found

    @property
    def checks(self) -> Sequence[Mapping[str, Any]]:
        """What must hold between numbers."""
        found: Sequence[Mapping[str, Any]] = self.item.get("checks", ())
        return found

    @property
    def looked_for(self) -> str:
        """What the scorers look for, in the reader's language."""
        return in_language(self.item.get("looks_for", ""), self.item.get("looks_for_en", ""))


class Level(PieceOfSet):
    """A level that can be reached: its rule is data, read by `levels.evaluate`."""

    criteria_set = models.ForeignKey(CriteriaSet, on_delete=models.CASCADE, related_name="levels")
    key = models.SlugField(max_length=40)
    ordinal = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80, blank=True, default="")
    colour = models.SlugField(max_length=40)
    rule = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["criteria_set", "key"], name="level_key_unique"),
            models.UniqueConstraint(fields=["criteria_set", "ordinal"], name="level_ordinal_unique"),
        ]
        ordering = ["criteria_set", "ordinal"]

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return in_language(self.name, self.name_en)
