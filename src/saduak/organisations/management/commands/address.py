"""`saduak address OLD NEW`: another address for an account to sign in with."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from saduak.foundation.access import Actor, Refused
from saduak.organisations.actions import change_sign_in


class Command(BaseCommand):
    """Changes the address in the program's own name; who it belongs to is for the operator to make sure of."""

    help = "saduak address OLD NEW"

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("old", help=_("อีเมลที่ใช้เข้าสู่ระบบอยู่"))
        parser.add_argument("new", help=_("อีเมลใหม่"))

    def handle(self, *_args: Any, **options: Any) -> None:
        """Change it.

        Raises:
            CommandError: no such account, or the new address can't be taken.
        """
        try:
            user = change_sign_in(actor=Actor.system("address"), old=options["old"], new=options["new"])
        except Refused as refusal:
            raise CommandError(str(refusal.reason)) from refusal
        words = _("บัญชีนี้เข้าสู่ระบบด้วย %(email)s ตั้งแต่นี้ไป รหัสผ่านและหน้าที่เหมือนเดิม")
        self.stdout.write(words % {"email": user.email})
