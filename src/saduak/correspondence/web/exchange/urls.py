"""Addresses of these pages."""

from django.urls import URLPattern, path

from saduak.correspondence.web.exchange import views

_FOLLOW = "letters/deliveries/<uuid:delivery_id>/follow/"

urlpatterns: list[URLPattern] = [
    path("letters/exchange/", views.listed, name="exchange"),
    path("letters/sent/<uuid:dispatch_id>/mail/", views.mail_many, name="mail-many"),
    path(f"{_FOLLOW}mail/", views.mail, name="follow-mail"),
    path(f"{_FOLLOW}bundle.zip", views.packed, name="follow-bundle"),
]
