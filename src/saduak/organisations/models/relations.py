"""Typed, dated relations between organisations, and the paths that make a subtree an index range."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from saduak.organisations.models.dated import Dated, in_order
from saduak.organisations.models.organisations import Organisation


class Relation(Dated):
    """`child` stands under `parent` in one of four ways. No circle, checked by the action that writes it."""

    class Kind(models.TextChoices):
        """The four ways. Supervision is never command."""

        LINE = "line", _("สังกัด")
        SUPERVISION = "supervision", _("อยู่ในกำกับดูแลของ")
        TERRITORY = "territory", _("ตั้งอยู่ในพื้นที่ของ")
        ISSUES_FOR = "issues_for", _("ออกหนังสือในนาม")

    kind = models.CharField(max_length=12, choices=Kind)
    child = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="upward")
    parent = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="downward")
    note = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = [
            in_order("relation_dates"),
            models.CheckConstraint(condition=~models.Q(child=models.F("parent")), name="relation_not_itself"),
            models.CheckConstraint(
                condition=models.Q(kind__in=["line", "supervision", "territory", "issues_for"]),
                name="relation_kind",
            ),
            models.UniqueConstraint(
                fields=["kind", "child", "parent"],
                condition=models.Q(valid_to__isnull=True),
                name="relation_current_unique",
            ),
        ]
        indexes = [
            models.Index(fields=["parent", "kind"], name="relation_down"),
            models.Index(fields=["child", "kind"], name="relation_up"),
        ]


class TreePath(models.Model):
    """One way from the top to an organisation, as digits: six a level (line, supervision), or the area's code.

    An organisation has as many rows as it has ways up: a district office answers to its department and to its
    province. Derived from today's relations by `paths.rebuild`; the order of such text is the same in every database.
    """

    class Kind(models.TextChoices):
        """What the path follows."""

        LINE = "line"
        SUPERVISION = "supervision"
        AREA = "area"

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="paths")
    kind = models.CharField(max_length=12, choices=Kind)
    path = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "kind", "path"], name="tree_path_unique"),
            models.CheckConstraint(
                condition=models.Q(kind__in=["line", "supervision", "area"]), name="tree_path_kind"
            ),
        ]
        indexes = [models.Index(fields=["kind", "path", "organisation"], name="tree_path_range")]
