"""Every address of the program, what stands for its parameters, and the table of who gets what."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.urls import URLPattern, get_resolver, reverse

from saduak.foundation.web import languages
from saduak.foundation.web.pages import is_public
from tests.system.things import ADDRESSES
from tests.system.world import EVERYBODY, World

TABLE = Path(__file__).with_name("routes.txt")


@dataclass(frozen=True)
class Route:
    """One URL pattern."""

    name: str
    pattern: str
    parameters: tuple[str, ...]
    public: bool

    @property
    def key(self) -> str:
        """The name; the English twin of a public page has its own line."""
        return f"{self.name}@en" if self.pattern.startswith("en/") else self.name


def routes() -> list[Route]:
    """All of them, in the order in which they are tried."""
    return list(_walk(get_resolver(), "", "", ()))


def _walk(resolver: Any, namespace: str, before: str, parameters: tuple[str, ...]) -> Iterator[Route]:
    for part in resolver.url_patterns:
        whole = before + str(part.pattern)
        named = (*parameters, *part.pattern.regex.groupindex)
        if isinstance(part, URLPattern):
            name = f"{namespace}:{part.name}" if namespace else str(part.name)
            yield Route(name, whole, named, is_public(part.callback))
        else:
            yield from _walk(part, part.namespace or namespace, whole, named)


# What stands for a parameter: by address where that differs, else by its name.
THINGS = {
    "account_reset_password_from_key": {"uidb36": "=1", "key": "=no-such-key"},
    "applications:receipt": {"submission_id": "submission"},
    "assessment:returned": {"application_id": "past-application"},
    "certification:result": {"application_id": "past-application"},
    "correspondence:confirm": {"letter_id": "unconfirmed"},
    "correspondence:set-aside": {"letter_id": "unconfirmed"},
    "correspondence:by_link": {"token": "link_token"},
    "correspondence:by_link_file": {"token": "link_token"},
    "correspondence:by_link_attachment": {"token": "link_token"},
    "correspondence:draft-enclosure": {"attachment_id": "draft_attachment"},
    "correspondence:letter-head": {"organisation_id": "letter_office"},
    "correspondence:letter-head-emblem": {"organisation_id": "letter_office"},
    "correspondence:letter_page": {"token": "page_token"},
    "correspondence:letter_page_file": {"token": "page_token"},
    "correspondence:letter_page_attachment": {"token": "page_token"},
    "correspondence:outside-evidence": {"delivery_id": "delivery_outside"},
    "correspondence:register-open": {"organisation_id": "letter_office"},
    "correspondence:signers-of": {"organisation_id": "letter_province"},
    "correspondence:signer-new": {"organisation_id": "letter_province"},
    "organisations:centre": {"public_id": "centre"},
    "organisations:centre-change": {"public_id": "centre", "kind": "=renamed"},
    "organisations:centre-edit": {"public_id": "centre"},
    "organisations:end": {"public_id": "appointment"},
    "organisations:hand-over": {"public_id": "appointment"},
    "organisations:handover": {"public_id": "handover"},
    "organisations:revoke": {"public_id": "invitation"},
    "portal:demo-sign-in": {"key": "=officer"},
    "programme:criteria-publish": {"public_id": "draft"},
    "programme:move": {"public_id": "round", "key": "=application"},
    "programme:round-public": {"fiscal_year": "=2570", "programme": "programme"},
    "register:centre": {"public_id": "past-centre"},
}
BY_PREFIX = {
    "rounds/": "round",
    "internal-deadlines/": "deadline",
    "criteria-sets/": "criteria",
    "criteria/": "criteria",
    "organisations/": "organisation",
}
BY_NAME = {
    "recipient_id": "duty",
    "draft_id": "letter_draft",
    "centre_id": "centre",
    "code": "code",
    "token": "token",
    "key": "key",
}


def address(route: Route, world: World) -> str:
    """The route with something real behind each parameter."""
    values = {name: _value(route, name, world) for name in route.parameters}
    if route.key.endswith("@en"):
        return languages.public_url(route.name, language="en", **values)
    return reverse(route.name, kwargs=values)


def _value(route: Route, name: str, world: World) -> Any:
    thing = {**THINGS, **ADDRESSES}.get(route.name, {}).get(name)
    if thing is None and name == "public_id":
        bare = route.pattern.removeprefix("en/")
        thing = next(thing for prefix, thing in BY_PREFIX.items() if bare.startswith(prefix))
    if thing is None and route.name.startswith("applications:receipt-check"):
        thing = "receipt"
    thing = thing or BY_NAME.get(name) or name.removesuffix("_id")
    return thing[1:] if thing.startswith("=") else world.things[thing]


def table() -> dict[str, dict[str, str]]:
    """What everybody is to get, by address: the reviewed file beside this one."""
    lines = [
        line.split() for line in TABLE.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"
    ]
    head, rows = lines[0][1:], lines[1:]
    assert tuple(head) == EVERYBODY, f"the table's columns are {head}, the roles are {EVERYBODY}"
    return {row[0]: dict(zip(head, row[1:], strict=True)) for row in rows}


def line(key: str, statuses: dict[str, str]) -> str:
    """One line of the table, as it would have to be written."""
    columns = "".join(f"{statuses.get(who, '?'):<{max(len(who), 7) + 2}}" for who in EVERYBODY)
    return f"{key:<42}{columns}".rstrip()
