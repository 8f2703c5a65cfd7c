"""A person without a browser: cookies, forms with their tokens, and what was answered."""

import http.client
import json
import re
import urllib.parse
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode(errors="replace")

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Person:
    """A session over plain HTTP. Every request has a connection of its own, so that a killed server is felt at once."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str) -> Answer:
        return self.ask("GET", path)

    def post(
        self, path: str, values: dict[str, str] | list[tuple[str, str]], *, script: bool = False
    ) -> Answer:
        """Send a form; the token of the site goes along. As the page's script does it when `script`."""
        pairs = list(values.items()) if isinstance(values, dict) else values
        body = urllib.parse.urlencode([("csrfmiddlewaretoken", self.cookies.get("csrftoken", "")), *pairs])
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        if script:
            headers |= {"X-Requested-With": "fetch", "Accept": "application/json"}
        return self.ask("POST", path, body.encode(), headers)

    def ask(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> Answer:
        """One request; a redirect is an answer like any other.

        Raises:
            OSError, http.client.HTTPException: nobody answered, so nothing was acknowledged.
        """
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
            connection.request(method, path, body, {"Cookie": cookie, **(headers or {})})
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        for line in answer.headers.get_all("Set-Cookie") or ():
            name, _is, rest = line.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        return Answer(answer.status, {key.lower(): value for key, value in answer.getheaders()}, content)

    def sign_in(self, key: str) -> None:
        """By the demo's one click."""
        self.get("/accounts/login/")
        answer = self.post(f"/demo/sign-in/{key}/", {"next": ""})
        assert answer.status == 302, answer.text


@dataclass
class Form:
    """One form of a page, as it would be sent."""

    action: str
    method: str
    names: dict[str, str] = field(default_factory=dict)
    values: list[tuple[str, str]] = field(default_factory=list)


class Forms(HTMLParser):
    """The forms of a page: names of fields with their types, and the values that a browser would send."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.inside: Form | None = None
        self.area = self.select = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside = Form(at.get("action", ""), at.get("method", "get").lower())
            self.forms.append(self.inside)
        if self.inside is None:
            return
        name = at.get("name", "")
        if tag == "input" and name:
            self.inside.names[name] = at.get("type", "text")
            if at.get("type") not in {"radio", "checkbox", "submit", "file"} or "checked" in at:
                self.inside.values.append((name, at.get("value", "on" if "checked" in at else "")))
        elif tag == "button" and name:
            self.inside.names[name] = "submit"
        elif tag == "textarea" and name:
            self.inside.names[name] = "textarea"
            self.area = name
        elif tag == "select" and name:
            self.inside.names[name] = "select"
            self.select = name
        elif tag == "option" and self.select and "selected" in at:
            self.inside.values.append((self.select, at.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = None
        elif tag == "select":
            self.select = ""
        elif tag == "textarea" and self.area:
            if self.inside is not None and self.area not in dict(self.inside.values):
                self.inside.values.append((self.area, ""))
            self.area = ""

    def handle_data(self, data: str) -> None:
        if self.area and self.inside is not None:
            self.inside.values.append((self.area, data))


def version_of(page: str) -> int:
    """The version that an autosaving form stands on."""
    found = re.search(r'data-version="(\d+)"', page)
    assert found, page[:2000]
    return int(found.group(1))
