"""Follows every link that somebody sees, and looks at every kind of page that turns up."""

import re
from collections import Counter, deque
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urldefrag, urljoin, urlsplit

from tests.system.parts import Parts
from tests.system.visitor import Visitor
from tests.tried import Tried

# How often one kind of address is asked for, and looked at, by each person: a list of 878 districts is one kind.
ASKED, LOOKED = 1, 1
MOST = 400
# Leaving, and nothing that a GET changes.
NOT_FOLLOWED = re.compile(r"^/accounts/(logout|login)/|^/static/")
# What everybody reaches without signing in; looked at once, not again for each role.
PUBLIC = re.compile(
    r"^/($|en/|register/|v/|verify/|help/|privacy/|accessibility/|criteria/|style/|receipts/|rounds/\d+/)"
)
# Pictures, which a browser shows in a page of its own making.
PICTURES = re.compile(r"^/evidence/[^/]+/(?:picture/)?$")
IDS = re.compile(
    r"/(?:[0-9a-f]{8}-[0-9a-f-]{27}|\d+|v/[0-9A-Z]{10}|l/[0-9A-Z]{27}|receipts/[0-9A-Z]{12})(?=/|$)"
)

# What each kind of page was made of when it was looked at, whoever looked.
PARTS = Tried("parts")


def kind(address: str) -> str:
    """One name for all addresses that differ only by ids and by the values in their query."""
    parts = urlsplit(address)
    path = IDS.sub("/*", parts.path)
    asked = ",".join(sorted(parse_qs(parts.query, keep_blank_values=True)))
    return f"{path}?{asked}" if asked else path


@dataclass
class Crawl:
    """What one person can reach."""

    visitor: Visitor
    public: bool = False
    seen: set[str] = field(default_factory=set)
    asked: Counter[str] = field(default_factory=Counter)
    looked: Counter[str] = field(default_factory=Counter)
    files: list[str] = field(default_factory=list)

    def run(self, *starts: str) -> "Crawl":
        """Breadth first from these addresses."""
        waiting = deque((start, "") for start in starts)
        while waiting and len(self.seen) < MOST:
            address, source = waiting.popleft()
            if address in self.seen or self.asked[kind(address)] >= ASKED:
                continue
            self.seen.add(address)
            self.asked[kind(address)] += 1
            waiting.extend((link, address) for link in self.visit(address, source))
        return self

    def visit(self, address: str, source: str) -> list[str]:
        """Ask for one address; look at it when its kind is new; the links on it.

        A page made of nothing but what was looked at on pages of its kind, by somebody else, is read and not opened.
        """
        visitor = self.visitor
        shape = kind(address).partition("?")[0]
        answer = visitor.page.context.request.get(visitor.url + address, max_redirects=5)
        if answer.status >= 400:
            visitor.note(f"{source or 'start'} leads to {address}: {answer.status}")
            return []
        if "text/html" not in answer.headers.get("content-type", ""):
            self.files.append(address)
            return []
        if self.looked[shape] >= LOOKED or PICTURES.match(address):
            return []
        self.looked[shape] += 1
        made = Parts(answer.text())
        if not PARTS.fresh(shape, made.parts):
            visitor.read(address, made.text, made.language)
            visitor.note(*[f"{made.heads} h1"] * (made.heads != 1), path=address)
        elif visitor.open(address) is None:
            visitor.note(f"{address} is a page that can't be opened")
            return []
        else:
            visitor.look()
            visitor.axe()
            PARTS.add(shape, made.parts)
        return [link for href in made.links if (link := self.ours(address, href)) is not None]

    def ours(self, page: str, href: str) -> str | None:
        """The link as a path of this site, unless it leads elsewhere or is not to be followed."""
        whole = urljoin(self.visitor.url + page, urldefrag(href).url)
        if not whole.startswith(self.visitor.url):
            return None
        path = whole.removeprefix(self.visitor.url) or "/"
        if NOT_FOLLOWED.match(path) or (PUBLIC.match(path) and not self.public):
            return None
        return path
