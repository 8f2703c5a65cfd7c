"""The draft of the journey, written by three people: the officer, a helper of the office, and a link on a telephone.

The demo's story has written 39 of the 50 items with evidence through the actions, as the officer. The eleven that it leaves
(three gates, seven advanced items, one outcome) and the one that the province had sent back (a basic item) are written
here, each on its page: so every kind of item is, and every step.
"""

import re
from collections.abc import Sequence

from playwright.sync_api import Locator, expect

from tests.system import journey
from tests.system.journey import Journey, answer_gate, photo
from tests.system.visitor import Visitor

HELPER = "ผู้ช่วย"
BY_LINK = "พนักงานหน้าช่องบริการ"
OWN_GATES = ("10", "14")
# What the helper of the office gets: a whole side (some of it is written already), and an outcome.
SIDE, OUTCOME = "บุคลากร", "3 การนำเทคโนโลยีมาช่วย"
OFFICE = ("3.3", "3.4", "3.5", "การนำเทคโนโลยี")
# What goes out by a link, in the order in which its holder meets it.
LINKED = ("13", "2.5", "2.10", "2.15", "4.2")
# What the province has asked for since before the walk, and what it asks for on the way.
ASKED_BEFORE, ASKED = "2.12", ("2.15", "3.4")


def the_officer_gives_items_to_two_helpers(walk: Journey) -> None:
    visitor = walk.visitor
    visitor.sign_in("officer")
    visitor.move_clock("window")
    visitor.go("/applications/")
    visitor.press(visitor.page.locator("main a", has_text=journey.CENTRE))
    walk.application = visitor.page.url
    visitor.go(f"{walk.application}helpers/new/")
    visitor.axe()
    visitor.go(walk.application)
    give_to_helper(visitor, SIDE, "12/02/2570", "ขอภาพการอบรมของปีนี้ด้วย", OUTCOME)
    assert "12 ก.พ." in visitor.text()
    visitor.axe()
    visitor.go(walk.application)
    link = give_by_link(visitor, LINKED, BY_LINK, "ถ่ายจากจุดจริง ไม่ต้องถ่ายให้สวย")
    visitor.axe()
    visitor.go(walk.application)
    assert said_of_items(visitor, f"มอบให้ {BY_LINK}") == len(LINKED)
    assert walk.phone is not None
    walk.phone.go(link)


def give_to_helper(visitor: Visitor, side: str, until: str, message: str, *items: str) -> None:
    """From the task list: a whole side, and what else, to the helper of the office."""
    page = visitor.page
    visitor.press("ผู้ช่วยเขียน และการมอบข้อ")
    visitor.press("มอบข้อให้ผู้ช่วย")
    fold = page.locator("details.fold", has=page.locator("summary", has_text=side))
    fold.locator("summary").click()
    fold.get_by_label("ทั้งหมด").check()
    for item_ in items:
        tick(visitor, item_)
    page.get_by_label("คนในหน่วยงานที่มีบัญชี").check()
    page.select_option("[name=person]", option(page.locator("[name=person]"), HELPER))
    page.fill("[name=due_on]", until)
    page.fill("[name=message]", message)
    visitor.press("มอบงาน")


def give_by_link(visitor: Visitor, items: Sequence[str], name: str, message: str) -> str:
    """From the task list: some items to somebody without an account; the link that is told once."""
    page = visitor.page
    visitor.press("ผู้ช่วยเขียน และการมอบข้อ")
    visitor.press("มอบข้อให้ผู้ช่วย")
    for number in items:
        tick(visitor, number)
    page.get_by_label("คนที่ไม่มีบัญชี ส่งลิงก์ให้เอง").check()
    page.fill("[name=name]", name)
    page.fill("[name=message]", message)
    visitor.press("มอบงาน")
    return page.input_value("#link")


def tick(visitor: Visitor, words: str) -> None:
    """Choose an item by the beginning of its words; the side in which it stands may be folded up."""
    label = visitor.page.locator("label.choice", has_text=begins(words))
    if not label.first.is_visible():
        label.first.locator("xpath=ancestor::details[1]/summary").click()
    label.first.locator("input").check()


