"""The system's own Chromium."""

import os
import shutil

from playwright.sync_api import Browser, Playwright

from tools.run_tests import BROWSERS

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
]


def launch(playwright: Playwright) -> Browser:
    """Start it; `SADUAK_CHROMIUM` names another one."""
    chromium = os.environ.get("SADUAK_CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    return playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
