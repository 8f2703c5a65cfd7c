"""Accounts: who can sign in, and links that act for somebody without an account."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower

from saduak.foundation import clock, ids


class UserManager(BaseUserManager["User"]):
    """Creates accounts; e-mail is optional, because an identity may come from ThaID alone."""

    def create_user(self, email: str | None = None, password: str | None = None, **extra: Any) -> "User":
        """Create an account; without a password it can be entered only through another identity."""
        user = self.model(email=self.normalize_email(email) if email else None, **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """An account. What its holder may do follows from appointments, never from the account."""

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    public_id = models.UUIDField(default=ids.public_id, unique=True, editable=False)
    email = models.EmailField(null=True, blank=True, unique=True)
    language = models.CharField(max_length=2, default="th")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=clock.wall, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_lower_unique")]

    def __str__(self) -> str:
        return self.email or str(self.public_id)


class Identity(models.Model):
    """An outside identity of an account: issuer + subject (ThaID, Digital ID)."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="identities")
    issuer = models.CharField(max_length=200)
    subject = models.CharField(max_length=200)
    created_at = models.DateTimeField(default=clock.wall, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["issuer", "subject"], name="identity_unique")]


class LinkGrant(models.Model):
    """A link that lets its holder do a few named things to one target until it expires: a principal of its own."""

    public_id = models.UUIDField(default=ids.public_id, unique=True, editable=False)
    token_digest = models.CharField(max_length=64, unique=True)
    holder = models.CharField(max_length=200)
    capabilities = models.JSONField(default=list)
    target_model = models.CharField(max_length=100)
    target_id = models.UUIDField()
    created_at = models.DateTimeField(default=clock.wall, editable=False)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)


class TimeMachineState(models.Model):
    """The demo's simulated date: one row, read only where settings allow a time machine."""

    offset = models.DurationField()
    label = models.CharField(max_length=200, blank=True, default="")
    moved_at = models.DateTimeField(default=clock.wall)
    single = models.BooleanField(default=True, unique=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(single=True), name="time_machine_single")]
