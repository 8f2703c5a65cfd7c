"""The log: the secret of a link never stands in it, what names a row or a file does."""

import logging
import logging.config

import pytest
from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver

from saduak.foundation import ids
from saduak.foundation.logs import without_secrets

TOKEN = "aB3-" + "x_9" * 13
ROW = "0b6f8f5e-8a0e-4b8a-9d2e-3f1a2b4c5d6e"
DIGEST = "9f" * 32


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        (f"Gone: /self-check/{TOKEN}/answers/", "Gone: /self-check/***/answers/"),
        (f"Gone: /self-check/{TOKEN}", "Gone: /self-check/***"),
        (f"Not Found: /en/l/{TOKEN}./x", "Not Found: /en/l/***./x"),
        (f"/accounts/login/?next=%2Fself-check%2F{TOKEN}%2F", "/accounts/login/?next=/self-check/***/"),
        (f"?key={TOKEN}", "?key=***"),
        (f"with arguments '('{TOKEN}',)'", "with arguments '('***',)'"),
        (f"/accounts/password/reset/key/1-cabc12-{'0f' * 16}/", "/accounts/password/reset/key/***/"),
        (f"/evidence/{ROW}/edit/", f"/evidence/{ROW}/edit/"),
        (f"/evidence/{ROW}{TOKEN}/", "/evidence/***/"),
        (f"data/files/9f/{DIGEST} is missing", f"data/files/9f/{DIGEST} is missing"),
        (
            "job saduak.correspondence.tasks.look (1) failed",
            "job saduak.correspondence.tasks.look (1) failed",
        ),
    ],
)
def test_secrets_are_cut_and_names_are_not(text, cut):
    assert without_secrets(text) == cut


def formatter():
    """The formatter of the console as the settings make it."""
    return logging.config.DictConfigurator(settings.LOGGING).configure_formatter(
        settings.LOGGING["formatters"][settings.LOGGING["handlers"]["console"]["formatter"]]
    )


def test_a_traceback_is_cut_too():
    try:
        raise KeyError(TOKEN)
    except KeyError as error:
        record = logging.makeLogRecord(
            {"msg": "%s failed", "args": (f"/l/{TOKEN}/",), "exc_info": (KeyError, error, None)}
        )
    text = formatter().format(record)
    assert text.splitlines()[0].endswith("/l/***/ failed")
    assert "KeyError: '***'" in text


def with_secrets(patterns, before=""):
    """Every address of the program in which a secret stands, as a path without it."""
    for each in patterns:
        route = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from with_secrets(each.url_patterns, route)
        elif isinstance(each, URLPattern) and "<str:token>" in route and "<uuid:" not in route:
            yield "/" + route


@pytest.mark.django_db
def test_no_address_with_a_secret_leaves_it_in_the_log(client, caplog):
    """Also where the link is over: a mistyped date or a second writer would do the same with one that is alive."""
    routes = list(with_secrets(get_resolver().url_patterns))
    assert {"/self-check/<str:token>/", "/helping/link/<str:token>/", "/l/<str:token>/"} <= set(routes)
    token = ids.token()
    for route in routes:
        client.get(route.replace("<str:token>", token))
        client.post(route.replace("<str:token>", token) + "no/such/page/")
    lines = [formatter().format(record) for record in caplog.records]
    assert any(token in record.getMessage() for record in caplog.records)
    assert any("/self-check/***/" in line for line in lines)
    assert not any(token in line for line in lines)


def test_every_handler_of_the_settings_writes_so():
    names = {each["formatter"] for each in settings.LOGGING["handlers"].values()}
    assert {settings.LOGGING["formatters"][name]["class"] for name in names} == {
        "saduak.foundation.logs.Line"
    }
