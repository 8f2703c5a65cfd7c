"""From an incoming letter to the same letter passed on, on a phone, in under ten taps and fields."""

import re
from dataclasses import dataclass, field

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Locator

from tests.system.visitor import Visitor

pytestmark = pytest.mark.browser

MOST = 10
NUMBER = "มห 0018.1/ว 131"


@dataclass
class Thumb:
    """Somebody with one thumb: each tap and each field that is filled counts."""

    visitor: Visitor
    done: list[str] = field(default_factory=list)

    def tap(self, control: Locator) -> None:
        """Tap what leads to another page."""
        self.done.append(f"tap {control.first.inner_text()}")
        with self.visitor.page.expect_navigation():
            control.first.tap()
        self.visitor.look()
        self.visitor.axe()

    def fill(self, label: str, words: str) -> None:
        """Type into one field."""
        self.done.append(f"fill {label}")
        self.visitor.page.get_by_role("textbox", name=label, exact=True).fill(words)

    def take_picture(self, label: str, path: str) -> None:
        """Choose a file for one field; on a phone, the camera."""
        self.done.append(f"picture {label}")
        self.visitor.page.get_by_label(label, exact=True).set_input_files(path)


def test_a_province_passes_a_letter_on_with_less_than_ten_taps_and_fields(own_site, visit, tmp_path):
    paper = tmp_path / "signed.png"
    picture = Image.new("RGB", (620, 877), "white")
    ImageDraw.Draw(picture).text((80, 700), "signed by hand", fill="black")
    picture.save(paper)
    with visit(own_site, width=360) as visitor:
        visitor.sign_in("province-clerk")
        page, thumb = visitor.page, Thumb(visitor)
        # From the first page after signing in, where the letter is what waits.
        thumb.tap(page.locator("main a[href*='/letters/received/']"))
        assert "กรมส่งเสริมการปกครองท้องถิ่น" in visitor.text()
        thumb.tap(visitor.control("แจ้งต่อเลย นับว่ารับแล้ว"))
        assert page.get_by_label("ส่งถึง").input_value().startswith("นายอำเภอ ทุกอำเภอ")
        thumb.fill("ชื่อผู้ลงนาม", "ผู้ว่าราชการจังหวัด ตัวอย่าง")
        thumb.tap(visitor.control("ไปหน้าตรวจก่อนส่ง"))
        assert "ส่งถึง 7 แห่ง" in page.locator("h1").inner_text()
        thumb.fill("ที่", NUMBER)
        thumb.take_picture("ฉบับที่ลงนามแล้ว", str(paper))
        thumb.tap(visitor.control("ส่งถึง 7 แห่ง"))
        assert f"ส่งหนังสือ ที่ {NUMBER} ถึง 7 แห่งแล้ว" in visitor.text()
        assert len(thumb.done) < MOST, thumb.done
        # The worker delivers it: each district has it, and this office's own line says so.
        visitor.wait_for(page.url.removeprefix(own_site.url), "7 แห่ง")
        visitor.nothing_wrong()

        visitor.sign_in("district-clerk")
        visitor.go("/letters/received/")
        assert NUMBER in visitor.text()
        assert re.search(r"จังหวัดมุกดาหาร", visitor.text())
        visitor.nothing_wrong()
