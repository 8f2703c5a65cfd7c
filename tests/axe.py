"""axe in a page: what it finds wrong, and that it looked."""

from dataclasses import dataclass
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# What passed is counted in the page: to carry it over costs more than to look.
RUN = """() => axe.run(document, {resultTypes: ["violations"]})
  .then(found => ({violations: found.violations, passed: found.passes.length}))"""


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


def look(page: Page) -> Found:
    """Try all of axe's rules on the page as it is now."""
    page.evaluate(Axe().axe_script)
    return Found(**page.evaluate(RUN))
