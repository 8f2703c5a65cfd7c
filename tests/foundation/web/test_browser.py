"""The style page in a real browser: nothing that axe finds, nothing that runs over, and autosave that loses nothing."""

from contextlib import contextmanager

import pytest
from playwright.sync_api import expect, sync_playwright

from tests import axe
from tests.system.browsers import launch
from tests.tried import Tried

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

STORY = "#autosave textarea"
STATUS = "#autosave form [data-autosave-status=story]"
FORM = "#autosave form[data-autosave]"
KEPT = "Object.keys(localStorage).length"
WEIGHTS = "[...new Set([...document.fonts].filter((f) => f.status === 'loaded').map((f) => f.weight))].sort()"


@pytest.fixture(scope="module")
def chromium():
    """One browser for the whole module. Its event loop stands around these tests, whose database is used by nobody else."""
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as play:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        started = launch(play)
        yield started
        started.close()


@pytest.fixture
def browser(chromium):
    """`with browser(width…) as page: …` is a fresh window in it; what it complains of fails the test."""

    @contextmanager
    def window(**options):
        context = chromium.new_context(locale="th-TH", **options)
        context.set_default_timeout(10_000)
        page = context.new_page()
        broken = []
        page.on("pageerror", lambda error: broken.append(str(error)))
        page.on("console", lambda message: broken.append(message.text) if "Refused" in message.text else None)
        try:
            yield page
        finally:
            context.close()
        assert broken == []

    return window


@pytest.fixture
def address(live_server):
    return f"{live_server.url}/style/"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_that_axe_finds_and_nothing_runs_over(browser, address, width, scheme):
    with browser(viewport={"width": width, "height": 900}, color_scheme=scheme) as page:
        page.goto(address)
        page.wait_for_load_state("networkidle")
        found = axe.look(page)

        assert found.lines() == []
        assert found.passed > 30
        assert page.evaluate("document.documentElement.scrollWidth") == width
        assert page.evaluate(WEIGHTS) == ["400", "500", "600", "700"]


def test_contrast_is_tried_where_a_style_is_new_and_seen(browser, address, monkeypatch):
    monkeypatch.delenv("SADUAK_TEST_TRIED", raising=False)
    monkeypatch.setattr(axe, "STYLES", Tried("styles"))
    pale = "document.querySelectorAll('main p').forEach(p => { p.style.color = '#bbb'; p.style.background = '#fff'; })"
    with browser() as page:
        page.goto(address)
        page.evaluate(pale)
        assert [row["id"] for row in axe.look(page, "light").violations] == ["color-contrast"]
        assert axe.look(page, "light").lines() == []
        assert [row["id"] for row in axe.look(page, "dark").violations] == ["color-contrast"]


def test_the_narrowest_page_runs_over_in_no_language(browser, address):
    with browser(viewport={"width": 320, "height": 700}) as page:
        for path in (address, address.replace("/style/", "/en/style/")):
            page.goto(path)
            assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_a_dialog_takes_the_focus_and_gives_it_back(browser, address):
    with browser() as page:
        page.goto(address)
        page.click("[data-dialog=confirm]")
        expect(page.locator("#confirm-title")).to_be_focused()
        page.keyboard.press("Escape")
        expect(page.locator("[data-dialog=confirm]")).to_be_focused()


def test_an_error_leads_into_its_field(browser, address):
    with browser() as page:
        page.goto(address)
        page.click(".errors a[href='#bad_how_0']")
        expect(page.locator("#bad_how_0")).to_be_focused()


def test_what_is_written_is_saved_and_what_cannot_be_taken_stays(browser, address):
    with browser() as page:
        page.goto(address)
        page.fill(STORY, "ติดตามทุกเดือน")
        expect(page.locator(FORM)).to_have_attribute("data-version", "2")
        expect(page.locator(STATUS)).to_contain_text("บันทึกแล้ว เมื่อ")
        assert page.evaluate(KEPT) == 0

        page.fill(STORY, "ผิด")
        expect(page.locator("[data-autosave-error]")).to_contain_text("เขียนอย่างน้อย 1 ประโยค")
        expect(page.locator(STORY)).to_have_attribute("aria-invalid", "true")
        assert page.input_value(STORY) == "ผิด"
        assert page.evaluate(KEPT) == 1

        page.fill(STORY, "ดีแล้ว")
        expect(page.locator("[data-autosave-error]")).to_have_count(0)
        assert page.get_attribute(STORY, "aria-invalid") is None


