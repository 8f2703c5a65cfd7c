"""What is needed to write a letter: templates, legal references, delegations, drafts, and the chain of signatures."""

from django.db import models
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from saduak.correspondence.models.letters import Letter, Secrecy, Urgency
from saduak.correspondence.states import DRAFT
from saduak.foundation import clock, ids
from saduak.foundation.models import AuditedModel, PublicIdModel
from saduak.organisations.models.dated import Dated, in_order

# Of a token as links have it: more than 128 bits, and short enough to be typed from paper.
_TOKEN = 27


def new_page_token() -> str:
    """What opens the page of a letter, from the day on which its draft is begun."""
    return ids.token()[:_TOKEN]


class WrittenKind(models.TextChoices):
    """Which forms can be written here."""

    EXTERNAL = "external", _("หนังสือภายนอก")
    MEMO = "memo", _("บันทึกข้อความ")
    STAMPED = "stamped", _("หนังสือประทับตรา")


class LegalReference(Dated, PublicIdModel):
    """A law, regulation or resolution that letters cite, as it is cited. Versioned data: a row never changes, it ends."""

    code = models.SlugField(max_length=60)
    version = models.PositiveSmallIntegerField(default=1)
    citation = models.CharField(max_length=500)
    source = models.CharField(max_length=300, blank=True, default="")
    # Whether somebody compared it with the Gazette.
    official = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="legal_reference_version"),
            in_order("legal_reference_dates"),
        ]
        ordering = ["code", "version"]

    def __str__(self) -> str:
        return self.citation


