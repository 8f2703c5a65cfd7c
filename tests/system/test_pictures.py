"""The pictures of the docs: each page can still be had, each picture has its size and its place in the docs."""

import pytest
from PIL import Image

from tests.system.pictures import FOLDER, PICTURES, sittings

NAMES = [picture.name for picture in PICTURES]


def test_every_picture_is_taken_by_us_and_shown_somewhere():
    assert sorted(path.name for path in FOLDER.glob("*.png")) == sorted(NAMES)
    texts = [FOLDER.parent.parent / "README.md", *FOLDER.parent.glob("*.md")]
    shown = "".join(path.read_text(encoding="utf-8") for path in texts)
    assert [name for name in NAMES if f"images/{name})" not in shown] == []


@pytest.mark.browser
@pytest.mark.slow
def test_every_picture_can_be_taken_again(own_site, visit):
    for picture, taken in sittings(lambda width: visit(own_site, width=width)):
        with Image.open(FOLDER / picture.name) as kept:
            assert taken.size == kept.size == (picture.width, picture.height), picture.name
