from datetime import date

import pytest
from django import forms

from saduak.foundation.access import Invalid, Refused
from saduak.foundation.web import fields
from saduak.foundation.web.forms import ThaiDateField, refuse


class Sample(forms.Form):
    name = forms.CharField(label="ชื่อ <ศูนย์>", max_length=30, help_text="ตามคำสั่ง")
    code = forms.CharField(label="รหัส", max_length=4, required=False)
    note = forms.CharField(label="หมายเหตุ", widget=forms.Textarea, required=False)
    year = forms.IntegerField(label="ปี", min_value=2500, required=False)
    mail = forms.EmailField(label="อีเมล", required=False)
    day = ThaiDateField(label="วันที่", required=False)
    how = forms.ChoiceField(label="รับทางใด", choices=[("a", "ก"), ("b", "ข")], widget=forms.RadioSelect)
    line = forms.ChoiceField(label="สังกัด", choices=[("a", "ก")])
    agree = forms.BooleanField(label="ยืนยัน")
    file = forms.FileField(label="หลักฐาน")


def bad(**data):
    form = Sample(data)
    form.is_valid()
    return form


def test_a_field_names_its_hint_and_its_error():
    drawn = fields.draw(bad()["name"])

    assert drawn.described_by == "id_name-hint id_name-error"
    assert 'aria-describedby="id_name-hint id_name-error"' in drawn.control
    assert 'aria-invalid="true"' in drawn.control
    assert drawn.errors == ["กรอก “ชื่อ <ศูนย์>”"]


def test_a_field_without_hint_and_error_names_nothing():
    drawn = fields.draw(Sample()["code"])

    assert drawn.described_by == ""
    assert "aria-" not in drawn.control
    assert drawn.optional


@pytest.mark.parametrize(
    ("name", "css"),
    [
        ("name", "input w-m"),
        ("code", "input w-xs"),
        ("year", "input w-s"),
        ("day", "input w-s"),
        ("line", "w-m"),
    ],
)
def test_the_width_follows_what_is_expected(name, css):
    assert f'class="{css}"' in fields.draw(Sample()[name]).control
    assert 'class="input w-l"' in fields.draw(Sample()["name"], width="l").control


def test_a_list_of_choices_is_a_group_with_notes():
    drawn = fields.draw(bad(how="x")["how"], notes={"b": "แนบรูป"})

    assert drawn.kind == "many"
    assert [(choice.label, choice.note) for choice in drawn.choices] == [("ก", ""), ("ข", "แนบรูป")]
    assert 'id="id_how_0"' in drawn.choices[0].control
    assert drawn.errors == ["เลือกจากรายการ"]


def test_a_readonly_field_with_data_and_rows():
    drawn = fields.draw(
        Sample()["note"], rows=4, readonly=True, data={"data-autosave": "off", "data-version": None}
    )

    assert 'rows="4"' in drawn.control
    assert " readonly" in drawn.control
    assert 'data-autosave="off"' in drawn.control
    assert "data-version" not in drawn.control


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("how", {}, "เลือก “รับทางใด”"),
        ("line", {}, "เลือก “สังกัด”"),
        ("agree", {}, "ทำเครื่องหมายที่ “ยืนยัน”"),
        ("file", {}, "แนบ “หลักฐาน”"),
        ("year", {"year": "12"}, "ใส่ตัวเลขตั้งแต่ 2500 ขึ้นไป"),
        ("year", {"year": "ก"}, "ใส่ตัวเลขเท่านั้น เช่น 12"),
        ("mail", {"mail": "x"}, "ใส่อีเมลให้ครบ เช่น name@example.go.th"),
    ],
)
def test_errors_say_what_to_do(name, data, words):
    assert fields.messages(bad(**data)[name]) == [words]


def test_a_rooms_own_words_stay():
    form = bad(name="ก")
    form.add_error("name", "มีศูนย์ชื่อนี้แล้วในอำเภอ")

    assert fields.messages(form["name"]) == ["มีศูนย์ชื่อนี้แล้วในอำเภอ"]


def test_the_summary_leads_to_every_field_and_keeps_what_belongs_to_none():
    form = bad(name="ก", line="a", agree="on")
    form.add_error(None, "มีใบสมัครแล้ว")
    summary = fields.summary(form)

    assert summary.title == "ยังบันทึกไม่ได้ มี 2 ช่องต้องแก้"
    assert summary.lines == [
        ("", "มีใบสมัครแล้ว"),
        ("#id_how_0", "เลือก “รับทางใด”"),
        ("#id_file", "แนบ “หลักฐาน”"),
    ]


def test_no_errors_no_summary():
    assert fields.summary(Sample()) is None
    assert fields.summary(None) is None


def test_a_refusal_without_a_form():
    assert fields.summary(None, Refused("ปิดแล้ว")).lines == [("", "ปิดแล้ว")]
    summary = fields.summary(None, Invalid("ไม่ครบ", {"name": "กรอกชื่อ"}))
    assert summary.lines == [("#id_name", "กรอกชื่อ")]


def test_an_actions_refusal_goes_to_its_fields():
    form = bad(name="ก", how="a", line="a", agree="on")
    refuse(form, Invalid("ไม่ครบ", {"name": "ชื่อซ้ำ", "elsewhere": "อีกเรื่อง"}))
    refuse(form, Refused("ปิดแล้ว"))

    assert form.errors["name"] == ["ชื่อซ้ำ"]
    assert form.non_field_errors() == ["อีกเรื่อง", "ปิดแล้ว"]


@pytest.mark.parametrize("text", ["15/02/2570", "๑๕ ก.พ. ๒๕๗๐", "15 กุมภาพันธ์ 2570"])
def test_a_day_is_read_as_people_write_it(text):
    assert ThaiDateField().clean(text) == date(2027, 2, 15)


def test_a_day_is_shown_as_it_is_typed_and_mistakes_stay():
    assert 'value="15/02/2570"' in fields.draw(Sample(initial={"day": date(2027, 2, 15)})["day"]).control
    form = bad(day="31/02/2570")
    assert fields.messages(form["day"])[0].startswith("ไม่มีวันที่ 31")
    assert 'value="31/02/2570"' in fields.draw(form["day"]).control
    assert ThaiDateField(required=False).clean("") is None
    assert not ThaiDateField().has_changed(date(2027, 2, 15), "15 ก.พ. 2570")
    assert ThaiDateField().has_changed(date(2027, 2, 15), "32/02/2570")
