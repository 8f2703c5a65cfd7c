"""Addresses of letters and duties."""

from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from saduak.correspondence.rules import READ
from saduak.correspondence.web import views
from saduak.correspondence.web.drafts.urls import urlpatterns as of_drafts
from saduak.correspondence.web.exchange.urls import urlpatterns as of_exchange
from saduak.correspondence.web.findings_urls import urlpatterns as of_findings
from saduak.correspondence.web.registers.urls import urlpatterns as of_registers
from saduak.correspondence.web.sending.urls import urlpatterns as of_sending
from saduak.foundation.web import nav

app_name = "correspondence"

_ONE = "letters/<uuid:letter_id>/"
_DUTY = "duties/<uuid:recipient_id>/"

urlpatterns: list[URLPattern] = [
    path("letters/", views.inbox, name="inbox"),
    path("letters/load/", views.load, name="load"),
    path(_ONE, views.letter, name="letter"),
    path(f"{_ONE}confirm/", views.confirm, name="confirm"),
    path(f"{_ONE}file/", views.file, name="file"),
    path(f"{_ONE}set-aside/", views.set_aside, name="set-aside"),
    path("letter-findings/<uuid:finding_id>/settle/", views.settle, name="settle"),
    path("duties/", views.duties, name="duties"),
    path(_DUTY, views.duty, name="duty"),
    path(f"{_DUTY}acknowledge/", views.acknowledge, name="acknowledge"),
    path(f"{_DUTY}done/", views.done, name="done"),
    *of_drafts,
    *of_exchange,
    *of_findings,
    *of_registers,
    *of_sending,
]

nav.item("letters", _("หนังสือ"), "correspondence:received", capability=READ, order=30)
