"""A letter on its way down the line: one sending, and one delivery an office, each with what the office did."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from saduak.correspondence.models.letters import Letter
from saduak.correspondence.models.registers import RegisterEntry
from saduak.correspondence.states import DELIVERY, DISPATCH
from saduak.foundation import clock
from saduak.foundation.models import AuditedModel, PublicIdModel

# The digits of one delivery in a path.
STEP = 6


class RecipientList(AuditedModel):
    """Offices under a name: those that an office writes to often, or those that one draft alone means by it."""

    organisation = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="recipient_lists"
    )
    name = models.CharField(max_length=120)
    members = models.ManyToManyField("organisations.Organisation", related_name="+")
    # The letter for which it was made: no other one means these offices, and nobody keeps it by hand.
    draft = models.ForeignKey(
        "correspondence.Draft",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="recipient_lists",
    )
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name"],
                condition=Q(retired_at__isnull=True, draft__isnull=True),
                name="recipient_list_name",
            ),
            models.UniqueConstraint(
                fields=["draft", "name"], condition=Q(draft__isnull=False), name="recipient_list_of_draft"
            ),
        ]


class DistributionGroup(AuditedModel):
    """People inside an office who get its incoming letters together (กลุ่มงาน)."""

    organisation = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="distribution_groups"
    )
    name = models.CharField(max_length=120)
    members = models.ManyToManyField("organisations.Person", related_name="distribution_groups")
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name"],
                condition=Q(retired_at__isnull=True),
                name="distribution_group_name",
            )
        ]


class Dispatch(AuditedModel):
    """One sending of a letter: by whom, to whom in words, what they shall do with it. Delivered by a batch."""

    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="dispatches")
    # The office that sends; the letter's issuer is in whose name.
    sender = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="dispatches"
    )
    # The delivery that it passes on; the first sending of a tree has none. `root` is that first sending.
    forwards = models.ForeignKey(
        "correspondence.Delivery",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="forwarded_by",
    )
    root = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="tree")
    # The sending that this one corrects: those who had the old letter get the new one.
    corrects = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="corrections"
    )
    state = models.CharField(max_length=10, choices=DISPATCH.choices(), default=DISPATCH.initial)
    recipients = models.TextField(blank=True, default="")
    exceptions = models.TextField(blank=True, default="")
    expected = models.PositiveIntegerField(default=0)
    acknowledge_by = models.DateTimeField(null=True, blank=True)
    forward_by = models.DateTimeField(null=True, blank=True)
    # The programme's call: every office below those addressed sees a copy at once, before its own order comes.
    advance = models.BooleanField(default=False)
    batch = models.ForeignKey(
        "foundation.Batch", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    sent_at = models.DateTimeField(default=clock.now)
    sent_by = models.ForeignKey(
        "foundation.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    completed_at = models.DateTimeField(null=True, blank=True)
    recalled_at = models.DateTimeField(null=True, blank=True)
    recall_reason = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=sorted(DISPATCH.states)), name="dispatch_state"),
            models.CheckConstraint(
                condition=~Q(state="recalled") | (Q(recalled_at__isnull=False) & ~Q(recall_reason="")),
                name="dispatch_recalled_because",
            ),
        ]
        indexes = [
            models.Index(fields=["sender", "-sent_at"], name="dispatch_list"),
            models.Index(fields=["root"], name="dispatch_tree"),
        ]


class Way(models.TextChoices):
    """How the sender reaches an office: command, supervision, in a name, by place, or as any other office."""

    LINE = "line", _("สายบังคับบัญชา")
    SUPERVISION = "supervision", _("กำกับดูแล")
    NAME = "name", _("ออกหนังสือในนาม")
    TERRITORY = "territory", _("ในเขตพื้นที่")
    OTHER = "other", _("หน่วยงานอื่น")


class Outside(models.TextChoices):
    """How a letter went when it did not go through the system."""

    PAPER = "paper", _("เอกสาร")
    LINE_APP = "line", _("ไลน์")
    TELEPHONE = "phone", _("โทรศัพท์")
    EMAIL = "email", _("ไปรษณีย์อิเล็กทรอนิกส์")
    FAX = "fax", _("โทรสาร")


class Delivery(AuditedModel):
    """A letter at one office: one hop. One incoming letter is one receipt, whatever it encloses."""

    # Thousands are written at once: a key whose look-up another index serves (see Meta), or that nobody looks up, has none.

    # None: the office brought the letter in itself (paper); it was never sent here through the system.
    dispatch = models.ForeignKey(
        Dispatch, null=True, blank=True, on_delete=models.PROTECT, related_name="deliveries", db_index=False
    )
    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="deliveries")
    organisation = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="deliveries", db_index=False
    )
    way = models.CharField(max_length=12, choices=Way, default=Way.OTHER)
    state = models.CharField(max_length=14, choices=DELIVERY.choices(), default=DELIVERY.initial)
    # Where it stands in the tree of its root: six digits a hop. So a subtree is an index range.
    root = models.ForeignKey(
        Dispatch,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="all_deliveries",
        db_index=False,
    )
    path = models.CharField(max_length=120, blank=True, default="")
    depth = models.PositiveSmallIntegerField(default=0)
    # How many deliveries its own sendings have made: the next one's place in the path.
    children = models.PositiveIntegerField(default=0)

    delivered_at = models.DateTimeField(default=clock.now)
    received_at = models.DateTimeField(null=True, blank=True)
    received_by = models.ForeignKey(
        "foundation.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    # The office's own number of receipt, or the line in the register that Saduak keeps for it.
    receipt_number = models.CharField(max_length=60, blank=True, default="")
    receipt = models.OneToOneField(
        RegisterEntry, null=True, blank=True, on_delete=models.PROTECT, related_name="delivery"
    )
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        "foundation.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    # Who acknowledged by a link, as they named themselves.
    acknowledged_name = models.CharField(max_length=200, blank=True, default="")
    assigned_to = models.ForeignKey(
        "organisations.Person",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="letters_assigned",
    )
    assigned_at = models.DateTimeField(null=True, blank=True)
    forwarded_at = models.DateTimeField(null=True, blank=True)
    # Received outside the system, written down by the sender (or the office) with evidence.
    outside = models.CharField(max_length=10, choices=Outside, blank=True, default="")
    outside_note = models.CharField(max_length=500, blank=True, default="")
    outside_evidence = models.ForeignKey(
        "foundation.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=sorted(DELIVERY.states)), name="delivery_state"),
            models.CheckConstraint(condition=Q(way__in=Way.values), name="delivery_way"),
            models.CheckConstraint(condition=Q(outside__in=["", *Outside.values]), name="delivery_outside"),
            models.UniqueConstraint(
                fields=["dispatch", "organisation"],
                condition=Q(dispatch__isnull=False),
                name="delivery_once_per_office",
            ),
            models.UniqueConstraint(
                fields=["root", "path"], condition=Q(root__isnull=False), name="delivery_path_once"
            ),
            models.UniqueConstraint(
                fields=["letter", "organisation"],
                condition=Q(dispatch__isnull=True),
                name="delivery_brought_in_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["sent", "withdrawn"]) | Q(received_at__isnull=False),
                name="delivery_received_before",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "state", "-delivered_at"], name="delivery_inbox"),
            models.Index(fields=["root", "depth", "state"], name="delivery_levels"),
        ]


class PassedOutside(PublicIdModel):
    """An office passed a letter on outside the system: to whom, how and when, as somebody wrote it down.

    Those who got it so have no delivery: whether and when they had it, nobody here knows.
    """

    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="passed_outside")
    to_text = models.CharField(max_length=300)
    how = models.CharField(max_length=10, choices=Outside)
    passed_on = models.DateField()
    note = models.CharField(max_length=500, blank=True, default="")
    evidence = models.ForeignKey(
        "foundation.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # Who wrote it down, and for which office: the one that passed it on, or one from which the letter had come.
    by = models.ForeignKey(
        "foundation.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    by_office = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    # Written down by mistake: it counts no more, and stays.
    taken_back_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(how__in=Outside.values), name="passed_outside_how"),
            models.CheckConstraint(condition=~Q(to_text=""), name="passed_outside_to_somebody"),
        ]
        ordering = ["passed_on", "pk"]


class Circulation(models.Model):
    """A letter handed to people inside the office, and when each of them saw it."""

    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="circulated")
    person = models.ForeignKey("organisations.Person", on_delete=models.PROTECT, related_name="circulated")
    group = models.ForeignKey(
        DistributionGroup, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(default=clock.now)
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["delivery", "person"], name="circulation_once")]


class ContactLog(PublicIdModel):
    """A call or a message to an office about a letter, in two taps: how, and what came of it."""

    class Outcome(models.TextChoices):
        """What came of it."""

        REACHED = "reached", _("ได้คุยแล้ว")
        PROMISED = "promised", _("รับปากจะดำเนินการ")
        NO_ANSWER = "no_answer", _("ไม่มีผู้รับสาย")
        LEFT_WORD = "left_word", _("ฝากข้อความไว้")

    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="contacts")
    how = models.CharField(max_length=10, choices=Outside, default=Outside.TELEPHONE)
    outcome = models.CharField(max_length=10, choices=Outcome)
    note = models.CharField(max_length=300, blank=True, default="")
    at = models.DateTimeField(default=clock.now)
    by = models.ForeignKey(
        "foundation.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=["reached", "promised", "no_answer", "left_word"]),
                name="contact_log_outcome",
            )
        ]
        ordering = ["-at", "-pk"]