def said_of_items(visitor: Visitor, words: str) -> int:
    """At how many items of the task list these words stand, folded up or not."""
    return visitor.page.locator("main .rows-tight .why", has_text=words).count()


def begins(words: str) -> re.Pattern[str]:
    """Text that begins with these words, or with this number and no longer one."""
    return re.compile(r"^\s*" + words.replace(".", "[.]") + r"(?![\d.])")


def option(chooser: Locator, words: str) -> str:
    """The value of the first choice with these words."""
    return str(chooser.locator("option", has_text=words).first.get_attribute("value"))


def write(visitor: Visitor, name: str, words: str, seed: int) -> None:
    """Claim all that an item gives, whatever its kind asks for; tell it, and take a photograph. It saves itself."""
    page = visitor.page
    if page.locator("#answer input[name=claim]").count():
        page.locator("#answer input[name=claim][value=met]").check()
    for group in page.locator("#answer fieldset:has(input[type=radio]:not([name=claim]))").all():
        group.locator("input[type=radio]").last.check()
    page.fill("#id_narrative", words)
    page.fill("#caption", f"ภาพของ{name}")
    file = {"name": f"photo-{seed}.jpg", "mimeType": "image/jpeg", "buffer": photo(seed)}
    page.set_input_files("#upload-file", [file])  # type: ignore[list-item] # a file of our own making
    expect(page.locator("#tiles")).to_contain_text(f"ภาพของ{name}")
    expect(page.locator("#standing")).to_contain_text("ครบ")
    expect(page.locator("[data-autosave-status='narrative']")).to_contain_text("บันทึกแล้ว")


def a_helper_of_the_office_writes_a_side(walk: Journey) -> None:
    visitor = walk.visitor
    visitor.sign_in("helper")
    visitor.go("/helping/")
    assert "ขอภาพการอบรมของปีนี้ด้วย" in visitor.text()
    visitor.axe()
    for seed, number in enumerate(OFFICE):
        visitor.go("/helping/")
        visitor.press(item(visitor, number))
        write(visitor, f"ข้อ {number}", f"ข้อ {number} อบรมทุกเดือน มีแผนและผลของปีนี้ ผู้รับบริการชมมากขึ้น", 20 + seed)
        visitor.press("บันทึก แล้วกลับไปหน้าใบสมัคร")
    hand_in(visitor, "ครบทุกข้อแล้ว ภาพอบรมเป็นของเดือนมกราคม")


def item(visitor: Visitor, number: str) -> Locator:
    """The link to an item in a list, by its number or by words of its title."""
    rows = visitor.page.locator("main ul.rows > li")
    no = rows.filter(has=visitor.page.locator(".no", has_text=re.compile(rf"^{re.escape(number)}$")))
    return no.or_(rows.filter(has_text=number) if not number[0].isdigit() else no).locator("a.whole").first


def hand_in(visitor: Visitor, words: str) -> None:
    visitor.go("/helping/")
    visitor.page.locator("[name=note]").first.fill(words)
    visitor.press("ส่งงานคืน")
    assert "ส่งงานคืนแล้ว" in visitor.text()


def somebody_with_a_link_writes_on_a_telephone(walk: Journey) -> None:
    phone = walk.phone
    assert phone is not None
    assert BY_LINK in phone.text()
    phone.axe()
    phone.press("เริ่มช่วย")
    phone.axe()
    assert phone.page.locator("main ul.rows > li").count() == len(LINKED)
    phone.press(item(phone, LINKED[0]))
    for seed, number in enumerate(LINKED):
        assert f"{number} " in phone.page.locator("h1").inner_text() or number in phone.page.title()
        write(phone, f"ข้อ {number}", f"ข้อ {number} ทำที่ช่องบริการทุกวัน เห็นได้จากภาพที่ถ่ายวันนี้", 40 + seed)
        if seed == 0:
            phone.axe()
        phone.press("บันทึก แล้วไปข้อถัดไป" if number != LINKED[-1] else "บันทึก แล้วกลับไปงานที่ช่วย")
    hand_in(phone, "ถ่ายครบแล้วค่ะ")


