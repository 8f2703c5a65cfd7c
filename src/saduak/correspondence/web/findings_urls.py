"""Addresses of the page that shows a doubt side by side."""

from django.urls import URLPattern, path

from saduak.correspondence.web import findings

urlpatterns: list[URLPattern] = [
    path("letter-findings/<uuid:finding_id>/", findings.finding, name="finding"),
]