class LetterTemplate(AuditedModel):
    """A letter with places to be filled. A published version never changes; a new one takes its place."""

    class Use(models.TextChoices):
        """What a letter of this template is for."""

        CALL = "call", _("แจ้งเปิดรอบ")
        BRIEFING = "briefing", _("เชิญประชุมชี้แจง")
        APPOINT = "appoint", _("ขอให้แต่งตั้งผู้รับผิดชอบ")
        REMINDER = "reminder", _("ติดตาม")
        VISIT = "visit", _("แจ้งการตรวจประเมิน")
        RESULT = "result", _("แจ้งผล")
        REJECTED = "rejected", _("แจ้งว่าไม่รับเข้าประเมิน")
        REFUSED = "refused", _("แจ้งว่าไม่ได้รับการรับรอง")
        EXPIRY = "expiry", _("แจ้งใบรับรองใกล้หมดอายุ")
        FORWARD = "forward", _("แจ้งต่อ")
        FREE = "free", _("หนังสือทั่วไป")

    # None: for every programme.
    programme = models.ForeignKey(
        "organisations.Programme", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    code = models.SlugField(max_length=60)
    version = models.PositiveSmallIntegerField(default=1)
    use = models.CharField(max_length=12, choices=Use)
    kind = models.CharField(max_length=12, choices=WrittenKind)
    name = models.CharField(max_length=200)
    subject = models.CharField(max_length=500)
    # Paragraphs between blank lines; places to be filled as {{name}}.
    body = models.TextField()
    purpose = models.CharField(max_length=300, blank=True, default="")
    official = models.BooleanField(default=False)
    source = models.CharField(max_length=300, blank=True, default="")
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        "foundation.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "code", "version"], name="letter_template_version"),
            models.UniqueConstraint(
                fields=["code", "version"], condition=Q(programme__isnull=True), name="letter_template_common"
            ),
            models.CheckConstraint(condition=Q(kind__in=WrittenKind.values), name="letter_template_kind"),
        ]
        ordering = ["code", "version"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_published(self) -> bool:
        """Whether letters may be begun from it; from then on it never changes."""
        return self.published_at is not None


class Delegation(Dated, AuditedModel):
    """Who may sign in an organisation's name, and how it is written under the name (ปฏิบัติราชการแทน)."""

    class Capacity(models.TextChoices):
        """In what capacity somebody signs. The text is printed as it stands."""

        SELF = "self", _("ผู้ดำรงตำแหน่ง")
        ACTING_FOR = "acting_for", _("ปฏิบัติราชการแทน")
        IN_PLACE_OF = "in_place_of", _("รักษาราชการแทน")
        ACTING = "acting", _("รักษาการในตำแหน่ง")

    # In whose name.
    organisation = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="delegations"
    )
    person = models.ForeignKey("organisations.Person", on_delete=models.PROTECT, related_name="delegations")
    position = models.CharField(max_length=200)
    capacity = models.CharField(max_length=12, choices=Capacity, default=Capacity.SELF)
    # Whose power it is ("ผู้ว่าราชการจังหวัดมุกดาหาร"); empty when it is the signer's own.
    principal = models.CharField(max_length=200, blank=True, default="")
    # Which kinds of letters; empty is all of them.
    kinds = models.JSONField(default=list, blank=True)
    order_number = models.CharField(max_length=120, blank=True, default="")
    order_dated = models.DateField(null=True, blank=True)
    clause = models.CharField(max_length=120, blank=True, default="")
    # Signs only while the one named here is absent.
    substitute_for = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="substitutes"
    )
    entered_at = models.DateTimeField(default=clock.now)
    entered_by = models.ForeignKey(
        "foundation.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines under the name: the position, and for whom when it is not the signer's own power."""
        if self.capacity == self.Capacity.SELF:
            return (self.position,)
        # A letter is Thai, whoever looks at it.
        with translation.override("th"):
            return (f"{self.position} {self.get_capacity_display()}", self.principal)

    class Meta:
        constraints = [
            in_order("delegation_dates"),
            models.CheckConstraint(
                condition=Q(capacity__in=["self", "acting_for", "in_place_of", "acting"]),
                name="delegation_capacity",
            ),
            models.CheckConstraint(
                condition=Q(capacity="self") | ~Q(principal=""), name="delegation_names_principal"
            ),
        ]
        indexes = [models.Index(fields=["organisation", "valid_from"], name="delegation_of")]


class Absence(Dated, PublicIdModel):
    """Days on which a signer is absent, so that a substitute may sign."""

    delegation = models.ForeignKey(Delegation, on_delete=models.PROTECT, related_name="absences")
    reason = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = [in_order("absence_dates")]


class LetterHead(AuditedModel):
    """How the letters of an organisation look: its emblem, address lines, usual digits. One row an organisation."""

    organisation = models.OneToOneField(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="letter_head"
    )
    # The agency's own file, drawn 3 cm high (1.5 cm on a memo); without it the place stays empty.
    emblem = models.ForeignKey(
        "foundation.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # What stands above the address ("ศาลากลางจังหวัดมุกดาหาร"); the organisation's name when empty.
    heading = models.CharField(max_length=200, blank=True, default="")
    address = models.CharField(max_length=400, blank=True, default="")
    thai_digits = models.BooleanField(default=True)


class Draft(AuditedModel):
    """A letter on its way to be signed and sent. Saving never needs it complete; issuing does."""

    # The office that writes, and the organisation in whose name it writes.
    office = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="drafts")
    issuer = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    programme = models.ForeignKey("organisations.Programme", on_delete=models.PROTECT, related_name="+")
    round = models.ForeignKey(
        "programme.Round", null=True, blank=True, on_delete=models.PROTECT, related_name="drafts"
    )
    template = models.ForeignKey(
        LetterTemplate, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(max_length=12, choices=DRAFT.choices(), default=DRAFT.initial)

    kind = models.CharField(max_length=12, choices=WrittenKind, default=WrittenKind.EXTERNAL)
    urgency = models.CharField(max_length=12, choices=Urgency, blank=True, default=Urgency.NORMAL)
    secrecy = models.CharField(max_length=12, choices=Secrecy, blank=True, default=Secrecy.NONE)
    is_circular = models.BooleanField(default=False)
    subject = models.CharField(max_length=500, blank=True, default="")
    # Who is addressed, as it is printed ("นายอำเภอ ทุกอำเภอ"), and who gets it: expressions, one a line.
    # Empty: the usual words for this recipient.
    salutation = models.CharField(max_length=60, blank=True, default="")
    closing = models.CharField(max_length=100, blank=True, default="")
    addressee = models.CharField(max_length=500, blank=True, default="")
    recipients = models.TextField(blank=True, default="")
    exceptions = models.TextField(blank=True, default="")
    # One cited letter a line.
    references = models.TextField(blank=True, default="")
    body = models.TextField(blank=True, default="")
    purpose = models.CharField(max_length=300, blank=True, default="")
    owner_unit = models.CharField(max_length=300, blank=True, default="")
    contact = models.CharField(max_length=300, blank=True, default="")
    copies_to = models.CharField(max_length=300, blank=True, default="")
    thai_digits = models.BooleanField(default=True)
    signer = models.ForeignKey(
        Delegation, null=True, blank=True, on_delete=models.PROTECT, related_name="drafts"
    )
    # While the register of delegations is empty: the name under the letter, and the lines of the position.
    signer_name = models.CharField(max_length=300, blank=True, default="")
    signer_position = models.CharField(max_length=300, blank=True, default="")
    # [{"who", "what", "due", "force"}], {"due", "kind"} and a meeting as `inputs` has them; days as ISO.
    duties = models.JSONField(default=list, blank=True)
    deadlines = models.JSONField(default=list, blank=True)
    meeting = models.JSONField(default=dict, blank=True)
    # What those who receive it shall do with the letter itself, and until when.
    acknowledge_by = models.DateField(null=True, blank=True)
    forward_by = models.DateField(null=True, blank=True)
    advance = models.BooleanField(default=False)

    # The incoming letter that it passes on, or the earlier letter that it corrects.
    forwards = models.ForeignKey(
        "correspondence.Delivery",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="forward_drafts",
    )
    corrects = models.ForeignKey(
        Letter, null=True, blank=True, on_delete=models.PROTECT, related_name="correction_drafts"
    )

    # Reserved for the letter, so that the QR stands on the paper that is signed with a pen.
    page_token = models.CharField(max_length=32, unique=True, default=new_page_token)
    number = models.CharField(max_length=120, blank=True, default="")
    dated = models.DateField(null=True, blank=True)
    # The signed paper, scanned; and what came of the draft.
    signed_copy = models.ForeignKey(
        "foundation.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    letter = models.OneToOneField(
        Letter, null=True, blank=True, on_delete=models.PROTECT, related_name="draft"
    )

    version = models.PositiveIntegerField(default=0)
    # The time round that counts now; 0: nobody is asked, and no initial or signature counts.
    lap = models.PositiveSmallIntegerField(default=0)
    # {field: [the version in which it last changed, by whom]}: two people on different fields do not meet.
    changed_in = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    created_by = models.ForeignKey(
        "foundation.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    changed_at = models.DateTimeField(default=clock.now)
    issued_at = models.DateTimeField(null=True, blank=True)
    cancelled_because = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=sorted(DRAFT.states)), name="draft_state"),
            models.CheckConstraint(condition=Q(kind__in=WrittenKind.values), name="draft_kind"),
            models.CheckConstraint(
                condition=~Q(state="issued") | Q(letter__isnull=False, issued_at__isnull=False),
                name="draft_issued_complete",
            ),
        ]
        indexes = [models.Index(fields=["office", "-changed_at"], name="draft_list")]


