"""The pages on which most time is spent, as pictures to be looked at: phone and desktop, light and dark. None is kept.

`.venv/bin/python -m tests.system.looks FOLDER` fills a small demo and writes sixteen of them, each as long as its page.
A second word names the data of a demo that is filled already; nobody may run it meanwhile.
"""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.system import site as demo
from tests.system.browsers import launch
from tests.system.pictures import board, criterion, gap_plan, task_list
from tests.system.visitor import Visitor, visiting

WIDTHS, SCHEMES = (1280, 360), ("light", "dark")


def preview(visitor: Visitor) -> None:
    """The application as the panel reads it."""
    task_list(visitor)
    visitor.go(f"{visitor.page.url}preview/")


PAGES: dict[str, tuple[str, Callable[[Visitor], None]]] = {
    "board": ("province", board),
    "criterion": ("officer", criterion),
    "gap-plan": ("officer", gap_plan),
    "preview": ("officer", preview),
}


def main(folder: Path, data: Path | None = None) -> None:
    """Take them all, and tell what the pages or axe complain of; `data` are of a demo that is filled already."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as own, sync_playwright() as playwright:
        if data is None:
            data = Path(own) / "data"
            filled = demo.run(data, "demo", "--data", str(data), "--small", "--fill-only")
            assert filled.returncode == 0, filled.stdout + filled.stderr
        browser = launch(playwright)
        with demo.running(data) as site:
            for width, scheme in ((width, scheme) for width in WIDTHS for scheme in SCHEMES):
                with visiting(browser, site.url, width=width, scheme=scheme) as visitor:
                    look(visitor, folder)
                    said = visitor.wrong or ["in order"]
                    sys.stdout.write("\n  ".join([f"{width} {scheme}", *said]) + "\n")
        browser.close()


def look(visitor: Visitor, folder: Path) -> None:
    """The pages, one after the other."""
    for name, (who, page) in PAGES.items():
        visitor.sign_in(who)
        page(visitor)
        visitor.axe()
        path = folder / f"{name}-{visitor.width}-{visitor.scheme}.png"
        visitor.page.screenshot(path=path, full_page=True)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
