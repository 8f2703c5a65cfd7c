"""Addresses of the portal: public home, sign-in, the to-do list, the demo's clock."""

from allauth.account import views as account
from django.urls import URLPattern, path, re_path
from django.utils.translation import gettext_lazy as _

from saduak.foundation.web import nav
from saduak.foundation.web.languages import both
from saduak.foundation.web.pages import anyone
from saduak.portal.web import demo, home, public

app_name = "portal"

urlpatterns: list[URLPattern] = [
    *both("", public.front, "front"),
    *both("help/", public.help_page, "help"),
    *both("accessibility/", public.accessibility, "accessibility"),
    *both("privacy/", public.privacy, "privacy"),
    path("home/", home.todo, name="home"),
    path("accounts/other-tab/", home.other_tab, name="other-tab"),
    path("demo/sign-in/<slug:key>/", demo.sign_in, name="demo-sign-in"),
    path("demo/clock/", demo.clock_page, name="clock"),
]

# allauth's own names, so that its views find one another; only what an invited account needs.
account_patterns: list[URLPattern] = [
    path("accounts/login/", anyone(account.login), name="account_login"),
    path("accounts/logout/", anyone(account.logout), name="account_logout"),
    path("accounts/signup/", anyone(account.signup), name="account_signup"),
    path("accounts/inactive/", anyone(account.account_inactive), name="account_inactive"),
    path("accounts/reauthenticate/", anyone(account.reauthenticate), name="account_reauthenticate"),
    path("accounts/password/change/", anyone(account.password_change), name="account_change_password"),
    path("accounts/password/set/", anyone(account.password_set), name="account_set_password"),
    path("accounts/password/reset/", anyone(account.password_reset), name="account_reset_password"),
    path(
        "accounts/password/reset/done/",
        anyone(account.password_reset_done),
        name="account_reset_password_done",
    ),
    # The key holds hyphens, too: the account's number ends at the first one.
    re_path(
        r"^accounts/password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[^/]+)/$",
        anyone(account.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path(
        "accounts/password/reset/key/done/",
        anyone(account.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
]

nav.item("home", _("งานของฉัน"), "portal:home", order=10)
nav.public("front", _("หน้าแรก"), "portal:front", order=10)
nav.footer("help", _("ขอความช่วยเหลือ"), "portal:help", order=10)
nav.footer("accessibility", _("การเข้าถึงได้ของทุกคน"), "portal:accessibility", order=20)
nav.footer("privacy", _("ข้อมูลส่วนบุคคล"), "portal:privacy", order=30)
nav.place("home", "portal:home")
nav.place("front", "portal:front")
nav.place("other-tab", "portal:other-tab")
nav.place("clock", "portal:clock")
nav.place("change-password", "account_change_password")
