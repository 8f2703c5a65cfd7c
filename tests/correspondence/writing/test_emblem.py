"""An emblem is a picture that stands alone."""

import io

import pytest
from PIL import Image

from saduak.correspondence.writing import emblem
from saduak.correspondence.writing.emblem import EmblemError, as_png, as_svg
from tests.correspondence.writing import samples as s

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">'


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_pictures_are_taken_no_larger_than_they_are_drawn(kind: str) -> None:
    drawn = as_svg(s.picture(kind, (2000, 2200)))
    assert 'viewBox="0 0 655 720"' in drawn
    assert "data:image/png;base64," in drawn
    with Image.open(io.BytesIO(as_png(s.picture(kind)))) as made:
        assert (made.format, made.size) == ("PNG", (60, 66))


def test_drawings_stay_as_they_are() -> None:
    assert as_svg(s.SVG) == s.SVG.decode()
    assert as_svg(b"\xef\xbb\xbf" + s.SVG) == s.SVG.decode()
    with Image.open(io.BytesIO(as_png(s.SVG))) as made:
        assert made.height == pytest.approx(3 / 2.54 * 400, abs=2)
    inside = f'{HEAD}<rect id="a" fill="url(#b)"/><use xlink:href="#a"/></svg>'
    assert as_svg(inside.encode()) == inside


def test_none_is_none() -> None:
    assert as_svg(b"") == ""


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"GIF89a", "not-a-picture"),
        (b"\x89PNG broken", "not-a-picture"),
        (b"<html></html>", "not-a-picture"),
        (b"<svg", "not-a-picture"),
        (b"<\xff\xfe", "not-a-picture"),
        (b'<!DOCTYPE svg [<!ENTITY a "b">]>' + s.SVG, "refers-outside"),
        (f'{HEAD}<image href="file:///etc/passwd"/></svg>'.encode(), "refers-outside"),
        (f'{HEAD}<image xlink:href="https://example.com/x.png"/></svg>'.encode(), "refers-outside"),
        (f'{HEAD}<style>@import "x.css"</style></svg>'.encode(), "refers-outside"),
        (f'{HEAD}<rect style="fill: url(http://example.com/a)"/></svg>'.encode(), "refers-outside"),
    ],
)
def test_what_is_none_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(EmblemError) as raised:
        as_svg(data)
    assert raised.value.code == code


def test_what_cannot_be_drawn_is_refused() -> None:
    with pytest.raises(EmblemError, match="not-a-picture"):
        as_png(b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 0 0" width="0" height="0"/>')


def test_what_is_too_large_is_refused(monkeypatch) -> None:
    monkeypatch.setattr(emblem, "MAX_BYTES", 10)
    for data in (s.SVG, s.picture()):
        with pytest.raises(EmblemError, match="too-large"):
            as_svg(data)
    monkeypatch.undo()
    monkeypatch.setattr(emblem, "_MAX_PIXELS", 10)
    with pytest.raises(EmblemError, match="too-large"):
        as_png(s.picture())
