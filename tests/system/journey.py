"""One application from the letter to the certificate, as the people of the demo walk it: one function a scene.

How the draft is written stands between `BEFORE` and `FILED`: by the officer alone here, by three people in `together.py`.
"""

import hashlib
import io
import re
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
from PIL import Image, ImageDraw
from playwright.sync_api import Locator, expect

from tests.system.letters import mukdahan
from tests.system.visitor import Visitor

CENTRE = "ที่ทำการปกครองอำเภอวังทอง"
OPEN_GATES = ("10", "13", "14")
# The demo has set up the first already.
PANEL = "9"


@dataclass
class Journey:
    """Where the walk stands."""

    visitor: Visitor
    folder: Path
    # Somebody else's telephone, where somebody else helps.
    phone: Visitor | None = None
    application: str = ""
    receipt: str = ""
    digest: str = ""
    certificate: str = ""
    code: str = ""

    @property
    def page(self):
        return self.visitor.page

    def rows(self, words: str = "") -> Locator:
        """Links of the list on this page, those with these words."""
        return self.page.locator("main ul.rows a, main table tbody th a", has_text=words)


def the_secretariat_opens_the_round(walk: Journey) -> None:
    visitor = walk.visitor
    visitor.sign_in("secretariat")
    visitor.move_clock("mukdahan")
    assert "12 ธ.ค. 2565" in visitor.text()
    visitor.go("/rounds/")
    visitor.press("เปิดรอบการรับรอง")
    assert visitor.page.input_value("[name=fiscal_year]") == "2566"
    assert visitor.page.input_value("[name=application_last]") == "28/02/2566"
    visitor.press("ตรวจก่อนเปิดรอบ")
    assert "ยังไม่ได้เปิด อ่านอีกครั้ง" in visitor.text()
    # The link to the form above it has the same words.
    visitor.press(visitor.page.get_by_role("button", name="เปิดรอบการรับรอง"))
    assert "เปิดรอบการรับรองแล้ว" in visitor.text()
    assert "1 ม.ค. – 28 ก.พ. 2566" in visitor.text()


def the_province_loads_the_letter(walk: Journey) -> None:
    visitor = walk.visitor
    visitor.sign_in("province-clerk")
    visitor.go("/letters/")
    visitor.press("นำหนังสือเข้า")
    visitor.page.set_input_files("[name=file]", mukdahan(walk.folder))
    visitor.press("อ่านหนังสือนี้")
    read = visitor.text()
    assert "ที่\nมท 0018.1/9695" in read
    assert "ตรงกับรอบการรับรอง GECC ปีงบประมาณ พ.ศ. 2566" in read
    assert read.count("7 อำเภอ") >= 3
    visitor.axe()
    visitor.page.get_by_label("ส่งร่างให้ตรวจทาน").check()
    # The number of the letter does not bear the province's code: somebody says that it is meant so.
    visitor.page.get_by_label("ใช้ตามหนังสือ").check()
    visitor.press("ยืนยันหนังสือ 1 ฉบับ")
    assert "ยืนยันหนังสือแล้ว" in visitor.text()
    assert "ที่ทำการปกครองอำเภอเมืองมุกดาหาร" in visitor.text()
    visitor.go("/briefings/")
    assert "19 ธ.ค. 2565 08.30 น." in visitor.text()


def the_district_sees_its_duties(walk: Journey) -> None:
    visitor = walk.visitor
    visitor.sign_in("district-clerk")
    home = visitor.text()
    assert "รอรับทราบ" in home
    assert "จังหวัดมุกดาหาร ที่ มท 0018.1/9695" in home
    visitor.go("/duties/")
    due = visitor.text()
    assert due.index("19 ธ.ค. 2565") < due.index("15 ก.พ. 2566") < due.index("28 ก.พ. 2566")
    visitor.press(walk.rows())
    visitor.axe()
    visitor.press("รับทราบหน้าที่นี้")
    assert "รับทราบแล้ว" in visitor.text()
    visitor.go("/briefings/")
    visitor.press(walk.rows("ประชุมชี้แจง"))
    assert "08.30 น. – 12.00 น." in visitor.text()
    diary = Path(visitor.fetch(visitor.control("เพิ่มลงปฏิทิน")).path()).read_text(encoding="utf-8")
    assert "DTSTART;TZID=Asia/Bangkok:20221219T083000" in diary or "DTSTART:20221219T013000Z" in diary
    visitor.wait_for("/notices/", "จังหวัดมุกดาหาร ส่งหนังสือถึงหน่วยงานของคุณ ที่ มท 0018.1/9695")
    visitor.go("/rounds/")
    visitor.press(walk.rows("2566"))
    own = visitor.text()
    asked = own[own.index("ส่งร่างให้ตรวจทาน\nพุธ 15 ก.พ. 2566") :]
    assert asked.index("จังหวัดมุกดาหาร") < asked.index("ยื่นใบสมัคร")
    assert "ยื่นใบสมัคร\nอังคาร 28 ก.พ. 2566" in own


