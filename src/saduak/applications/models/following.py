"""What a supervisor keeps about many units: saved views, targets, reminders, calls, large exports."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from saduak.applications.models.exports import RequestedFile
from saduak.foundation import clock
from saduak.foundation.models import AuditedModel, PublicIdModel


class SavedView(PublicIdModel):
    """A way to look at the board that one person wants to find again; the query is what stands in the address."""

    person = models.ForeignKey("organisations.Person", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    # A name of a hundred Thai letters alone is nine hundred characters of an address.
    query = models.CharField(max_length=2_000, blank=True, default="")
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "name"], name="saved_view_unique"),
            models.CheckConstraint(condition=~Q(name=""), name="saved_view_named"),
        ]


class Target(AuditedModel):
    """How many units an office wants to see apply in a round: of its line, of those it supervises, or in its area.

    With `about` it is the share of one office below; without, of the whole scope.
    """

    class Scope(models.TextChoices):
        """Of whom it speaks."""

        LINE = "line", _("หน่วยงานในสังกัด")
        SUPERVISION = "supervision", _("หน่วยงานในกำกับดูแล")
        AREA = "area", _("ทุกหน่วยงานในพื้นที่")
        COUNTRY = "country", _("ทั้งประเทศ")

    round = models.ForeignKey("programme.Round", on_delete=models.PROTECT, related_name="targets")
    owner = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    scope = models.CharField(max_length=12, choices=Scope)
    about = models.ForeignKey(
        "organisations.Organisation", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    wanted = models.PositiveIntegerField()
    note = models.CharField(max_length=300, blank=True, default="")
    set_at = models.DateTimeField(default=clock.now)
    set_by = models.ForeignKey(
        "foundation.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["round", "owner", "scope"], condition=Q(about__isnull=True), name="target_unique"
            ),
            models.UniqueConstraint(
                fields=["round", "owner", "scope", "about"],
                condition=Q(about__isnull=False),
                name="target_of_one_unique",
            ),
            models.CheckConstraint(
                condition=Q(scope__in=["line", "supervision", "area", "country"]), name="target_scope"
            ),
            models.CheckConstraint(condition=Q(wanted__gte=1), name="target_wants_something"),
        ]


class Reminder(AuditedModel):
    """One text that an office sent to many units at once, in the background."""

    round = models.ForeignKey("programme.Round", on_delete=models.PROTECT, related_name="reminders")
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    text = models.CharField(max_length=500)
    units = models.PositiveIntegerField()
    batch = models.ForeignKey(
        "foundation.Batch", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    sent_at = models.DateTimeField(default=clock.now)
    sent_by = models.ForeignKey(
        "foundation.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )


class RemindedUnit(models.Model):
    """One unit that was reminded: once a day by one office, however often somebody presses."""

    reminder = models.ForeignKey(Reminder, on_delete=models.PROTECT, related_name="reminded")
    # The reminder's round and office again, so that the database itself knows "once a day".
    round = models.ForeignKey("programme.Round", on_delete=models.PROTECT, related_name="+")
    sender = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    centre = models.ForeignKey(
        "organisations.ServiceCentre", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    day = models.DateField()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["centre", "round", "sender", "day"],
                condition=Q(centre__isnull=False),
                name="reminded_centre_once_a_day",
            ),
            models.UniqueConstraint(
                fields=["organisation", "round", "sender", "day"],
                condition=Q(centre__isnull=True),
                name="reminded_office_once_a_day",
            ),
        ]


class Call(PublicIdModel):
    """A telephone call to a unit: what came of it, in one tap and perhaps a few words."""

    class Outcome(models.TextChoices):
        """What came of it."""

        REACHED = "reached", _("คุยแล้ว")
        PROMISED = "promised", _("รับปากว่าจะทำ")
        AGAIN = "again", _("ให้โทรใหม่")
        NO_ANSWER = "no_answer", _("ไม่มีผู้รับสาย")
        WRONG = "wrong", _("เลขหมายไม่ถูกต้อง")

    round = models.ForeignKey("programme.Round", on_delete=models.PROTECT, related_name="+")
    caller = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    centre = models.ForeignKey(
        "organisations.ServiceCentre", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    outcome = models.CharField(max_length=10, choices=Outcome)
    note = models.CharField(max_length=300, blank=True, default="")
    at = models.DateTimeField(default=clock.now)
    by = models.ForeignKey(
        "foundation.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=["reached", "promised", "again", "no_answer", "wrong"]),
                name="call_outcome",
            )
        ]
        indexes = [models.Index(fields=["organisation", "round", "-at"], name="call_latest")]


class BoardExport(RequestedFile):
    """A large board as a file, made in the background."""
