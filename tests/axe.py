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
# For each way the first element that is styled so and can be seen.
WAYS = """
  const told = /^(class|type|lang|open|hidden|disabled|readonly|multiple|aria-(current|disabled|invalid|sort))$/;
  const own = e => e.tagName + [...e.attributes].filter(a => told.test(a.name)).map(a => `[${a.name}=${a.value}]`).sort().join("");
  const ways = new Map(), way = e => {
    if (!ways.has(e)) ways.set(e, e.parentElement ? way(e.parentElement) + ">" + own(e) : own(e));
    return ways.get(e);
  };
  const read = e => e.matches("input, select, textarea") || [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim());
  const first = new Map();
  for (const e of document.body.querySelectorAll("*"))
    if (read(e) && e.checkVisibility({checkVisibilityCSS: true}) && !first.has(way(e))) first.set(way(e), e);
"""
STYLED = f"() => {{ {WAYS} return [...first.keys()]; }}"
CONTRAST_OF = f"""wanted => {{ {WAYS}
  const include = wanted.map(name => first.get(name)).filter(Boolean);
  return !include.length ? [] : axe.run({{include}}, {{
    resultTypes: ["violations"], runOnly: {{type: "rule", values: ["color-contrast"]}},
  }}).then(found => found.violations);
}}"""
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
    tried on one element of each way of styling that was not tried before in the same light (and width).
    """
    page.evaluate(Axe().axe_script)
    if not light:
        return Found(**page.evaluate(RUN, []))
    ways = STYLES.fresh(light, page.evaluate(STYLED))
    found = page.evaluate(RUN, [CONTRAST])
    if ways:
        found["violations"] += page.evaluate(CONTRAST_OF, ways)
    STYLES.add(light, ways)
    return Found(**found)
