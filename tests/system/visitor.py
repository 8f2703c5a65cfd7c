"""Somebody at a screen: goes, clicks, types, and notices what is wrong with a page."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, Download, Error, Locator, Page, Response

from tests import axe

# What a browser says of an address that it shows no page of.
NO_PAGE = ("Download is starting", "ERR_HTTP_RESPONSE_CODE_FAILURE")
HEIGHTS = {360: 780, 1280: 900}
# Words that leak from code into a Thai page.
MARKS = re.compile(r"\b(?:undefined|NaN|AnonymousUser)\b|\{\{|\{%|\[object |<\w+ object at|datetime\.")
PLACES = re.compile(r"\{\{[a-z._:-]+\}\}")
LEAKS = re.compile(rf"\b(?:None|True|False|null)\b|{MARKS.pattern}")


@dataclass
class Visitor:
    """One browser window of one person."""

    page: Page
    url: str
    width: int
    scheme: str = "light"
    wrong: list[str] = field(default_factory=list)
    expects_refusal: bool = False

    # Going about

    def go(self, path: str) -> None:
        """Open an address of the site, and look at it."""
        assert self.open(path) is not None, f"{path} gives no page"
        self.look()

    def open(self, path: str) -> Response | None:
        """Open an address of the site; None when it gives a file, or an error without a page."""
        try:
            return self.page.goto(path if path.startswith("http") else self.url + path)
        except Error as problem:
            if not any(reason in str(problem) for reason in NO_PAGE):
                raise
            return None

    def sign_in(self, key: str) -> None:
        """Become one of the demo's people by one click."""
        self.page.context.clear_cookies()
        self.page.goto(f"{self.url}/accounts/login/")
        self.page.locator(f"form[action='/demo/sign-in/{key}/'] button").click()
        self.page.wait_for_url(f"{self.url}/home/")
        self.look()

    def move_clock(self, moment: str) -> None:
        """Move the demo's date to a named moment, on its page."""
        self.go("/demo/clock/")
        self.press(self.page.locator(f"form:has(input[value='{moment}']) button"))

    def wait_for(self, path: str, words: str, seconds: int = 30) -> None:
        """Open a page again and again until it says what a background job has still to bring about."""
        for _try in range(seconds * 2):
            self.go(path)
            if words in self.text():
                return
            self.page.wait_for_timeout(500)
        raise AssertionError(f"{path} never said {words!r}:\n{self.text()}")

    def press(self, button: Locator | str) -> None:
        """Press a button or a link (by its words) that leads to another page, and look at that."""
        found = self.control(button) if isinstance(button, str) else button
        with self.page.expect_navigation():
            found.first.click()
        self.look()

    def control(self, words: str) -> Locator:
        """The visible button or link with these words."""
        page = self.page.locator("main")
        both = page.get_by_role("button", name=words).or_(page.get_by_role("link", name=words))
        return both.filter(visible=True)

    def fetch(self, link: Locator) -> Download:
        """Press a link that gives a file."""
        with self.page.expect_download() as waiting:
            link.first.click()
        return waiting.value

    def text(self) -> str:
        """What the page says."""
        return self.page.locator("main").inner_text()

    # Noticing

    def look(self) -> None:
        """Every page that anybody sees has these things in order."""
        seen = self.page.evaluate(SEEN)
        self.note(*seen["wrong"])
        self.read(self.page.url.removeprefix(self.url), seen["text"], seen["language"])

    def read(self, path: str, text: str, language: str) -> None:
        """No word of a page comes from code."""
        leaks = MARKS if language == "en" else LEAKS
        # A template of letters shows its places to be filled on purpose.
        own = PLACES.sub("", text) if "/letter-templates/" in path else text
        self.note(*(f"leaks {found.group()!r}" for found in leaks.finditer(own)), path=path)

    def note(self, *problems: str, path: str = "") -> None:
        """Remember what is wrong, with where it is."""
        where = path or self.page.url.removeprefix(self.url)
        self.wrong += [f"{where} ({self.width}): {problem}" for problem in problems]

    def axe(self) -> None:
        """No violation of the accessibility rules on this page."""
        found = axe.look(self.page, f"{self.width} {self.scheme}")
        assert found.passed > 10, f"axe tried next to nothing on {self.page.url}"
        self.note(*found.lines())

    def nothing_wrong(self) -> None:
        """Everything noticed on the way, at once."""
        assert not self.wrong, "\n".join(dict.fromkeys(self.wrong))


SEEN = """() => {
  const wrong = [], root = document.documentElement;
  if (!root.lang) wrong.push("no lang");
  if (!document.title.trim()) wrong.push("no title");
  const heads = document.querySelectorAll("h1").length;
  if (heads !== 1) wrong.push(`${heads} h1`);
  if (root.scrollWidth > root.clientWidth) {
    const wide = [...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > root.clientWidth + 1)
      .slice(0, 3).map(e => e.tagName + "." + e.className);
    wrong.push(`scrolls sideways ${root.scrollWidth} > ${root.clientWidth}: ${wide}`);
  }
  const ids = [...document.querySelectorAll("[id]")].map(e => e.id);
  const twice = ids.filter((id, at) => ids.indexOf(id) !== at);
  if (twice.length) wrong.push("ids twice: " + twice.slice(0, 3));
  for (const head of document.querySelectorAll("main .section-head")) {
    let block = head;
    while (!block.previousElementSibling && block.parentElement && block.parentElement.tagName !== "MAIN") block = block.parentElement;
    const above = block.previousElementSibling?.getBoundingClientRect(), own = head.getBoundingClientRect();
    if (above?.height && own.height && own.top >= above.bottom && own.top - above.bottom < 16)
      wrong.push(`a heading touches what stands above it: ${head.innerText.slice(0, 40)}`);
  }
  return {wrong, text: document.body.innerText, language: root.lang};
}"""


@contextmanager
def visiting(browser: Browser, url: str, *, width: int = 1280, scheme: str = "light") -> Iterator[Visitor]:
    """A fresh window; closed afterwards. What the browser itself complains of is noticed too."""
    phone = width < 600
    context = browser.new_context(
        viewport={"width": width, "height": HEIGHTS.get(width, 900)},
        color_scheme=scheme,
        locale="th-TH",
        timezone_id="Asia/Bangkok",
        has_touch=phone,
        is_mobile=phone,
        device_scale_factor=1,
        reduced_motion="reduce",
    )
    context.set_default_timeout(20_000)
    page = context.new_page()
    visitor = Visitor(page, url, width, scheme)

    def answered(response: Response) -> None:
        if response.status >= 500 or (response.status >= 400 and not visitor.expects_refusal):
            visitor.wrong.append(f"{response.url.removeprefix(url)}: {response.status}")

    def complained(message: Any) -> None:
        # A refused request is noticed by its status; the browser's own line about it says less.
        if message.type in {"error", "warning"} and "Failed to load resource" not in message.text:
            visitor.wrong.append(f"{page.url.removeprefix(url)} console: {message.text}")

    page.on("response", answered)
    page.on("console", complained)
    page.on("pageerror", lambda error: visitor.wrong.append(f"{page.url.removeprefix(url)} script: {error}"))
    try:
        yield visitor
    finally:
        context.close()
