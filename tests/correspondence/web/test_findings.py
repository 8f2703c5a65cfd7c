"""A doubt side by side, as a browser without scripts shows it."""

import pytest
from django.urls import reverse

from saduak.correspondence.models import Letter, LetterFinding
from saduak.correspondence.web.findings import _parts
from saduak.foundation import clock
from tests.correspondence import factories_clerk as f
from tests.organisations.factories import actor_for, me

pytestmark = pytest.mark.django_db


@pytest.fixture
def line():
    with clock.travel(f.NOW):
        yield f.line_of_command()


def url(row: LetterFinding) -> str:
    return reverse("correspondence:finding", args=[row.public_id])


def offered(response) -> list[str]:
    return [value for value, _label in response.context["form"].fields["settled"].choices]


def test_both_letters_stand_side_by_side_and_the_answer_is_remembered(line, sign_in):
    known = line.known()
    letter = line.load(line.department_letter())
    row = letter.findings.get()
    client = sign_in(line.clerk)
    assert url(row) in client.get(reverse("correspondence:confirm", args=[letter.public_id])).content.decode()
    page = client.get(url(row))
    text = page.content.decode()
    # The place in each letter, marked, and only the digits that differ.
    here, there = page.context["here"], page.context["there"]
    assert [piece.text for piece in here.pieces if piece.doubt] == ["ที่ มท 0218/ว 7766 ลงวันที่ 28 ธันวาคม 2563"]
    assert [piece.text for piece in there.pieces if piece.doubt] == ["มท 0218/ว 3366"]
    assert "<em>77</em>66" in text
    assert "<em>33</em>66" in text
    assert reverse("correspondence:letter", args=[known.public_id]) in text
    assert offered(page) == ["as_written", "corrected", "leave", "tell"]
    assert "ระบบแจ้งกรมส่งเสริมการทดสอบให้" in text
    assert "checked" not in text
    refused = client.post(url(row), {})
    assert refused.status_code == 422
    assert "เลือกหนึ่งข้อ" in refused.content.decode()
    done = client.post(url(row), {"settled": "as_written"})
    assert done.url == reverse("correspondence:letter", args=[letter.public_id]) + f"#f-{row.public_id}"
    # The same doubt in the next letter comes with the answer, by whom it was given, and a way back to it.
    other = line.load(line.department_letter().replace("ว 51", "ว 52")).findings.get(code=row.code)
    again = client.get(url(other)).content.decode()
    assert "หน่วยงานของคุณตอบเรื่องเดียวกันนี้ไว้แล้ว" in again
    assert str(me(line.clerk)) in again
    assert url(row) in again
    assert again.count("checked") == 1
    compare = client.get(reverse("correspondence:confirm", args=[other.letter.public_id])).content.decode()
    assert "ระบบใช้คำตอบเดิม เปลี่ยนได้" in compare


def test_what_only_some_may_do_and_see(line, sign_in):
    line.known()
    row = line.load(line.department_letter()).findings.get()
    helper = sign_in(actor_for("helper", line.office))
    page = helper.get(url(row))
    assert page.context["may_answer"] is False
    assert 'name="settled"' not in page.content.decode()
    assert helper.post(url(row), {"settled": "as_written"}).status_code == 403
    assert LetterFinding.objects.get(pk=row.pk).settled == ""
    assert sign_in(actor_for("clerk")).get(url(row)).status_code == 404


def test_a_doubt_in_an_enclosure_is_for_information(line, sign_in):
    """The reader's own: the enclosed copy is the other side."""
    enclosed = f.letter_text("มท 0218/ว 3366", line.ministry.name_th, f.D29)
    cover = f.letter_text(
        "ทส 0023/ว 553",
        line.province.name_th,
        f.JAN19,
        encloses=f.copy_of(line.department.name_th, "มท 0810.7/ว 51", f.JAN11),
    )
    letter = line.load(cover + line.department_letter() + enclosed)
    row = letter.findings.get(code="reference-mismatch")
    client = sign_in(line.clerk)
    page = client.get(url(row))
    assert page.context["there"].number == "มท 0218/ว 3366"
    assert offered(page) == ["as_written", "leave", "tell"]
    text = page.content.decode()
    assert "รับหนังสือได้เลยโดยไม่ต้องตอบ" in text
    ids = [
        piece.id
        for side in (page.context["here"], page.context["there"])
        for piece in side.pieces
        if piece.id
    ]
    assert len(ids) == len(set(ids)) == 2
    # It is listed at the letter, too, once that is confirmed; nothing can be corrected any more.
    f.confirm(line, letter, line.province)
    listed = client.get(reverse("correspondence:letter", args=[letter.public_id])).content.decode()
    assert url(row) in listed
    assert offered(client.get(url(row))) == ["as_written", "leave", "tell"]


