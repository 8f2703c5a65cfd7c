"""The pictures of the docs, taken from the running demo: `make pictures`. A test takes them too, and compares sizes."""

import io
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from PIL import Image
from playwright.sync_api import Locator, sync_playwright

from tests.system import site as demo
from tests.system.browsers import launch
from tests.system.letters import INVENTED
from tests.system.together import give_by_link, give_to_helper
from tests.system.visitor import Visitor, visiting

FOLDER = demo.ROOT / "docs" / "images"


def home(visitor: Visitor) -> None:
    """What waits for who looks."""
    visitor.go("/home/")


def self_check(visitor: Visitor) -> None:
    """What somebody without an account learns of their centre."""
    visitor.go("/self-check/")
    for place, group in enumerate(visitor.page.locator("main form fieldset").all()):
        # Most is there; two gates are not.
        group.locator("input[type=radio]").nth(1 if place in {6, 9} else 0).check()
    visitor.press("ดูผลและแผน")


def start(visitor: Visitor) -> None:
    """An application that can be begun, and as what."""
    visitor.go("/applications/")
    to_top(visitor.page.locator("main section", has_text="เปิดรับสมัครอยู่").last)


def task_list(visitor: Visitor) -> None:
    """The officer's application."""
    visitor.go("/applications/")
    visitor.press(visitor.page.locator("main a.whole"))


def criterion(visitor: Visitor) -> None:
    """One item of it."""
    task_list(visitor)
    visitor.press(visitor.page.locator("#gates a"))


def library(visitor: Visitor) -> None:
    """What a centre has as evidence."""
    visitor.go("/library/")
    if not visitor.page.locator("main #upload-file").count():
        visitor.press(visitor.page.locator("main a[href*='/library/']"))


def findings(visitor: Visitor) -> None:
    """What should be put right."""
    task_list(visitor)
    visitor.press("สิ่งที่ควรแก้ก่อนยื่น")


def gap_plan(visitor: Visitor) -> None:
    """What is missing, who does it, by when."""
    task_list(visitor)
    visitor.press("ดูข้อที่ยังขาดทั้งหมด")
    page = visitor.page
    plan = page.locator("main li.planned").first
    plan.locator("summary").click()
    plan.get_by_label("ใครทำ").fill("งานอาคารสถานที่")
    plan.get_by_label("ภายในวันที่").fill("11/02/2570")
    visitor.press(plan.get_by_role("button", name="บันทึกแผน"))
    visitor.go(page.url.partition("#")[0])


def papers(visitor: Visitor) -> None:
    """Word, the whole as PDF, one page."""
    task_list(visitor)
    visitor.press("พิมพ์ และเขียนใน Word")


def helping(visitor: Visitor) -> None:
    """What somebody with a link sees."""
    task_list(visitor)
    link = give_by_link(visitor, ("13", "2.10", "4.2"), "พนักงานหน้าช่องบริการ", "ขอภาพของสัปดาห์นี้ด้วย")
    visitor.page.context.clear_cookies()
    visitor.go(link)
    visitor.press("เริ่มช่วย")


def helpers(visitor: Visitor) -> None:
    """Who has which items, by when."""
    task_list(visitor)
    give_to_helper(visitor, "บุคลากร", "12/02/2570", "ขอภาพการอบรมของปีนี้ด้วย")


def receipt(visitor: Visitor) -> None:
    """What a centre holds after filing; its province may read it."""
    visitor.go("/board/?state=submitted")
    visitor.press(visitor.page.locator("main table.board tbody th a"))
    visitor.press("เปิดหลักฐานการรับใบสมัคร")


def letter(visitor: Visitor) -> None:
    """A letter as the province's clerk confirms it; nobody in it is real."""
    visitor.go("/letters/load/")
    file = {"name": "letter.txt", "mimeType": "text/plain", "buffer": INVENTED.encode()}
    visitor.page.set_input_files("[name=file]", file)  # type: ignore[arg-type] # a file of our own making
    visitor.press("อ่านหนังสือนี้")


def received(visitor: Visitor) -> None:
    """What came to a district, on the phone of its clerk."""
    visitor.go("/letters/received/?view=all")
    visitor.press(visitor.page.locator("main .rows a[href*='/letters/received/']").first)


def forward(visitor: Visitor) -> None:
    """The form in which it is passed on, filled in."""
    received(visitor)
    visitor.go(f"{visitor.page.url}forward/")


def tree(visitor: Visitor) -> None:
    """Where the letter of a province is."""
    visitor.go("/letters/sent/")
    visitor.press(visitor.page.locator("main a[href*='/letters/sent/']:not([href$='/sent/'])").first)


def board(visitor: Visitor) -> None:
    """The offices of a province."""
    visitor.go("/board/")


def board_row(visitor: Visitor) -> None:
    """One office of the list on a phone: all that is known of it."""
    board(visitor)
    to_top(visitor.page.locator("main table.board tbody tr", has_text="ที่ทำการปกครองอำเภอวังทอง"))


def matrix(visitor: Visitor) -> None:
    """Which criteria most of them lack."""
    visitor.go("/board/criteria/")


def remind(visitor: Visitor) -> None:
    """Whom a reminder would reach, before it is sent."""
    visitor.go("/board/")
    visitor.press("เตือนทุกแห่งตามตัวกรองนี้")


