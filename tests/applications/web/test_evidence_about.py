"""What is said about evidence, links in the place of files, narrowing a library, and files that came in pieces."""

import hashlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from saduak.applications import actions
from saduak.applications.models import Evidence, EvidenceUse
from saduak.foundation.access import Refused
from saduak.foundation.files import scanner, uploads
from saduak.foundation.models import Upload
from tests.applications.web.world import answer_of, meet_gates, picture, sign

SCRIPT = {"headers": {"X-Requested-With": "fetch", "Accept": "application/json"}}
FILM = "https://www.youtube.com/watch?v=abc"


@pytest.fixture
def answer(application):
    return answer_of(application, "13")


@pytest.fixture
def client(world):
    return world.client("officer")


@pytest.fixture
def evidence(world, answer):
    return actions.add_evidence(
        actor=world.actor("officer"), answer_id=answer.public_id, file=picture(3), name="a.jpg", caption="ป้าย"
    ).evidence


@pytest.fixture
def film(world, answer):
    return actions.add_link(
        actor=world.actor("officer"), answer_id=answer.public_id, url=FILM, caption="พาชมศูนย์", kind="video"
    ).evidence


def of_answer(name, answer):
    return reverse(f"applications:{name}", args=[answer.application.public_id, answer.public_id])


def of_evidence(name, evidence):
    return reverse(f"applications:{name}", args=[evidence.public_id])


def text(response):
    return response.content.decode()


def test_name_and_day_are_changed_and_one_comes_back(client, answer, evidence):
    address = of_evidence("evidence-edit", evidence)
    page = text(client.get(f"{address}?item={answer.public_id}&caption=ชื่อที่พิมพ์ไว้"))
    assert "ชื่อที่พิมพ์ไว้" in page
    assert "กลับไปข้อ 13" in page
    bad = client.post(address, {"caption": "", "taken_on": "๓๑/๐๒/๒๕๗๐", "kind": "photo"})
    assert bad.status_code == 422
    assert "๓๑/๐๒/๒๕๗๐" in text(bad)
    late = client.post(address, {"caption": "ใหม่", "taken_on": "1/1/2590", "kind": "photo"})
    assert (late.status_code, "อนาคต" in text(late)) == (422, True)
    data = {"caption": "ป้ายใหม่", "taken_on": "31/01/2570", "kind": "photo"}
    done = client.post(f"{address}?item={answer.public_id}", data)
    assert done["Location"] == of_answer("criterion", answer)
    assert client.post(f"{address}?item=x", data)["Location"].startswith("/library/")
    evidence.refresh_from_db()
    assert (evidence.caption, evidence.taken_on.isoformat()) == ("ป้ายใหม่", "2027-01-31")


def test_the_page_says_that_an_edit_voids_the_signature(world, application, client):
    meet_gates(world, application)
    sign(world, application)
    page = text(client.get(of_evidence("evidence-edit", Evidence.objects.get())))
    assert "ลายมือชื่อจะถูกยกเลิก" in page


@pytest.mark.parametrize(("role", "status"), [("head", 200), ("line", 403), ("town", 404), ("stranger", 403)])
def test_only_its_own_people_edit(world, evidence, role, status):
    assert world.client(role).get(of_evidence("evidence-edit", evidence)).status_code == status


def test_a_link_is_added_to_an_answer_and_shown_with_care(world, client, answer):
    address = of_answer("link", answer)
    assert "คัดลอกจากแถบที่อยู่" in text(client.get(address))
    typed = {"url": "http://www.opm.go.th", "kind": "link", "caption": "เว็บ"}
    wrong = client.post(address, typed)
    assert (wrong.status_code, "https://" in text(wrong)) == (422, True)
    assert client.post(address, {}).status_code == 422
    data = {"url": FILM, "kind": "video", "caption": "พาชมศูนย์"}
    done = client.post(address, data, follow=True)
    page = text(done)
    assert "เพิ่มลิงก์แล้ว" in page
    assert f'href="{FILM}" target="_blank" rel="noopener noreferrer nofollow external"' in page
    assert 'referrerpolicy="no-referrer"' in page
    assert "www.youtube.com" in page
    assert "มีลิงก์นี้อยู่แล้ว" in text(client.post(address, data, follow=True))
    assert EvidenceUse.objects.count() == 1
    shown = text(
        world.client("line").get(reverse("applications:preview", args=[answer.application.public_id]))
    )
    assert f'href="{FILM}"' in shown
    assert world.client("line").get(address).status_code == 404
    assert (
        client.get(address.replace(str(answer.application.public_id), str(answer.public_id))).status_code
        == 404
    )


def test_a_link_goes_into_the_library(world, client):
    address = reverse("applications:library-link", args=[world.centre.public_id])
    assert client.get(address).status_code == 200
    done = client.post(address, {"url": FILM, "kind": "video", "caption": "พาชมศูนย์"}, follow=True)
    assert "พาชมศูนย์" in text(done)
    assert world.client("line").get(address).status_code == 404


def test_the_address_of_a_link_leads_there_and_it_has_no_picture(world, client, film):
    there = client.get(of_evidence("evidence", film))
    assert (there.status_code, there["Location"], there["Referrer-Policy"]) == (302, FILM, "no-referrer")
    assert client.get(of_evidence("picture", film)).status_code == 404
    assert world.client("town").get(of_evidence("evidence", film)).status_code == 404


