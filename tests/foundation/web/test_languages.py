import pytest
from django.urls import NoReverseMatch, path, resolve, reverse
from django.utils import translation

from saduak.foundation.web import languages
from tests.foundation.web.urls import public_page


def test_one_name_has_an_address_in_each_language():
    assert reverse("try:open") == "/try/open/"
    assert languages.public_url("try:open-one", number="7") == "/try/open/7/"
    assert languages.public_url("try:open-one", language="en", number="7") == "/try/en/open/7/"
    with translation.override("en"):
        assert languages.public_url("try:open-one", number="7") == "/try/en/open/7/"
        assert languages.public_url("try:open-one", language="th", number="7") == "/try/open/7/"


def test_a_page_in_one_language_is_found_too():
    with translation.override("en"):
        assert languages.public_url("try:one-language") == "/try/one-language/"
    assert languages.public_url("try:open") == "/try/open/"
    with pytest.raises(NoReverseMatch):
        languages.public_url("try:nothing")


@pytest.mark.parametrize(
    ("path", "language", "expected"),
    [
        ("/try/open/7/?page=2&q=ก&q=ข", "th", ("en", "/try/en/open/7/?page=2&q=%E0%B8%81&q=%E0%B8%82")),
        ("/try/en/open/", "en", ("th", "/try/open/")),
        ("/try/one-language/", "th", ("en", "")),
    ],
)
def test_the_other_language_keeps_the_page_and_its_query(rf, path, language, expected):
    request = rf.get(path)
    request.resolver_match = resolve(path.partition("?")[0])
    request.resolver_match.kwargs.pop("language", None)  # as the middleware does
    with translation.override(language):
        assert languages.other(request) == expected


def test_an_address_in_one_language_that_shows_a_page_of_two_leads_to_its_other(rf, monkeypatch):
    monkeypatch.setattr(languages, "_SHOWS", {})
    languages.same_page("try:one-language", "try:open")
    request = rf.get("/try/one-language/?q=a")
    request.resolver_match = resolve("/try/one-language/")
    assert languages.other(request) == ("en", "/try/en/open/?q=a")


def test_a_page_that_was_not_found_has_no_other_language(rf):
    request = rf.get("/nowhere/")
    request.resolver_match = None

    assert languages.other(request) == ("en", "")


def test_an_address_without_its_slash_has_the_english_page_of_the_one_with_it(rf, settings):
    settings.ROOT_URLCONF = __name__
    request = rf.get("/v/AB 7?a=1")
    request.resolver_match = resolve("/v/AB 7")
    request.resolver_match.kwargs.pop("language")

    assert languages.other(request) == ("en", "/en/v/AB%207/?a=1")


def test_the_mark_of_english_is_taken_off_and_no_other_host_is_named():
    assert languages.without_prefix("/en/a/?b=/en/") == "/a/?b=/en/"
    assert languages.without_prefix("/a/en/") == "/a/en/"
    assert languages.without_prefix("/en//evil.example/") == "/evil.example/"


urlpatterns = [
    path("v/<str:code>", public_page, {"language": "th"}, name="bare"),
    *languages.both("v/<str:code>/", public_page, "whole"),
]
