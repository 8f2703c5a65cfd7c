"""Addresses of briefings and notices."""

from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from saduak.correspondence.rules import READ
from saduak.foundation.web import nav
from saduak.outreach.web import views

app_name = "outreach"

_ONE = "briefings/<uuid:briefing_id>/"

urlpatterns: list[URLPattern] = [
    path("briefings/", views.briefings, name="briefings"),
    path(_ONE, views.briefing, name="briefing"),
    path(f"{_ONE}calendar.ics", views.calendar_file, name="calendar"),
    path(f"{_ONE}cancel/", views.cancel, name="cancel"),
    path("notices/", views.notices, name="notices"),
    path("notices/read/", views.read_all, name="read-all"),
    path("notices/<uuid:notice_id>/read/", views.read, name="read"),
]

nav.item(
    "briefings", _("ประชุมชี้แจง"), "outreach:briefings", capability=READ, order=70, namespaces=(), seldom=True
)