def test_the_library_is_narrowed_by_year_criterion_and_use(world, client, evidence):
    address = reverse("applications:library", args=[world.centre.public_id])
    key = answer_of(world.round.applications.get(), "13").criterion.key
    year = str(world.round.fiscal_year)
    for asked in ({"year": year}, {"criterion": key}, {"kind": "photo"}, {}, {"year": "x"}, {"use": "%00"}):
        assert of_evidence("evidence", evidence) in text(client.get(address, asked)), asked
    for asked in ({"use": "unused"}, {"kind": "video"}):
        page = text(client.get(address, asked))
        assert "ไม่พบหลักฐานตามที่ค้น" in page


def test_what_the_centre_has_already_is_told_with_a_new_name_offered(client, answer, evidence):
    again = SimpleUploadedFile("a.jpg", picture(3))
    note = client.post(of_answer("attach", answer), {"file": again, "caption": "ชื่อใหม่"}, **SCRIPT).json()[
        "note"
    ]
    assert "มีไฟล์นี้อยู่แล้ว ชื่อ “ป้าย”" in note["text"]
    assert "ชื่อใหม่" in text(client.get(note["url"]))
    for address in (of_answer("attach", answer), of_answer("criterion", answer)):
        again = SimpleUploadedFile("a.jpg", picture(3))
        plain = client.post(address, {"file": again, "version": "0"}, follow=True)
        assert "มีไฟล์นี้อยู่แล้ว" in text(plain)
    library = reverse("applications:library", args=[evidence.centre.public_id])
    plain = client.post(library, {"file": SimpleUploadedFile("a.jpg", picture(3))}, follow=True)
    assert "มีไฟล์นี้อยู่แล้ว" in text(plain)
    assert Evidence.objects.count() == 1


# In pieces


def begin(client, data, name="ภาพ.jpg"):
    values = {"name": name, "size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    return client.post(reverse("foundation:upload-start"), values).json()


def piece(client, begun, offset, data, **more):
    headers = {"Upload-Offset": str(offset)}
    kind = "application/octet-stream"
    return client.post(
        reverse("foundation:upload", args=[begun["id"]]), data, content_type=kind, headers=headers, **more
    )


def test_a_file_that_came_in_pieces_is_evidence_once(client, answer):
    data = picture(9, (300, 300))
    begun = begin(client, data)
    attach = of_answer("attach", answer)
    assert (begun["offset"], begun["size"]) == (0, len(data))
    assert piece(client, begun, 0, data[:100]).json()["offset"] == 100
    assert client.get(reverse("foundation:upload", args=[begun["id"]])).json()["offset"] == 100
    twice = piece(client, begun, 0, data[:100])
    assert (twice.status_code, twice.json()["offset"]) == (409, 100)
    assert client.post(attach, {"sent": begun["id"]}, **SCRIPT).status_code == 409
    assert begin(client, data)["offset"] == 100
    assert piece(client, begun, 100, data[100:]).status_code == 200
    for _lost_answer in range(2):
        done = client.post(
            attach, {"sent": begun["id"], "caption": "ห้อง", "taken_on": "2027-01-31"}, **SCRIPT
        )
        assert (done.status_code, "note" in done.json()) == (201, False)
    library = reverse("applications:library", args=[answer.application.centre.public_id])
    assert client.post(library, {"sent": begun["id"]}, **SCRIPT).status_code == 201
    row = Evidence.objects.get()
    assert (row.caption, row.taken_on.isoformat()) == ("ห้อง", "2027-01-31")
    assert Upload.objects.get().used_at is not None


@pytest.mark.parametrize("day", ["2099-01-01", "1970-01-01", "yesterday", "2027-13-01"])
def test_a_day_that_can_not_be_is_left_out(client, answer, day):
    file = SimpleUploadedFile("a.jpg", picture(5))
    assert (
        client.post(of_answer("attach", answer), {"file": file, "taken_on": day}, **SCRIPT).status_code == 201
    )
    assert Evidence.objects.get().taken_on is None


def test_pieces_are_kept_when_the_file_may_be_taken_later_and_go_when_it_never_will(
    client, answer, monkeypatch
):
    def away(_path):
        raise Refused("ยังตรวจไวรัสไม่ได้", "scanner-away")

    data = picture(9)
    begun = begin(client, data)
    piece(client, begun, 0, data)
    with monkeypatch.context() as patch:
        patch.setattr(scanner, "scan", away)
        assert client.post(of_answer("attach", answer), {"sent": begun["id"]}, **SCRIPT).status_code == 403
    assert client.post(of_answer("attach", answer), {"sent": begun["id"]}, **SCRIPT).status_code == 201
    bad = begin(client, b"MZ" + bytes(100), "tool.exe")
    piece(client, bad, 0, b"MZ" + bytes(100))
    assert client.post(of_answer("attach", answer), {"sent": bad["id"]}, **SCRIPT).status_code == 422
    assert Upload.objects.filter(used_at__isnull=True).count() == 0


def test_what_comes_that_is_no_piece(world, client, answer):
    data = picture(9)
    begun = begin(client, data)
    address = reverse("foundation:upload", args=[begun["id"]])
    assert client.post(address, {"a": "b"}).status_code == 422
    assert client.post(address, b"x", content_type="application/octet-stream").status_code == 422
    assert piece(client, begun, 0, data + b"more").status_code == 422
    assert piece(client, begun, 0, bytes(uploads.LARGEST_PIECE + 1)).status_code == 422
    assert client.post(reverse("foundation:upload-start"), {"size": "x"}).status_code == 422
    assert client.post(reverse("foundation:upload-start"), {"size": str(1 << 30)}).status_code == 422
    other = world.client("town")
    assert other.get(address).status_code == 404
    assert piece(other, begun, 0, data).status_code == 404
    assert other.post(of_answer("attach", answer), {"sent": begun["id"]}, **SCRIPT).status_code == 404
    assert client.post(of_answer("attach", answer), {"sent": "nonsense"}, **SCRIPT).status_code == 404
