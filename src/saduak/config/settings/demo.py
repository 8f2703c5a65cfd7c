"""The demo: embedded database, simulated date, one-click sign-ins. Never for real work."""

from saduak.config.settings.base import *  # noqa: F403 - a settings file extends another

SECRET_KEY = "demo-only-" + "0" * 50
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", *ALLOWED_HOSTS]  # noqa: F405
TIME_MACHINE = True
DEMO_SIGN_INS = True
# A demo sends nothing: what it would send lies here, one file a message.
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = DATA / "mail"  # noqa: F405
