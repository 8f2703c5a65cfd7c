"""Addresses of this room."""

from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from saduak.foundation.web import nav
from saduak.organisations.web import branches
from saduak.organisations.web.views import access, browse, centres, invitations, people

app_name = "organisations"

_ONE = "organisations/<uuid:public_id>/"
_CENTRE = "centres/<uuid:public_id>/"
_APPOINTMENT = "appointments/<uuid:public_id>/"

urlpatterns: list[URLPattern] = [
    path("organisations/", browse.search, name="search"),
    path(_ONE, browse.organisation, name="organisation"),
    path(f"{_ONE}contact/", browse.contact, name="contact"),
    path(f"{_ONE}access/", access.organisation_access, name="access"),
    path(f"{_ONE}appoint/", people.appoint_page, name="appoint"),
    path(f"{_ONE}invite/", people.invite_page, name="invite"),
    path(f"{_ONE}centres/new/", centres.new, name="centre-new"),
    path(_CENTRE, centres.centre, name="centre"),
    path(f"{_CENTRE}edit/", centres.edit, name="centre-edit"),
    path(f"{_CENTRE}change/<slug:kind>/", centres.change, name="centre-change"),
    path(f"{_APPOINTMENT}end/", people.end_page, name="end"),
    path(f"{_APPOINTMENT}hand-over/", people.hand_over_page, name="hand-over"),
    path("handovers/<uuid:public_id>/", people.handover, name="handover"),
    path("invitations/<uuid:public_id>/revoke/", people.revoke, name="revoke"),
    path("invitation/<str:token>/", invitations.invitation, name="invitation"),
    path("access/", access.rights, name="rights"),
    path("access/act-as/", access.act_as, name="act-as"),
    *branches.URLS,
]

nav.item("organisations", _("หน่วยงาน"), "organisations:search", order=70, seldom=True)
nav.place("rights", "organisations:rights")
nav.place("appointment", "organisations:act-as")
