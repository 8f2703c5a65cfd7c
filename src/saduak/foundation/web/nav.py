"""What the frame around every page links to. Rooms register their entries when their urls are loaded."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise

from saduak.foundation.access import Actor
from saduak.foundation.web import languages

Words = str | Promise

# So many entries stand on one line of a desktop, and on three of a telephone.
LONG = 8

# Places of the frame that have a name of their own in Django or allauth until a room gives them another.
DEFAULT_PLACES = {"sign-in": "account_login", "sign-out": "account_logout"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a menu, as a room registered it."""

    key: str
    label: Words
    url_name: str
    order: int
    capability: str | None = None
    namespaces: tuple[str, ...] = ()
    when: Callable[[Actor], bool] | None = None
    seldom: bool = False

    def is_for(self, actor: Actor) -> bool:
        """Whether somebody is offered it."""
        held = self.capability is None or actor.can(self.capability)
        return held and (self.when is None or self.when(actor))


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a menu, as a page shows it."""

    key: str
    label: Words
    url: str
    current: bool
    # Whether a long menu shows it only when it is unfolded.
    folded: bool = False


_items: dict[str, Entry] = {}
_public: dict[str, Entry] = {}
_footer: dict[str, Entry] = {}
_places: dict[str, str] = {}


def _namespace(url_name: str) -> str:
    return url_name.rpartition(":")[0]


def item(
    key: str,
    label: Words,
    url_name: str,
    *,
    capability: str | None = None,
    order: int = 50,
    namespaces: Iterable[str] | None = None,
    when: Callable[[Actor], bool] | None = None,
    seldom: bool = False,
) -> None:
    """Add an entry to the main menu of signed-in pages.

    It is shown to those who hold `capability` (None: everybody) and for whom `when` says so (it may ask the database for
    nothing), and is the current one on pages of its `namespaces` (by default the namespace of `url_name`). What is used
    `seldom` is folded away where the menu is long. The same key again replaces the entry.
    """
    spaces = (_namespace(url_name),) if namespaces is None else tuple(namespaces)
    named = tuple(space for space in spaces if space)
    _items[key] = Entry(key, label, url_name, order, capability, named, when, seldom)


def public(key: str, label: Words, url_name: str, *, order: int = 50) -> None:
    """Add an entry to the menu of public pages. It is the current one on exactly its own page."""
    _public[key] = Entry(key, label, url_name, order)


def footer(key: str, label: Words, url_name: str, *, order: int = 50) -> None:
    """Add a public page to the foot of every page."""
    _footer[key] = Entry(key, label, url_name, order)


def place(name: str, url_name: str) -> None:
    """Say where one of the frame's own links leads.

    The frame knows these names: home, rights, clock, sign-in, sign-out, front, appointment, change-password, other-tab.
    """
    _places[name] = url_name


def items(request: HttpRequest, forced: str = "") -> list[Item]:
    """The main menu for who asks, the current entry marked; `forced` is the key of the current one, if the view knows.

    A long one has its seldom used entries at its end, to be folded; the current one always stands in sight.
    """
    actor: Actor = request.actor  # type: ignore[attr-defined] # set by WhoActs
    entries = [entry for entry in _ordered(_items) if entry.is_for(actor)]
    current = forced or _current(request, entries)
    long = len(entries) > LONG
    made = [
        Item(e.key, e.label, reverse(e.url_name), e.key == current, long and e.seldom and e.key != current)
        for e in entries
    ]
    return sorted(made, key=lambda item: item.folded)


def public_items(request: HttpRequest, forced: str = "") -> list[Item]:
    """The menu of public pages in the reader's language."""
    return _in_language(request, _public, forced)


def footer_items(request: HttpRequest) -> list[Item]:
    """The links at the foot of every page in the reader's language."""
    return _in_language(request, _footer)


def place_url(name: str, language: str = "") -> str:
    """Where one of the frame's own links leads; empty while no room offers it.

    The front page stands in `language`, by default the reader's.
    """
    url_name = _places.get(name) or DEFAULT_PLACES.get(name)
    if url_name is None:
        return ""
    try:
        return languages.public_url(url_name, language=language) if name == "front" else reverse(url_name)
    except NoReverseMatch:
        if name in _places:
            raise
        return ""


def _ordered(entries: dict[str, Entry]) -> list[Entry]:
    return sorted(entries.values(), key=lambda entry: (entry.order, entry.key))


def _view_name(request: HttpRequest) -> str:
    return request.resolver_match.view_name if request.resolver_match else ""


def _current(request: HttpRequest, entries: list[Entry]) -> str:
    """The entry of exactly this page, else the first whose namespace holds it; none for the frame's own places."""
    view_name = _view_name(request)
    for entry in entries:
        if entry.url_name == view_name:
            return entry.key
    if view_name in _places.values():
        return ""
    space = _namespace(view_name)
    return next((entry.key for entry in entries if space and space in entry.namespaces), "")


def _in_language(request: HttpRequest, entries: dict[str, Entry], forced: str = "") -> list[Item]:
    view_name = _view_name(request)
    return [
        Item(
            e.key,
            e.label,
            languages.public_url(e.url_name),
            e.key == forced or (not forced and e.url_name == view_name),
        )
        for e in _ordered(entries)
    ]
