import io

import pytest
from django.urls import reverse
from PIL import Image

from saduak.applications import actions, papers
from saduak.applications.models import Answer, Paper
from saduak.foundation import clock, jobs
from saduak.foundation.models import JobRun
from saduak.programme.models import Round
from tests.applications.factories import answer, filled
from tests.applications.factories_quality import packed, rewritten
from tests.applications.web import world as worlds
from tests.programme.factories_checks import SURVEY, asking_set

SCRIPT = {"HTTP_X_REQUESTED_WITH": "fetch", "HTTP_ACCEPT": "application/json"}


@pytest.fixture
def browser(world):
    return world.client("officer")


def to(name, application, *more):
    return reverse(f"applications:{name}", args=[application.public_id, *more])


def write(application, number, **values):
    row = answer(application, number)
    Answer.objects.filter(pk=row.pk).update(**values)
    row.refresh_from_db()
    return row


@pytest.fixture
def asked(world):
    """An application whose criteria ask for numbers."""
    Round.objects.filter(pk=world.round.pk).update(criteria_set=asking_set(world.round.programme))
    return world.start()


def test_findings_are_listed_by_severity_and_lead_to_their_place(application, browser):
    row = write(application, SURVEY, claim="met", points=1)
    page = browser.get(to("findings", application)).content.decode()
    assert page.index('id="block"') < page.index('id="should"')
    assert "ขอ 1 คะแนนแต่ไม่มีหลักฐาน" in page
    assert to("criterion", application, row.public_id) in page
    one = browser.get(to("criterion", application, row.public_id)).content.decode()
    assert "ขอ 1 คะแนนแต่ไม่มีหลักฐาน" in one
    tasks = browser.get(to("task-list", application)).content.decode()
    assert "ต้องแก้ก่อนยื่น 14 เรื่อง" in tasks
    assert "ควรแก้ 2 เรื่อง" in tasks
    for name in ("sign", "submit"):
        assert to("findings", application) in browser.get(to(name, application)).content.decode()


def test_nothing_to_put_right_is_said(application, browser):
    filled(application)
    Answer.objects.filter(application=application).update(narrative="")
    for number, row in enumerate(Answer.objects.filter(application=application)):
        text = "".join(f"{(number * 31 + place * 7) % 997} เรื่องที่ {place} " for place in range(20))
        Answer.objects.filter(pk=row.pk).update(narrative=text)
    page = browser.get(to("findings", application)).content.decode()
    assert "ตัวเลขไม่ขัดกัน" in page or "ข้อความส่วนใหญ่เหมือน" in page


def test_numbers_are_typed_saved_and_refused(asked, browser):
    row = answer(asked, SURVEY)
    place = to("criterion", asked, row.public_id)
    page = browser.get(place).content.decode()
    assert 'name="number-users"' in page
    wrong = browser.post(place, {"version": 0, "points": "1", "number-users": "มาก"})
    assert wrong.status_code == 422
    assert "กรอกเป็นตัวเลข" in wrong.content.decode()
    assert 'value="มาก"' in wrong.content.decode()
    right = {"version": 0, "points": "1", "number-users": "๑,๒๕๐", "number-asked": "100", "go": "list"}
    assert browser.post(place, right).status_code == 302
    row.refresh_from_db()
    assert (row.claim, row.numbers) == ("met", {"users": "1250", "asked": "100"})
    assert browser.post(place, right | {"version": row.version}).status_code == 302
    row.refresh_from_db()
    assert row.version == 1
    assert "ควรสำรวจ 303" in browser.get(place).content.decode()
    assert "1,250 คน" in browser.get(to("preview", asked)).content.decode()


def test_a_number_is_saved_by_itself(asked, browser):
    row = answer(asked, SURVEY)
    place = to("criterion", asked, row.public_id)

    def autosave(value, version):
        return browser.post(
            place,
            {"field": "number-users", "version": version, "number-users": value},
            **SCRIPT,
        )

    assert autosave("1,250", 0).status_code == 200
    assert autosave("x", 1).status_code == 422
    clash = autosave("9", 0)
    assert clash.status_code == 409
    assert "1,250" in clash.json()["theirs"]
    row.refresh_from_db()
    assert row.numbers == {"users": "1250"}


def test_papers_are_downloaded(application, browser):
    hub = browser.get(to("papers", application)).content.decode()
    for name, head in (("summary", b"%PDF-"), ("whole", b"%PDF-"), ("word", b"PK")):
        assert to(name, application) in hub
        got = browser.get(to(name, application))
        assert got.status_code == 200
        assert got.content.startswith(head)
        assert got["Content-Disposition"].startswith("attachment")
    assert to("papers", application) in browser.get(to("preview", application)).content.decode()


