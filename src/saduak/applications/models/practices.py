"""Good practices: what a certified centre wrote for one criterion, shown to everybody once its head has agreed."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from saduak.applications.states import LIVE, PRACTICE
from saduak.foundation import clock
from saduak.foundation.models import AuditedModel, PublicIdModel


class Practice(AuditedModel):
    """A filed answer as an example for others. `original` is what was filed, `text` what is shown of it.

    What is agreed to is exactly what is shown: `version` counts every change, and a change after the consent asks anew.
    Whether it is public follows from its state and from its certificate (`rules.practices.shown_q`), it is stored nowhere.
    """

    class Origin(models.TextChoices):
        """Who brought it up."""

        CURATOR = "curator", _("ฝ่ายเลขานุการโครงการเลือก")
        CENTRE = "centre", _("ศูนย์เสนอเอง")

    programme = models.ForeignKey(
        "organisations.Programme", on_delete=models.PROTECT, related_name="practices"
    )
    centre = models.ForeignKey(
        "organisations.ServiceCentre", on_delete=models.PROTECT, related_name="practices"
    )
    submission = models.ForeignKey(
        "applications.Submission", on_delete=models.PROTECT, related_name="practices"
    )
    certificate = models.ForeignKey(
        "register.Certificate", on_delete=models.PROTECT, related_name="practices"
    )
    criterion = models.ForeignKey("programme.Criterion", on_delete=models.PROTECT, related_name="+")
    # The criterion's permanent key and the round's year, so that lists of many years need no join.
    criterion_key = models.SlugField(max_length=40)
    fiscal_year = models.PositiveSmallIntegerField()
    origin = models.CharField(max_length=10, choices=Origin)
    title = models.CharField(max_length=200)
    original = models.TextField()
    text = models.TextField()
    why = models.CharField(max_length=1_000, blank=True, default="")
    version = models.PositiveIntegerField(default=1)
    search_key = models.TextField(blank=True, default="")
    state = models.CharField(max_length=20, choices=PRACTICE.choices(), default=PRACTICE.initial)
    proposed_at = models.DateTimeField(default=clock.now)
    proposed_by = models.ForeignKey(
        "foundation.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # Who agreed, as they were called then.
    consent_name = models.CharField(max_length=200, blank=True, default="")
    consent_position = models.CharField(max_length=300, blank=True, default="")
    consented_at = models.DateTimeField(null=True, blank=True)
    consented_by = models.ForeignKey(
        "foundation.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        "foundation.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # When it was declined or withdrawn, by whom and why.
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        "foundation.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_reason = models.CharField(max_length=500, blank=True, default="")
    # Whether the centre's head ended it: then nobody but the centre brings it up again.
    ended_by_centre = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=sorted(PRACTICE.states)), name="practice_state"
            ),
            models.CheckConstraint(
                condition=~models.Q(title="") & ~models.Q(text="") & ~models.Q(original=""),
                name="practice_says_something",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["consented", "published"])
                | (models.Q(consented_at__isnull=False) & ~models.Q(consent_name="")),
                name="practice_consented",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="published") | models.Q(published_at__isnull=False),
                name="practice_published_when",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["declined", "withdrawn"], ended_at__isnull=False)
                | models.Q(state__in=sorted(LIVE), ended_at__isnull=True),
                name="practice_ended_when",
            ),
            models.UniqueConstraint(
                fields=["submission", "criterion"],
                condition=models.Q(state__in=sorted(LIVE)),
                name="practice_once",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "criterion_key"], name="practice_of_criterion"),
            models.Index(fields=["centre", "state"], name="practice_of_centre"),
        ]


class PracticePicture(PublicIdModel):
    """A picture that was filed with the answer and is shown with it, under the words that it had then."""

    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="pictures")
    evidence = models.ForeignKey("applications.Evidence", on_delete=models.PROTECT, related_name="+")
    ordinal = models.PositiveSmallIntegerField()
    caption = models.CharField(max_length=300)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "evidence"], name="practice_picture_once"),
        ]
        ordering = ["ordinal", "pk"]


class PracticeSuggestion(PublicIdModel):
    """Somebody who read a filed answer thinks that others should: heard once its centre is certified."""

    submission = models.ForeignKey("applications.Submission", on_delete=models.PROTECT, related_name="+")
    criterion = models.ForeignKey("programme.Criterion", on_delete=models.PROTECT, related_name="+")
    note = models.CharField(max_length=500, blank=True, default="")
    suggested_at = models.DateTimeField(default=clock.now)
    suggested_by = models.ForeignKey("foundation.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "criterion", "suggested_by"], name="practice_suggested_once"
            )
        ]


class PracticeLevels(AuditedModel):
    """From centres of which levels a programme takes practices. No row, or an empty list: from its highest level."""

    programme = models.OneToOneField(
        "organisations.Programme", on_delete=models.PROTECT, related_name="practice_levels"
    )
    levels = models.JSONField(default=list, blank=True)
