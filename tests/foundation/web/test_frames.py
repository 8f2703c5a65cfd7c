from pathlib import Path

import pytest
from django.contrib import messages
from django.contrib.messages import get_messages
from django.template.loader import render_to_string
from django.utils import translation

from saduak.foundation import apps
from saduak.foundation.web import nav


def test_the_frame_says_who_acts_and_where_to_go(rf, officer):
    nav.item("home", "งานของฉัน", "try:private")
    nav.place("rights", "try:needs")
    request = rf.get("/try/private/?a=1")
    request.actor = officer
    html = render_to_string("foundation/base.html", {}, request)

    assert "เจ้าหน้าที่ผู้รับผิดชอบ &lt;อำเภอวังทอง&gt;" in html
    assert 'href="/try/needs/">สิทธิของฉัน' in html
    assert 'action="/leave/"' in html
    assert 'action="/language/"' in html
    assert 'name="next" value="/try/private/?a=1"' in html
    assert '<a class="skip btn" href="#main">' in html
    assert '<main id="main" tabindex="-1" class="wrap page">' in html
    assert html.count("<h1") == 0
    assert "crumbs" not in html
    assert "aside-page" not in html
    assert 'class="strip"' not in html


@pytest.mark.parametrize(
    ("language", "said"),
    [("th", "ดูแลโดย สำนักงานทดสอบ"), ("en", "Run by Office of Tests")],
)
def test_the_foot_names_who_runs_the_site_only_when_somebody_says_so(rf, settings, language, said):
    with translation.override(language):
        assert said not in render_to_string("foundation/public.html", {}, rf.get("/"))
        settings.OPERATOR, settings.OPERATOR_EN = "สำนักงานทดสอบ", "Office of Tests"
        assert said in render_to_string("foundation/public.html", {}, rf.get("/"))


def test_the_account_at_the_foot_leads_to_another_password_only_who_is_signed_in(rf, officer):
    nav.place("change-password", "try:private")
    request = rf.get("/")
    request.actor = officer
    link = 'href="/try/private/">เปลี่ยนรหัสผ่าน</a>'

    assert link in render_to_string("foundation/base.html", {}, request)
    assert link not in render_to_string("foundation/base.html", {}, rf.get("/"))


def test_strangers_see_no_menu_and_no_way_out(rf):
    nav.item("home", "งานของฉัน", "try:private")
    request = rf.get("/")
    html = render_to_string("foundation/base.html", {}, request)

    assert "งานของฉัน" not in html
    assert "ออกจากระบบ</button>" not in html


def test_the_strip_tells_of_the_simulated_date_only_with_a_time_machine(rf, settings, db):
    settings.TIME_MACHINE = True
    nav.place("clock", "try:private")
    html = render_to_string("foundation/public.html", {}, rf.get("/"))

    assert "วันที่จำลอง" in html
    assert 'href="/try/private/">ย้ายวันที่จำลอง' in html


def test_crumbs_aside_and_heading_appear_when_they_have_something(render):
    html = render(
        '{% extends "foundation/public.html" %}'
        '{% block crumbs %}{% crumb "หนังสือ" "/a/" %}{% crumb "พล 0023" %}{% endblock %}'
        "{% block content %}<p>เนื้อหา</p>{% endblock %}{% block aside %}<p>ข้าง</p>{% endblock %}"
    )

    assert '<nav class="crumbs" aria-label="ตำแหน่งในระบบ"><ol><li><a href="/a/">หนังสือ</a></li>' in html
    assert '<li aria-current="page">พล 0023</li>' in html
    assert '<div class="aside-page"><div class="flow-l"><p>เนื้อหา</p></div><aside class="flow-l"' in html
    assert "<p>ข้าง</p></aside>" in html


@pytest.mark.django_db
def test_messages_stand_in_a_status_region(signed_in):
    request = signed_in.get("/try/private/").wsgi_request
    messages.success(request, "บันทึก <แล้ว>")
    messages.error(request, "ส่งไม่ได้")
    html = render_to_string("foundation/base.html", {}, request)

    assert '<div class="messages" role="status"><div class="notice notice-done">' in html
    assert "บันทึก &lt;แล้ว&gt;" in html
    assert "notice-late" in html
    assert get_messages(request).used


@pytest.mark.parametrize("frame", ["base", "public", "document", "sheet"])
def test_no_frame_has_anything_inline(rf, frame):
    html = render_to_string(f"foundation/{frame}.html", {}, rf.get("/"))

    assert " style=" not in html
    assert " onclick=" not in html
    assert html.count("<script") == html.count("<script src=")
    assert '<html lang="th">' in html


@pytest.mark.django_db
def test_the_style_page_shows_every_component(client):
    folder = Path(apps.__file__).parent / "templates"
    text = (folder / "foundation" / "style.html").read_text(encoding="utf-8")
    shown_by_another = {"icon", "tag", "level", "progress", "fields"}
    missing = [
        path.stem
        for path in sorted((folder / "cotton").glob("*.html"))
        if f"<c-{path.stem}" not in text and path.stem not in shown_by_another
    ]

    assert missing == []
    assert client.get("/style/").status_code == 200
