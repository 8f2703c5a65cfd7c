"""`saduak invite ORGANISATION ROLE`: the very first invitation of an installation, before anybody can sign in."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse
from django.utils.translation import gettext as _

from saduak.foundation.access import Actor, Refused
from saduak.organisations.actions import Post, invite
from saduak.organisations.models import Organisation, Role


class Command(BaseCommand):
    """Issues an invitation in the program's own name and prints its address, once."""

    help = "saduak invite ORGANISATION ROLE [--programme CODE] [--email ADDRESS]"

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("organisation", help=_("รหัสหน่วยงาน เช่น psc หรือ province:65"))
        parser.add_argument("role", choices=Role.values, metavar="role", help=", ".join(Role.values))
        parser.add_argument("--programme", default="", help=_("รหัสโครงการ เช่น gecc ว่างไว้คือทุกโครงการ"))
        parser.add_argument("--email", default="", help=_("อีเมลของผู้ได้รับเชิญ"))

    def handle(self, *_args: Any, **options: Any) -> None:
        """Issue the invitation.

        Raises:
            CommandError: no such organisation or programme.
        """
        row = Organisation.objects.filter(code=options["organisation"]).first()
        if row is None:
            raise CommandError(_("ไม่มีหน่วยงานรหัส %(code)s") % {"code": options["organisation"]})
        post = Post(organisation=row.public_id, role=options["role"], programme=options["programme"])
        try:
            issued = invite(actor=Actor.system("invite"), post=post, email=options["email"])
        except Refused as refusal:
            raise CommandError(str(refusal.reason)) from refusal
        path = reverse("organisations:invitation", args=[issued.token])
        self.stdout.write(f"{settings.PUBLIC_URL}{path}")