def test_a_doubt_beside_no_letter_shows_what_is_known(line, sign_in):
    row = line.load(f.letter_text("กค 0402/ว 1", "กรมที่ไม่มี", f.JAN11)).findings.get()
    page = sign_in(line.clerk).get(url(row))
    assert page.context["there"] is None
    text = page.content.decode()
    assert "ไม่มีหนังสืออีกฉบับให้เทียบ" in text
    assert offered(page) == ["as_written", "corrected", "leave"]
    Letter.objects.filter(pk=row.letter_id).update(reading={}, text="")
    assert sign_in(line.clerk).get(url(row)).context["here"] is None


def test_a_letter_that_came_twice_is_set_aside_from_here(line, sign_in):
    text = f.letter_text("มท 0810.7/ว 51", line.department.name_th, f.JAN11)
    first, second = line.load(text), line.load(text)
    page = sign_in(line.clerk).get(url(second.findings.get()))
    assert offered(page) == ["as_written", "leave"]
    text = page.content.decode()
    assert reverse("correspondence:letter", args=[first.public_id]) in text
    assert reverse("correspondence:set-aside", args=[second.public_id]) in text


def test_nobody_in_the_register_can_be_told(line, sign_in):
    line.known(holder=line.office)
    row = line.load(line.department_letter()).findings.get()
    LetterFinding.objects.filter(pk=row.pk).update(document=1, related=None)
    assert "ยังไม่พบหน่วยงานนี้ในระบบ" in sign_in(line.clerk).get(url(row)).content.decode()


@pytest.mark.parametrize(
    ("code", "reading", "marked"),
    [
        ("deadline-later-than-parent", {"deadlines.0": [4, 9]}, True),
        ("receipt-before-letter", {"date": [4, 9]}, True),
        ("receipt-before-letter", {}, False),
    ],
)
def test_the_place_in_the_other_letter(line, sign_in, code, reading, marked):
    known = line.known()
    document = {"kind": "external", "number": known.number, "issuer": "-", "subject": "-", "receipts": []}
    Letter.objects.filter(pk=known.pk).update(reading={"documents": [document | {"spans": reading}]})
    row = line.load(line.department_letter()).findings.get()
    LetterFinding.objects.filter(pk=row.pk).update(code=code, evidence=["x"])
    pieces = sign_in(line.clerk).get(url(row)).context["there"].pieces
    assert [piece.text for piece in pieces if piece.doubt] == [known.text[4:9]] * marked


def test_a_letter_of_which_the_number_is_not_in_the_text(line, sign_in):
    known = line.known()
    Letter.objects.filter(pk=known.pk).update(text="ไม่มีเลขในข้อความ")
    row = line.load(line.department_letter()).findings.get()
    page = sign_in(line.clerk).get(url(row))
    assert [piece.text for piece in page.context["there"].pieces] == ["ไม่มีเลขในข้อความ"]


@pytest.mark.parametrize(
    ("line_", "other", "marked"),
    [
        ("ว 7766 ลงวันที่ 28 ธ.ค. 2563", "ว 3366 ลงวันที่ 29 ธ.ค. 2563", ["77", "8"]),
        ("มท 0018.1/9695", "มห มุกดาหาร", ["มท", "0018.1/9695"]),
        ("ว 1", "ว 12", ["1"]),
        ("เหมือนกัน", "เหมือนกัน", []),
        ("มีเพียงข้างเดียว", "", []),
        ("", "อีกข้าง", []),
    ],
)
def test_only_what_differs_is_marked(line_, other, marked):
    parts = list(_parts(line_, other))
    assert "".join(part.text for part in parts) == line_
    assert [part.text for part in parts if part.differs] == marked
