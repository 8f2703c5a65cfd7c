"""axe in a page: what it finds wrong, and that it looked."""

from dataclasses import dataclass
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.tried import Tried

# What passed is counted in the page: to carry it over costs more than to look.
RUN = """leftOut => axe.run(document, {
    resultTypes: ["violations"],
    rules: Object.fromEntries(leftOut.map(rule => [rule, {enabled: false}])),
}).then(found => ({violations: found.violations, passed: found.passes.length}))"""

# How what is read is styled, as far as our stylesheets can tell: by its own and its ancestors' names, classes and states.
STYLED = """() => {
  const told = /^(class|type|lang|open|hidden|disabled|readonly|multiple|aria-(current|disabled|invalid|sort))$/;
  const own = e => e.tagName + [...e.attributes].filter(a => told.test(a.name)).map(a => `[${a.name}=${a.value}]`).sort().join("");
  const ways = new Map(), way = e => {
    if (!ways.has(e)) ways.set(e, e.parentElement ? way(e.parentElement) + ">" + own(e) : own(e));
    return ways.get(e);
  };
  const read = e => e.matches("input, select, textarea") || [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim());
  return [...new Set([...document.body.querySelectorAll("*")].filter(read).map(way))];
}"""
CONTRAST = "color-contrast"
# The ways in which elements were styled when their contrast was tried.
STYLES = Tried("styles")


@dataclass(frozen=True, slots=True)
class Found:
    """What axe says of a page."""

    violations: list[dict[str, Any]]
    passed: int

    def lines(self) -> list[str]:
        """For people: each rule that is broken, with its first places."""
        return [
            f"axe {row['id']} ({row['impact']}): "
            + "; ".join(str(node["target"]) + " " + node["html"][:160] for node in row["nodes"][:3])
            for row in self.violations
        ]


def look(page: Page, light: str = "") -> Found:
    """Try all of axe's rules on the page as it is now.

    Contrast takes longer than all other rules together, and depends on the styles alone: where a `light` is named, it is
    left out if every element is styled in a way that was tried before in the same light (and width).
    """
    ways = page.evaluate(STYLED) if light else []
    left_out = [] if not light or STYLES.missing(light, ways) else [CONTRAST]
    page.evaluate(Axe().axe_script)
    found = Found(**page.evaluate(RUN, left_out))
    if light:
        STYLES.add(light, ways)
    return found