def photo(number: int) -> bytes:
    """A drawing as a camera would send it: JPEG, a few hundred kilobytes, no two alike."""
    picture = Image.new("RGB", (1600, 1200), (90 + number * 20, 140, 150))
    pen = ImageDraw.Draw(picture)
    for stripe in range(40):
        pen.rectangle(
            (stripe * 40, (stripe * 97 + number * 31) % 900, stripe * 40 + 30, 1150),
            fill=(250, 250, 240 - stripe),
        )
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=92)
    return out.getvalue()


def the_officer_fills_the_missing_gates(walk: Journey) -> None:
    visitor = walk.visitor
    visitor.sign_in("officer")
    visitor.move_clock("window")
    visitor.go("/applications/")
    visitor.press(walk.page.locator("main a", has_text=CENTRE))
    walk.application = visitor.page.url
    assert "ยังไม่มีระดับ (เกณฑ์ด้านกายภาพ 11 จาก 14)" in visitor.text()
    visitor.axe()
    for number in OPEN_GATES:
        visitor.go(f"{walk.application}gaps/")
        visitor.press(gap(walk, number))
        answer_gate(walk, int(number))
    visitor.go(walk.application)
    assert "กายภาพ 14 จาก 14" in visitor.text() or "14 จาก 14" in visitor.text()


def gap(walk: Journey, number: str) -> Locator:
    """The link to a criterion in the list of gaps."""
    row = walk.page.locator("main ul.rows > li").filter(
        has=walk.page.locator(".no", has_text=re.compile(f"^{number}$"))
    )
    return row.locator("a")


def answer_gate(walk: Journey, number: int) -> None:
    """Claim, words, a photograph; all three are kept without pressing anything."""
    visitor, page = walk.visitor, walk.page
    page.get_by_label("มีครบ", exact=True).check()
    page.fill("#id_narrative", f"ข้อ {number} เจ้าหน้าที่ตรวจทุกวันเวลา 08.30 น. และบันทึกในแบบตรวจ")
    saved = page.locator("[data-autosave-status='narrative']")
    expect(saved).to_contain_text("บันทึกแล้ว")
    expect(saved).not_to_contain_text("กำลัง")
    page.fill("#caption", f"ภาพของข้อ {number}")
    files = [{"name": f"photo-{number}.jpg", "mimeType": "image/jpeg", "buffer": photo(number)}]
    page.set_input_files("#upload-file", files)
    expect(page.locator("#tiles")).to_contain_text(f"ภาพของข้อ {number}")
    # Nothing has to be loaded anew: badge and count follow, and the name was for this one file.
    expect(page.locator("#standing")).to_contain_text("ครบ")
    expect(page.locator("#evidence-count")).to_have_text("มี 1 รายการ")
    expect(page.locator("#caption")).to_have_value("")
    page.reload()
    visitor.look()
    assert page.input_value("#id_narrative").startswith(f"ข้อ {number} เจ้าหน้าที่")
    assert page.get_by_label("มีครบ", exact=True).is_checked()
    assert f"ภาพของข้อ {number}" in visitor.text()
    page.locator("#tiles img").first.scroll_into_view_if_needed()
    expect(page.locator("#tiles img").first).to_have_js_property("complete", value=True)
    assert page.locator("#tiles img").first.evaluate("image => image.naturalWidth") > 0
    visitor.press("บันทึก แล้วกลับไปหน้าใบสมัคร")


def the_officer_asks_for_a_check(walk: Journey) -> None:
    visitor = walk.visitor
    visitor.sign_in("officer")
    visitor.go(f"{walk.application}review/")
    visitor.page.locator("label.choice", has_text="จังหวัดพิษณุโลก").locator("input").check()
    visitor.press("ส่งให้ตรวจทานอีกครั้ง")


def the_province_opens_what_waits(walk: Journey) -> None:
    visitor = walk.visitor
    visitor.sign_in("province")
    visitor.go("/reviews/")
    visitor.press(visitor.page.locator("main a", has_text=CENTRE))


