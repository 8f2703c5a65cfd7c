import pytest
from django.urls import NoReverseMatch, resolve
from django.utils import translation

from saduak.foundation.access import Actor
from saduak.foundation.web import nav


@pytest.fixture
def at(rf, officer):
    def made(path, actor=None):
        request = rf.get(path)
        request.actor = actor or officer
        request.resolver_match = resolve(path)
        return request

    return made


def test_entries_stand_in_order_and_only_for_those_who_may(at):
    nav.item("b", "ข", "try:open", order=20)
    nav.item("a", "ก", "try:private", order=10, capability="room.verb")
    nav.item("c", "ค", "try:needs", order=5, capability="room.other")

    nav.item("d", "ง", "try:needs", capability="room.verb", when=lambda actor: actor.is_system)

    assert [item.key for item in nav.items(at("/try/private/"))] == ["a", "b"]
    assert [item.key for item in nav.items(at("/try/private/", Actor.public()))] == ["b"]


def test_the_same_key_replaces(at):
    nav.item("a", "เก่า", "try:private")
    nav.item("a", "ใหม่", "try:needs")

    assert [(item.label, item.url) for item in nav.items(at("/try/private/"))] == [("ใหม่", "/try/needs/")]


@pytest.mark.parametrize(("many", "folded"), [(nav.LONG - 2, []), (nav.LONG - 1, ["rare", "now-and-then"])])
def test_a_long_menu_folds_what_is_seldom_used_but_not_where_one_is(at, many, folded):
    nav.item("rare", "ก", "try:needs", order=1, seldom=True)
    nav.item("now-and-then", "ข", "try:refusing", order=2, seldom=True, namespaces=())
    for number in range(many):
        nav.item(f"often-{number}", "ค", "try:open", order=3, namespaces=())

    items = nav.items(at("/try/private/"), "often-0")
    assert [item.key for item in items if item.folded] == folded
    assert [item.key for item in items][-2:] == (folded or ["often-4", "often-5"])
    there = nav.items(at("/try/needs/"))
    assert [item.key for item in there if item.folded] == folded[1:]
    assert there[0].key == "rare"


@pytest.mark.parametrize(
    ("path", "forced", "current"),
    [
        ("/try/needs/", "", "needs"),
        ("/try/refusing/", "", "private"),
        ("/style/", "", "foundation"),
        ("/style/", "needs", "needs"),
        ("/enter/", "", None),
        ("/try/missing/", "", None),
    ],
)
def test_the_current_entry_is_that_of_the_page_else_of_the_room(at, path, forced, current):
    nav.item("private", "ก", "try:private", order=1)
    nav.item("needs", "ข", "try:needs", order=2)
    nav.item("foundation", "ค", "try:open", order=3, namespaces=("foundation",))
    nav.place("rights", "try:missing")
    nav.place("home", "try:needs")

    marked = [item.key for item in nav.items(at(path), forced) if item.current]
    assert marked == ([current] if current else [])


def test_public_entries_speak_the_readers_language(at, settings):

    nav.public("open", "เปิด", "try:open", order=2)
    nav.public("one", "หนึ่ง", "try:one-language", order=1)
    nav.footer("open", "เปิด", "try:open")
    with translation.override("en"):
        items = nav.public_items(at("/try/en/open/"))
        foot = nav.footer_items(at("/try/en/open/"))

    assert [(item.url, item.current) for item in items] == [
        ("/try/one-language/", False),
        ("/try/en/open/", True),
    ]
    assert [item.url for item in foot] == ["/try/en/open/"]


def test_places_are_empty_until_a_room_offers_them():
    assert nav.place_url("rights") == ""
    assert nav.place_url("sign-out") == "/leave/"

    nav.place("rights", "try:private")
    nav.place("front", "try:open")

    assert nav.place_url("rights") == "/try/private/"
    assert nav.place_url("front") == "/try/open/"


def test_a_place_that_leads_nowhere_is_a_mistake_that_shows():
    nav.place("rights", "try:nothing")

    with pytest.raises(NoReverseMatch):
        nav.place_url("rights")


def test_default_places_that_are_not_mounted_are_left_out(settings):
    settings.ROOT_URLCONF = "saduak.foundation.web.urls"

    assert nav.place_url("sign-out") == ""
