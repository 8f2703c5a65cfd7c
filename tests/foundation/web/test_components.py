import re
from datetime import UTC, datetime, timedelta

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import TemplateSyntaxError

from saduak.foundation import clock

EVIL = '"><script>alert(1)</script>'
NOW = datetime(2027, 2, 4, 2, 41, tzinfo=UTC)


class Sample(forms.Form):
    name = forms.CharField(label="ชื่อ", help_text="ตามคำสั่ง")
    how = forms.ChoiceField(label="ทาง", choices=[("a", "ก")], widget=forms.RadioSelect)
    agree = forms.BooleanField(label="ยืนยัน")


@pytest.fixture
def wrong():
    form = Sample({"name": "", "how": "", "agree": ""})
    form.is_valid()
    return form


ESCAPING = [
    '<c-title :title="x" :overline="x">{{ x }}</c-title>',
    '<c-section id="a" :title="x" :note="x">{{ x }}</c-section>',
    '<c-tag state="due">{{ x }}</c-tag>',
    '<c-tag state="due" :data-x="x">{{ x }}</c-tag>',
    '<c-level level="basic" :label="x" />',
    '<c-notice :title="x" :id="x">{{ x }}</c-notice>',
    '<c-banner :data-x="x">{{ x }}</c-banner>',
    '<c-buttons :submit="x" :back="x" :back-url="x" name="a" :value="x" />',
    '<c-table :caption="x" :id="x"></c-table>',
    '<c-until :date="now" :what="x" :source="x" :source-url="x" :note="x" />',
    '<c-facts :items="pairs">{% fact x %}{{ x }}{% endfact %}</c-facts>',
    '<c-numbers :items="triples" />',
    '<c-fold :title="x">{{ x }}</c-fold>',
    '<c-tile :title="x" :url="x" :kind="x" :note="x" :library="x" />',
    '<c-finding :title="x" :left="x" :right="x" :left-label="x" :right-label="x" :key="x" />',
    '<c-stamp :organisation="x" :number="x" :note="x" :date="now" />',
    '<c-duty :what="x" :who="x" :by="x" force="order" />',
    '<c-saved state="saved" :at="now" :for="x" :note="x" />',
    '<c-dialog id="d" :title="x" :lead="x" :submit="x" :cancel="x" :warning="x" :will="triples" :action="x" />',
    '<c-empty :title="x">{{ x }}</c-empty>',
    '<c-chosen :submit="x" :note="x" :count="x" />',
    '<c-loading :title="x" :note="x" />',
    '<c-upload :label="x" :hint="x" :accept="x" :url="x" />',
    '<c-copy :target="x">{{ x }}</c-copy>',
    '<c-cert :title="x" :when="x" :name="x" />',
    '<c-talk :items="said" />',
    '<c-rail :stages="stages" :label="x" />',
    '<c-steps :steps="steps" :label="x" />',
    '<c-views :items="views" :label="x" />',
    '<c-gauge have="4" :levels="levels" />',
    '{% tag "due" x %}{% call x x log="a" value=x last=x %}{% progress 1 2 x %}{% crumb x x %}{{ x|nb }}{{ x|paragraphs }}',
    "{% task x x no=x why=x state='due' label=x end=x %}{% th x 'a' %}{% when x %}{% icon x %}",
]


@pytest.mark.parametrize("text", ESCAPING)
def test_what_people_wrote_never_becomes_markup(render, text):
    html = render(
        text,
        x=EVIL,
        now=NOW,
        pairs=[(EVIL, EVIL)],
        triples=[(EVIL, EVIL, EVIL)],
        said=[{"who": EVIL, "role": EVIL, "text": EVIL, "at": NOW}],
        stages=[{"title": EVIL, "text": EVIL, "when": EVIL, "note": EVIL, "state": "now"}],
        steps=[{"title": EVIL, "url": EVIL, "note": EVIL, "plus": EVIL}],
        views=[{"label": EVIL, "url": EVIL, "count": EVIL}],
        levels=[{"key": EVIL, "label": EVIL, "floor": 70}],
    )

    assert "alert(1)" in html
    assert "<script" not in html
    assert '""' not in re.sub(r'(?:class|alt|data-autosave-status)=""', "", html)
    assert " style=" not in html


