"""A small demo, filled once by the demo's own code, and browsers that look at it."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings
from playwright.sync_api import Browser, sync_playwright

from saduak.foundation import clock
from saduak.portal.demo.moments import START
from tests.kept import Kept
from tests.system import site as demo
from tests.system.browsers import launch
from tests.system.visitor import Visitor, visiting
from tests.system.world import World, make


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a small demo, filled by whichever worker comes first. Tests work on copies.

    SADUAK_TEST_SITE names a folder to fill once and to find again, with a lock beside it: for those who run these tests
    many times. `make test` always has its own, for all its runs.
    """
    kept = os.environ.get("SADUAK_TEST_SITE")
    alone = "PYTEST_XDIST_WORKER" not in os.environ
    run = tmp_path_factory.getbasetemp() if alone else tmp_path_factory.getbasetemp().parent
    data = Path(kept).resolve() if kept else run / "filled-demo"
    data.parent.mkdir(parents=True, exist_ok=True)
    with data.with_name(f"{data.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (data / "demo-ready.json").exists():
            done = demo.run(data, "demo", "--data", str(data), "--small", "--fill-only")
            assert done.returncode == 0, done.stdout + done.stderr
    return data


@pytest.fixture
def own_site(filled: Path, tmp_path: Path) -> Iterator[demo.Site]:
    """A running demo that this test alone may change."""
    with demo.running(demo.copied(filled, tmp_path / "site")) as site:
        yield site


@pytest.fixture(scope="session")
def site(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[demo.Site]:
    """A running demo that the tests of a worker share, because they only look."""
    with demo.running(demo.copied(filled, tmp_path_factory.mktemp("shared") / "site")) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The system's Chromium. It lives as long as a module, since Django's tests want no event loop around them."""
    with sync_playwright() as playwright:
        started = launch(playwright)
        yield started
        started.close()


@pytest.fixture
def visit(browser: Browser) -> Callable[..., AbstractContextManager[Visitor]]:
    """`with visit(site, width=360, scheme="dark") as visitor: …` is somebody at a screen."""

    def open_(site: demo.Site, **wishes: object) -> AbstractContextManager[Visitor]:
        return visiting(browser, site.url, **wishes)

    return open_


@pytest.fixture(scope="module")
def world(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """A small country in the tests' own database, made once a module and rolled back after it."""
    root = tmp_path_factory.mktemp("world")
    with (
        override_settings(FILES_ROOT=root / "files", SEALS_FILE=root / "seals.jsonl"),
        django_db_blocker.unblock(),
        transaction.atomic(),
    ):
        made = Kept()(make)
        made.files = root / "files"
        yield made
        transaction.set_rollback(True)


@pytest.fixture
def there(world: World, files_root: Path, settings: Any, db: None) -> Iterator[World]:
    """The small country at the moment where the demo begins, with its files."""
    settings.FILES_ROOT = world.files
    with clock.travel(START.when):
        yield world
