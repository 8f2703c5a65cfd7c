"""Letters: those that came in and were read and confirmed, and those that were written here; what they enclose."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from saduak.correspondence import doubts
from saduak.correspondence.states import LETTER
from saduak.foundation import clock
from saduak.foundation.models import AuditedModel, PublicIdModel


class Urgency(models.TextChoices):
    """How soon a letter is to be acted on; red, above the number."""

    NORMAL = "", _("ปกติ")
    URGENT = "urgent", _("ด่วน")
    VERY_URGENT = "very_urgent", _("ด่วนมาก")
    MOST_URGENT = "most_urgent", _("ด่วนที่สุด")


class Secrecy(models.TextChoices):
    """Who may read a letter. The highest class (ลับที่สุด) is not here: it may not go through an electronic system."""

    NONE = "", _("ไม่ลับ")
    SECRET = "secret", _("ลับ")
    VERY_SECRET = "very_secret", _("ลับมาก")


class Origin(models.TextChoices):
    """How a letter came to stand here."""

    LOADED = "loaded", _("นำไฟล์เข้า")
    WRITTEN = "written", _("เขียนในระบบ")
    EXCHANGED = "exchanged", _("รับทางไปรษณีย์อิเล็กทรอนิกส์หรือชุดไฟล์")


class Letter(AuditedModel):
    """One letter with what it encloses: the file, what it says, and who stands for that.

    A letter that came in belongs to the office that brought it in (`holder`); a letter that was written here belongs to
    the office that wrote it, in whose name (`issuer`) it went out. Whom it reached stands in `Delivery`.
    """

    holder = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="letters_held"
    )
    programme = models.ForeignKey("organisations.Programme", on_delete=models.PROTECT, related_name="+")
    file = models.ForeignKey("foundation.StoredFile", on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    reading = models.JSONField(default=dict)
    state = models.CharField(max_length=20, choices=LETTER.choices(), default=LETTER.initial)

    origin = models.CharField(max_length=10, choices=Origin, default=Origin.LOADED)
    urgency = models.CharField(max_length=12, choices=Urgency, blank=True, default=Urgency.NORMAL)
    secrecy = models.CharField(max_length=12, choices=Secrecy, blank=True, default=Secrecy.NONE)
    # Opens the page that a printed letter's QR leads to; empty when it has none (secret letters never have one).
    page_token = models.CharField(max_length=32, null=True, blank=True, unique=True)
    # A later letter that takes its place, and when it was called back.
    superseded_by = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="supersedes"
    )
    recalled_at = models.DateTimeField(null=True, blank=True)
    recall_reason = models.CharField(max_length=500, blank=True, default="")
    is_circular = models.BooleanField(default=False)

    unreadable_why = models.CharField(max_length=500, blank=True, default="")

    # What a person confirmed of the first document; empty until then.
    kind = models.CharField(max_length=20, blank=True, default="")
    number = models.CharField(max_length=120, blank=True, default="")
    dated = models.DateField(null=True, blank=True)
    # The year in which its number is taken; only of letters that were numbered here, whose date is surely their own.
    number_year = models.PositiveSmallIntegerField(null=True, blank=True, editable=False)
    subject = models.CharField(max_length=500, blank=True, default="")
    subject_key = models.CharField(max_length=500, blank=True, default="")
    # The beginning of the body, as searches fold it (`registers_text.body_key`).
    body_key = models.TextField(blank=True, default="")
    issuer = models.ForeignKey(
        "organisations.Organisation",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="letters_issued",
    )
    issuer_text = models.CharField(max_length=300, blank=True, default="")
    owner_unit = models.CharField(max_length=300, blank=True, default="")
    round = models.ForeignKey(
        "programme.Round", null=True, blank=True, on_delete=models.PROTECT, related_name="letters"
    )

    # Whether it was confirmed in the issuer's name: then its duties reach the issuer's audience, else only the holder.
    for_issuer = models.BooleanField(default=False)
    # The meeting that a person confirmed: title, date, start, end, place, channels, items. Rooms above make it a briefing.
    meeting = models.JSONField(default=dict, blank=True)

    loaded_at = models.DateTimeField(default=clock.now)
    loaded_by = models.ForeignKey(
        "foundation.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(
        "foundation.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    set_aside_at = models.DateTimeField(null=True, blank=True)
    set_aside_reason = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=sorted(LETTER.states)), name="letter_state"),
            models.CheckConstraint(condition=models.Q(origin__in=Origin.values), name="letter_origin"),
            models.CheckConstraint(condition=models.Q(urgency__in=Urgency.values), name="letter_urgency"),
            models.CheckConstraint(condition=models.Q(secrecy__in=Secrecy.values), name="letter_secrecy"),
            models.CheckConstraint(
                condition=models.Q(secrecy="") | models.Q(page_token__isnull=True),
                name="letter_secret_no_page",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="confirmed")
                | models.Q(confirmed_at__isnull=False, dated__isnull=False, issuer__isnull=False),
                name="letter_confirmed_complete",
            ),
            models.UniqueConstraint(
                fields=["holder", "issuer", "number", "dated"],
                condition=models.Q(state="confirmed") & ~models.Q(number=""),
                name="letter_once_per_holder",
            ),
            # Several offices write in one name: whichever of them confirms it first speaks, the others only keep it.
            models.UniqueConstraint(
                fields=["issuer", "number", "dated"],
                condition=models.Q(state="confirmed", for_issuer=True) & ~models.Q(number=""),
                name="letter_once_in_a_name",
            ),
            models.UniqueConstraint(
                fields=["issuer", "number", "number_year"],
                condition=models.Q(number_year__isnull=False) & ~models.Q(number=""),
                name="letter_number_once_a_year",
            ),
        ]
        indexes = [
            models.Index(fields=["holder", "-loaded_at"], name="letter_inbox"),
            models.Index(fields=["issuer", "number", "dated"], name="letter_by_number"),
        ]

    @property
    def is_secret(self) -> bool:
        """Whether only those may read it who are cleared, or were given it to work on."""
        return self.secrecy != Secrecy.NONE


class LetterAttachment(PublicIdModel):
    """Something that a letter written here sends along (สิ่งที่ส่งมาด้วย)."""

    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="attachments")
    ordinal = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=300)
    copies = models.CharField(max_length=60, blank=True, default="")
    file = models.ForeignKey(
        "foundation.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["letter", "ordinal"], name="letter_attachment_ordinal")
        ]
        ordering = ["letter_id", "ordinal"]


class LetterReference(models.Model):
    """A letter that another one cites (อ้างถึง); `to` when that one is known here."""

    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="references")
    to = models.ForeignKey(Letter, null=True, blank=True, on_delete=models.PROTECT, related_name="cited_by")
    text = models.CharField(max_length=400)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["letter", "text"], name="letter_reference_once")]
        ordering = ["letter_id", "pk"]


class Settlement(models.TextChoices):
    """What a person says to a finding; no one of them is a default."""

    AS_WRITTEN = "as_written", _("ใช้ตามหนังสือ")
    CORRECTED = "corrected", _("แก้ค่าในหน้านี้แล้ว")
    LEAVE = "leave", _("ไม่แน่ใจ ไม่ต้องแก้")
    TELL = "tell", _("จะแจ้งหน่วยงานที่เกี่ยวข้อง")


class LetterFinding(PublicIdModel):
    """A doubt of the careful clerk about a letter, and how a person settled it."""

    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="findings")
    code = models.CharField(max_length=60)
    severity = models.CharField(max_length=20)
    document = models.PositiveSmallIntegerField(default=0)
    text = models.TextField()
    evidence = models.JSONField(default=list)
    # The other letter of a doubt that lies between two, shown beside this one.
    related = models.ForeignKey(
        Letter, null=True, blank=True, on_delete=models.PROTECT, related_name="findings_about"
    )
    # The name of the span, in the reading of the document, that the doubt is about.
    place = models.CharField(max_length=40, blank=True, default="")
    # The same doubt about the same thing has the same key, in whatever letter: so an answer is remembered.
    memory_key = models.CharField(max_length=64, blank=True, default="")
    # The same doubt as it was answered before; a decision was taken over from it, "not sure" is only shown.
    remembers = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    settled = models.CharField(max_length=20, choices=Settlement.choices, blank=True, default="")
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        "foundation.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(settled__in=["", *Settlement.values]), name="letter_finding_settled"
            )
        ]
        ordering = ["letter_id", "document", "pk"]

    @property
    def asks(self) -> bool:
        """Whether it asks for an answer before the letter speaks in its issuer's name; the others only tell."""
        return self.document == 0 and self.severity != "info"

    @property
    def shown(self) -> list[str]:
        """What it shows of the text."""
        return doubts.evidence(self.evidence)


class FindingMemory(models.Model):
    """What an office answered to a doubt, so that the same doubt about the same thing is not asked again."""

    organisation = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="finding_memories"
    )
    key = models.CharField(max_length=64)
    settled = models.CharField(max_length=20, choices=Settlement.choices)
    finding = models.ForeignKey(LetterFinding, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "key"], name="finding_memory_once"),
            models.CheckConstraint(
                condition=models.Q(settled__in=Settlement.values), name="finding_memory_settled"
            ),
        ]