def test_a_component_does_not_see_the_pages_own_variables(render):
    html = render("<c-notice>ก</c-notice>", title="รั่ว", note="รั่ว", level="9")

    assert "รั่ว" not in html
    assert "<h9" not in html


@pytest.mark.parametrize(
    ("state", "css", "loop"),
    [
        ("done", "tag tag-done", "done"),
        ("sent", "tag tag-done", "sent"),
        ("due", "tag tag-due", "lack"),
        ("back", "tag tag-due", "back"),
        ("late", "tag tag-late", "late"),
        ("wait", "tag tag-wait", "wait"),
        ("work", "tag tag-work", "work"),
        ("none", "tag", "none"),
        ("off", "tag", "off"),
    ],
)
def test_a_status_has_a_word_a_tint_and_a_loop(render, state, css, loop):
    html = render(f'<c-tag state="{state}">ครบ</c-tag>')

    assert f'<span class="{css}">' in html
    assert f"icons.svg#{loop}" in html
    assert "ครบ</span>" in html
    assert html.strip() == render(f'{{% tag "{state}" "ครบ" %}}').strip()


def test_a_word_that_the_library_does_not_know_shows_at_once(render):
    with pytest.raises(TemplateSyntaxError, match="no state 'dun'"):
        render('{% tag "dun" "ครบ" %}')


@pytest.mark.parametrize(("key", "steps"), [("basic", 1), ("advanced", 2), ("excellent", 3)])
def test_a_level_is_as_many_stairs_and_its_name(render, key, steps):
    html = render(f'<c-level level="{key}" />')

    assert html.count('class="on"') == steps
    assert html.count("<rect") == 3
    assert f"level-{key}" in html


def test_field_with_error_is_label_hint_error_control_in_this_order(render, wrong):
    html = render('<c-field :field="form.name" id="wrap" />', form=wrong)

    order = [html.index(part) for part in ("<label", "id_name-hint", "id_name-error", "<input")]
    assert order == sorted(order)
    assert 'for="id_name"' in html
    assert 'class="field field-bad' in html
    assert 'aria-describedby="id_name-hint id_name-error"' in html
    assert 'id="wrap"' in html


def test_choices_are_a_fieldset_and_a_box_is_a_choice(render, wrong):
    group = render('<c-field :field="form.how" />', form=wrong)
    box = render('<c-field :field="form.agree" />', form=wrong)

    assert group.count("<fieldset") == group.count("<legend") == 1
    assert 'aria-describedby="id_how-error"' in group
    assert '<label class="choice"><input type="radio"' in group
    assert '<label class="choice" for="id_agree"><input type="checkbox"' in box


def test_the_summary_comes_with_the_form_and_leads_to_its_fields(render, wrong):
    html = render('<c-form :form="form" action="/x/"><c-fields :form="form" /></c-form>', form=wrong)

    assert 'role="alert" tabindex="-1" data-errors' in html
    assert [*re.findall(r'<a href="(#[^"]+)"', html)] == ["#id_name", "#id_how_0", "#id_agree"]
    for target in ("id_name", "id_how_0", "id_agree"):
        assert html.count(f'id="{target}"') == 1
    assert 'name="csrfmiddlewaretoken"' in html
    assert "มี 3 ช่องต้องแก้" in html


def test_a_form_without_errors_has_no_summary_and_a_get_form_no_token(render):
    html = render('<c-form method="get" :form="form" action="/x/">ก</c-form>', form=Sample())

    assert "data-errors" not in html
    assert "csrfmiddlewaretoken" not in html


def test_autosave_says_where_and_on_which_version(render):
    html = render('<c-form action="/a/" autosave-url="/b/" version="{{ n }}">ก</c-form>', n=3)

    assert 'data-autosave data-autosave-url="/b/" data-version="3"' in html


