"""What a page is made of, read from its text: a page made of nothing new need not be opened in a browser again."""

import re
from html.parser import HTMLParser

VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
# What our code writes on an element that says nothing of how it is built: words, ids, addresses, measures.
WORDS = re.compile(
    r"^(id|for|href|src|srcset|action|value|name|content|title|alt|placeholder|d|cx|cy|r|x|y|width|height|points|style|datetime)$"
    r"|^data-|^hx-|^aria-(label|labelledby|describedby|controls)$"
)


# How far up what an element stands in tells of it on a page of the same kind: how it looks, what a screen reader makes of it.
ABOVE = 2


class Parts(HTMLParser):
    """Each element with what it stands in and all that is written on it but words; where its links lead; what it says."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.parts: set[str] = set()
        self.links: list[str] = []
        self.language = ""
        self.heads = 0
        self._open: list[tuple[str, str]] = []
        self._said: list[str] = []
        self.feed(page)
        self.close()

    @property
    def text(self) -> str:
        """What is said on the page, with what only a screen reader says."""
        return "\n".join(self._said)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        written = sorted(
            f"[{name}{'' if (value or '').strip() else '='}]"
            if WORDS.match(name)
            else f"[{name}={' '.join((value or '').split())}]"
            for name, value in attrs
        )
        own = f"{tag}{''.join(written)}"
        self.parts.add(self._within(own))
        self.heads += tag == "h1"
        at = dict(attrs)
        if tag == "a" and at.get("href") is not None:
            self.links.append(str(at["href"]))
        if tag == "html":
            self.language = at.get("lang") or ""
        if tag not in VOID:
            self._open.append((tag, own))

    def handle_endtag(self, tag: str) -> None:
        # An element that was left open ends with the one around it.
        for at in range(len(self._open) - 1, -1, -1):
            if self._open[at][0] == tag:
                del self._open[at:]
                return

    def handle_data(self, data: str) -> None:
        if not data.strip() or not self._open:
            return
        tag, own = self._open.pop()
        self.parts.add(f"{self._within(own)}+")
        self._open.append((tag, own))
        if tag not in {"script", "style", "title"}:
            self._said.append(data)

    def _within(self, own: str) -> str:
        return ">".join([*(above for _tag, above in self._open[-ABOVE:]), own])
