"""Production refuses what would be dangerous: no key, no hosts, a time machine, the demo's sign-ins."""

import os
import subprocess
import sys

import pytest

KEY = "k" * 60
GOOD = {
    "SADUAK_SECRET_KEY": KEY,
    "SADUAK_HOSTS": "saduak.example.org",
    "SADUAK_PUBLIC_URL": "https://saduak.example.org",
}
READ = (
    "from saduak.config.settings import production as s;"
    "print(s.TIME_MACHINE, s.DEMO_SIGN_INS, s.SESSION_COOKIE_SECURE, s.SECURE_SSL_REDIRECT, s.DEBUG)"
)


def start(read: str = READ, /, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("SADUAK_", "DJANGO_", "PG"))}
    return subprocess.run(
        [sys.executable, "-c", read], env=clean | environment, capture_output=True, text=True, check=False
    )


def test_good_settings_are_strict() -> None:
    assert start(**GOOD).stdout.strip() == "False False True True False"


def test_behind_a_proxy_the_client_is_told_apart_from_it() -> None:
    read = "from saduak.config.settings import production as s; print(s.ALLAUTH_TRUSTED_PROXY_COUNT)"
    for environment, count in ((GOOD, "1"), ({**GOOD, "SADUAK_PROXIES": "2"}, "2")):
        assert start(read, **environment).stdout.strip() == count


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"SADUAK_HOSTS": "saduak.example.org"}, "SADUAK_SECRET_KEY"),
        ({**GOOD, "SADUAK_SECRET_KEY": "short"}, "SADUAK_SECRET_KEY"),
        ({"SADUAK_SECRET_KEY": KEY}, "SADUAK_HOSTS"),
        ({**GOOD, "SADUAK_PUBLIC_URL": ""}, "SADUAK_PUBLIC_URL"),
        ({**GOOD, "SADUAK_PUBLIC_URL": "http://saduak.example.org"}, "SADUAK_PUBLIC_URL"),
        ({**GOOD, "SADUAK_PUBLIC_URL": "https://127.0.0.1:8000"}, "SADUAK_PUBLIC_URL"),
        ({**GOOD, "SADUAK_PUBLIC_URL": "https:///v"}, "SADUAK_PUBLIC_URL"),
        ({**GOOD, "SADUAK_TIME_MACHINE": "1"}, "time machine"),
    ],
)
def test_what_is_missing_or_forbidden_stops_the_start(environment: dict[str, str], words: str) -> None:
    started = start(**environment)
    assert started.returncode != 0
    assert words in started.stderr
