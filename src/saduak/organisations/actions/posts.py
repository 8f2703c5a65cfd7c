"""What can be given to somebody: a role at an organisation, with its limits."""

import uuid
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from saduak.foundation.access import Invalid
from saduak.organisations.models import Mandate, Organisation, Programme, Reach, Role, ServiceCentre


@dataclass(frozen=True, slots=True)
class Post:
    """A role at an organisation; for one of its centres or for one programme only, and how far it reaches.

    `programme` is a programme's code; `title` says position or duty in words.
    """

    organisation: uuid.UUID
    role: str
    centre: uuid.UUID | None = None
    programme: str = ""
    reach: str = Reach.OWN
    title: str = ""

    def fill(self, row: Mandate) -> Organisation:
        """Write the post into a new appointment or invitation, and lock the organisation.

        Raises:
            Invalid: unknown role, reach or programme, or a centre of another organisation.
        """
        if self.role not in Role.values:
            raise Invalid(_("ไม่รู้จักบทบาทนี้"), {"role": _("เลือกบทบาทจากรายการ")})
        if self.reach not in Reach.values:
            raise Invalid(_("ไม่รู้จักขอบเขตนี้"), {"reach": _("เลือกขอบเขตจากรายการ")})
        owner = Organisation.locked(self.organisation)
        row.role, row.reach, row.organisation = self.role, self.reach, owner
        if self.centre is not None:
            row.centre = ServiceCentre.objects.filter(public_id=self.centre, organisation=owner).first()
            if row.centre is None:
                raise Invalid(_("ศูนย์นี้ไม่ได้อยู่ในหน่วยงานที่เลือก"), {"centre": _("เลือกศูนย์ของหน่วยงานนี้")})
        if self.programme:
            row.programme = Programme.objects.filter(code=self.programme).first()
            if row.programme is None:
                raise Invalid(_("ไม่รู้จักโครงการนี้"), {"programme": _("เลือกโครงการจากรายการ")})
        return owner
