"""Production: PostgreSQL by the PG* variables, HTTPS only, no time machine, no demo sign-ins."""

import os
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from saduak.config.settings.base import *  # noqa: F403 - a settings file extends another

if not SECRET_KEY or len(SECRET_KEY) < 50:  # noqa: F405
    raise ImproperlyConfigured("SADUAK_SECRET_KEY must be set to 50 or more random characters")
if not ALLOWED_HOSTS:  # noqa: F405
    raise ImproperlyConfigured("SADUAK_HOSTS must list the host names that are served")
_OWN = {None, "localhost", "127.0.0.1", "::1"}  # a telephone that scans a QR code opens its own
if not PUBLIC_URL.startswith("https://") or urlsplit(PUBLIC_URL).hostname in _OWN:  # noqa: F405
    raise ImproperlyConfigured(
        "SADUAK_PUBLIC_URL must be the https:// address at which citizens open this site: it is printed into QR codes"
    )
if os.environ.get("SADUAK_TIME_MACHINE"):
    raise ImproperlyConfigured("the time machine cannot be switched on in production")
TIME_MACHINE = False
DEMO_SIGN_INS = False

if os.environ.get("PGDATABASE"):
    DATABASES = {"default": postgres(os.environ["PGDATABASE"])}  # noqa: F405

# Wrong passwords are counted by all processes together.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "foundation_cacheentry"}
}

# Wrong passwords are counted by address, and behind a proxy everybody would have the proxy's.
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("SADUAK_PROXIES", "1"))

SECURE_SSL_REDIRECT = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 31_536_000
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True

SILENCED_SYSTEM_CHECKS = [
    "security.W002",  # frame-ancestors 'none' in the Content-Security-Policy says it, to every browser that is served
    "security.W005",  # whether other hosts of this domain speak HTTPS is not Saduak's to promise
    "security.W021",  # nor is the browsers' preload list
]
