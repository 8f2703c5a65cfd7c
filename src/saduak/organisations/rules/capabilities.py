"""The words of this room for what one may do, and which roles may."""

from django.utils.translation import gettext_lazy as _

from saduak.foundation.access import registry
from saduak.organisations.models import Role

APPOINT = registry.capability(
    "organisations.appoint",
    _("มอบหมายและสิ้นสุดการมอบหมายผู้ปฏิบัติงาน"),
    roles={Role.HEAD, Role.ADMINISTRATOR, Role.SUPERVISOR, Role.SECRETARIAT},
)
INVITE = registry.capability(
    "organisations.invite",
    _("ออกคำเชิญให้ผู้ที่ยังไม่มีบัญชี"),
    roles={Role.HEAD, Role.ADMINISTRATOR, Role.SUPERVISOR, Role.SECRETARIAT, Role.CLERK},
)
# Supervision may carry the letter with the first invitation: a local government has nobody above it in command.
INVITE_SUPERVISED = registry.capability(
    "organisations.invite_supervised",
    _("ออกคำเชิญครั้งแรกให้หน่วยงานในกำกับดูแล"),
    roles={Role.SUPERVISOR, Role.CLERK},
    status_only_under_supervision=True,
)
MANAGE_CENTRE = registry.capability(
    "organisations.manage_centre",
    _("เพิ่มและแก้ข้อมูลศูนย์บริการ"),
    roles={Role.OFFICER, Role.HEAD, Role.ADMINISTRATOR, Role.SECRETARIAT},
)
MANAGE = registry.capability(
    "organisations.manage",
    _("แก้ข้อมูลหน่วยงานและความสัมพันธ์ระหว่างหน่วยงาน"),
    roles={Role.SECRETARIAT},
)
EDIT_CONTACT = registry.capability(
    "organisations.edit_contact",
    _("แก้ที่อยู่และช่องทางติดต่อของหน่วยงาน"),
    roles={Role.CLERK, Role.HEAD, Role.ADMINISTRATOR, Role.SECRETARIAT},
)
SHARE = registry.capability(
    "organisations.share",
    _("เปิดหรือปิดให้ผู้กำกับดูแลอ่านใบสมัครของหน่วยงาน"),
    roles={Role.HEAD, Role.ADMINISTRATOR},
)
SEE_PEOPLE = registry.capability(
    "organisations.see_people",
    _("ดูรายชื่อและช่องทางติดต่อของผู้ปฏิบัติงาน"),
    roles={
        Role.SECRETARIAT,
        Role.SUPERVISOR,
        Role.CLERK,
        Role.OFFICER,
        Role.HEAD,
        Role.ADMINISTRATOR,
        Role.AUDITOR,
    },
)
SEE_STATUS = registry.capability(
    "organisations.see_status",
    _("ดูสถานะของหน่วยงาน"),
    roles={Role.SECRETARIAT, Role.SUPERVISOR, Role.CLERK, Role.HEAD, Role.OFFICER, Role.AUDITOR},
    status_only_under_supervision=True,
)
# A seat that judges is given by name: who holds it does not pass it on.
HAND_OVER = registry.capability(
    "organisations.hand_over",
    _("ส่งมอบงานของตนให้ผู้อื่นในหน่วยงาน"),
    roles=[
        role
        for role in Role.values
        if role not in {Role.HELPER, Role.AUDITOR, Role.EVALUATOR, Role.COMMITTEE}
    ],
)
ALL = (
    APPOINT,
    INVITE,
    INVITE_SUPERVISED,
    MANAGE_CENTRE,
    MANAGE,
    EDIT_CONTACT,
    SHARE,
    SEE_PEOPLE,
    SEE_STATUS,
)
