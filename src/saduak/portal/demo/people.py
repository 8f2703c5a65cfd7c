"""The demo's sign-ins, one or more for each role. People are named by role; nobody is real."""

from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.utils.translation import gettext_lazy as _

from saduak.foundation.access import Actor
from saduak.foundation.access.registry import Words
from saduak.foundation.models import User
from saduak.organisations.actions import Post, appoint
from saduak.organisations.models import Organisation, Person
from saduak.portal.rehearsal.world import SYSTEM, Somebody, World, employ

# Known to everybody who reads this: the demo's accounts exist only where settings allow one-click sign-ins.
PASSWORD = "saduak-demo-2570"  # noqa: S105 - a demo
DOMAIN = "demo.saduak.example"


@dataclass(frozen=True, slots=True)
class SignIn:
    """One account of the demo."""

    key: str
    role: Words
    where: str
    what: Words

    @property
    def email(self) -> str:
        """What is typed to sign in by hand."""
        return f"{self.key}@{DOMAIN}"


SIGN_INS: tuple[SignIn, ...] = (
    SignIn("secretariat", _("ฝ่ายเลขานุการโครงการ"), "psc", _("เปิดรอบ ตรวจเอกสาร ตั้งคณะ ประกาศผล")),
    SignIn(
        "province-clerk",
        _("สารบรรณจังหวัด"),
        "provincial-admin:49",
        _("นำหนังสือจังหวัดเข้าระบบและแจ้งอำเภอ"),
    ),
    SignIn("province", _("ผู้ประสานงานจังหวัด"), "province:65", _("ดูความคืบหน้าทุกอำเภอและตรวจทานใบสมัคร")),
    SignIn("district-clerk", _("สารบรรณอำเภอ"), "district:4901", _("รับหนังสือและทำหน้าที่ที่ได้รับ")),
    SignIn("officer", _("เจ้าหน้าที่ผู้รับผิดชอบของศูนย์"), "district:6508", _("เขียนใบสมัคร แนบหลักฐาน ยื่น")),
    SignIn(
        "officer-2",
        _("เจ้าหน้าที่ของ อปท. ที่หนังสือยังมาไม่ถึง"),
        "local:sample-sao-2",
        _("อ่านสำเนาล่วงหน้าและเริ่มร่างก่อน"),
    ),
    SignIn("helper", _("ผู้ช่วย"), "district:6508", _("ช่วยเขียนและแนบหลักฐาน")),
    SignIn("head", _("หัวหน้าหน่วยงาน"), "district:6508", _("ลงนามรับรองข้อมูล มอบหมายคน")),
    SignIn(
        "headquarters",
        _("ผู้ประสานงานของสำนักงานใหญ่ที่มีสาขา"),
        "sample:power",
        _("เผยแพร่คู่มือให้ทุกสาขา นำเข้ารายชื่อศูนย์ ติดตามสาขา"),
    ),
    SignIn("evaluator", _("ผู้ตรวจประเมิน ประธานคณะที่ 1"), "", _("ให้คะแนนและสรุปคะแนนของคณะ")),
    SignIn("evaluator-2", _("ผู้ตรวจประเมิน ผู้ทรงคุณวุฒิ"), "", _("ให้คะแนนเรื่องเดียวกัน โดยไม่เห็นคะแนนของคนอื่น")),
    SignIn("committee", _("คณะกรรมการ"), "", _("ลงมติเป็นรายศูนย์")),
    SignIn("auditor", _("ผู้ตรวจสอบ"), "psc", _("ดูทุกเรื่องของโครงการโดยแก้ไม่ได้")),
    SignIn("administrator", _("ผู้ดูแลบัญชีของจังหวัด"), "province:65", _("เชิญคนและมอบหมายหน้าที่")),
)

# Those whom the rehearsal does not employ: role, reach, bound to the programme.
_EMPLOYED = {
    "province-clerk": ("clerk", "line", False),
    "province": ("supervisor", "line", False),
    "district-clerk": ("clerk", "own", False),
    "officer": ("officer", "own", False),
    "officer-2": ("officer", "own", False),
    "helper": ("helper", "own", False),
    "head": ("head", "own", False),
    "headquarters": ("supervisor", "line", False),
    "auditor": ("auditor", "own", True),
    "administrator": ("administrator", "line", False),
}
# What somebody holds besides, in the same office: who follows the branches keeps the list of their centres, too.
_ALSO = {"headquarters": ("officer", "line")}
_TITLES = {
    "province": "ผู้ประสานงานจังหวัด",
    "headquarters": "ผู้ประสานงานสำนักงานใหญ่",
    "officer": "เจ้าหน้าที่ผู้รับผิดชอบ",
    "officer-2": "เจ้าหน้าที่ผู้รับผิดชอบ",
}


def sign_in(key: str) -> SignIn | None:
    """The sign-in with this key."""
    return next((row for row in SIGN_INS if row.key == key), None)


def account_of(key: str) -> User | None:
    """The account behind a sign-in; None when there is no such sign-in or nobody filled this database."""
    row = sign_in(key)
    return User.objects.filter(email=row.email, is_active=True).first() if row else None


def place(world: World) -> dict[str, Somebody]:
    """Give every sign-in its person, its account and its password."""
    cast = {
        "secretariat": world.secretary,
        "committee": world.committee,
        "evaluator": world.evaluators[0],
        "evaluator-2": world.evaluators[1],
    }
    offices = Organisation.objects.in_bulk([row.where for row in SIGN_INS if row.where], field_name="code")
    # To hash a password takes long on purpose; everybody's is the same here.
    password = make_password(PASSWORD)
    for row in SIGN_INS:
        if row.key not in cast:
            role, reach, bound = _EMPLOYED[row.key]
            office = offices[row.where]
            title = _TITLES.get(row.key) or (office.head_title if row.key == "head" else str(row.role))
            programme = world.programme.code if bound else ""
            cast[row.key] = employ(office, role, title or str(row.role), reach=reach, programme=programme)
            _employ_also(cast[row.key], row.key, office)
        _open_account(cast[row.key], row, password)
    return cast


def _employ_also(somebody: Somebody, key: str, office: Organisation) -> None:
    role, reach = _ALSO.get(key, ("", ""))
    if role and not somebody.person.appointments.filter(role=role, organisation=office).exists():
        post = Post(organisation=office.public_id, role=role, reach=reach, title=_TITLES[key])
        appoint(actor=Actor.system(SYSTEM), post=post, person=somebody.person.public_id)


def _open_account(somebody: Somebody, row: SignIn, password: str) -> None:
    user: User = somebody.user
    if user.email == row.email:
        return
    user.email, user.password = row.email, password
    user.save(update_fields=["email", "password"])
    Person.objects.filter(pk=somebody.person.pk).update(email=row.email, phone="0 0000 0000")


__all__ = ["PASSWORD", "SIGN_INS", "SYSTEM", "SignIn", "account_of", "place", "sign_in"]
