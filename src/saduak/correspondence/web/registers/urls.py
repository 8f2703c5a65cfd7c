"""Addresses of these pages."""

from django.urls import URLPattern, path

from saduak.correspondence.web.registers import as_files, lines, views

_ONE = "letters/registers/<uuid:registry_id>/"
_LINE = "letters/register-lines/<uuid:entry_id>/"
_FILE = "letters/register-files/<uuid:export_id>/"

urlpatterns: list[URLPattern] = [
    path("letters/registers/", views.registers, name="registers"),
    path("letters/registers/open/<uuid:organisation_id>/", views.open_register, name="register-open"),
    path(_ONE, views.register, name="register"),
    path(f"{_ONE}settings/", views.settings, name="register-settings"),
    path(f"{_ONE}settings/close/", views.close, name="register-close"),
    path(f"{_ONE}enter/", lines.enter, name="register-enter"),
    path(f"{_ONE}reserve/", lines.reserve, name="register-reserve"),
    path(f"{_ONE}due/", views.due, name="register-due"),
    path(f"{_ONE}due/export/", as_files.export_due, name="register-due-export"),
    path(f"{_ONE}export/", as_files.export, name="register-export"),
    path(_LINE, lines.line, name="register-line"),
    path(f"{_LINE}amend/", lines.amend, name="register-amend"),
    path(f"{_LINE}use/", lines.use, name="register-use"),
    path(f"{_LINE}cancel/", lines.cancel, name="register-cancel"),
    path(f"{_LINE}scan/", lines.scan, name="register-scan"),
    path(_FILE, as_files.ready, name="register-file"),
    path(f"{_FILE}download/", as_files.download, name="register-download"),
]