def test_a_pager_keeps_the_query_and_marks_the_page(render):
    page = Paginator(range(2430), 20).page(7)
    html = render('<c-pager :page="page" unit="หน่วยงาน" />', path="/?q=ก&page=7", page=page)

    assert 'href="?q=%E0%B8%81&amp;page=8"' in html
    assert re.search(r'aria-current="page"><span class="sr">หน้า </span>7<', html)
    assert '<span class="nb">121 – 140</span> จาก 2,430 หน่วยงาน' in html
    assert render('<c-pager :page="page" />', page=Paginator([1], 20).page(1)).strip() == ""


@pytest.mark.parametrize(
    ("query", "href", "order"),
    [
        ("", "?sort=name", ""),
        ("?sort=name&page=3", "?sort=-name", "ascending"),
        ("?sort=-name", "?sort=name", "descending"),
    ],
)
def test_a_column_sorts_and_says_how(render, query, href, order):
    html = render('{% th "หน่วยงาน" "name" %}', path=f"/{query}")

    assert f'href="{href}"' in html
    assert (f'aria-sort="{order}"' in html) if order else ("aria-sort" not in html)
    assert render('{% th "โทร" css="num" %}') == '<th scope="col" class="num">โทร</th>'


@pytest.mark.parametrize(
    ("days", "css", "words"),
    [
        (11, "until-near", "เหลือ</small>11<small>วัน"),
        (40, "until ", "เหลือ</small>40<small>วัน"),
        (-3, "until-over", "เลยมา</small>3<small>วัน"),
        (0, "until-near", "วันนี้"),
    ],
)
def test_a_deadline_says_the_number_first(render, days, css, words):
    with clock.travel(NOW):
        html = render('<c-until :date="day" what="ยื่นต่อ สปน." />', day=clock.today() + timedelta(days=days))

    assert css in html
    assert words in html
    assert "<time datetime=" in html


def test_offices_above_have_no_colour_and_nothing_is_nothing(render):
    with clock.travel(NOW):
        html = render('<c-until :date="day" neutral />', day=clock.today() - timedelta(days=3))

    assert "until-over" not in html
    assert render('<c-until :date="none" />', none=None).strip() == ""


def test_a_half_open_deadline_at_midnight_ends_on_the_day_before(render):
    midnight = datetime(2027, 2, 28, 17, tzinfo=UTC)
    with clock.travel(NOW):
        html = render('<c-until :date="at" />', at=midnight)

    assert "อาทิตย์ 28 ก.พ. 2570" in html
    assert "เหลือ</small>24<small>วัน" in html


def test_a_rail_says_where_one_stands(render):
    stages = [
        {"title": "ร่าง", "state": "past", "when": NOW},
        {"title": "ตรวจทาน", "state": "now"},
        {"title": "ออกหนังสือ", "state": "unknown"},
        {"title": "ยื่น", "state": "ahead"},
    ]
    html = render('<c-rail :stages="stages" wide />', stages=stages)

    assert 'class="rail rail-wide' in html
    assert re.findall(r"<li([^>]*)>", html) == [
        ' class="past"',
        ' class="past now" aria-current="step"',
        ' class="past unknown"',
        "",
    ]
    assert '<time datetime="2027-02-04T09:41:00+07:00">4 ก.พ. 2570</time>' in html


def test_a_gauge_with_an_open_gate_names_no_level_reached(render):
    levels = [{"key": "basic", "label": "พื้นฐาน", "floor": 70}]
    shut = render(
        '<c-gauge id="a" have="95" claim="97" :levels="levels" gates-done="12" gates-total="14" />',
        levels=levels,
    )
    free = render(
        '<c-gauge id="b" have="95" :levels="levels" gates-done="14" gates-total="14" />', levels=levels
    )

    assert "gauge-shut" in shut
    assert '(เกณฑ์ที่ต้องผ่าน <span class="nb">12 จาก 14)</span>' in shut
    named = render('<c-gauge id="c" gates-done="1" gates-total="2" :gate_title="title" />', title="ด่านแรก")
    assert '(ด่านแรก <span class="nb">1 จาก 2)</span>' in named
    assert "ยังไม่มีระดับ เพราะด่านแรกครบ 1 จาก 2 ข้อ" in named
    assert "ถึงเกณฑ์" not in shut
    assert 'fill="url(#a-hatch)"' in shut
    assert "gauge-shut" not in free
    assert "ถึงเกณฑ์พื้นฐาน" in free
    assert "(ประมาณการ)" in free


