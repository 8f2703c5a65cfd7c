"""Registers of letters sent and received: opted into by an agency, one series a calendar year, without gaps."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from saduak.correspondence.models.letters import Letter, Secrecy, Urgency
from saduak.correspondence.states import REGISTER_ENTRY
from saduak.foundation import clock
from saduak.foundation.models import AuditedModel, PublicIdModel


class RetentionClass(models.Model):
    """How long a letter is kept. Data: the numbers are the agency's to confirm, so `official` says who did."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    # None: kept for ever.
    years = models.PositiveSmallIntegerField(null=True, blank=True)
    official = models.BooleanField(default=False)
    source = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        ordering = ["years", "code"]

    def __str__(self) -> str:
        return self.name


class Registry(AuditedModel):
    """An organisation that lets Saduak keep its registers. Without such a row it keeps its own."""

    organisation = models.OneToOneField(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="registry"
    )
    # What stands before the running number: "มท 0018.1".
    prefix = models.CharField(max_length=60, blank=True, default="")
    retention = models.ForeignKey(
        RetentionClass, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # Numbers that stand in the agency's own book, from before it opted in:
    # [{"direction", "series", "year", "first", "last"}], in the order in which they were told.
    outside = models.JSONField(default=list, blank=True)
    opened_at = models.DateTimeField(default=clock.now)
    opened_by = models.ForeignKey(
        "foundation.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # Set when the organisation goes back to its own registers; the entries stay.
    closed_at = models.DateTimeField(null=True, blank=True)


class RegisterEntry(PublicIdModel):
    """One line of a register. Numbers are given once; a line is cancelled with a reason, never deleted."""

    class Direction(models.TextChoices):
        """Which of the two registers."""

        SEND = "send", _("ทะเบียนหนังสือส่ง")
        RECEIVE = "receive", _("ทะเบียนหนังสือรับ")

    class Series(models.TextChoices):
        """Circulars have numbers of their own."""

        ORDINARY = "", _("เลขปกติ")
        CIRCULAR = "circular", _("หนังสือเวียน")

    registry = models.ForeignKey(Registry, on_delete=models.PROTECT, related_name="entries")
    direction = models.CharField(max_length=8, choices=Direction)
    # Buddhist era; the series begins anew with each calendar year.
    year = models.PositiveSmallIntegerField()
    series = models.CharField(max_length=10, choices=Series, blank=True, default=Series.ORDINARY)
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=REGISTER_ENTRY.choices(), default=REGISTER_ENTRY.initial)
    # The day on which it was received, or sent: always in `year`.
    day = models.DateField(default=clock.today)

    letter = models.ForeignKey(
        Letter, null=True, blank=True, on_delete=models.PROTECT, related_name="register_entries"
    )
    # A letter that did not pass through the system, scanned.
    file = models.ForeignKey(
        "foundation.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # The columns of the register, as they were written down. Of what is sent, `letter_number` is ours, frozen here:
    # the agency's code may change later.
    letter_number = models.CharField(max_length=120, blank=True, default="")
    dated = models.DateField(null=True, blank=True)
    from_text = models.CharField(max_length=300, blank=True, default="")
    to_text = models.CharField(max_length=500, blank=True, default="")
    subject = models.CharField(max_length=500, blank=True, default="")
    action_text = models.CharField(max_length=300, blank=True, default="")
    remark = models.CharField(max_length=300, blank=True, default="")
    urgency = models.CharField(max_length=12, choices=Urgency, blank=True, default=Urgency.NORMAL)
    secrecy = models.CharField(max_length=12, choices=Secrecy, blank=True, default=Secrecy.NONE)
    search_key = models.TextField(blank=True, default="")
    retention = models.ForeignKey(
        RetentionClass, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    entered_at = models.DateTimeField(default=clock.now)
    entered_by = models.ForeignKey(
        "foundation.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_because = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["registry", "direction", "year", "series", "number"], name="register_number_once"
            ),
            models.CheckConstraint(condition=Q(direction__in=["send", "receive"]), name="register_direction"),
            models.CheckConstraint(condition=Q(series__in=["", "circular"]), name="register_series"),
            # Whatever comes in is received under one series.
            models.CheckConstraint(
                condition=Q(direction="send") | Q(series=""), name="register_receive_one_series"
            ),
            models.CheckConstraint(
                condition=Q(state__in=sorted(REGISTER_ENTRY.states)), name="register_state"
            ),
            models.CheckConstraint(condition=Q(urgency__in=Urgency.values), name="register_urgency"),
            models.CheckConstraint(condition=Q(secrecy__in=Secrecy.values), name="register_secrecy"),
            models.CheckConstraint(
                condition=~Q(state="cancelled") | (Q(cancelled_at__isnull=False) & ~Q(cancelled_because="")),
                name="register_cancelled_because",
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="register_number_positive"),
        ]
        indexes = [
            models.Index(fields=["registry", "direction", "year", "-number"], name="register_page"),
            models.Index(fields=["registry", "retention", "year"], name="register_due"),
        ]


class RegisterExport(PublicIdModel):
    """A register as a file, made in the background. It holds what whoever asked may see, so it is theirs alone."""

    class Content(models.TextChoices):
        """What is written out."""

        BOOK = "book", _("ทะเบียน")
        DUE = "due", _("รายการที่ครบอายุการเก็บ")

    class Format(models.TextChoices):
        """As which file."""

        XLSX = "xlsx", _("Excel")
        PDF = "pdf", _("PDF")

    registry = models.ForeignKey(Registry, on_delete=models.PROTECT, related_name="exports")
    content = models.CharField(max_length=8, choices=Content, default=Content.BOOK)
    format = models.CharField(max_length=4, choices=Format)
    # Of a book: which one, and from which day to which, both included, within one calendar year.
    direction = models.CharField(max_length=8, choices=RegisterEntry.Direction, blank=True, default="")
    series = models.CharField(max_length=10, choices=RegisterEntry.Series, blank=True, default="")
    first_day = models.DateField(null=True, blank=True)
    last_day = models.DateField(null=True, blank=True)
    requested_at = models.DateTimeField(default=clock.now)
    requested_by = models.ForeignKey(
        "foundation.User", on_delete=models.PROTECT, related_name="register_exports"
    )
    file = models.ForeignKey(
        "foundation.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    lines = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(content__in=["book", "due"]), name="register_export_content"),
            models.CheckConstraint(condition=Q(format__in=["xlsx", "pdf"]), name="register_export_format"),
            models.CheckConstraint(
                condition=Q(content="due")
                | ~Q(direction="") & Q(first_day__isnull=False, last_day__isnull=False),
                name="register_export_says_which",
            ),
        ]
        indexes = [
            models.Index(fields=["registry", "requested_by", "-requested_at"], name="register_exports")
        ]
