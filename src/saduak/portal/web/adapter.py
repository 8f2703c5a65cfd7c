"""How allauth fits Saduak: accounts come by invitation only, and the demo offers its people."""

from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from saduak.foundation.access.registry import Words
from saduak.portal.demo.people import SIGN_INS, SignIn


class InvitedOnly(DefaultAccountAdapter):
    """Closes public sign-up."""

    error_messages: ClassVar[dict[str, Words]] = {
        **DefaultAccountAdapter.error_messages,
        # The same for an address without an account: nobody learns here who has one.
        "email_password_mismatch": _(
            "อีเมลหรือรหัสผ่านไม่ถูกต้อง ตรวจตัวสะกดอีเมล ภาษาของแป้นพิมพ์ และปุ่มล็อกตัวพิมพ์ใหญ่ ถ้าจำรหัสผ่านไม่ได้ กด “ลืมรหัสผ่าน” ถ้ายังเข้าไม่ได้ ถามผู้ดูแลบัญชีของหน่วยงานหรือผู้ที่เชิญคุณ"
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up by themselves: an invitation makes the account."""
        return False

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Wrong passwords count for an account at one address, so that nobody locks out somebody who sits elsewhere."""
        key = super()._get_login_attempts_cache_key(request, **credentials)
        return f"{key}:{self.get_client_ip(request)}"


def demo_people(_request: HttpRequest) -> dict[str, tuple[SignIn, ...]]:
    """For the sign-in page: the demo's people, and nobody anywhere else."""
    return {"demo_sign_ins": SIGN_INS if settings.DEMO_SIGN_INS else ()}
