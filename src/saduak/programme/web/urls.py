"""Addresses of this room."""

from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from saduak.foundation.web import nav
from saduak.foundation.web.languages import both
from saduak.programme.web.views import criteria, deadlines, eligibility, open_pages, rounds

app_name = "programme"

_ROUND = "rounds/<uuid:public_id>/"
_DEADLINE = "internal-deadlines/<uuid:public_id>/"
_SET = "criteria-sets/<uuid:public_id>/"

urlpatterns: list[URLPattern] = [
    path("rounds/", rounds.index, name="rounds"),
    path("rounds/open/", rounds.open_page, name="open"),
    path(_ROUND, rounds.one, name="round"),
    path(f"{_ROUND}close/", rounds.close_page, name="close"),
    path(f"{_ROUND}windows/<slug:key>/", rounds.move_page, name="move"),
    path(f"{_ROUND}eligibility/", eligibility.one, name="eligibility"),
    path(f"{_ROUND}internal-deadlines/", deadlines.index, name="deadlines"),
    path(f"{_ROUND}internal-deadlines/new/", deadlines.new, name="deadline-new"),
    path(f"{_DEADLINE}extend/", deadlines.extend, name="deadline-extend"),
    path(f"{_DEADLINE}withdraw/", deadlines.withdraw, name="deadline-withdraw"),
    path("criteria-sets/", criteria.index, name="criteria-sets"),
    path("criteria-sets/import/", criteria.import_page, name="criteria-import"),
    path(_SET, criteria.one, name="criteria-set"),
    path(f"{_SET}publish/", criteria.publish_page, name="criteria-publish"),
    *both("criteria/", open_pages.criteria_index, "criteria-public"),
    *both("criteria/<uuid:public_id>/", open_pages.criteria_set, "criteria-set-public"),
    *both("rounds/<int:fiscal_year>/<slug:programme>/", open_pages.round_page, "round-public"),
]

nav.item("rounds", _("รอบการรับรอง"), "programme:rounds", capability="programme.see", order=60)
nav.footer("criteria", _("เกณฑ์การรับรอง"), "programme:criteria-public", order=30)
