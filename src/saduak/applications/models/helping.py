"""Writing together: who helps with which items, the centre's own notes on an item, and what its people say about it."""

from django.db import models

from saduak.applications.states import DELEGATION
from saduak.foundation import clock
from saduak.foundation.models import PublicIdModel

LONGEST_NAME, LONGEST_MESSAGE, LONGEST_REMARK, LONGEST_ADDRESS = 200, 500, 2_000, 200


class Delegation(PublicIdModel):
    """Some items of an application given to a helper: to a person with an account, or to whoever holds a link.

    Who is appointed at the centre anyway sees the whole draft; then it is a task with a date and no fence.
    """

    application = models.ForeignKey(
        "applications.Application", on_delete=models.PROTECT, related_name="delegations"
    )
    person = models.ForeignKey(
        "organisations.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # The link that works now: one that was lost is revoked, and another takes its place.
    link = models.OneToOneField(
        "foundation.LinkGrant", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # The address to which it was offered. Until whoever signs in with it takes it on, nobody knows whether anybody does.
    invited = models.EmailField(max_length=LONGEST_ADDRESS, blank=True, default="")
    name = models.CharField(max_length=LONGEST_NAME)
    # The first moment that is too late, as all dates that count.
    due_at = models.DateTimeField(null=True, blank=True)
    message = models.CharField(max_length=LONGEST_MESSAGE, blank=True, default="")
    state = models.CharField(max_length=10, choices=DELEGATION.choices(), default=DELEGATION.initial)
    given_by = models.ForeignKey(
        "foundation.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    given_at = models.DateTimeField(default=clock.now)
    handed_in_at = models.DateTimeField(null=True, blank=True)
    # What was said when it was handed in last, or sent back.
    answer = models.CharField(max_length=LONGEST_MESSAGE, blank=True, default="")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(person__isnull=True, link__isnull=False, invited="")
                | models.Q(person__isnull=False, link__isnull=True)
                | (models.Q(person__isnull=True, link__isnull=True) & ~models.Q(invited="")),
                name="delegation_to_one",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=sorted(DELEGATION.states)), name="delegation_state"
            ),
            models.CheckConstraint(
                condition=models.Q(state="ended", ended_at__isnull=False)
                | (~models.Q(state="ended") & models.Q(ended_at__isnull=True)),
                name="delegation_ended_when",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="handed_in") | models.Q(handed_in_at__isnull=False),
                name="delegation_handed_in_when",
            ),
        ]
        indexes = [
            models.Index(
                fields=["person"], name="delegation_to_do", condition=models.Q(ended_at__isnull=True)
            )
        ]

    @property
    def is_offered(self) -> bool:
        """Whether it was offered to an address, and nobody has taken it on yet."""
        return self.person_id is None and self.link_id is None


class DelegationItem(models.Model):
    """One item that was given."""

    delegation = models.ForeignKey(Delegation, on_delete=models.PROTECT, related_name="items")
    answer = models.ForeignKey("applications.Answer", on_delete=models.PROTECT, related_name="given")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["delegation", "answer"], name="delegation_item_once")]


class AnswerNote(models.Model):
    """What the centre's people note for themselves on an item: never signed, never filed."""

    answer = models.OneToOneField("applications.Answer", on_delete=models.PROTECT, related_name="note")
    text = models.TextField(blank=True, default="")
    version = models.PositiveIntegerField(default=0)
    updated_at = models.DateTimeField(default=clock.now)
    actor = models.CharField(max_length=120, blank=True, default="")
    by = models.CharField(max_length=200, blank=True, default="")


class Remark(PublicIdModel):
    """What one of the centre's people, or a helper of the item, says about it to the others."""

    answer = models.ForeignKey("applications.Answer", on_delete=models.PROTECT, related_name="remarks")
    text = models.CharField(max_length=LONGEST_REMARK)
    actor = models.CharField(max_length=120)
    by = models.CharField(max_length=200)
    at = models.DateTimeField(default=clock.now)
    resolved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["answer", "at"], name="remark_thread")]
