"""Addresses of the foundation."""

from django.urls import path

from saduak.foundation.web import uploads, views
from saduak.foundation.web.languages import both

app_name = "foundation"

urlpatterns = [
    path("language/", views.language, name="language"),
    path("uploads/", uploads.start, name="upload-start"),
    path("uploads/<uuid:upload_id>/", uploads.one, name="upload"),
    *both("style/", views.style_page, "style"),
    *both("style/save/", views.style_save, "style-save"),
    *both("style/upload/", views.style_upload, "style-upload"),
]
