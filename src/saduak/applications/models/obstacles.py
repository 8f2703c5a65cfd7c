"""What blocks a centre, where it went for help, and answers that are kept for everybody with the same problem."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from saduak.applications.states import OBSTACLE
from saduak.foundation import clock
from saduak.foundation.models import AuditedModel


class Obstacle(AuditedModel):
    """What blocks a centre in a round and what help it needs. `at` is whose turn it is; None: the secretariat's.

    When it goes up stands in its clock (`foundation.deadlines`) alone, because new holidays move that.
    """

    round = models.ForeignKey("programme.Round", on_delete=models.PROTECT, related_name="obstacles")
    centre = models.ForeignKey(
        "organisations.ServiceCentre", on_delete=models.PROTECT, related_name="obstacles"
    )
    criterion = models.ForeignKey(
        "programme.Criterion", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    topic = models.SlugField(max_length=40)
    what = models.CharField(max_length=300)
    need = models.CharField(max_length=500)
    at = models.ForeignKey(
        "organisations.Organisation", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(max_length=20, choices=OBSTACLE.choices(), default=OBSTACLE.initial)
    reported_at = models.DateTimeField(default=clock.now)
    reported_by = models.ForeignKey(
        "foundation.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=sorted(OBSTACLE.states)), name="obstacle_state"
            ),
            models.CheckConstraint(
                condition=~models.Q(what="") & ~models.Q(need=""), name="obstacle_says_something"
            ),
        ]
        indexes = [
            models.Index(fields=["at", "state"], name="obstacle_inbox"),
            models.Index(fields=["centre", "round"], name="obstacle_of_centre"),
        ]


class ObstacleStep(models.Model):
    """One step of an obstacle. Steps of the kinds in `REACHED` say whom it has reached (no organisation: the secretariat)."""

    class Kind(models.TextChoices):
        """What happened."""

        REPORTED = "reported", _("แจ้งปัญหา")
        RAISED = "raised", _("ไม่มีคำตอบตามกำหนด จึงส่งต่อขึ้นไป")
        PASSED = "passed", _("ส่งต่อขึ้นไป")
        MOVED = "moved", _("หน่วยงานเปลี่ยนสังกัด จึงส่งใหม่")
        ANSWERED = "answered", _("ตอบ")
        REOPENED = "reopened", _("ยังติดอยู่")
        CLOSED = "closed", _("แก้ได้แล้ว")
        WITHDRAWN = "withdrawn", _("ถอนเรื่อง")

    obstacle = models.ForeignKey(Obstacle, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=10, choices=Kind)
    organisation = models.ForeignKey(
        "organisations.Organisation", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    text = models.TextField(blank=True, default="")
    at = models.DateTimeField(default=clock.now)
    by = models.ForeignKey(
        "foundation.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # Set when the office stands over the centre's no longer: it reads no more of it.
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    kind__in=[
                        "reported",
                        "raised",
                        "passed",
                        "moved",
                        "answered",
                        "reopened",
                        "closed",
                        "withdrawn",
                    ]
                ),
                name="obstacle_step_kind",
            ),
            models.CheckConstraint(
                condition=~models.Q(kind="answered") | ~models.Q(text=""), name="obstacle_answer_says_it"
            ),
        ]
        indexes = [models.Index(fields=["organisation", "kind"], name="obstacle_step_reached")]


REACHED = frozenset({"reported", "raised", "passed", "moved", "reopened"})


class KeptAnswer(AuditedModel):
    """An answer for every centre with the same problem. It says of nobody that they asked; `obstacle` is never shown."""

    programme = models.ForeignKey(
        "organisations.Programme", on_delete=models.PROTECT, related_name="kept_answers"
    )
    obstacle = models.ForeignKey(Obstacle, on_delete=models.PROTECT, related_name="kept_answers")
    topic = models.SlugField(max_length=40)
    # The key of the criterion, so that it is found in later rounds too.
    criterion_key = models.CharField(max_length=60, blank=True, default="")
    question = models.CharField(max_length=300)
    text = models.TextField()
    # Who says so; None: the secretariat.
    organisation = models.ForeignKey(
        "organisations.Organisation", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    published_at = models.DateTimeField(default=clock.now)
    published_by = models.ForeignKey(
        "foundation.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(question="") & ~models.Q(text=""), name="kept_answer_says_something"
            ),
            models.UniqueConstraint(
                fields=["obstacle"], condition=models.Q(withdrawn_at__isnull=True), name="kept_answer_once"
            ),
        ]
        indexes = [models.Index(fields=["programme", "topic"], name="kept_answer_topic")]