def readiness(visitor: Visitor) -> None:
    """Which units are ready, and how far the list is."""
    visitor.go("/readiness/")


def targets(visitor: Visitor) -> None:
    """How many are to apply, and how many have."""
    visitor.go("/board/targets/")
    if not visitor.page.locator("main table").count():
        visitor.page.get_by_label("หน่วยงานในสังกัด").check()
        visitor.page.fill("[name=wanted]", "9")
        visitor.press("ตั้งเป้าหมาย")


def review(visitor: Visitor) -> None:
    """A draft that waits for its check: the officer sends it again, the province opens it."""
    task_list(visitor)
    visitor.go(f"{visitor.page.url}review/")
    visitor.page.locator("label.choice", has_text="จังหวัดพิษณุโลก").locator("input").check()
    visitor.press("ส่งให้ตรวจทานอีกครั้ง")
    visitor.sign_in("province")
    visitor.go("/reviews/")
    visitor.press(visitor.page.locator("main ul.rows a"))


def obstacle(visitor: Visitor) -> None:
    """What a centre is stuck with, as it comes to the province."""
    visitor.go("/obstacles/new/")
    visitor.page.fill("[name=what]", "เครื่องวัดแสงของอำเภอเสีย จึงวัดข้อ 8 ไม่ได้")
    visitor.page.fill("[name=need]", "ขอยืมเครื่องของจังหวัด 1 วัน หรือบอกว่าใช้แอปวัดแทนได้หรือไม่")
    visitor.press("แจ้งปัญหา")
    visitor.sign_in("province")
    visitor.go("/obstacles/")
    visitor.press(visitor.page.locator("main ul.rows a"))


def verdict(visitor: Visitor) -> None:
    """What a citizen learns from a certificate's QR."""
    visitor.go("/register/")
    visitor.press(visitor.page.locator("main table tbody th a"))


def to_top(part: Locator) -> None:
    """Scroll until a part of the page begins at the top of the window."""
    part.evaluate("part => scrollTo(0, part.getBoundingClientRect().top + scrollY - 12)")


@dataclass(frozen=True)
class Picture:
    """One file of `docs/images`: the page, who looks, and how much of it."""

    name: str
    page: Callable[[Visitor], None]
    who: str
    width: int
    height: int


# Neighbours of one person at one width are taken at one sitting.
PICTURES = (
    Picture("self-check.png", self_check, "", 360, 1100),
    Picture("start.png", start, "officer-2", 360, 1200),
    Picture("criterion.png", criterion, "officer", 360, 1100),
    Picture("findings.png", findings, "officer", 360, 900),
    Picture("helping.png", helping, "officer", 360, 1000),
    Picture("home.png", home, "officer", 1280, 1000),
    Picture("task-list.png", task_list, "officer", 1280, 1060),
    Picture("library.png", library, "officer", 1280, 900),
    Picture("gap-plan.png", gap_plan, "officer", 1280, 1000),
    Picture("papers.png", papers, "officer", 1280, 1000),
    Picture("helpers.png", helpers, "officer", 1280, 840),
    Picture("review.png", review, "officer", 1280, 1000),
    Picture("obstacle.png", obstacle, "officer", 360, 1000),
    Picture("board-phone.png", board_row, "province", 360, 760),
    Picture("board-remind.png", remind, "province", 360, 1000),
    Picture("board.png", board, "province", 1280, 1300),
    Picture("board-criteria.png", matrix, "province", 1280, 900),
    Picture("readiness.png", readiness, "province", 1280, 1140),
    Picture("board-targets.png", targets, "province", 1280, 760),
    Picture("receipt.png", receipt, "province", 1280, 1100),
    Picture("letter-tree.png", tree, "province", 1280, 1060),
    Picture("letter.png", letter, "province-clerk", 1280, 1000),
    Picture("letter-received.png", received, "district-clerk", 360, 1100),
    Picture("letter-forward.png", forward, "district-clerk", 360, 1100),
    Picture("verdict.png", verdict, "", 1280, 700),
)


def sittings(
    open_: Callable[[int], AbstractContextManager[Visitor]],
) -> Iterator[tuple[Picture, Image.Image]]:
    """Take them all; `open_` is somebody at a screen of a width."""
    for (who, width), pictures in groupby(PICTURES, key=lambda picture: (picture.who, picture.width)):
        with open_(width) as visitor:
            if who:
                visitor.sign_in(who)
            for picture in pictures:
                yield picture, take(visitor, picture)
            visitor.nothing_wrong()


def take(visitor: Visitor, picture: Picture) -> Image.Image:
    """The upper part of the page, in a palette: small files for the repository."""
    picture.page(visitor)
    visitor.page.set_viewport_size({"width": picture.width, "height": picture.height})
    shot = Image.open(io.BytesIO(visitor.page.screenshot()))
    return shot.convert("RGB").quantize(128, dither=Image.Dither.NONE)


def main() -> None:
    """Fill a demo of its own, and take all pictures anew."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        data = Path(folder) / "data"
        filled = demo.run(data, "demo", "--data", str(data), "--fill-only")
        assert filled.returncode == 0, filled.stdout + filled.stderr
        browser = launch(playwright)
        with demo.running(data) as site:
            for picture, image in sittings(lambda width: visiting(browser, site.url, width=width)):
                image.save(FOLDER / picture.name, optimize=True)
        browser.close()


if __name__ == "__main__":
    main()
