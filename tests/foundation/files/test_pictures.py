"""Pictures are drawn anew: upright, small enough, without metadata."""

import io
from datetime import date

import pytest
from PIL import Image

from saduak.foundation.access import Invalid
from saduak.foundation.files import pictures
from tests.foundation.files import samples

ORIENTATION, MAKER, GPS = 0x0112, 0x010F, 0x8825


@pytest.fixture
def redraw(tmp_path):
    def call(data: bytes) -> tuple[Image.Image, str]:
        path = tmp_path / "picture"
        path.write_bytes(data)
        drawn, media_type = pictures.redraw(path)
        return Image.open(io.BytesIO(drawn)), media_type

    return call


@pytest.mark.parametrize(
    ("kind", "mode", "size", "small"),
    [
        ("JPEG", "RGB", (2000, 1000), (480, 240)),
        ("PNG", "RGBA", (300, 600), (240, 480)),
        ("PNG", "P", (960, 960), (480, 480)),
    ],
)
def test_a_preview_is_small_and_keeps_what_shines_through(tmp_path, kind, mode, size, small):
    path = tmp_path / "picture"
    Image.new(mode, size).save(path, kind)
    drawn = pictures.preview(path)
    assert drawn is not None
    shown = Image.open(io.BytesIO(drawn))
    assert (shown.format, shown.size, shown.mode) == ("WEBP", small, "RGBA" if mode == "RGBA" else "RGB")


def test_a_small_picture_needs_no_preview(tmp_path):
    path = tmp_path / "picture"
    Image.new("RGB", (480, 480)).save(path, "PNG")
    assert pictures.preview(path) is None


def test_orientation_is_applied_and_metadata_gone(redraw):
    exif = Image.Exif()
    exif[ORIENTATION], exif[MAKER], exif[GPS] = 6, "Phone", {1: "N"}
    data = samples.picture("JPEG", (40, 20), exif=exif, comment=b"secret", icc_profile=b"profile")
    drawn, media_type = redraw(data)
    assert (drawn.size, drawn.format, media_type) == ((20, 40), "JPEG", "image/jpeg")
    assert dict(drawn.getexif()) == {}
    assert not {"exif", "comment", "icc_profile"} & set(drawn.info)
    red, _green, _blue = drawn.getpixel((10, 5))
    assert red > 200


def test_large_pictures_are_made_smaller(redraw):
    drawn, _type = redraw(samples.picture("JPEG", (5200, 2600)))
    assert drawn.size == (2560, 1280)
    drawn, _type = redraw(samples.picture("PNG", (30, 2600)))
    assert max(drawn.size) == 2560


@pytest.mark.parametrize(
    ("kind", "mode", "result"),
    [
        ("PNG", "RGBA", ("PNG", "RGBA")),
        ("PNG", "RGB", ("PNG", "RGB")),
        ("PNG", "P", ("PNG", "RGB")),
        ("PNG", "I;16", ("PNG", "RGB")),
        ("PNG", "1", ("PNG", "RGB")),
        ("GIF", "P", ("PNG", "RGB")),
        ("WEBP", "RGB", ("JPEG", "RGB")),
        ("WEBP", "RGBA", ("PNG", "RGBA")),
        ("JPEG", "CMYK", ("JPEG", "RGB")),
        ("JPEG", "L", ("JPEG", "RGB")),
    ],
)
def test_every_mode_becomes_plain(redraw, kind, mode, result):
    drawn, media_type = redraw(samples.picture(kind, mode=mode))
    assert (drawn.format, drawn.mode) == result
    assert media_type == f"image/{result[0].lower()}"


def test_an_animation_keeps_its_first_picture(redraw):
    frames = [Image.new("P", (9, 9), number) for number in range(3)]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    drawn, _type = redraw(out.getvalue())
    assert getattr(drawn, "n_frames", 1) == 1


@pytest.mark.parametrize("most", [799, None])
def test_too_many_pixels_are_refused_before_they_are_decoded(redraw, monkeypatch, most):
    if most is None:
        monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)
    else:
        monkeypatch.setattr(pictures, "MOST_PIXELS", most)
    with pytest.raises(Invalid) as refusal:
        redraw(samples.picture("PNG", (40, 20)))
    assert refusal.value.code == "file-pixels"
    assert "ย่อภาพ" in str(refusal.value.reason)


@pytest.mark.parametrize(
    "data", [samples.picture("JPEG")[:300], b"\x89PNG\r\n\x1a\n" + b"x" * 50, b"no picture"]
)
def test_a_broken_picture_is_refused(redraw, data):
    with pytest.raises(Invalid) as refusal:
        redraw(data)
    assert refusal.value.code == "file-broken"


def dated(**tags) -> bytes:
    exif = Image.Exif()
    for name, value in tags.items():
        if name == "changed":
            exif[0x0132] = value
        else:
            exif.get_ifd(0x8769)[{"taken": 0x9003, "digitised": 0x9004}[name]] = value
    return samples.picture("JPEG", exif=exif)


@pytest.mark.parametrize(
    ("data", "day"),
    [
        (dated(taken="2026:02:28 23:59:59", changed="2026:03:01 00:00:00"), date(2026, 2, 28)),
        (dated(digitised="2026:02:28"), date(2026, 2, 28)),
        (dated(changed="2026:03:01 00:00:00"), date(2026, 3, 1)),
        (dated(taken="2026:02:30 00:00:00"), None),
        (dated(taken="0000:00:00 00:00:00"), None),
        (dated(taken="1980:01:01 00:00:00"), None),
        (dated(taken="2026-02-28"), None),
        (samples.picture("PNG"), None),
        (b"no picture", None),
        (samples.picture("JPEG", exif=b"Exif\0\0MM\0*\xff\xff\xff\xff"), None),
    ],
)
@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
def test_the_day_on_which_it_was_taken(tmp_path, data, day):
    path = tmp_path / "picture"
    path.write_bytes(data)
    assert pictures.taken_on(path) == day


@pytest.mark.parametrize("size", [(14_000, 14_000), (64_000, 3000)])
def test_a_huge_plain_jpeg_comes_smaller(redraw, size):
    """196 and 192 megapixels, decoded at an eighth and a quarter of their size."""
    out = io.BytesIO()
    Image.new("L", size, 200).save(out, "JPEG", quality=1)
    drawn, _type = redraw(out.getvalue())
    assert max(drawn.size) == 2560
    assert drawn.size[0] / drawn.size[1] == pytest.approx(size[0] / size[1], rel=0.01)


def test_two_hundred_megapixels_are_the_end(redraw):
    data = bytearray(samples.picture("JPEG"))
    at = data.index(b"\xff\xc0")
    data[at + 5 : at + 9] = (16_000).to_bytes(2) * 2
    with pytest.raises(Invalid) as refusal:
        redraw(bytes(data))
    assert refusal.value.code == "file-pixels"
