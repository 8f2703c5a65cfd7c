"""All addresses: each room's urls, mounted once."""

from importlib.util import find_spec

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from saduak.portal.web.urls import account_patterns

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include(f"saduak.{room}.web.urls"))
    for room in settings.ROOMS
    if find_spec(f"saduak.{room}.web.urls") is not None
]

handler400 = "saduak.foundation.web.errors.bad_request"
handler403 = "saduak.foundation.web.errors.forbidden"
handler404 = "saduak.foundation.web.errors.not_found"
handler500 = "saduak.foundation.web.errors.server_error"

# allauth's views look one another up without a namespace.
urlpatterns += account_patterns

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]
