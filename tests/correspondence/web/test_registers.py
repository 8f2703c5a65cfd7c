"""Pages of the registers, as a browser without scripts uses them."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from saduak.correspondence import registers_export as drawing
from saduak.correspondence.actions import registers_hand
from saduak.correspondence.models import RegisterEntry, Registry
from saduak.correspondence.models.registers import RegisterExport
from saduak.foundation import clock, jobs
from tests.correspondence import factories_registers as f
from tests.correspondence.factories_registers import CIRCULAR, ORDINARY, RECEIVE, SEND
from tests.organisations.factories import OrganisationFactory, actor_for

pytestmark = pytest.mark.django_db
CARE = "ขอเชิญประชุมชี้แจง"


@pytest.fixture(autouse=True)
def _day():
    with clock.travel(f.IN_2569):
        yield


def at(name, *args):
    return reverse(f"correspondence:{name}", args=args)


def text(response) -> str:
    return response.content.decode()


def test_from_the_own_book_to_saduak_and_back(sign_in):
    office = OrganisationFactory(name_th="อำเภอทดสอบ", letter_code="ทส", unit_number="0018")
    client = sign_in(actor_for("head", office))
    assert "ใช้ทะเบียนของหน่วยงานเอง" in text(client.get(at("registers")))
    url = at("register-open", office.public_id)
    page = client.get(url)
    assert page.context["form"]["code"].value() == "ทส 0018"
    assert "สิ่งที่ไม่เปลี่ยน" in text(page)
    wrong = client.post(url, {"code": " / ", "receive": "สิบ", "retention": ""})
    assert (wrong.status_code, set(wrong.context["form"].errors)) == (422, {"receive"})
    assert 'value="สิบ"' in text(wrong)
    refused = client.post(url, {"code": " / ", "receive": "๑๐"})
    assert set(refused.context["form"].errors) == {"code"}
    done = client.post(url, {"code": "ทส 0018.1", "receive": "๑๐", "retention": "ordinary"}, follow=True)
    assert "ระบบเป็นทะเบียน" in text(done)
    row = Registry.objects.get()
    assert (row.prefix, row.outside[0]["last"], row.retention.code) == ("ทส 0018.1", 10, "ordinary")
    assert client.get(url).url == at("registers")
    settings = at("register-settings", row.public_id)
    assert "10" in text(client.get(settings))
    assert client.post(settings, {"code": "/"}).status_code == 422
    assert client.post(settings, {"code": "ทส 0018.2"}).status_code == 302
    assert client.get(at("register-close", row.public_id)).status_code == 405
    closed = client.post(at("register-close", row.public_id), follow=True)
    assert "กลับไปใช้ทะเบียนของหน่วยงานเองแล้ว" in text(closed)
    assert "อีกครั้ง" in text(client.get(settings))
    assert "ทะเบียนนี้ปิดแล้ว" in text(client.get(at("register", row.public_id)))


def test_only_ones_own_register(sign_in):
    row = f.kept()
    entry = f.numbered(row)
    client = sign_in(actor_for("clerk"))
    for url in (
        at("register-open", row.organisation.public_id),
        at("register-settings", row.public_id),
        at("register", row.public_id),
        at("register-due", row.public_id),
        at("register-export", row.public_id),
        at("register-enter", row.public_id),
        at("register-reserve", row.public_id),
        at("register-line", entry.public_id),
        at("register-amend", entry.public_id),
        at("register-scan", entry.public_id),
        at("register-file", uuid.uuid4()),
    ):
        assert client.get(url).status_code == 404, url
    # Whoever reads letters there neither keeps the register nor writes in it.
    officer = sign_in(actor_for("officer", row.organisation))
    assert officer.get(at("registers")).status_code == 200
    assert officer.get(at("register", row.public_id)).status_code == 403
    supervisor = sign_in(actor_for("supervisor", row.organisation))
    assert supervisor.get(at("register-settings", row.public_id)).status_code == 403


def test_a_page_of_a_book(sign_in):
    row = f.kept(start={(RECEIVE, ORDINARY): 512})
    f.numbered(row, subject=f"{CARE} <b>หนา</b>")
    f.numbered(row, subject="เรื่องปกปิด", secrecy="secret")
    client = sign_in(f.uncleared(row))
    page = text(client.get(at("register", row.public_id)))
    assert "เลข 1 ถึง 512 อยู่ในทะเบียนเล่มของหน่วยงาน" in page
    assert f"{CARE} &lt;b&gt;หนา" in page
    assert "514" in page
    assert "เรื่องปกปิด" not in page
    found = client.get(at("register", row.public_id), {"q": "ประชุม", "urgency": "nonsense", "year": "2569"})
    assert found.status_code == 200
    assert client.get(at("register", row.public_id), {"q": "ประชุม"}).context["told"].lines[0].number == 513
    empty = text(client.get(at("register", row.public_id), {"q": "ไม่มีคำนี้", "book": "send"}))
    assert "ไม่พบในทะเบียนปีนี้" in empty
    other = client.get(at("register", row.public_id), {"book": "circular", "year": "9999"})
    assert (other.context["told"].year, "ยังไม่มีรายการ" in text(other)) == (2569, True)


def test_a_letter_on_paper_by_hand(sign_in):
    row = f.kept()
    client = sign_in(f.clerk_of(row))
    url = at("register-enter", row.public_id)
    form = client.get(url).context["form"]
    key = str(form["once"].value())
    typed = {
        "subject": CARE,
        "from_text": "จังหวัดทดสอบ",
        "dated": "27/02/2569",
        "secrecy": "secret",
        "once": key,
    }
    missing = client.post(url, {**typed, "from_text": "", "day": "2/3/2570"})
    assert (missing.status_code, set(missing.context["form"].errors)) == (422, {"from_text"})
    assert CARE in text(missing)
    refused = client.post(url, {**typed, "day": "2/3/2570"})
    assert set(refused.context["form"].errors) == {"day"}
    bad = client.post(url, {**typed, "file": SimpleUploadedFile("a.exe", b"MZ program")})
    assert set(bad.context["form"].errors) == {"file"}
    scan = {"file": SimpleUploadedFile("สแกน.txt", "หนังสือ".encode())}
    first = client.post(url, {**typed, **scan}, follow=True)
    assert "ลงทะเบียนแล้ว เลข 1" in text(first)
    entry = RegisterEntry.objects.get()
    assert (entry.secrecy, str(entry.dated)) == ("secret", "2026-02-27")
    assert "ตรารับหนังสือ" in text(first)
    assert client.get(at("register-scan", entry.public_id)).getvalue() == "หนังสือ".encode()
    # The same form again is the same line.
    scan = {"file": SimpleUploadedFile("สแกน.txt", "หนังสือ".encode())}
    again = client.post(url, {**typed, **scan})
    assert (again.url, RegisterEntry.objects.count()) == (at("register-line", entry.public_id), 1)
    sent = client.post(f"{url}?book=circular", {"subject": "เวียน", "to_text": "ทุกอำเภอ"}, follow=True)
    assert "ทส 0018.1/ว 1" in text(sent)


def test_one_line_is_corrected_and_cancelled(sign_in):
    row = f.kept(retention="ordinary")
    entry = f.numbered(row)
    client = sign_in(f.clerk_of(row))
    amend = at("register-amend", entry.public_id)
    page = client.get(amend)
    assert page.context["form"]["retention"].value() == "ordinary"
    typed = {name: page.context["form"][name].value() for name in page.context["form"].names}
    typed["dated"] = "27/02/2569"
    assert client.post(amend, {**typed, "subject": ""}).status_code == 422
    assert client.post(amend, {**typed, "action_text": "ส่งกลุ่มงาน", "dated": ""}).status_code == 302
    entry.refresh_from_db()
    assert (entry.action_text, entry.dated, entry.subject) == ("ส่งกลุ่มงาน", None, f.PAPER.subject)
    cancel = at("register-cancel", entry.public_id)
    assert client.post(cancel, {"reason": ""}).status_code == 422
    done = client.post(cancel, {"reason": "ลงซ้ำ"}, follow=True)
    assert "จะไม่ใช้อีก" in text(done)
    assert client.post(cancel, {"reason": "ลงซ้ำ"}).status_code == 409
    assert client.post(amend, typed).status_code == 409
    assert client.get(at("register-scan", entry.public_id)).status_code == 404


def test_a_line_of_a_letter_shows_what_came_along(sign_in):
    row = f.kept()
    reading = {
        "documents": [{}, {"subject": "หนังสือของกรม", "receipts": [{"office": "กรมทดสอบ", "number": "544"}]}]
    }
    entry = f.numbered(row, letter=f.letter_of(row.organisation, reading=reading))
    client = sign_in(f.clerk_of(row))
    page = text(client.get(at("register-line", entry.public_id)))
    assert "กรมทดสอบ" in page
    assert at("letter", entry.letter.public_id) in page
    assert at("register-cancel", entry.public_id) not in page


def test_numbers_set_aside_and_used(sign_in):
    row = f.kept()
    client = sign_in(f.clerk_of(row))
    url = at("register-reserve", row.public_id)
    key = str(client.get(f"{url}?book=circular").context["form"]["once"].value())
    typed = {"book": "circular", "count": "2", "reason": "รอลงนาม", "once": key}
    assert set(client.post(url, {**typed, "count": "0"}).context["form"].errors) == {"count"}
    first = client.post(url, typed, follow=True)
    assert "จองไว้แล้ว 2 เลข" in text(first)
    assert client.post(url, typed).status_code == 302
    assert RegisterEntry.objects.filter(series=CIRCULAR, state="reserved").count() == 2
    entry = RegisterEntry.objects.order_by("number").first()
    use = at("register-use", entry.public_id)
    assert use in text(client.get(at("register-line", entry.public_id)))
    assert client.get(use).context["form"]["remark"].value() == "รอลงนาม"
    assert client.post(use, {"subject": "คำสั่ง"}).status_code == 422
    assert set(
        client.post(use, {"subject": "คำสั่ง", "to_text": "ก", "dated": "1/1/2568"}).context["form"].errors
    )
    assert client.post(use, {"subject": "คำสั่ง", "to_text": "ทุกอำเภอ"}).status_code == 302
    assert client.post(use, {"subject": "คำสั่ง", "to_text": "ทุกอำเภอ"}).status_code == 409
    other = f.kept()
    Registry.objects.filter(pk=other.pk).update(closed_at=clock.now())
    assert sign_in(f.clerk_of(other)).post(at("register-reserve", other.public_id), typed).status_code == 409


def test_small_files_at_once_and_large_ones_when_they_are_ready(sign_in, monkeypatch):
    row = f.kept()
    f.numbered(row, SEND)
    client = sign_in(f.clerk_of(row))
    url = at("register-export", row.public_id)
    page = client.get(f"{url}?book=send")
    assert [page.context["form"][name].value() for name in ("book", "first")] == ["send", "01/01/2569"]
    typed = {"book": "send", "first": "1/1/2569", "last": "31/12/2569", "format": "xlsx"}
    assert set(client.post(url, {**typed, "last": "1/1/2570"}).context["form"].errors) == {"last"}
    at_once = client.post(url, typed)
    assert (at_once.status_code, at_once.content[:2]) == (200, b"PK")
    assert "register-send-20260101-20261231.xlsx" in at_once["Content-Disposition"]
    assert at_once["X-Content-Type-Options"] == "nosniff"
    monkeypatch.setattr(drawing, "AT_ONCE", {"xlsx": 0, "pdf": 0})
    waiting = client.post(url, typed, follow=True)
    assert "กำลังจัดทำ" in text(waiting)
    made = RegisterExport.objects.get()
    assert client.get(at("register-download", made.public_id)).status_code == 404
    assert jobs.run_pending() == 1
    assert "พร้อมแล้ว" in text(client.get(at("register-file", made.public_id)))
    assert client.get(at("register-download", made.public_id)).getvalue()[:2] == b"PK"
    assert "พร้อมแล้ว" in text(client.get(url))
    assert sign_in(f.uncleared(row)).get(at("register-file", made.public_id)).status_code == 404


def test_what_is_over_its_time(sign_in):
    row = f.kept()
    entry = f.numbered(row, retention="routine")
    f.numbered(row)
    client = sign_in(f.clerk_of(row))
    assert "ยังไม่มีรายการที่ครบอายุ" in text(client.get(at("register-due", row.public_id)))
    RegisterEntry.objects.filter(pk=entry.pk).update(year=2560)
    page = text(client.get(at("register-due", row.public_id)))
    assert "ระบบไม่ทำลายหนังสือ" in page
    assert "ยังไม่กำหนดอายุการเก็บ 1 รายการ" in page
    assert at("register-line", entry.public_id) in page
    url = at("register-due-export", row.public_id)
    assert client.post(url, {"format": "pdf"}).content[:5] == b"%PDF-"
    assert client.post(url, {"format": "docx"}).status_code == 422
    assert client.get(url).status_code == 405


@pytest.mark.parametrize("count", [1, 3])
def test_a_page_asks_the_same_whatever_its_length(sign_in, django_assert_num_queries, count):
    row = f.kept()
    for _line in range(count):
        f.numbered(row)
    registers_hand.reserve(
        actor=f.SYSTEM,
        organisation_id=row.organisation.public_id,
        direction=SEND,
        series=ORDINARY,
        count=count,
        reason="จอง",
    )
    client = sign_in(f.clerk_of(row))
    client.get(at("register", row.public_id))
    for book in ("receive", "send"):
        # Who asks (4), the register, and the book (4).
        with django_assert_num_queries(9):
            client.get(at("register", row.public_id), {"book": book})
