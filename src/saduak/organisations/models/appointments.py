"""People and what they are appointed to. An account alone can do nothing; appointments can."""

import datetime

from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from saduak.foundation import clock
from saduak.foundation.models.base import AuditedModel, PublicIdModel
from saduak.organisations.models.centres import ServiceCentre
from saduak.organisations.models.dated import Dated, in_order
from saduak.organisations.models.organisations import Organisation
from saduak.organisations.models.programmes import Programme


class Role(models.TextChoices):
    """What an appointment is for; which capabilities a role brings is said by each room's rules."""

    SECRETARIAT = "secretariat", _("ฝ่ายเลขานุการโครงการ")
    SUPERVISOR = "supervisor", _("ผู้กำกับติดตาม")
    CLERK = "clerk", _("เจ้าหน้าที่สารบรรณ")
    OFFICER = "officer", _("ผู้รับผิดชอบของศูนย์")
    HELPER = "helper", _("ผู้ช่วย")
    HEAD = "head", _("หัวหน้าหน่วยงาน")
    EVALUATOR = "evaluator", _("ผู้ตรวจประเมิน")
    COMMITTEE = "committee", _("คณะกรรมการ")
    AUDITOR = "auditor", _("ผู้ตรวจสอบระบบ")
    ADMINISTRATOR = "administrator", _("ผู้ดูแลบัญชีของหน่วยงาน")


class Reach(models.TextChoices):
    """How far an appointment reaches from its organisation."""

    OWN = "own", _("เฉพาะหน่วยงานนี้")
    LINE = "line", _("หน่วยงานนี้และหน่วยงานในสังกัด")
    AREA = "area", _("ทุกหน่วยงานในพื้นที่")
    SUPERVISION = "supervision", _("หน่วยงานในกำกับดูแล")


ROLES = [value for value, _label in Role.choices]
REACHES = [value for value, _label in Reach.choices]


class Person(PublicIdModel):
    """Somebody with a name; may be appointed before having an account."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="person"
    )
    title = models.CharField(_("คำนำหน้า"), max_length=60, blank=True, default="")
    name = models.CharField(_("ชื่อและนามสกุล"), max_length=200)
    position = models.CharField(_("ตำแหน่ง"), max_length=200, blank=True, default="")
    phone = models.CharField(_("โทรศัพท์"), max_length=100, blank=True, default="")
    email = models.EmailField(_("อีเมล"), blank=True, default="")
    is_sample = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=clock.wall, editable=False)

    def __str__(self) -> str:
        return f"{self.title}{self.name}"


class Mandate(models.Model):
    """What is given: a role at an organisation, perhaps for one centre or one programme only, and how far."""

    role = models.CharField(max_length=14, choices=Role)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="%(class)ss")
    centre = models.ForeignKey(
        ServiceCentre, null=True, blank=True, on_delete=models.PROTECT, related_name="%(class)ss"
    )
    programme = models.ForeignKey(
        Programme, null=True, blank=True, on_delete=models.PROTECT, related_name="%(class)ss"
    )
    reach = models.CharField(max_length=12, choices=Reach, default=Reach.OWN)
    title = models.CharField(_("ตำแหน่งหรือหน้าที่"), max_length=200, blank=True, default="")

    class Meta:
        abstract = True


class Appointment(Mandate, Dated, AuditedModel):
    """A person in a role for a time (มอบหมาย). A stand-in has the same powers and is named as such."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="appointments")
    stand_in = models.BooleanField(default=False)
    valid_from = models.DateField(_("ตั้งแต่วันที่"))
    ended_reason = models.CharField(max_length=200, blank=True, default="")
    appointed_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="appointments_made"
    )
    source = models.CharField(max_length=200, blank=True, default="")
    created_at = models.DateTimeField(default=clock.wall, editable=False)

    class Meta:
        constraints = [
            in_order("appointment_dates"),
            models.CheckConstraint(condition=models.Q(role__in=ROLES), name="appointment_role"),
            models.CheckConstraint(condition=models.Q(reach__in=REACHES), name="appointment_reach"),
            models.UniqueConstraint(
                models.F("person"),
                models.F("role"),
                models.F("organisation"),
                Coalesce("centre", 0, output_field=models.BigIntegerField()),
                Coalesce("programme", 0, output_field=models.BigIntegerField()),
                models.F("reach"),
                models.F("stand_in"),
                condition=models.Q(valid_to__isnull=True),
                name="appointment_open_once",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "role"], name="appointment_at"),
            models.Index(fields=["person", "valid_from"], name="appointment_of"),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}: {self.person}"


class Invitation(Mandate, PublicIdModel):
    """A one-use way to a first account, carried by a letter or a superior. Only the token's digest is kept."""

    token_digest = models.CharField(max_length=64, unique=True)
    person = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="invitations"
    )
    email = models.EmailField(blank=True, default="")
    issued_by = models.CharField(max_length=120)
    issued_at = models.DateTimeField(default=clock.wall, editable=False)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)
    used_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="used_invitations"
    )
    source = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(role__in=ROLES), name="invitation_role"),
            models.CheckConstraint(condition=models.Q(reach__in=REACHES), name="invitation_reach"),
            models.CheckConstraint(
                condition=models.Q(used_at__isnull=True, used_by__isnull=True)
                | models.Q(used_at__isnull=False, used_by__isnull=False),
                name="invitation_used_by_somebody",
            ),
        ]

    @property
    def until(self) -> datetime.datetime:
        """When it ends, as the clock tells that people read: a demo travels, and this runs on with real time."""
        return clock.now() + (self.expires_at - clock.wall())


class Handover(PublicIdModel):
    """One appointment gave its work to another; `moved` says how much of what each room moved along."""

    from_appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="handed_to")
    to_appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="taken_from")
    at = models.DateTimeField(default=clock.now)
    note = models.TextField(blank=True, default="")
    moved = models.JSONField(default=dict)
    # The work was shared: whoever gave it goes on with it, and can still hand it over later.
    kept = models.BooleanField(default=False)
    # The order in which things really happened: an invitation was issued by the same clock.
    created_at = models.DateTimeField(default=clock.wall, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["from_appointment"], condition=models.Q(kept=False), name="handover_once"
            ),
            models.CheckConstraint(
                condition=~models.Q(from_appointment=models.F("to_appointment")), name="handover_to_another"
            ),
        ]