def the_province_endorses(walk: Journey) -> None:
    the_officer_asks_for_a_check(walk)
    the_province_opens_what_waits(walk)
    endorse(walk)


def endorse(walk: Journey) -> None:
    """The check that is open is found in order."""
    visitor = walk.visitor
    visitor.page.fill("#note", "อ่านครบแล้ว เขียนชัดเจน ยื่นได้")
    visitor.axe()
    visitor.press("ตรวจทานเรียบร้อย")
    visitor.go("/board/")
    assert CENTRE in visitor.text()


def the_head_signs_and_the_officer_submits(walk: Journey) -> None:
    visitor = walk.visitor
    visitor.sign_in("head")
    visitor.go(f"{walk.application}sign/")
    visitor.axe()
    visitor.page.locator("[name=agree]").check()
    visitor.press("ลงนามรับรองข้อมูล")
    assert "ลงนามรับรองข้อมูลแล้ว" in visitor.text()
    visitor.sign_in("officer")
    visitor.go(f"{walk.application}submit/")
    assert "ตรวจทานแล้ว" in visitor.text()
    visitor.press("ยื่นใบสมัคร")
    walk.receipt = visitor.page.locator("h1").inner_text().removeprefix("เลขรับ").strip()
    assert re.fullmatch(r"[0-9A-Z]{4}(?:[ -]?[0-9A-Z]{4}){2}", walk.receipt), walk.receipt
    visitor.axe()
    words = text_of(visitor.fetch(visitor.control("ดาวน์โหลดหลักฐาน PDF")).path())
    assert plain(walk.receipt) in plain(words)
    assert plain(CENTRE) in plain(words)
    filed = Path(visitor.fetch(visitor.control("ดาวน์โหลดไฟล์ใบสมัคร")).path())
    walk.digest = hashlib.sha256(filed.read_bytes()).hexdigest()


def anybody_verifies_the_receipt(walk: Journey) -> None:
    visitor = walk.visitor
    visitor.page.context.clear_cookies()
    visitor.go("/receipts/")
    visitor.page.fill("[name=code]", walk.receipt)
    visitor.press("ตรวจรหัส")
    shown = visitor.text()
    assert "ได้รับใบสมัครแล้ว" in shown
    assert plain(walk.receipt) in plain(shown)
    # What the officer holds is what was filed, and the page says nothing of what is written in it.
    assert walk.digest in plain(shown).lower()
    assert plain(CENTRE) not in plain(shown)
    visitor.axe()


def the_secretariat_accepts_and_assigns(walk: Journey) -> None:
    visitor = walk.visitor
    visitor.sign_in("secretariat")
    visitor.move_clock("screening")
    visitor.go("/screening/")
    visitor.press(walk.rows(CENTRE))
    visitor.axe()
    visitor.press("รับเข้าประเมิน")
    visitor.press("รับเข้าประเมิน")
    visitor.go("/panels/")
    visitor.press("ตั้งคณะใหม่")
    visitor.page.fill("[name=number]", PANEL)
    visitor.page.fill("[name=name]", "ภาคเหนือ")
    visitor.press("ตั้งคณะ")
    for who, role in (("ประธานอนุกรรมการ คณะที่ 1", "ประธาน"), ("ผู้ทรงคุณวุฒิ คณะที่ 1", "ผู้ทรงคุณวุฒิ")):
        if not visitor.page.locator("[name=person]").count():
            visitor.press(walk.rows(f"คณะที่ {PANEL}"))
        option = visitor.page.locator("[name=person] option", has_text=who).first.get_attribute("value")
        visitor.page.select_option("[name=person]", option)
        visitor.page.locator("fieldset").get_by_label(role).first.check()
        visitor.press("เพิ่มในคณะ")
    visitor.axe()
    visitor.go("/panels/")
    visitor.press(visitor.page.locator("main a", has_text="มอบเรื่องที่รออยู่"))
    panel = visitor.page.locator("[name=panel] option", has_text=f"คณะที่ {PANEL}").first
    visitor.page.select_option("[name=panel]", panel.get_attribute("value"))
    visitor.page.get_by_label(f"เลือก {CENTRE}").check()
    visitor.press("ดูส่วนได้เสียก่อนมอบ")
    assert "มอบได้" in visitor.text()
    visitor.press(f"มอบ 1 เรื่องให้คณะที่ {PANEL}")