def test_many_photos_are_printed_by_a_job(application, browser, world, monkeypatch):
    monkeypatch.setattr(papers, "AT_ONCE", 0)
    out = io.BytesIO()
    Image.new("RGB", (60, 40), (1, 2, 3)).save(out, "JPEG")
    actions.add_evidence(
        actor=world.actor("officer"),
        answer_id=answer(application, SURVEY).public_id,
        file=out.getvalue(),
        name="a.jpg",
        caption="ป้าย",
    )
    assert browser.get(to("whole", application)).status_code == 302
    hub = to("papers", application)
    assert "พิมพ์ทั้งฉบับเป็น PDF" in browser.get(hub).content.decode()
    browser.post(to("whole", application))
    assert "กำลังพิมพ์" in browser.get(hub).content.decode()
    JobRun.objects.update(failed_at=clock.wall())
    assert "พิมพ์ไม่สำเร็จ" in browser.get(hub).content.decode()
    JobRun.objects.update(done_at=clock.wall())
    browser.post(to("whole", application))
    assert "กำลังพิมพ์" in browser.get(hub).content.decode()
    Paper.objects.all().delete()
    assert browser.post(to("whole", application)).status_code == 302
    assert "กำลังพิมพ์" in browser.get(to("papers", application)).content.decode()
    jobs.run_pending()
    assert "ดาวน์โหลดทั้งฉบับ PDF" in browser.get(to("papers", application)).content.decode()
    got = browser.get(to("whole", application))
    assert worlds.body(got).startswith(b"%PDF-")


def upload(browser, application, data, name="a.docx"):
    file = io.BytesIO(data)
    file.name = name
    return browser.post(to("word", application), {"file": file})


def test_a_word_file_is_looked_at_before_it_is_taken(application, browser):
    row = write(application, SURVEY, narrative="เดิม", version=1)
    other = answer(application, "2.3")
    data = browser.get(to("word", application)).content
    sent = upload(
        browser, application, rewritten(data, "เดิม", "<b>ในไฟล์</b>".replace("<", "&lt;").replace(">", "&gt;"))
    )
    assert sent.status_code == 302
    page = browser.get(sent.url).content.decode()
    assert "แก้ในไฟล์ Word เท่านั้น" in page
    assert "&lt;b&gt;ในไฟล์&lt;/b&gt;" in page
    key = row.criterion.key
    ignored = {
        f"use-{other.criterion.key}": "mine",
        f"seen-{other.criterion.key}": "x",
        "use-nothing": "mine",
    }
    clash = browser.post(sent.url, {f"use-{key}": "mine", f"seen-{key}": "0", **ignored})
    assert clash.status_code == 409
    assert "ข้อ 2.1 เปลี่ยนไปหลังจากคุณเปิดหน้านี้" in clash.content.decode()
    done = browser.post(sent.url, {f"use-{key}": "mine", f"seen-{key}": "1"})
    assert done.status_code == 200
    assert "บันทึกแล้ว ข้อ 2.1" in done.content.decode()
    row.refresh_from_db()
    assert row.narrative == "<b>ในไฟล์</b>"


def test_a_file_that_is_none_is_told_at_its_field(application, browser, world):
    assert upload(browser, application, b"").status_code == 422
    refused = upload(browser, application, packed({"a.txt": b"a"}))
    assert refused.status_code == 422
    assert "แตกไฟล์แล้วแนบเอกสารทีละไฟล์" in refused.content.decode()
    assert Paper.objects.count() == 0
    reader = world.client("line")
    assert "นำไฟล์ Word เข้ามาดู" not in reader.get(to("papers", application)).content.decode()
    data = browser.get(to("word", application)).content
    assert upload(reader, application, data).status_code == 403
    sent = upload(browser, application, data)
    assert reader.get(sent.url).status_code == 200
    assert reader.post(sent.url, {}).status_code == 403
    strange = reverse(
        "applications:word-import",
        args=[answer(application, SURVEY).public_id, Paper.objects.get().public_id],
    )
    assert browser.get(strange).status_code == 404


def test_a_text_that_is_too_long_is_told(application, browser):
    row = write(application, SURVEY, narrative="เดิม", version=1)
    data = browser.get(to("word", application)).content
    sent = upload(browser, application, rewritten(data, "เดิม", "ก" * 20_001))
    key = row.criterion.key
    told = browser.post(sent.url, {f"use-{key}": "mine", f"seen-{key}": "1"})
    assert told.status_code == 422
    assert "ยาวเกิน 20000 ตัวอักษร" in told.content.decode().replace(",", "")
