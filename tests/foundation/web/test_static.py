import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from django.core.files import File

from saduak.foundation import apps
from saduak.foundation.templatetags import ui
from saduak.foundation.web import style

FOLDER = Path(apps.__file__).parent / "static" / "foundation"
SHEETS = sorted(FOLDER.glob("*.css"))


def test_every_icon_that_is_named_is_drawn():
    drawn = set(re.findall(r'<symbol id="([^"]+)"', (FOLDER / "icons.svg").read_text(encoding="utf-8")))
    used = (
        {loop for _css, loop in ui.STATES.values()}
        | set(ui.FORCES)
        | {loop for _css, loop, _w in ui.SAVES.values()}
    )
    templates = Path(apps.__file__).parent / "templates"
    for path in templates.rglob("*.html"):
        used |= set(re.findall(r"{% icon [\"']([a-z]+)[\"'] %}", path.read_text(encoding="utf-8")))
    for script in FOLDER.glob("*.js"):
        used |= set(re.findall(r'icon\("([a-z]+)"\)', script.read_text(encoding="utf-8")))

    assert used - {""} <= drawn
    assert drawn == set(style.ICONS)


FONTS = sorted((FOLDER / "fonts").glob("*.woff2"))


def test_the_font_comes_from_the_program_itself_with_its_licence():
    named = re.findall(
        r'url\("fonts/([a-z0-9-]+\.woff2)"\)', (FOLDER / "tokens.css").read_text(encoding="utf-8")
    )

    assert sorted(named) == [path.name for path in FONTS]
    assert len(named) == 4 * 3
    assert "SIL OPEN FONT LICENSE" in (FOLDER / "fonts" / "OFL.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.name)
def test_a_sheet_is_small_whole_and_fetches_nothing_from_outside(path):
    text = path.read_text(encoding="utf-8")

    assert len(text.splitlines()) < 500
    assert text.count("{") == text.count("}")
    assert "@import" not in text
    assert "http" not in text


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.name)
def test_components_use_only_tokens_that_exist(path):
    tokens = (FOLDER / "tokens.css").read_text(encoding="utf-8")
    known = set(re.findall(r"(--[a-z0-9-]+):", tokens + path.read_text(encoding="utf-8")))
    known |= {"--level", "--level-ink", "--level-tint"}

    assert set(re.findall(r"var\((--[a-z0-9-]+)", path.read_text(encoding="utf-8"))) <= known


def test_the_frame_links_every_sheet_in_order():
    head = (FOLDER.parent.parent / "templates" / "foundation" / "_head.html").read_text(encoding="utf-8")

    assert re.findall(r"foundation/([a-z]+)\.css", head) == [
        "tokens",
        "base",
        "parts",
        "forms",
        "work",
        "pages",
        "finish",
    ]
    assert {path.stem for path in SHEETS} == set(re.findall(r"foundation/([a-z]+)\.css", head))


def test_every_file_that_a_sheet_names_is_found_when_files_get_their_hashes(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    storage = ManifestStaticFilesStorage(location=tmp_path)
    paths = {}
    for name in (*(f"foundation/{path.name}" for path in SHEETS), "foundation/icons.svg"):
        paths[name] = (_Found(name), name)
    for path in FONTS:
        name = f"foundation/fonts/{path.name}"
        paths[name] = (_Found(name), name)
    for storage_of, name in paths.values():
        with storage_of.open(name) as file:
            storage.save(name, file)

    problems = [made for _name, made, _done in storage.post_process(paths) if isinstance(made, Exception)]
    assert problems == []
    assert "sarabun-400-thai." in (tmp_path / storage.stored_name("foundation/tokens.css")).read_text(
        encoding="utf-8"
    )


class _Found:
    """A place from which the storage reads what the finders know."""

    def __init__(self, name):
        self.name = name

    def open(self, name):
        return File(Path(finders.find(name)).open("rb"))

    def path(self, name):
        return finders.find(name)
