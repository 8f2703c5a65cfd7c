"""Evidence: uploads one by one and many at once, what is refused, who gets the file, the library."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from saduak.applications import actions
from saduak.applications.models import Evidence, EvidenceUse
from saduak.foundation import clock
from saduak.foundation.access import Refused
from saduak.foundation.files import scanner
from tests.applications.web.test_filing import CLOSES
from tests.applications.web.world import answer_of, body, meet_gates, picture, sign
from tests.foundation.files import bad_pdfs

SCRIPT = {"headers": {"X-Requested-With": "fetch", "Accept": "application/json"}}


def upload(name: str = "ป้าย.jpg", data: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data or picture(7), content_type="image/jpeg")


@pytest.fixture
def answer(application):
    return answer_of(application, "13")


@pytest.fixture
def address(answer):
    return reverse("applications:criterion", args=[answer.application.public_id, answer.public_id])


@pytest.fixture
def attach(answer):
    return reverse("applications:attach", args=[answer.application.public_id, answer.public_id])


@pytest.fixture
def evidence(world, answer):
    return actions.add_evidence(
        actor=world.actor("officer"),
        answer_id=answer.public_id,
        file=picture(3),
        name="a.jpg",
        caption="ป้ายหน้าศูนย์",
    ).evidence


def test_a_script_uploads_one_file_and_gets_the_tiles(world, answer, attach):
    done = world.client("officer").post(attach, {"file": upload(), "caption": "ป้ายหน้าศูนย์"}, **SCRIPT)
    assert done.status_code == 201
    assert "ป้ายหน้าศูนย์" in done.json()["html"]["tiles"]
    assert EvidenceUse.objects.filter(answer=answer, removed_at__isnull=True).count() == 1


def test_after_an_upload_badge_count_and_gauge_follow(world, answer, attach):
    client = world.client("officer")
    actions.save_answer(actor=world.actor("officer"), answer_id=answer.public_id, version=0, claim="met")
    parts = client.post(attach, {"file": upload()}, **SCRIPT).json()["html"]
    assert "ครบ" in parts["standing"]
    assert "แนบหลักฐานอย่างน้อย" not in parts["standing"]
    assert "มี 1 รายการ" in parts["evidence-count"]
    assert '(เกณฑ์ด้านกายภาพ <span class="nb">1 จาก 14)</span>' in parts["estimate"]


def test_an_upload_says_that_it_voided_the_signature(world, application, answer, attach):
    meet_gates(world, application)
    sign(world, application)
    parts = world.client("officer").post(attach, {"file": upload()}, **SCRIPT).json()["html"]
    assert "มีการแก้ข้อ 13 หลังลงนาม" in parts["signature"]


def test_a_file_that_may_be_sent_again_is_told_apart_from_one_that_may_not(world, attach, monkeypatch):
    client = world.client("officer")
    assert client.post(attach, {"file": upload("tool.exe", b"MZ0")}, **SCRIPT).status_code == 422
    with clock.travel(CLOSES):
        assert client.post(attach, {"file": upload()}, **SCRIPT).status_code == 409

    def away(_path):
        raise Refused("ยังตรวจไวรัสไม่ได้", "scanner-away")

    monkeypatch.setattr(scanner, "scan", away)
    assert client.post(attach, {"file": upload()}, **SCRIPT).status_code == 403


def test_a_tile_shows_a_small_picture_and_the_link_the_whole_one(world, answer):
    row = actions.add_evidence(
        actor=world.actor("officer"),
        answer_id=answer.public_id,
        file=picture(8, (1600, 1200)),
        name="ใหญ่.jpg",
        caption="ห้องน้ำ",
    ).evidence
    small = world.client("officer").get(reverse("applications:picture", args=[row.public_id]))
    assert (small["Content-Type"], small["X-Content-Type-Options"]) == ("image/webp", "nosniff")
    assert Image.open(io.BytesIO(body(small))).size == (480, 360)
    whole = world.client("line").get(reverse("applications:evidence", args=[row.public_id]))
    assert Image.open(io.BytesIO(body(whole))).size == (1600, 1200)
    assert world.client("town").get(reverse("applications:picture", args=[row.public_id])).status_code == 404


def test_without_scripts_many_files_come_with_the_answer(world, answer, address):
    data = {"version": 0, "claim": "met", "narrative": "มีทุกช่อง", "caption": "จุดประเมิน"}
    files = [upload(f"{n}.jpg", picture(20 + n)) for n in range(3)]
    done = world.client("officer").post(address, {**data, "file": files})
    assert done.status_code == 302
    answer.refresh_from_db()
    assert (answer.evidence_count, answer.claim, answer.narrative) == (3, "met", "มีทุกช่อง")
    captions = Evidence.objects.order_by("pk").values_list("caption", flat=True)
    assert list(captions) == ["จุดประเมิน (1)", "จุดประเมิน (2)", "จุดประเมิน (3)"]


def test_a_file_without_a_caption_is_called_by_kind_and_name(world, address):
    world.client("officer").post(address, {"version": 0, "file": [upload("ช่อง 1.jpg")]})
    assert Evidence.objects.get().caption == "รูปถ่าย ช่อง 1"


def test_one_bad_file_does_not_lose_the_others(world, answer, address):
    files = [upload("good.jpg"), SimpleUploadedFile("tool.exe", b"MZ" + b"0" * 50)]
    page = world.client("officer").post(address, {"version": 0, "narrative": "พิมพ์ไว้", "file": files})
    text = page.content.decode()
    assert page.status_code == 422
    assert "tool.exe: ไม่รับไฟล์โปรแกรม" in text
    assert 'href="#upload-file"' in text
    answer.refresh_from_db()
    assert (answer.evidence_count, answer.narrative) == (1, "พิมพ์ไว้")


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("big.pdf", b"%PDF-1.7" + b"0" * (20 * 1024 * 1024), "20 MB"),
        ("page.html", b"<!doctype html><script>", "ไม่รับไฟล์หน้าเว็บ"),
        ("half.jpg", picture(1)[:100], "เปิดภาพนี้ไม่ได้"),
    ],
)
def test_what_cannot_be_taken_is_told_to_the_script(world, attach, name, data, words):
    refused = world.client("officer").post(attach, {"file": upload(name, data)}, **SCRIPT)
    assert refused.status_code == 422
    assert words in refused.json()["message"]


def test_the_same_file_twice_is_one_evidence(world, answer, attach):
    client = world.client("officer")
    for _ in range(2):
        assert client.post(attach, {"file": upload()}, **SCRIPT).status_code == 201
    assert Evidence.objects.count() == 1
    answer.refresh_from_db()
    assert answer.evidence_count == 1


def test_taking_off_keeps_it_in_the_library(world, answer, address, evidence):
    client = world.client("officer")
    done = client.post(address, {"version": 0, "narrative": "เขียนไปด้วย", "remove": str(evidence.public_id)})
    assert done.status_code == 302
    answer.refresh_from_db()
    assert (answer.evidence_count, answer.narrative) == (0, "เขียนไปด้วย")
    library = client.get(reverse("applications:library", args=[world.centre.public_id])).content.decode()
    assert "ป้ายหน้าศูนย์" in library


@pytest.mark.parametrize(
    ("role", "status"),
    [("officer", 200), ("line", 200), ("supervision", 404), ("town", 404), ("stranger", 404)],
)
def test_the_file_goes_to_who_may_see_its_row(world, evidence, role, status):
    client = world.client(role)
    for name in ("evidence", "picture"):
        answer = client.get(reverse(f"applications:{name}", args=[evidence.public_id]))
        assert answer.status_code == status
        assert body(answer)


def test_a_picture_is_drawn_anew_and_anything_else_is_a_download(world, answer, evidence):
    client = world.client("officer")
    shown = client.get(reverse("applications:picture", args=[evidence.public_id]))
    assert shown["Content-Disposition"].startswith("inline")
    assert shown["X-Content-Type-Options"] == "nosniff"
    assert Image.open(io.BytesIO(body(shown))).format == "JPEG"
    paper = actions.add_evidence(
        actor=world.actor("officer"),
        answer_id=answer.public_id,
        file=bad_pdfs.made(),
        name="สถิติ.pdf",
        caption="สถิติคิว",
    ).evidence
    address = reverse("applications:evidence", args=[paper.public_id])
    sent = client.get(address)
    assert sent["Content-Disposition"].startswith("attachment")
    assert body(sent).startswith(b"%PDF-")
    first = client.get(reverse("applications:picture", args=[paper.public_id]))
    assert (first.status_code, first["Content-Type"]) == (200, "image/webp")
    assert Image.open(io.BytesIO(body(first))).size == (340, 480)


def test_evidence_is_chosen_from_the_library(world, application, answer, evidence):
    other = answer_of(application, "2.1")
    address = reverse("applications:choose", args=[application.public_id, other.public_id])
    client = world.client("officer")
    assert "ป้ายหน้าศูนย์" in client.get(address).content.decode()
    assert client.post(address, {}).status_code == 302
    assert client.post(address, {"evidence": ["nonsense"]}).status_code == 404
    assert client.post(address, {"evidence": [str(evidence.public_id)]}).status_code == 302
    other.refresh_from_db()
    assert other.evidence_count == 1
    page = client.get(reverse("applications:criterion", args=[application.public_id, other.public_id]))
    assert "ใช้กับข้อ 13 ด้วย" in page.content.decode()


def test_the_library_is_searched(world, application, evidence):
    address = reverse("applications:library", args=[world.centre.public_id])
    client = world.client("officer")
    assert "ป้ายหน้าศูนย์" in client.get(address, {"q": "หน้าศูนย์"}).content.decode()
    assert "ไม่พบหลักฐานตามที่ค้น" in client.get(address, {"q": "ห้องน้ำ"}).content.decode()


def test_the_library_takes_files_and_says_what_is_wrong(world):
    address = reverse("applications:library", args=[world.centre.public_id])
    client = world.client("officer")
    assert client.post(address, {"caption": "แผนผัง", "file": [upload()]}).status_code == 302
    assert Evidence.objects.get().caption == "แผนผัง"
    empty = client.post(address, {"caption": "ลืมแนบ"})
    assert empty.status_code == 422
    assert "เลือกไฟล์อย่างน้อย 1 ไฟล์" in empty.content.decode()
    assert "ลืมแนบ" in empty.content.decode()
    done = client.post(address, {"file": upload("b.jpg", picture(99))}, **SCRIPT)
    assert done.status_code == 201


def test_evidence_is_retired_by_its_own_people_only(world, application, answer, evidence):
    address = reverse("applications:retire", args=[evidence.public_id])
    assert world.client("town").post(address).status_code == 404
    actions.unlink_evidence(
        actor=world.actor("officer"), answer_id=answer.public_id, evidence_id=evidence.public_id
    )
    assert world.client("officer").post(address).status_code == 302
    evidence.refresh_from_db()
    assert evidence.retired_at is not None


def test_one_library_is_opened_at_once(world):
    answer = world.client("officer").get(reverse("applications:libraries"))
    assert answer["Location"] == reverse("applications:library", args=[world.centre.public_id])
