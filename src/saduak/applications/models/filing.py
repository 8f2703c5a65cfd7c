"""From draft to filing: the supervisor's check, the head's signature, the submission."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from saduak.applications.states import REVIEW
from saduak.foundation import clock
from saduak.foundation.models import PublicIdModel


class Review(PublicIdModel):
    """A check of the writing by a supervisor (ตรวจทาน): ordered by a superior, offered to whom is only supervised."""

    class Force(models.TextChoices):
        """Whether the check is expected or offered."""

        ORDER = "order", _("ตามคำสั่ง")
        OFFER = "offer", _("ตามที่เสนอช่วย")

    application = models.ForeignKey(
        "applications.Application", on_delete=models.PROTECT, related_name="reviews"
    )
    organisation = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="reviews"
    )
    force = models.CharField(max_length=10, choices=Force.choices)
    state = models.CharField(max_length=20, choices=REVIEW.choices(), default=REVIEW.initial)
    requested_at = models.DateTimeField(default=clock.now)
    requested_by = models.ForeignKey(
        "foundation.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    due_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        "foundation.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    note = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=sorted(REVIEW.states)), name="review_state"),
            models.UniqueConstraint(
                fields=["application"], condition=models.Q(state="requested"), name="review_one_open"
            ),
        ]
        indexes = [models.Index(fields=["organisation", "state"], name="review_inbox")]


class ReviewComment(PublicIdModel):
    """What the supervisor says about one criterion, and whether the centre has dealt with it."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="comments")
    criterion = models.ForeignKey("programme.Criterion", on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    resolved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["review", "criterion"], name="review_comment_unique")]


class Signed(models.Model):
    """A row that keeps a head's signature. Name and position are frozen; what was signed is named by its digest."""

    class Method(models.TextChoices):
        """How it was signed."""

        ACCOUNT = "account", _("ลงนามในระบบ")
        PAPER = "paper", _("ลงนามบนกระดาษแล้วแนบ")

    class Capacity(models.TextChoices):
        """In what capacity the signer signs."""

        SELF = "self", _("ด้วยตนเอง")
        ON_BEHALF = "on_behalf", _("ปฏิบัติราชการแทน")
        ACTING = "acting", _("รักษาราชการแทน")
        CARETAKER = "caretaker", _("รักษาการในตำแหน่ง")

    method = models.CharField(max_length=10, choices=Method.choices)
    capacity = models.CharField(max_length=10, choices=Capacity.choices, default=Capacity.SELF)
    signer_name = models.CharField(max_length=200)
    signer_position = models.CharField(max_length=300)
    on_behalf_of = models.CharField(max_length=300, blank=True, default="")
    signed_at = models.DateTimeField(default=clock.now)
    recorded_by = models.ForeignKey(
        "foundation.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    paper = models.ForeignKey(
        "foundation.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    content_digest = models.CharField(max_length=64)

    class Meta:
        abstract = True


class SignOff(Signed, PublicIdModel):
    """The head signs that the facts are true; editing voids it."""

    application = models.ForeignKey(
        "applications.Application", on_delete=models.PROTECT, related_name="sign_offs"
    )
    voided_at = models.DateTimeField(null=True, blank=True)
    void_reason = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["application"], condition=models.Q(voided_at__isnull=True), name="sign_off_one_valid"
            ),
            models.CheckConstraint(
                condition=models.Q(method="account") | models.Q(paper__isnull=False), name="sign_off_paper"
            ),
            models.CheckConstraint(
                condition=models.Q(capacity="self") | ~models.Q(on_behalf_of=""), name="sign_off_for_whom"
            ),
        ]


class Submission(PublicIdModel):
    """What was filed: immutable bytes (RFC 8785 canonical JSON) with their SHA-256, and the receipt."""

    application = models.ForeignKey(
        "applications.Application", on_delete=models.PROTECT, related_name="submissions"
    )
    ordinal = models.PositiveSmallIntegerField()
    sign_off = models.ForeignKey(SignOff, on_delete=models.PROTECT, related_name="+")
    snapshot = models.ForeignKey("foundation.StoredFile", on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    receipt_code = models.CharField(max_length=12, unique=True)
    # What the receipt says (names, counts, dates), frozen beside the bytes so that nobody opens them for a list.
    summary = models.JSONField(default=dict)
    received_at = models.DateTimeField()
    submitted_by = models.ForeignKey(
        "foundation.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    receipt_pdf = models.ForeignKey(
        "foundation.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["application", "ordinal"], name="submission_ordinal"),
            models.CheckConstraint(condition=models.Q(ordinal__gte=1), name="submission_counts_from_one"),
        ]