def test_a_dialog_has_a_name_a_way_back_and_a_page_that_shows_the_same(render):
    text = '<c-dialog id="d" title="ส่ง 3 แห่ง" lead="จะ" submit="ส่ง 3 ฉบับ" {} back-url="/back/" />'
    dialog = render(text.format(""))
    inline = render(text.format("inline"))

    assert '<dialog class="dialog' in dialog
    assert 'aria-labelledby="d-title"' in dialog
    assert 'id="d-title" tabindex="-1"' in dialog
    assert 'formmethod="dialog"' in dialog
    assert "csrfmiddlewaretoken" in dialog
    assert "<dialog" not in inline
    assert 'href="/back/"' in inline


def test_names_of_components_stand_in_headings_of_the_level_asked_for(render):
    assert "<h3>" in render('<c-notice title="ก" level="3">ข</c-notice>')
    assert '<h2 id="w-title">' in render('<c-section id="w" title="กขค" />').replace("<span", "\n<span")


@pytest.mark.parametrize(
    ("phone", "href"),
    [
        ("055 123 456", "tel:+6655123456"),
        ("๐๕๕-๑๒๓๔๕๖ ต่อ 12", "tel:+6655123456"),
        ("+66 2 000 0000", "tel:+6620000000"),
        ("1111", "tel:1111"),
    ],
)
def test_a_call_is_a_link_that_dials(render, phone, href):
    assert f'href="{href}"' in render("{% call phone 'อำเภอวังทอง' %}", phone=phone)


def test_titles_break_between_phrases_only(render):
    assert render("{{ 'งานทะเบียน อำเภอวังทอง'|nb }}") == (
        '<span class="nb">งานทะเบียน</span> <span class="nb">อำเภอวังทอง</span>'
    )
    assert "nb" not in render("{{ long|nb }}", long="ก" * 60)


def test_plain_text_becomes_paragraphs(render):
    assert render("{{ t|paragraphs }}", t="ก\r\nข\n\n\nค & ง\n") == "<p>ก<br>ข</p><p>ค &amp; ง</p>"


@pytest.mark.parametrize(("days", "words"), [(3, "เหลือ 3 วัน"), (0, "วันสุดท้าย"), (-2, "เลยมา 2 วัน")])
def test_days_left_in_words(render, days, words):
    with clock.travel(NOW):
        html = render("{% days_left day %}", day=clock.today() + timedelta(days=days))

    assert html == f'<span class="nb">{words}</span>'


def test_small_tags(render):
    assert render("{{ 12|of:14 }}") == "12 จาก 14"
    assert render("{% query page=2 q=None %}", path="/?q=a&s=1&page=9") == "?s=1&amp;page=2"
    assert render("{% when d 'day' %}", d=NOW) == '<time datetime="2027-02-04T09:41:00+07:00">4 ก.พ.</time>'
    assert render("{% when d %}", d=None) == ""


def test_a_components_own_attributes_do_not_leak_into_the_page(render):
    html = render('<c-until :date="d" source="ก" source-url="/a/" data-x="1" hidden />', d=NOW)

    assert "source" not in html
    assert ' data-x="1" hidden' in html


def test_a_form_with_a_password_does_not_claim_that_everything_typed_is_still_there(render, wrong):
    kept = render('<c-form :form="form" />', form=wrong)
    emptied = render('<c-form :form="form" title="ยังเข้าไม่ได้" :kept="False" />', form=wrong)

    assert "สิ่งที่กรอกไว้แล้วยังอยู่ครบ" in kept
    assert "สิ่งที่กรอกไว้แล้วยังอยู่ครบ" not in emptied
    assert "ยังเข้าไม่ได้" in emptied
