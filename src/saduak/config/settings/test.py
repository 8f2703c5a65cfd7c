"""Tests: SQLite in memory by default, PostgreSQL when SADUAK_TEST_DATABASE=postgres."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from saduak.config.settings.base import *  # noqa: F403 - a settings file extends another

SECRET_KEY = "test-only-" + "0" * 50
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
PUBLIC_URL = "http://testserver"
DATA = Path(tempfile.mkdtemp(prefix="saduak-test-"))
atexit.register(shutil.rmtree, DATA, ignore_errors=True)
FILES_ROOT = DATA / "files"
SEALS_FILE = DATA / "seals.jsonl"
STATIC_ROOT = DATA / "static"
STATIC_ROOT.mkdir()  # whitenoise warns of a folder that is not there, and a warning is an error here
STORAGES = {
    **STORAGES,  # noqa: F405
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
if os.environ.get("SADUAK_TEST_DATABASE") == "postgres":
    DATABASES = {"default": postgres(os.environ.get("PGDATABASE", "saduak"), pool=False)}  # noqa: F405
    # Whoever waits that long waits for ever: an error says for what.
    DATABASES["default"]["OPTIONS"] = {"options": f"{POSTGRES_OPTIONS} -c lock_timeout=60s"}  # noqa: F405
else:
    DATABASES = {
        "default": {
            **sqlite(DATA / "saduak.sqlite3", synchronous="OFF"),  # noqa: F405
            "TEST": {"NAME": str(DATA / "test.sqlite3")},
        }
    }
