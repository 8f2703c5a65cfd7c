"""Settings shared by every way of running Saduak. Nothing here is secret and nothing is a default password."""

import os
from pathlib import Path

from django.utils.translation import gettext_lazy as _

PACKAGE = Path(__file__).resolve().parent.parent.parent
DATA = Path(os.environ.get("SADUAK_DATA", "data")).resolve()

DEBUG = False
SECRET_KEY = os.environ.get("SADUAK_SECRET_KEY", "")
ALLOWED_HOSTS: list[str] = [h for h in os.environ.get("SADUAK_HOSTS", "").split(",") if h]
# Printed into every QR code: permanent, because certificates hang framed on walls.
# Who runs this site, as its footer says; nobody is named unless somebody says so.
OPERATOR = os.environ.get("SADUAK_OPERATOR", "")
OPERATOR_EN = os.environ.get("SADUAK_OPERATOR_EN", "") or OPERATOR
PUBLIC_URL = os.environ.get("SADUAK_PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/")

# The rooms, from the top. A room imports only rooms below it (docs/architecture.md).
ROOMS = [
    "portal",
    "insight",
    "outreach",
    "certification",
    "assessment",
    "applications",
    "register",
    "correspondence",
    "programme",
    "organisations",
    "foundation",
]

INSTALLED_APPS = [
    *[f"saduak.{room}" for room in ROOMS],
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_cotton.apps.SimpleAppConfig",
    "django_tasks",
    "django_tasks_db",
    "allauth",
    "allauth.account",
]

MIDDLEWARE = [
    "saduak.foundation.web.middleware.Receipt",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "saduak.foundation.web.middleware.ContentSecurity",
    "saduak.foundation.web.middleware.BodyLimit",
    "saduak.foundation.web.middleware.WithoutNul",
    "saduak.foundation.web.middleware.PublicPages",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "saduak.foundation.web.middleware.Language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "saduak.foundation.web.middleware.WhoActs",
    "saduak.foundation.web.middleware.Refusals",
    "saduak.foundation.web.middleware.ReadOnlyGet",
]

ROOT_URLCONF = "saduak.config.urls"
WSGI_APPLICATION = "saduak.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": False,
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "django_cotton.templatetags.cotton",
                "saduak.foundation.templatetags.thai",
                "saduak.foundation.templatetags.ui",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "saduak.foundation.web.context.frame",
                "saduak.portal.web.adapter.demo_people",
            ],
        },
    }
]
COTTON_DIR = "cotton"
COTTON_SNAKE_CASED_NAMES = False
# A component sees its attributes and the frame, never the variables of the page that happens to use it.
COTTON_ISOLATE_BY_DEFAULT = True

AUTH_USER_MODEL = "foundation.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
# Accounts come by invitation only (organisations), so allauth's own sign-up is closed by the adapter.
ACCOUNT_ADAPTER = "saduak.portal.web.adapter.InvitedOnly"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
# The subject says it all; allauth would put the host before it.
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/home/"
LOGOUT_REDIRECT_URL = "/"

LANGUAGE_CODE = "th"
LANGUAGES = [("th", _("ไทย")), ("en", _("อังกฤษ"))]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Bangkok"

STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = False

# Content-addressed files live here unless an object store is configured.
FILES_ROOT = DATA / "files"
# Belongs on another machine or a medium that only grows: it shows what somebody with the database could hide.
SEALS_FILE = Path(os.environ.get("SADUAK_SEALS_FILE", "") or DATA / "seals.jsonl")
# A virus scanner that speaks clamd's protocol: "host:port" or "unix:/path"; empty: none.
CLAMD = os.environ.get("SADUAK_CLAMD", "")
UPLOAD_LIMIT_BYTES = 20 * 1024 * 1024
# What one account sends in pieces in a day, what lies in one centre's library, and what the disk keeps free.
ACTOR_UPLOADS_BYTES = 1024 * 1024 * 1024
CENTRE_FILES_BYTES = 5 * 1024 * 1024 * 1024
FREE_DISK_BYTES = 256 * 1024 * 1024
# One form with several files; what is larger is refused before it is read.
REQUEST_LIMIT_BYTES = 8 * UPLOAD_LIMIT_BYTES
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

EMAIL_HOST = os.environ.get("SADUAK_EMAIL_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("SADUAK_EMAIL_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("SADUAK_EMAIL_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("SADUAK_EMAIL_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("SADUAK_EMAIL_TLS", "") == "1"
EMAIL_TIMEOUT = 20
# Where letters are fetched from: `code=imaps://user:password@host/INBOX` or `code=maildir:/path`, spaces between.
LETTER_MAILBOXES = os.environ.get("SADUAK_LETTER_MAILBOXES", "")
DEFAULT_FROM_EMAIL = os.environ.get("SADUAK_EMAIL_FROM", "saduak@localhost")

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}

# In which header our own proxy writes when a request came to it; empty: nobody does. Whoever reaches this server past the
# proxy could write it as well, so it is said on purpose.
RECEIPT_HEADER = os.environ.get("SADUAK_RECEIPT_HEADER", "")

# Only saduak.config.settings.demo may switch this on; production refuses to start with it.
TIME_MACHINE = False
DEMO_SIGN_INS = False

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 8 * 60 * 60
SESSION_SAVE_EVERY_REQUEST = False
CSRF_FAILURE_VIEW = "saduak.foundation.web.errors.csrf_failure"
CSRF_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

FORM_RENDERER = "django.forms.renderers.DjangoTemplates"


# What was acknowledged outlives a power cut (FULL); only databases that nobody needs later may do with less.
SYNCHRONOUS = "OFF" if os.environ.get("SADUAK_SCRATCH") else "FULL"


def sqlite(path: Path, synchronous: str = SYNCHRONOUS) -> dict[str, object]:
    """Embedded database: WAL, writers queue up front (IMMEDIATE) instead of failing half-way."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "timeout": 30,
            "transaction_mode": "IMMEDIATE",
            "init_command": (
                f"PRAGMA journal_mode=WAL; PRAGMA synchronous={synchronous}; PRAGMA foreign_keys=ON;"
                "PRAGMA temp_store=MEMORY; PRAGMA mmap_size=134217728; PRAGMA cache_size=-20000;"
            ),
        },
    }


# Who may see a row is a long condition with many parts, of which the planner expects the worst. Above a cost that is
# soon reached PostgreSQL compiles a query before it runs it (JIT): up to seconds for what then takes milliseconds.
POSTGRES_OPTIONS = "-c jit=off"


def postgres(name: str, *, pool: bool = True) -> dict[str, object]:
    """PostgreSQL by the usual PG* variables; the pool is psycopg's own."""
    options: dict[str, object] = {"options": POSTGRES_OPTIONS}
    if pool:
        options["pool"] = {"min_size": 1, "max_size": 8}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": os.environ.get("PGUSER", ""),
        "PASSWORD": os.environ.get("PGPASSWORD", ""),
        "HOST": os.environ.get("PGHOST", ""),
        "PORT": os.environ.get("PGPORT", ""),
        "OPTIONS": options,
    }


DATABASES: dict[str, dict[str, object]] = {"default": sqlite(DATA / "saduak.sqlite3")}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    # No link whose holder may act ever stands in it.
    "formatters": {
        "line": {
            "class": "saduak.foundation.logs.Line",
            "format": "{levelname} {name} {message}",
            "style": "{",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "saduak": {"level": "INFO"},
        # Django gives the server of developers a handler of its own.
        "django.server": {"handlers": ["console"], "level": "INFO", "propagate": False},
    },
}
