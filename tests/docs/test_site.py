"""The docs site builds without a warning, and shows every table, machine and capability that there is."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

from saduak.foundation.access import registry
from saduak.foundation.states import MACHINES

ROOT = Path(__file__).resolve().parents[2]
NAMED_FILE = re.compile(r"`((?:src|tests|docs|tools)/[\w./-]+)`")
NAMED_THING = re.compile(r"`(\w+)` in `(src/[\w./-]+\.py)`")
LINK = re.compile(r"\]\((?!https?://|#|mailto:)([^)\s#]+)")
PAPERS = ["README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "NOTICE", "docs/architecture.md"]


def missing_files(text: str) -> list[str]:
    """Files that a page names and that are not there."""
    return [name for name in NAMED_FILE.findall(text) if not (ROOT / name).exists()]


def missing_things(text: str) -> list[str]:
    """Functions and classes that a page places in a file where they are not."""
    return [
        f"{thing} in {name}"
        for thing, name in NAMED_THING.findall(text)
        if not (ROOT / name).exists()
        or not re.search(
            rf"^\s*(?:def|class) {thing}\b|^{thing}\b",
            (ROOT / name).read_text(encoding="utf-8"),
            re.MULTILINE,
        )
    ]


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    """The built site, in a folder of its own."""
    folder = tmp_path_factory.mktemp("docs")
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "html"]
    done = subprocess.run(
        [*command, "-d", folder / "trees", "docs", folder / "html"],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "saduak.config.settings.test"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder / "html"


@pytest.mark.slow
@pytest.mark.xdist_group("site")
def test_every_table_is_drawn_and_listed(site):
    page = (site / "data-model.html").read_text(encoding="utf-8")
    for room in settings.ROOMS:
        for model in apps.get_app_config(room).get_models():
            assert f'class="label" text-anchor="start">{model.__name__}</text>' in page
            assert f"<h3>{model.__name__}<" in page


@pytest.mark.slow
@pytest.mark.xdist_group("site")
def test_every_state_machine_is_drawn_and_listed(site):
    page = (site / "state-machines.html").read_text(encoding="utf-8")
    assert MACHINES
    for machine in MACHINES.values():
        assert f"State machine {machine.name}</title>" in page
        for step in machine.transitions.values():
            assert f'class="event" text-anchor="middle">{step.event}</text>' in page
            assert str(step.label) in page


@pytest.mark.slow
@pytest.mark.xdist_group("site")
def test_every_capability_and_grant_is_told(site):
    page = (site / "access.html").read_text(encoding="utf-8")
    for capability in registry.capabilities():
        assert f"<code>{capability.key}</code><br>{capability.label}" in page
    for model in registry.models():
        assert f"<h3>{model._meta.label}<" in page


@pytest.mark.parametrize("name", PAPERS)
def test_papers_name_only_what_is_there(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    assert missing_files(text) == []
    assert missing_things(text) == []


@pytest.mark.parametrize(
    "path", sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]), ids=lambda p: p.name
)
def test_links_between_papers_lead_somewhere(path):
    links = LINK.findall(path.read_text(encoding="utf-8"))
    assert [link for link in links if not (path.parent / link).exists()] == []


def test_every_setting_is_explained():
    folder = ROOT / "src" / "saduak" / "config" / "settings"
    read = re.compile(r"environ(?:\.get\(|\[)\"(\w+)\"")
    texts = [(folder / f"{name}.py").read_text(encoding="utf-8") for name in ("base", "demo", "production")]
    settable = {variable for text in texts for variable in read.findall(text)} - {"SADUAK_TIME_MACHINE"}
    told = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    assert len(settable) > 8
    assert {variable for variable in settable if f"`{variable}`" not in told} == set()


def test_the_readme_fits_on_a_page():
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 60


def test_a_file_and_a_thing_that_are_not_there_are_found():
    assert missing_files("`src/saduak/nowhere.py` and `tests/docs/test_site.py`") == ["src/saduak/nowhere.py"]
    text = "`nothing_like_it` in `src/saduak/foundation/clock.py`, `now` in `src/saduak/foundation/clock.py`"
    assert missing_things(text) == ["nothing_like_it in src/saduak/foundation/clock.py"]