class DraftAttachment(PublicIdModel):
    """Something that a draft will send along."""

    draft = models.ForeignKey(Draft, on_delete=models.PROTECT, related_name="attachments")
    ordinal = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=300)
    copies = models.CharField(max_length=60, blank=True, default="")
    file = models.ForeignKey(
        "foundation.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["draft", "ordinal"], name="draft_attachment_ordinal")]
        ordering = ["draft_id", "ordinal"]


class ChainStep(PublicIdModel):
    """One initial or signature in a draft's chain. Once decided, name, position and document are frozen."""

    class Act(models.TextChoices):
        """What is asked of the person."""

        INITIAL = "initial", _("ลงชื่อย่อ")
        SIGN = "sign", _("ลงนาม")

    class Decision(models.TextChoices):
        """What the person decided."""

        APPROVED = "approved", _("เห็นชอบ")
        RETURNED = "returned", _("ไม่เห็นชอบ")

    draft = models.ForeignKey(Draft, on_delete=models.PROTECT, related_name="steps")
    # Each time that a draft goes round again is a new lap; earlier laps stay as they were.
    lap = models.PositiveSmallIntegerField(default=1)
    ordinal = models.PositiveSmallIntegerField()
    act = models.CharField(max_length=8, choices=Act)
    person = models.ForeignKey("organisations.Person", on_delete=models.PROTECT, related_name="chain_steps")
    # For signatures, once the register of delegations has entries: by which of them.
    delegation = models.ForeignKey(
        Delegation, null=True, blank=True, on_delete=models.PROTECT, related_name="steps"
    )
    decision = models.CharField(max_length=10, choices=Decision, blank=True, default="")
    decided_at = models.DateTimeField(null=True, blank=True)
    because = models.CharField(max_length=500, blank=True, default="")
    name = models.CharField(max_length=300, blank=True, default="")
    position = models.CharField(max_length=300, blank=True, default="")
    # SHA-256 of the canonical text of what was signed.
    digest = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["draft", "lap", "ordinal"], name="chain_step_ordinal"),
            models.CheckConstraint(condition=Q(act__in=["initial", "sign"]), name="chain_step_act"),
            models.CheckConstraint(
                condition=Q(decision="", decided_at__isnull=True)
                | Q(decision__in=["approved", "returned"], decided_at__isnull=False)
                & ~Q(name="")
                & ~Q(digest=""),
                name="chain_step_frozen",
            ),
            models.CheckConstraint(
                condition=~Q(decision="returned") | ~Q(because=""), name="chain_step_because"
            ),
        ]
        indexes = [models.Index(fields=["person", "decision"], name="chain_step_waiting")]
        ordering = ["draft_id", "lap", "ordinal"]
