"""Public pages have their language in the path: Thai without a prefix, English under /en/."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch, Resolver404, URLPattern, path, resolve, reverse
from django.utils.translation import get_language

# Thai stands last: `reverse` without a language tries the last pattern first, so an address without a wish is Thai.
ENGLISH_PREFIX = "en/"


def both(route: str, view: Callable[..., HttpResponse], name: str) -> list[URLPattern]:
    """The two addresses of a public page: `route` in Thai and `en/route` in English, under one name."""
    return [
        path(ENGLISH_PREFIX + route, view, {"language": "en"}, name=name),
        path(route, view, {"language": "th"}, name=name),
    ]


# Addresses in one language that show a page of two: by name, the name of that page.
_SHOWS: dict[str, str] = {}


def same_page(name: str, shown: str) -> None:
    """Note that the page at `name`, which has one address only, is the page `shown`, which has two."""
    _SHOWS[name] = shown


def current() -> str:
    """The language of this request: th or en."""
    return "en" if (get_language() or settings.LANGUAGE_CODE).startswith("en") else "th"


def public_url(name: str, *args: Any, language: str = "", **kwargs: Any) -> str:
    """The address of a public page in `language` (by default the reader's).

    Works for pages with one address only, too. Positional arguments cannot carry a language, so pages in two languages
    take keyword arguments.

    Raises:
        NoReverseMatch: there is no such page.
    """
    if not args:
        try:
            return reverse(name, kwargs={**kwargs, "language": language or current()})
        except NoReverseMatch:
            return reverse(name, kwargs=kwargs)
    return reverse(name, args=args)


def other(request: HttpRequest) -> tuple[str, str]:
    """The other language and this page's address in it; the address is empty when the page has one language only."""
    wanted = "th" if current() == "en" else "en"
    match = request.resolver_match
    if match is None or not match.view_name:
        return wanted, ""
    try:
        name = _SHOWS.get(match.view_name, match.view_name)
        url = reverse(name, kwargs={**match.kwargs, "language": wanted})
    except NoReverseMatch:
        url = _twin(request.path_info) if wanted == "en" else ""
    if not url:
        return wanted, ""
    return wanted, f"{url}?{urlencode(list(request.GET.lists()), doseq=True)}" if request.GET else url


def _twin(path: str) -> str:
    """The English address of a page that has a second, Thai one without the slash at its end (the QR codes); else empty."""
    url = f"/{ENGLISH_PREFIX}{path.strip('/')}/"
    try:
        resolve(url)
    except Resolver404:
        return ""
    return quote(url)


def without_prefix(path: str) -> str:
    """The path without the mark of English: where to go after a language was chosen on a page that is not there."""
    return "/" + path.removeprefix(f"/{ENGLISH_PREFIX}").lstrip("/")