def test_two_versions_stand_side_by_side_until_the_writer_chooses(browser, address):
    with browser() as page:
        page.goto(address)
        page.fill(STORY, "ชนกัน")
        panel = page.locator("#autosave .both")
        expect(panel).to_contain_text("ข้อความที่ผู้ช่วยเขียนไว้ก่อน")
        assert page.input_value(STORY) == "ชนกัน"
        assert axe.look(page).lines() == []

        panel.get_by_role("button", name="รวมไว้ด้วยกันแล้วแก้ต่อ").click()
        expect(page.locator(FORM)).to_have_attribute("data-version", "101")
        assert page.input_value(STORY) == "ข้อความที่ผู้ช่วยเขียนไว้ก่อน\n\nชนกัน"
        assert page.evaluate(KEPT) == 0


def test_a_submit_waits_for_the_save_that_is_on_its_way(browser, address):
    with browser() as page:
        held = []
        page.route("**/style/save/", lambda route: held.append(route))  # noqa: PLW0108 - Playwright takes no builtin
        page.goto(address)
        page.fill(STORY, "เขียนแล้วกดทันที")
        page.locator(STORY).blur()
        while not held:
            page.wait_for_timeout(50)
        page.locator(f"{FORM} button:not([type=button])").last.click(no_wait_after=True)
        page.wait_for_timeout(300)
        assert len(held) == 1
        assert "field=story" in held[0].request.post_data

        held[0].fulfill(json={"version": 2, "saved_at": "2027-02-04T02:41:00Z"})
        while len(held) < 2:
            page.wait_for_timeout(50)
        assert "field=story" not in held[1].request.post_data
        held[1].continue_()


def test_without_a_signal_the_text_is_kept_and_sent_when_it_is_back(browser, address):
    with browser() as page:
        page.goto(address)
        page.context.set_offline(True)
        page.fill(STORY, "เขียนในที่ไม่มีสัญญาณ")
        expect(page.locator(STATUS)).to_contain_text("เก็บไว้ในเครื่องนี้แล้ว")
        expect(page.locator(".banner-top")).to_be_visible()
        assert page.evaluate(KEPT) == 1

        page.context.set_offline(False)
        expect(page.locator(STATUS)).to_contain_text("บันทึกแล้ว เมื่อ")
        expect(page.locator(".banner-top")).to_have_count(0)
        assert page.evaluate(KEPT) == 0


def test_a_reload_brings_back_what_never_arrived(browser, address):
    with browser() as page:
        page.goto(address)
        page.context.set_offline(True)
        page.fill(STORY, "ยังไม่ถึงเครื่องแม่")
        expect(page.locator(STATUS)).to_contain_text("เก็บไว้ในเครื่องนี้แล้ว")
        # As after a closed lid: the page is opened anew, the server has never heard of the text.
        page.route("**/style/save/", lambda route: route.abort())
        page.context.set_offline(False)
        page.reload()

        assert page.input_value(STORY) == "ยังไม่ถึงเครื่องแม่"
        page.unroute("**/style/save/")
        page.get_by_role("button", name="ลองบันทึกอีกครั้ง").click()
        expect(page.locator(STATUS)).to_contain_text("บันทึกแล้ว เมื่อ")
        assert page.evaluate(KEPT) == 0


def test_signed_out_the_text_is_kept_and_the_way_in_is_shown(browser, address):
    with browser() as page:
        page.goto(address)
        page.fill(STORY, "ออก")
        link = page.locator(f"{STATUS} a")
        expect(link).to_have_text("เข้าสู่ระบบเพื่อบันทึกต่อ")
        expect(link).to_have_attribute("target", "_blank")
        assert page.evaluate(KEPT) == 1

        page.fill(STORY, "เข้าแล้ว")
        page.evaluate("window.dispatchEvent(new Event('focus'))")
        expect(page.locator(STATUS)).to_contain_text("บันทึกแล้ว เมื่อ")


def test_files_go_one_by_one_and_say_what_happened(browser, address):
    with browser() as page:
        page.goto(address)
        page.set_input_files(
            "#upload-file",
            [
                {"name": "good.png", "mimeType": "image/png", "buffer": b"x" * 50_000},
                {"name": "bad.png", "mimeType": "image/png", "buffer": b"x"},
            ],
        )
        expect(page.locator(".upload-good")).to_contain_text("good.png")
        expect(page.locator(".upload-bad")).to_contain_text("ไฟล์นี้เปิดไม่ได้ เลือกไฟล์อื่น")
        expect(page.locator("#style-files")).to_have_text("good.png")


def big(name: str) -> dict:
    return {"name": name, "mimeType": "image/png", "buffer": b"x" * 50_000}


def test_what_can_never_be_taken_is_exchanged_or_dropped_and_what_failed_is_sent_again(browser, address):
    with browser() as page:
        page.goto(address)
        page.set_input_files("#upload-file", [big("bad.png")])
        row = page.locator(".upload-bad")
        expect(row.get_by_role("button", name="เลือกไฟล์อื่น")).to_be_visible()
        expect(row.get_by_role("button", name="ส่งอีกครั้ง")).to_have_count(0)
        row.get_by_role("button", name="เอาออก").click()
        expect(row).to_have_count(0)

        page.route("**/style/upload/", lambda route: route.abort())
        page.set_input_files("#upload-file", [big("slow.png")])
        again = row.get_by_role("button", name="ส่งอีกครั้ง")
        expect(again).to_be_visible()
        expect(row.get_by_role("button", name="เลือกไฟล์อื่น")).to_have_count(0)
        page.unroute("**/style/upload/")
        again.click()
        expect(page.locator(".upload-good")).to_contain_text("slow.png")
        expect(row).to_have_count(0)