def an_evaluator_scores(walk: Journey, who: str, points: str) -> None:
    visitor, page = walk.visitor, walk.page
    visitor.sign_in(who)
    visitor.go("/scoring/")
    visitor.press(walk.rows(CENTRE))
    for gate in page.locator("form#scores input[type=radio][value='1']").all():
        gate.check()
    for place in page.locator("form#scores input[inputmode=decimal]").all():
        most = place.locator("xpath=..").locator(".hint").inner_text().split()[-1]
        place.fill(most if points == "all" else str(round(float(most) * 0.9, 1)))
    visitor.press("บันทึกแล้วไปส่ง")
    visitor.press("ส่งคะแนน")
    visitor.look()


def the_panel_agrees(walk: Journey) -> None:
    visitor = walk.visitor
    visitor.sign_in("evaluator")
    visitor.move_clock("visits")
    an_evaluator_scores(walk, "evaluator", "all")
    an_evaluator_scores(walk, "evaluator-2", "most")
    visitor.sign_in("evaluator")
    visitor.go("/scoring/")
    visitor.press(walk.rows(CENTRE))
    visitor.axe()
    visitor.page.fill("#note", "ผลงานครบถ้วนตามที่ยื่น")
    visitor.press("สรุปคะแนนของคณะ")
    visitor.axe()


def the_committee_decides(walk: Journey) -> None:
    visitor = walk.visitor
    visitor.sign_in("committee")
    visitor.move_clock("decision")
    visitor.go("/meetings/")
    visitor.press("เปิดการประชุมครั้งใหม่")
    visitor.page.fill("[name=number]", "9/2570")
    visitor.page.fill("[name=held_on]", "26/07/2570")
    visitor.press("เปิดการประชุม")
    visitor.axe()
    # This one, and the one that the demo has ready from its first day.
    visitor.press("ลงมติตามที่คณะเสนอทั้ง 2 เรื่อง")
    assert CENTRE in visitor.text()
    visitor.press("รับรองมติทั้งหมด")
    visitor.press("รับรองมติทั้งหมด")


def the_result_is_published(walk: Journey) -> None:
    visitor = walk.visitor
    visitor.sign_in("secretariat")
    visitor.move_clock("announcement")
    visitor.go("/meetings/")
    visitor.press("จัดทำประกาศ 2 เรื่อง")
    visitor.page.fill("[name=number]", "9/2570")
    visitor.page.fill("[name=dated]", "28/08/2570")
    visitor.page.fill("[name=valid_from]", "28/08/2570")
    visitor.press("จัดทำใบรับรอง")
    visitor.wait_for(visitor.page.url, "ประกาศผลและใบรับรอง 2 ใบ")
    visitor.press("ประกาศผลและใบรับรอง 2 ใบ")
    visitor.press("ประกาศเดี๋ยวนี้")
    link = visitor.page.locator("main tbody tr", has_text=CENTRE).locator("a").first
    walk.certificate = link.inner_text().strip()
    walk.code = str(link.get_attribute("href")).rsplit("/", 1)[-1]


def a_citizen_verifies(walk: Journey) -> None:
    visitor = walk.visitor
    visitor.page.context.clear_cookies()
    visitor.go(f"/v/{walk.code}")
    shown = visitor.text()
    assert "ใบรับรองนี้ใช้ได้" in shown
    assert CENTRE in shown
    assert walk.certificate in shown
    visitor.axe()
    words = text_of(visitor.fetch(visitor.control("ใบรับรอง PDF")).path())
    assert plain(CENTRE) in plain(words)
    assert plain(walk.certificate) in plain(words)
    visitor.go("/")
    visitor.page.fill("#q", "วังทอง")
    visitor.press("ค้นหา")
    assert CENTRE in visitor.text()
    visitor.press(walk.rows(CENTRE).first)
    assert walk.code in visitor.page.url


def text_of(pdf: Path) -> str:
    """The text layer of a PDF, all pages."""
    document = pypdfium2.PdfDocument(pdf)
    return "\n".join(page.get_textpage().get_text_bounded() for page in document)


def plain(words: str) -> str:
    """Without blanks and line ends, which a text layer puts where it likes."""
    return re.sub(r"[\s\-]+", "", words.translate(str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")))


BEFORE = (the_secretariat_opens_the_round, the_province_loads_the_letter, the_district_sees_its_duties)
ALONE = (the_officer_fills_the_missing_gates, the_province_endorses)
FILED = (the_head_signs_and_the_officer_submits, anybody_verifies_the_receipt)
AFTER = (
    the_secretariat_accepts_and_assigns,
    the_panel_agrees,
    the_committee_decides,
    the_result_is_published,
    a_citizen_verifies,
)
