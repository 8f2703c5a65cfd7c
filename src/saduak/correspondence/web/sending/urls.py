"""Addresses of these pages."""

from django.urls import URLPattern

from saduak.correspondence.web.sending import received_urls, sent_urls

urlpatterns: list[URLPattern] = [
    *received_urls.urlpatterns,
    *sent_urls.urlpatterns,
]