def test_leaving_is_asked_about_while_a_file_is_on_its_way_and_only_then(browser, address):
    with browser() as page:
        held, asked = [], []
        page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
        page.route("**/style/upload/", lambda route: held.append(route))  # noqa: PLW0108 - Playwright takes no builtin
        page.goto(address)
        page.click("h1")  # a browser asks nobody who never touched the page
        page.set_input_files("#upload-file", [big("good.png")])
        while not held:
            page.wait_for_timeout(50)
        page.evaluate("location.href = '/en/style/'")
        page.wait_for_timeout(500)
        assert asked == ["beforeunload"]
        assert page.url == address

        held[0].continue_()
        expect(page.locator(".upload-good")).to_contain_text("good.png")
        page.evaluate("location.href = '/en/style/'")
        page.wait_for_url("**/en/style/")
        assert asked == ["beforeunload"]


def test_a_submit_waits_for_the_files_that_are_on_their_way(browser, address):
    with browser() as page:
        held, sent = [], []
        page.route("**/style/upload/", lambda route: held.append(route))  # noqa: PLW0108 - Playwright takes no builtin
        page.goto(address)
        page.set_input_files("#upload-file", [big("good.png")])
        while not held:
            page.wait_for_timeout(50)
        page.on(
            "request",
            lambda request: sent.append(request.method) if request.is_navigation_request() else None,
        )
        page.locator("#upload-file").evaluate("input => input.form.requestSubmit()")
        expect(page.locator("[data-upload-say]")).to_have_text("รอส่งไฟล์ให้เสร็จก่อน แล้วจะไปต่อเอง")
        page.wait_for_timeout(300)
        assert (len(held), sent) == (1, [])

        held[0].continue_()
        while len(held) < 2:
            page.wait_for_timeout(50)
        assert sent == ["POST"]
        held[1].continue_()


def test_the_words_and_the_difference_of_two_versions_are_readable_on_a_phone(browser, address):
    with browser(viewport={"width": 360, "height": 800}) as page:
        page.goto(address)
        page.fill(STORY, "ข้อความที่ผู้ช่วยเขียนไว้แล้วชน")
        panel = page.locator("#autosave .both")
        expect(page.locator(STATUS)).to_have_text("ผู้ช่วย แก้พร้อมกับคุณ")
        expect(panel.get_by_role("button", name="ใช้ของ ผู้ช่วย")).to_be_visible()
        assert panel.locator("em").all_text_contents() == ["แล้วชน", "ก่อน"]
        mine, theirs = (box.bounding_box() for box in panel.locator(".both-text").all())
        assert theirs["y"] >= mine["y"] + mine["height"]
        assert mine["width"] > 250
        assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_the_bar_counts_what_is_chosen(browser, address):
    with browser() as page:
        page.goto(address)
        page.locator("tbody input.check").nth(1).check()
        expect(page.locator("[data-chosen-count]")).to_have_text("เลือกไว้ 2 แห่ง")


def test_a_table_stays_one_on_paper_and_is_cards_on_a_phone(browser, address):
    shape = "getComputedStyle(document.querySelector('.table td[data-label]')).display"
    with browser(viewport={"width": 640, "height": 900}) as page:
        page.goto(address)
        assert page.evaluate(shape) == "grid"
        page.emulate_media(media="print")
        assert page.evaluate(shape) == "table-cell"


def test_a_heading_on_paper_keeps_the_state_below_it(browser, address):
    keeps = "(css) => getComputedStyle(document.querySelector(css)).breakAfter"
    with browser() as page:
        page.goto(address)
        page.evaluate("document.querySelector('main').innerHTML = '<h4>1</h4><p class=\"row\">2</p><p>3</p>'")
        page.emulate_media(media="print")
        assert page.evaluate(keeps, "h4") == page.evaluate(keeps, "h4 + .row") == "avoid"
        assert page.evaluate(keeps, "p:last-child") == "auto"


def test_without_scripts_everything_is_there(browser, address):
    with browser(java_script_enabled=False) as page:
        page.goto(address)
        page.click("[data-dialog=confirm]")
        assert page.url.endswith("#confirm-inline")
        expect(page.locator("#confirm-inline")).to_be_visible()
        expect(page.locator("[data-upload-button]")).to_be_visible()
        page.click(f"{FORM} button")
        assert page.url == address
