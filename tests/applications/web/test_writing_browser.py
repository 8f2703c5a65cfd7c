"""Writing in a real browser: an expired session, a shared computer, a browser without room; nothing typed is lost."""

from contextlib import contextmanager

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from playwright.sync_api import expect, sync_playwright

from saduak.applications import actions
from saduak.applications.models import Answer, AnswerNote
from tests import axe
from tests.applications.web import world as worlds
from tests.applications.web.test_criterion import address_of
from tests.applications.web.world import answer_of
from tests.system.browsers import launch

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TEXT, STATUS = "#id_narrative", "[data-autosave-status=narrative]"
PASSWORD = "ฝนตกที่วังทอง-2570"
KEPT = "Object.keys(localStorage).length"


@pytest.fixture(scope="module")
def chromium():
    """One browser for the whole module."""
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as play:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        started = launch(play)
        yield started
        started.close()


@pytest.fixture
def answer(live_server, transactional_db, mid_window):
    """One item of an application, with the world that it is in."""
    world = worlds.build()
    for role in ("officer", "helper"):
        user = world.people[role].user
        user.set_password(PASSWORD)
        user.save()
    found = answer_of(world.start(), "2.12")
    found.world = world
    found.address = live_server.url + address_of(found)
    found.root = live_server.url
    return found


def sign_in(page, answer, role):
    """Put somebody's session into the browser."""
    client = Client()
    user = answer.world.people[role].user
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": answer.root}])


@pytest.fixture
def window(chromium, answer):
    """A fresh window, signed in as the officer."""

    @contextmanager
    def opened(**options):
        context = chromium.new_context(locale="th-TH", **options)
        context.set_default_timeout(10_000)
        page = context.new_page()
        sign_in(page, answer, "officer")
        try:
            yield page
        finally:
            context.close()

    return opened


def stored(answer):
    return Answer.objects.get(pk=answer.pk).narrative


def test_after_the_session_is_over_one_signs_in_on_the_page_and_what_waits_is_sent(window, answer):
    with window() as page:
        page.goto(answer.address)
        Session.objects.all().delete()
        page.fill(TEXT, "พิมพ์หลังหมดเวลา")
        expect(page.locator(STATUS)).to_contain_text("ออกจากระบบแล้ว")
        page.fill("#note", "รอรูปจากงานทะเบียน")
        page.locator(STATUS).get_by_role("button", name="เข้าสู่ระบบในหน้านี้").click()
        expect(page.locator("#sign-in-login")).to_be_focused()
        assert axe.look(page).lines() == []
        page.fill("#sign-in-login", answer.world.people["officer"].user.email)
        page.fill("#sign-in-password", "ผิดแน่นอน")
        page.keyboard.press("Enter")
        expect(page.locator("#sign-in-here .error")).to_contain_text("ไม่ถูกต้อง")
        page.fill("#sign-in-password", PASSWORD)
        page.keyboard.press("Enter")
        expect(page.locator("#sign-in-here")).to_have_count(0)
        expect(page.locator(STATUS)).to_contain_text("บันทึกแล้ว เมื่อ")
        expect(page.locator("[data-autosave-status=note]")).to_contain_text("บันทึกแล้ว เมื่อ")
        assert stored(answer) == "พิมพ์หลังหมดเวลา"
        assert AnswerNote.objects.get().text == "รอรูปจากงานทะเบียน"
        assert page.evaluate(KEPT) == 0


def test_on_a_shared_computer_nobody_sends_the_words_of_another(window, answer):
    with window() as page:
        page.goto(answer.address)
        page.route(f"**{address_of(answer)}", lambda route: route.abort())
        page.fill(TEXT, "ของคนแรก")
        expect(page.locator(STATUS)).to_contain_text("ยังบันทึกไม่ได้")
        page.unroute(f"**{address_of(answer)}")
        # The page stays open while somebody else signs in: what it holds is not theirs.
        sign_in(page, answer, "helper")
        page.locator(STATUS).get_by_role("button", name="ลองบันทึกอีกครั้ง").click()
        expect(page.locator(STATUS)).to_contain_text("เข้าสู่ระบบในเบราว์เซอร์นี้")
        assert stored(answer) == ""
        # Nor by the button of the form: it comes back to be copied, on a page that says who is signed in.
        page.evaluate("document.getElementById('answer').requestSubmit()")
        expect(page.locator("h1")).to_have_text("ยังไม่ได้บันทึก มีบัญชีอื่นเข้าสู่ระบบอยู่")
        assert page.input_value("#typed-1") == "ของคนแรก"
        assert stored(answer) == ""
        page.goto(answer.address)
        assert page.input_value(TEXT) == ""
        assert page.evaluate(KEPT) == 1
        sign_in(page, answer, "officer")
        page.goto(answer.address)
        assert page.input_value(TEXT) == "ของคนแรก"
        expect(page.locator(STATUS)).to_contain_text("บันทึกแล้ว เมื่อ")
        assert stored(answer) == "ของคนแรก"


def test_a_browser_without_room_says_so(window, answer):
    with window() as page:
        page.add_init_script("Storage.prototype.setItem = () => { throw new Error('full'); };")
        page.goto(answer.address)
        page.route(f"**{address_of(answer)}", lambda route: route.abort())
        page.fill(TEXT, "ไม่มีที่เก็บ")
        expect(page.locator(STATUS)).to_contain_text("อย่าปิดหน้านี้จนกว่าจะบันทึกแล้ว")
        page.unroute(f"**{address_of(answer)}")
        page.evaluate("window.dispatchEvent(new Event('focus'))")
        expect(page.locator(STATUS)).to_contain_text("บันทึกแล้ว เมื่อ")
        assert stored(answer) == "ไม่มีที่เก็บ"


def test_of_two_texts_one_keeps_what_one_wants_passage_by_passage(window, answer):
    with window() as page:
        page.goto(answer.address)
        theirs = "เปิดทุกวันทำการ ไม่เว้นพักเที่ยง มีที่จอดรถ"
        helper = answer.world.actor("helper")
        actions.save_answer(actor=helper, answer_id=answer.public_id, version=0, narrative=theirs)
        page.fill(TEXT, "เปิดทุกวันทำการ ไม่เว้นพักเที่ยง มีเจ้าหน้าที่สามคน")
        panel = page.locator(".both")
        panel.get_by_text("เลือกทีละที่ที่ต่างกัน").click()
        expect(panel.get_by_role("checkbox")).to_have_count(2)
        assert axe.look(page).lines() == []
        panel.get_by_role("checkbox").first.uncheck()
        panel.get_by_role("button", name="ใช้ที่เลือกไว้").click()
        expect(page.locator(STATUS)).to_contain_text("บันทึกแล้ว เมื่อ")
        assert stored(answer) == page.input_value(TEXT) == "เปิดทุกวันทำการ ไม่เว้นพักเที่ยง มีเจ้าหน้าที่สามคน"
        assert page.evaluate(KEPT) == 0
