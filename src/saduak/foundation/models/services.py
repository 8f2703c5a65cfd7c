"""Tables of the services every room uses: idempotency, counters, batches, outbox, jobs, files, clocks, holidays."""

from django.conf import settings
from django.db import models

from saduak.foundation import clock, ids
from saduak.foundation.models.base import PublicIdModel


class IdempotencyKey(models.Model):
    """A creating request that was already carried out, and what it created."""

    key = models.UUIDField()
    action = models.CharField(max_length=80)
    actor = models.CharField(max_length=120)
    result_model = models.CharField(max_length=100, blank=True, default="")
    result_id = models.BigIntegerField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.wall)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "action", "actor"], name="idempotency_unique")]
        indexes = [models.Index(fields=["created_at"], name="idempotency_age")]


class CacheEntry(models.Model):
    """What all web processes remember together for a while (wrong passwords); written by Django's database cache."""

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)


class Counter(models.Model):
    """One row a gapless series (letter registers, certificates): locked last, in short transactions."""

    series = models.CharField(max_length=120, unique=True)
    value = models.PositiveBigIntegerField(default=0)


class CounterVoid(models.Model):
    """A number of a series that was taken and then not used, with the reason."""

    counter = models.ForeignKey(Counter, on_delete=models.PROTECT, related_name="voids")
    number = models.PositiveBigIntegerField()
    reason = models.CharField(max_length=200)
    at = models.DateTimeField(default=clock.wall)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["counter", "number"], name="counter_void_unique")]


class Batch(PublicIdModel):
    """Many at once: a header, item rows, and one job that works in chunks (rule 2)."""

    class State(models.TextChoices):
        """Where a batch stands."""

        READY = "ready"
        RUNNING = "running"
        DONE = "done"

    kind = models.CharField(max_length=80)
    params = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State, default=State.READY)
    actor = models.CharField(max_length=120)
    created_at = models.DateTimeField(default=clock.wall)
    worked_at = models.DateTimeField(default=clock.wall)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["worked_at"], name="batch_open", condition=models.Q(finished_at__isnull=True)
            )
        ]


class BatchItem(models.Model):
    """One thing to do in a batch, done exactly once."""

    class State(models.TextChoices):
        """Where an item stands."""

        WAITING = "waiting"
        DONE = "done"
        FAILED = "failed"

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="items")
    item = models.CharField(max_length=120)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    note = models.CharField(max_length=500, blank=True, default="")
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "item"], name="batch_item_unique")]
        indexes = [models.Index(fields=["batch", "state", "id"], name="batch_item_next")]


class OutboxMessage(models.Model):
    """Something to hand outside (e-mail, seal), written in the transaction that caused it, sent by a job."""

    class State(models.TextChoices):
        """Where a message stands."""

        WAITING = "waiting"
        SENT = "sent"
        FAILED = "failed"

    channel = models.CharField(max_length=40)
    recipient = models.CharField(max_length=254)
    payload = models.JSONField(default=dict)
    dedupe = models.CharField(max_length=200, unique=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=500, blank=True, default="")
    created_at = models.DateTimeField(default=clock.wall)
    next_try_at = models.DateTimeField(default=clock.wall)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["state", "next_try_at"], name="outbox_due")]


class JobRun(models.Model):
    """Attempts and lease of one background job; the queue itself is django-tasks'."""

    key = models.UUIDField(default=ids.public_id, unique=True)
    path = models.CharField(max_length=200)
    kwargs = models.JSONField(default=dict)
    queue = models.CharField(max_length=32, default="default")
    task_id = models.UUIDField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    leased_until = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True, default="")
    created_at = models.DateTimeField(default=clock.wall)

    class Meta:
        indexes = [
            models.Index(
                fields=["leased_until"],
                name="job_open",
                condition=models.Q(done_at__isnull=True, failed_at__isnull=True),
            )
        ]


class TickRun(models.Model):
    """When a periodic function is due again, by real time, and who has it now."""

    name = models.CharField(max_length=200, unique=True)
    next_at = models.DateTimeField(default=clock.wall)
    leased_until = models.DateTimeField(null=True, blank=True)
    ran_at = models.DateTimeField(null=True, blank=True)
    runs = models.PositiveBigIntegerField(default=0)
    last_error = models.TextField(blank=True, default="")


class StoredFile(PublicIdModel):
    """A file by its content (SHA-256). Access goes by the row that refers to it, never by its digest."""

    class State(models.TextChoices):
        """Whether others may open it."""

        CHECKED = "checked"
        REFUSED = "refused"

    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.PositiveBigIntegerField()
    media_type = models.CharField(max_length=100)
    name = models.CharField(max_length=255)
    state = models.CharField(max_length=10, choices=State, default=State.CHECKED)
    reencoded = models.BooleanField(default=False)
    # The day on which a picture says that it was taken, read before it was drawn anew without saying so.
    taken_on = models.DateField(null=True, blank=True)
    # A small picture of it stands beside it, though it is no picture itself (a PDF's first page).
    pictured = models.BooleanField(default=False)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(default=clock.wall)


class Upload(PublicIdModel):
    """A file on its way, piece by piece over a bad line: what came so far lies beside the store, under this name."""

    actor = models.CharField(max_length=120)
    name = models.CharField(max_length=255)
    size = models.PositiveIntegerField()
    received = models.PositiveIntegerField(default=0)
    # Of the whole file, when the browser could say so: by it the same file goes on where it stopped.
    sha256 = models.CharField(max_length=64, blank=True, default="")
    created_at = models.DateTimeField(default=clock.wall)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(received__lte=models.F("size")), name="upload_not_too_much"
            )
        ]
        indexes = [
            models.Index(fields=["actor"], name="upload_actor"),
            models.Index(fields=["expires_at"], name="upload_expiry"),
        ]


class Holiday(models.Model):
    """A public holiday, imported by year; `official` only when the list came from an announcement."""

    date = models.DateField(unique=True)
    name_th = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True, default="")
    source = models.CharField(max_length=200)
    official = models.BooleanField(default=False)


class Deadline(PublicIdModel):
    """A clock as a row: what started it, when it is due, for whom, when to remind, and what follows."""

    class Unit(models.TextChoices):
        """How the days are counted."""

        CALENDAR = "calendar"
        WORKING = "working"

    subject_model = models.CharField(max_length=100)
    subject_id = models.BigIntegerField()
    kind = models.CharField(max_length=60)
    unit = models.CharField(max_length=10, choices=Unit, default=Unit.CALENDAR)
    days = models.PositiveSmallIntegerField(null=True, blank=True)
    start_event = models.CharField(max_length=80)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    organisation_ref = models.BigIntegerField(null=True, blank=True)
    reminder_days = models.JSONField(default=list)
    reminded = models.JSONField(default=list)
    remind_at = models.DateTimeField(null=True, blank=True)
    effect = models.CharField(max_length=80, blank=True, default="")
    met_at = models.DateTimeField(null=True, blank=True)
    lapsed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject_model", "subject_id", "kind"], name="deadline_unique"),
            models.CheckConstraint(
                condition=models.Q(due_at__gte=models.F("started_at")), name="deadline_after_start"
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                name="deadline_open",
                condition=models.Q(met_at__isnull=True, lapsed_at__isnull=True),
            ),
            models.Index(
                fields=["remind_at"],
                name="deadline_remind",
                condition=models.Q(met_at__isnull=True, lapsed_at__isnull=True),
            ),
        ]
