"""Public addresses of the register. `/v/<code>` is permanent: it hangs framed on walls."""

from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from saduak.foundation.web import nav
from saduak.foundation.web.languages import both, same_page
from saduak.register.rules import EXPIRING
from saduak.register.web import expiring, past, views

app_name = "register"

urlpatterns: list[URLPattern] = [
    path("v/<str:code>", views.verify, {"language": "th"}, name="verify-code"),
    *both("v/<str:code>/", views.verify, "verify"),
    path("v/<str:code>/certificate.pdf", views.certificate_pdf, name="certificate-pdf"),
    *both("verify/", views.verify_form, "verify-form"),
    path("register/expiring/", expiring.expiring, name="expiring"),
    path("register/past/", past.index, name="past"),
    path("register/past/new/", past.new, name="past-new"),
    path("register/past/<uuid:public_id>/", past.one, name="past-import"),
    path("register/past/<uuid:public_id>/enter/", past.enter, name="past-enter"),
    path("register/past/<uuid:public_id>/drop/", past.drop, name="past-drop"),
    path("register/past/lines/<uuid:public_id>/", past.line, name="past-line"),
    *both("register/", views.search, "search"),
    *both("register/centres/<uuid:public_id>/", views.centre, "centre"),
]

same_page("register:verify-code", "register:verify")

nav.item(
    "expiring",
    _("ใบรับรองใกล้สิ้นอายุ"),
    "register:expiring",
    capability=EXPIRING,
    order=29,
    namespaces=(),
    seldom=True,
)
nav.item(
    "past",
    _("ผลรับรองปีก่อน"),
    "register:past",
    capability="register.import_past",
    order=62,
    namespaces=(),
    seldom=True,
)
nav.public("register", _("หาศูนย์"), "register:search", order=20)
nav.public("verify", _("ตรวจใบรับรอง"), "register:verify-form", order=30)
