"""The audit: one hash chain per aggregate, sealed at intervals (rule 11)."""

from django.db import models

from saduak.foundation import clock


class AuditEntry(models.Model):
    """One change of one aggregate. Personal values are only digested here; they sit in `AuditPersonal`."""

    aggregate = models.CharField(max_length=60)
    aggregate_id = models.BigIntegerField()
    seq = models.PositiveIntegerField()
    at = models.DateTimeField(default=clock.wall)
    business_at = models.DateTimeField()
    actor = models.CharField(max_length=120)
    verb = models.CharField(max_length=80)
    facts = models.JSONField(default=dict)
    personal_digest = models.CharField(max_length=64, blank=True, default="")
    previous = models.CharField(max_length=64, blank=True, default="")
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["aggregate", "aggregate_id", "seq"], name="audit_entry_unique")
        ]
        indexes = [models.Index(fields=["at"], name="audit_entry_at")]


class AuditPersonal(models.Model):
    """Personal values of an entry, erasable: the chain keeps only their salted digest."""

    entry = models.OneToOneField(AuditEntry, on_delete=models.PROTECT, related_name="personal")
    salt = models.CharField(max_length=32)
    values = models.JSONField(default=dict)
    erased_at = models.DateTimeField(null=True, blank=True)


class AuditSeal(models.Model):
    """A Merkle root over all heads that changed since the last seal; also handed outside the database."""

    seq = models.PositiveIntegerField(unique=True)
    at = models.DateTimeField(default=clock.wall)
    root = models.CharField(max_length=64)
    previous = models.CharField(max_length=64, blank=True, default="")
    digest = models.CharField(max_length=64)
    leaves = models.PositiveIntegerField()
    # Where the next seal starts looking; a hint only, never trusted by `verify`.
    watermark = models.BigIntegerField(default=0)


class AuditSealLeaf(models.Model):
    """The head of one chain as a seal saw it."""

    seal = models.ForeignKey(AuditSeal, on_delete=models.PROTECT, related_name="leaf_rows")
    aggregate = models.CharField(max_length=60)
    aggregate_id = models.BigIntegerField()
    seq = models.PositiveIntegerField()
    head = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seal", "aggregate", "aggregate_id"], name="audit_leaf_unique")
        ]
        indexes = [models.Index(fields=["aggregate", "aggregate_id", "-seq"], name="audit_leaf_chain")]
