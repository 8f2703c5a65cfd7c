"""Addresses of the committee's work."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from saduak.certification.rules import SEE
from saduak.certification.web import views
from saduak.foundation.web import nav

app_name = "certification"

urlpatterns = [
    path("meetings/", views.meetings, name="meetings"),
    path("meetings/new/<uuid:round_id>/", views.open_meeting, name="open-meeting"),
    path("meetings/<uuid:meeting_id>/", views.meeting, name="meeting"),
    path("meetings/<uuid:meeting_id>/adopt/", views.adopt, name="adopt"),
    path("meetings/<uuid:meeting_id>/close/", views.close, name="close-meeting"),
    path("meetings/<uuid:meeting_id>/cases/<uuid:case_id>/", views.decide, name="decide"),
    path("meetings/<uuid:meeting_id>/cases/<uuid:case_id>/interest/", views.interest, name="interest"),
    path("announcements/new/<uuid:round_id>/", views.prepare, name="prepare"),
    path("announcements/<uuid:announcement_id>/", views.announcement, name="announcement"),
    path("announcements/<uuid:announcement_id>/retry/", views.retry, name="retry"),
    path("announcements/<uuid:announcement_id>/publish/", views.publish, name="publish"),
    path("results/<uuid:application_id>/", views.result, name="result"),
]

nav.item("certification", _("มติและประกาศ"), "certification:meetings", capability=SEE, order=50)
