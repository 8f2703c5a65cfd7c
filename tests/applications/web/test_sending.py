"""Sending files from a real browser: pieces over a line that breaks, pictures that are made smaller first."""

import io
import re

import pytest
from django.conf import settings
from django.urls import reverse
from PIL import Image
from playwright.sync_api import expect, sync_playwright

from saduak.applications.models import Evidence
from saduak.foundation import files
from saduak.foundation.files import uploads
from tests.system.browsers import launch

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(world, live_server, monkeypatch):
    """The library's page, with an officer signed in."""
    session = world.client("officer").cookies[settings.SESSION_COOKIE_NAME].value
    with sync_playwright() as play:
        monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = launch(play)
        context = browser.new_context(locale="th-TH")
        context.set_default_timeout(15_000)
        context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
        )
        opened = context.new_page()
        broken = []
        opened.on("pageerror", lambda error: broken.append(str(error)))
        opened.goto(live_server.url + reverse("applications:library", args=[world.centre.public_id]))
        yield opened
        browser.close()
    assert broken == []


def noise(size, **options) -> bytes:
    out = io.BytesIO()
    Image.effect_noise(size, 90).convert("RGB").save(out, "JPEG", quality=92, **options)
    return out.getvalue()


def choose(page, name, data):
    page.set_input_files("#upload-file", [{"name": name, "mimeType": "image/jpeg", "buffer": data}])


def test_a_cut_in_the_middle_is_gone_on_from_and_ends_with_one_evidence(page):
    data = noise((1400, 1400))
    pieces, begun = [], []
    wanted = -(-len(data) // uploads.PIECE_BYTES)
    assert wanted >= 5

    def cut(route):
        if route.request.method != "POST":
            route.continue_()
            return
        pieces.append(int(route.request.headers["upload-offset"]))
        if len(pieces) == 3:
            route.abort()
        else:
            route.continue_()

    page.route("**/uploads/*/", cut)
    page.on("request", lambda request: begun.append(1) if request.url.endswith("/uploads/") else None)
    choose(page, "ห้องน้ำ.jpg", data)
    expect(page.locator(".upload-bad")).to_contain_text("จะส่งต่อเองใน 2 วินาที")
    expect(page.locator(".upload-good")).to_contain_text("ห้องน้ำ.jpg")
    expect(page.locator("#tiles")).to_contain_text("รูปถ่าย ห้องน้ำ")
    assert len(begun) == 1
    assert pieces == [n * uploads.PIECE_BYTES for n in (0, 1, 2, *range(2, wanted))], (
        "no piece but the cut one twice"
    )
    assert Evidence.objects.get().file.media_type == "image/jpeg"


def test_a_large_picture_is_made_smaller_first_and_keeps_its_day(page):
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9003] = "2026:01:31 09:00:00"
    exif[0x0112] = 6
    data = noise((3200, 1600), exif=exif)
    sent = []
    page.on(
        "request",
        lambda request: sent.append(request.post_data_buffer) if request.url.endswith("/uploads/") else None,
    )
    choose(page, "ใหญ่.jpg", data)
    expect(page.locator(".upload-good")).to_contain_text("ใหญ่.jpg")
    told = re.search(rb'name="size"\r\n\r\n(\d+)', sent[0])
    assert int(told[1]) < len(data)
    row = Evidence.objects.select_related("file").get()
    assert row.taken_on.isoformat() == "2026-01-31"
    with files.open(row.file) as stream, Image.open(stream) as kept:
        assert kept.size == (1280, 2560)


def test_two_at_once_in_order_and_a_file_that_is_there_is_told(page):
    held, free = [], []

    def hold(route):
        if route.request.method == "POST" and not free:
            held.append(route)
        else:
            route.continue_()

    page.route("**/library/*/", hold)
    some = [
        {"name": f"{n}.jpg", "mimeType": "image/jpeg", "buffer": noise((40, 40 + n % 3))} for n in range(4)
    ]
    some[3]["buffer"] = some[0]["buffer"]
    page.set_input_files("#upload-file", some)
    while len(held) < 2:
        page.wait_for_timeout(30)
    page.wait_for_timeout(200)
    assert len(held) == 2
    expect(page.locator(".upload-row").nth(2)).to_contain_text("รอคิวส่ง")
    free.append(True)
    for route in held:
        route.continue_()
    expect(page.locator(".upload-good")).to_have_count(4)
    last = page.locator(".upload-good").nth(3)
    expect(last).to_contain_text("มีไฟล์นี้อยู่แล้ว")
    assert "/edit/?caption=" in last.get_by_role("link").get_attribute("href")
