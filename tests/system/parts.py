"""What a page is made of, read from its text: a page made of nothing new need not be opened in a browser again."""

import re
from html.parser import HTMLParser

VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
# What our code writes on an element that says nothing of how it is built: words, ids, addresses, measures.
WORDS = re.compile(
    r"^(id|for|href|src|srcset|action|value|name|content|title|alt|placeholder|d|cx|cy|r|x|y|width|height|points|style|datetime)$"
    r"|^data-|^hx-|^aria-(label|labelledby|describedby|controls)$"
)


class Parts(HTMLParser):
    """Each element with where it stands and all that is written on it but words; where its links lead; what it says."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.parts: set[str] = set()
        self.links: list[str] = []
        self.language = ""
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
        above = self._open[-1][1] if self._open else ""
        part = f"{above}>{tag}{''.join(written)}"
        self.parts.add(part)
        at = dict(attrs)
        if tag == "a" and at.get("href") is not None:
            self.links.append(str(at["href"]))
        if tag == "html":
            self.language = at.get("lang") or ""
        if tag not in VOID:
            self._open.append((tag, part))

    def handle_endtag(self, tag: str) -> None:
        # An element that was left open ends with the one around it.
        for at in range(len(self._open) - 1, -1, -1):
            if self._open[at][0] == tag:
                del self._open[at:]
                return

    def handle_data(self, data: str) -> None:
        if not data.strip() or not self._open:
            return
        tag, part = self._open[-1]
        self.parts.add(f"{part}+")
        if tag not in {"script", "style", "title"}:
            self._said.append(data)
