"""Every address says who may open it: deny by default begins at the view."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver, path

from saduak.foundation.access import registry
from saduak.foundation.web import pages


def views(
    patterns: Iterable[URLPattern | URLResolver], prefix: str = ""
) -> Iterator[tuple[str, Callable[..., Any]]]:
    """Every address below `patterns` with its view."""
    for pattern in patterns:
        address = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from views(pattern.url_patterns, address)
        else:
            yield address, pattern.callback


def unmarked(patterns: Iterable[URLPattern | URLResolver]) -> list[str]:
    """Our own views without @page or @public; allauth guards its own."""
    return [
        f"{address} ({view.__module__})"
        for address, view in views(patterns)
        if view.__module__.startswith(("saduak.", "tests.")) and not hasattr(view, "saduak_needs")
    ]


def unnamed(patterns: Iterable[URLPattern | URLResolver]) -> list[str]:
    """Addresses of ours without a name: a template could only spell them out."""
    found = []
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            found += unnamed(pattern.url_patterns)
        elif not pattern.name and pattern.callback.__module__.startswith(("saduak.", "tests.")):
            found.append(str(pattern.pattern))
    return found


def plain(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


def test_every_view_is_marked():
    assert unmarked(get_resolver().url_patterns) == []


def test_every_address_has_a_name():
    assert unnamed(get_resolver().url_patterns) == []


def test_every_page_needs_a_capability_that_exists():
    known = {capability.key for capability in registry.capabilities()} | {"public", "signed-in"}
    needs = {
        address: view.saduak_needs
        for address, view in views(get_resolver().url_patterns)
        if hasattr(view, "saduak_needs")
    }
    assert {address: need for address, need in needs.items() if need not in known} == {}


def test_an_unmarked_view_is_found():
    marked = path("b", pages.public(lambda request: HttpResponse()), name="b")
    assert unmarked([path("a", plain, name="a"), marked]) == [f"a ({plain.__module__})"]


def test_an_unnamed_address_is_found():
    assert unnamed([path("a", plain), path("b", plain, name="b")]) == ["a"]
