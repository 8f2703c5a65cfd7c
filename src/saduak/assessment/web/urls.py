"""Addresses of this room."""

from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from saduak.assessment.rules import SCORE, SCREEN
from saduak.assessment.web.views import panels, scoring, screening
from saduak.foundation.web import nav

app_name = "assessment"

_CASE = "cases/<uuid:case_id>/"
_PANEL = "panels/<uuid:panel_id>/"
_SHEET = "scoring/<uuid:sheet_id>/"
_ROUND = "rounds/<uuid:round_id>/"

urlpatterns: list[URLPattern] = [
    path("screening/", screening.queue, name="queue"),
    path(_CASE, screening.case, name="case"),
    path(f"{_CASE}accept/", screening.accept, name="accept"),
    path(f"{_CASE}return/", screening.give_back, name="return"),
    path(f"{_CASE}return/extend/", screening.extend, name="extend"),
    path(f"{_CASE}reject/", screening.reject, name="reject"),
    path(f"{_CASE}unassign/", panels.unassign, name="unassign"),
    path(f"{_CASE}conflict/", scoring.conflict, name="conflict"),
    path(f"{_CASE}comparison/", scoring.comparison, name="comparison"),
    path(f"{_CASE}agree/", scoring.agree, name="agree"),
    path(f"{_CASE}result/", scoring.result, name="result"),
    path("panels/", panels.index, name="panels-now"),
    path(f"{_ROUND}panels/", panels.panels, name="panels"),
    path(f"{_ROUND}panels/new/", panels.create, name="panel-new"),
    path(f"{_ROUND}panels/assign/", panels.assign, name="assign"),
    path(_PANEL, panels.panel, name="panel"),
    path(f"{_PANEL}retire/", panels.retire, name="panel-retire"),
    path(f"{_PANEL}restore/", panels.restore, name="panel-restore"),
    path(f"{_PANEL}members/<uuid:member_id>/remove/", panels.remove, name="member-remove"),
    path("scoring/", scoring.mine, name="mine"),
    path(_SHEET, scoring.sheet, name="sheet"),
    path(f"{_SHEET}hand-in/", scoring.hand_in, name="hand-in"),
    path("applications/<uuid:application_id>/screening/", screening.returned, name="returned"),
]

nav.item("screening", _("ตรวจเอกสาร"), "assessment:queue", capability=SCREEN, order=30, namespaces=())
nav.item("scoring", _("เรื่องที่ให้คะแนน"), "assessment:mine", capability=SCORE, order=32, namespaces=())