def the_officer_takes_it_and_finishes(walk: Journey) -> None:
    visitor, page = walk.visitor, walk.page
    visitor.sign_in("officer")
    visitor.go(walk.application)
    assert said_of_items(visitor, f"{BY_LINK} ส่งงานคืนแล้ว") == len(LINKED)
    for name in (HELPER, BY_LINK):
        visitor.go(f"{walk.application}helpers/")
        visitor.press(page.locator("main a.whole", has_text=name))
        visitor.press("รับงานแล้ว จบการช่วย")
    visitor.axe()
    for number in OWN_GATES:
        visitor.go(walk.application)
        visitor.press(gate(visitor, number))
        answer_gate(walk, int(number))
    correct(walk, ASKED_BEFORE)
    visitor.go(walk.application)
    shown = visitor.text()
    assert page.locator("main .rows-tight .tag-done").count() == 50
    assert "14 จาก 14" in shown
    assert "ได้ 100 จาก 100 คะแนน" in shown
    # A link opens nothing any more once the work is taken.
    phone = walk.phone
    assert phone is not None
    phone.expects_refusal = True
    phone.go("/helping/")
    assert "งานนี้เปิดไม่ได้แล้ว" in phone.text()


def gate(visitor: Visitor, number: str) -> Locator:
    """The link to a gate on the task list."""
    row = visitor.page.locator("#gates li").filter(
        has=visitor.page.locator(".no", has_text=re.compile(f"^{number}$"))
    )
    return row.locator("a")


def correct(walk: Journey, number: str) -> None:
    """Do what the province asked for at an item, and say so."""
    visitor, page = walk.visitor, walk.page
    visitor.go(f"{walk.application}review/")
    visitor.press(item(visitor, number))
    assert "ขอให้แก้ 1 เรื่อง" in visitor.text()
    before = page.input_value("#id_narrative")
    page.fill("#id_narrative", f"{before}\nแก้แล้วตามที่จังหวัดขอ ใส่ผู้รับผิดชอบและวันที่ครบทุกบรรทัด")
    visitor.press("แก้แล้ว")
    assert "แก้แล้วตามที่จังหวัดขอ" in page.input_value("#id_narrative")


def the_province_returns_two_items(walk: Journey) -> None:
    visitor, page = walk.visitor, walk.page
    journey.the_officer_asks_for_a_check(walk)
    journey.the_province_opens_what_waits(walk)
    for number in ASKED:
        place = page.get_by_label(f"ความเห็นต่อข้อ {number}", exact=True)
        place.locator("xpath=ancestor::details[1]/summary").click()
        place.fill(f"ข้อ {number} ยังไม่บอกว่าใครทำและเมื่อใด ขอให้เติม")
    page.fill("#note", f"เหลือ {len(ASKED)} ข้อ แก้แล้วส่งมาอีกครั้ง")
    visitor.axe()
    visitor.press("ส่งกลับพร้อมความเห็น")
    assert "ส่งกลับพร้อมความเห็นแล้ว" in visitor.text()


def the_officer_corrects_both(walk: Journey) -> None:
    visitor = walk.visitor
    visitor.sign_in("officer")
    assert "ขอให้แก้" in visitor.text()
    for number in ASKED:
        correct(walk, number)
    visitor.axe()


def the_province_reads_what_changed_and_endorses(walk: Journey) -> None:
    visitor = walk.visitor
    journey.the_officer_asks_for_a_check(walk)
    journey.the_province_opens_what_waits(walk)
    for number in ASKED:
        row = visitor.page.locator("main ul.rows > li", has_text=begins(number))
        assert "ขอให้แก้ไว้ และเปลี่ยนแล้ว" in row.first.inner_text()
    journey.endorse(walk)


SCENES = (
    the_officer_gives_items_to_two_helpers,
    a_helper_of_the_office_writes_a_side,
    somebody_with_a_link_writes_on_a_telephone,
    the_officer_takes_it_and_finishes,
    the_province_returns_two_items,
    the_officer_corrects_both,
    the_province_reads_what_changed_and_endorses,
)
