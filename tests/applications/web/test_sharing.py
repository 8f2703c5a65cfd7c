"""Pages of shared libraries: publishing, choosing for a criterion, who is let in, panels."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from saduak.applications import actions
from saduak.applications.models import Evidence, SharedItem
from saduak.applications.web.views import sharing as views
from tests.applications.factories import PNG, answer
from tests.applications.factories_sharing import TEXT, drafted, key_of, published
from tests.applications.web.world import body
from tests.organisations.factories import OrganisationFactory, PersonFactory, actor_for, relate


@pytest.fixture
def hq(world):
    """A department over the district, with somebody who publishes."""
    office = OrganisationFactory(code="dopa", name_th="กรมการปกครอง", kind="department")
    relate(world.district, office)
    person = PersonFactory()
    actor_for("officer", office, person=person)
    world.people["hq"] = person
    return office


@pytest.fixture
def item(world, hq):
    return published(world.actor("hq"), hq, world.round, text=TEXT)


def words(page):
    return page.content.decode()


def typed(world, **more):
    said = {
        "caption": "คู่มือมาตรฐาน",
        "criteria": [key_of(world.round, "3", "physical")],
        "needs_local": "on",
        "once": str(uuid.uuid4()),
    }
    return said | more


def test_from_the_draft_to_the_next_version(world, hq):
    client = world.client("hq")
    assert client.get("/shared/").url == f"/shared/of/{hq.public_id}/"
    home = f"/shared/of/{hq.public_id}/"
    assert "ยังไม่มีอะไรในคลังกลาง" in words(client.get(home))
    bad = client.post(f"{home}new/", typed(world, caption="", text="ก" * 10))
    assert bad.status_code == 422
    assert "เขียนชื่อที่บอกว่าคืออะไร" in words(bad)
    assert "กกกกก" in words(bad)
    nothing = client.post(f"{home}new/", typed(world))
    assert nothing.status_code == 422
    assert "แนบไฟล์ หรือกรอกที่อยู่เว็บ" in words(nothing)
    sent = typed(world, file=SimpleUploadedFile("คู่มือ.png", PNG, "image/png"))
    done = client.post(f"{home}new/", sent)
    item = SharedItem.objects.get()
    assert (done.status_code, done.url, item.state) == (302, f"/shared/{item.public_id}/", "draft")
    page = words(client.get(done.url))
    assert "เผยแพร่ให้ศูนย์ในสังกัด" in page
    edit = f"{done.url}edit/"
    assert "checked><span>3 " in words(client.get(edit))
    link = typed(world, url="https://www.dopa.go.th/manual", video="on")
    assert client.post(edit, link).status_code == 302
    item.refresh_from_db()
    assert (item.kind, item.file) == ("video", None)
    back = typed(world, url=item.url, file=SimpleUploadedFile("ใหม่.png", PNG, "image/png"))
    assert client.post(edit, back).status_code == 302
    same = typed(world, caption="ชื่อใหม่")
    assert client.post(edit, same).status_code == 302
    item.refresh_from_db()
    assert (item.caption, item.url, item.file is not None) == ("ชื่อใหม่", "", True)
    change = f"{done.url}change/"
    assert client.post(change, {"do": "publish"}).url == done.url
    assert client.post(change, {"do": "publish"}).status_code == 409
    assert client.post(change, {"do": "else"}).status_code == 404
    assert client.get(edit).status_code == 404
    following = client.post(change, {"do": "renew"}).url
    assert following.endswith("/edit/")
    assert "แก้ร่าง" in words(client.get(following))
    assert "มีร่างฉบับใหม่อยู่" in words(client.get(done.url))
    thrown = client.post(following.replace("edit", "change"), {"do": "retire"})
    assert thrown.url == home
    listed = words(client.get(home))
    assert "ชื่อใหม่" in listed
    assert "ใช้อยู่ 0 ศูนย์" in listed
    assert "ไม่มีรายการตามที่เลือก" in words(client.get(home, {"criterion": key_of(world.round, "1.4")}))
    assert "ชื่อใหม่" in words(client.get(home, {"criterion": "nonsense"}))
    assert client.post(change, {"do": "retire"}).url == done.url
    assert "เลิกใช้แล้ว" in words(client.get(done.url))


def test_a_branch_uses_it_and_has_to_add_its_own_proof(world, hq, item, application):
    row = answer(application, "3", "physical")
    client = world.client("officer")
    criterion = f"/applications/{application.public_id}/items/{row.public_id}/"
    page = words(client.get(criterion))
    assert "ใช้แผนหรือคู่มือจากส่วนกลาง 1 รายการ" in page
    choose = f"{criterion}shared/"
    page = words(client.get(choose))
    assert "คู่มือมาตรฐานการให้บริการ" in page
    assert "ต้องแนบหลักฐานของศูนย์ด้วย" in page
    assert client.post(choose, {"item": str(uuid.uuid4())}).status_code == 404
    assert client.post(choose, {"item": str(item.public_id)}).url == f"{criterion}#ev"
    page = words(client.get(criterion))
    assert "มี 1 รายการ นับเป็นหลักฐาน 0 รายการ" in page
    assert "จากส่วนกลาง ฉบับที่ 1" in page
    assert "ยังไม่มี ต้องแนบอย่างน้อย 1 รายการ" in page
    evidence = Evidence.objects.get()
    assert body(client.get(f"/evidence/{evidence.public_id}/"))
    taken = client.post(choose, {"item": str(item.public_id), "text": "1"}, follow=True)
    assert "นำข้อความของส่วนกลางมาใส่ท้ายคำอธิบายแล้ว" in words(taken)
    row.refresh_from_db()
    assert row.narrative == TEXT.strip()
    again = client.post(choose, {"item": str(item.public_id), "text": "1"}, follow=True)
    assert "ข้อความนี้อยู่ในคำอธิบายแล้ว" in words(again)
    actions.withdraw(actor=world.actor("officer"), application_id=application.public_id, reason="ยังไม่พร้อม")
    assert client.post(choose, {"item": str(item.public_id)}).status_code == 409


def test_an_item_that_went_is_marked_and_can_not_be_chosen(world, hq, item, application):
    row, other = answer(application, "3", "physical"), answer(application, "1.4")
    actions.use_shared(actor=world.actor("officer"), answer_id=row.public_id, item_id=item.public_id)
    actions.retire_shared(actor=world.actor("hq"), item_id=item.public_id)
    client = world.client("officer")
    at = f"/applications/{application.public_id}/items/"
    assert "ส่วนกลางเลิกใช้แล้ว" in words(client.get(f"{at}{row.public_id}/"))
    choose = words(client.get(f"{at}{other.public_id}/library/"))
    assert item.caption in choose
    assert 'name="evidence"' not in choose
    assert "ส่วนกลางยังไม่ได้เผยแพร่อะไรสำหรับข้อนี้" in words(client.get(f"{at}{row.public_id}/shared/"))
    assert item.caption in words(client.get(f"/library/{world.centre.public_id}/"))


def test_who_is_let_in(world, hq, item):
    hidden = drafted(world.actor("hq"), hq, world.round)
    officer, hq_client = world.client("officer"), world.client("hq")
    assert officer.get(f"/shared/{item.public_id}/").status_code == 200
    assert body(officer.get(f"/shared/{item.public_id}/file/"))
    assert "เลิกใช้รายการนี้" not in words(officer.get(f"/shared/{item.public_id}/"))
    assert officer.get(f"/shared/{hidden.public_id}/").status_code == 404
    assert officer.get(f"/shared/{hidden.public_id}/file/").status_code == 404
    assert officer.get(f"/shared/of/{hq.public_id}/").status_code == 403
    assert officer.get(f"/shared/{item.public_id}/edit/").status_code == 403
    assert officer.post(f"/shared/{item.public_id}/change/", {"do": "retire"}).status_code == 403
    assert "หน่วยงานของคุณไม่มีคลังกลาง" in words(officer.get("/shared/"))
    assert world.client("town").get(f"/shared/{item.public_id}/").status_code == 404
    assert "คลังกลาง" in words(hq_client.get(f"/organisations/{hq.public_id}/"))
    link = drafted(world.actor("hq"), hq, world.round, source=actions.Source(url="https://www.dopa.go.th/x"))
    answer_ = hq_client.get(f"/shared/{link.public_id}/file/")
    assert (answer_.url, answer_["Referrer-Policy"]) == ("https://www.dopa.go.th/x", "no-referrer")


def test_another_answers_address_is_not_here(world, hq, item, application):
    client = world.client("officer")
    row = answer(application, "3", "physical")
    assert client.get(f"/applications/{uuid.uuid4()}/items/{row.public_id}/shared/").status_code == 404


def test_a_long_library_has_pages(world, hq, monkeypatch):
    monkeypatch.setattr(views, "ROWS", 2)
    for name in ("ก", "ข", "ค"):
        drafted(world.actor("hq"), hq, world.round, caption=f"คู่มือ{name}")
    home = f"/shared/of/{hq.public_id}/"
    client = world.client("hq")
    page = words(client.get(home))
    assert ("คู่มือก" in page, "คู่มือค" in page) == (True, False)
    assert "คู่มือค" in words(client.get(home, {"page": "2"}))


def test_a_copy_says_on_its_tile_that_it_is_no_proof(world, hq):
    application = world.start()
    row = answer(application, "3", "physical")
    actions.add_evidence(
        actor=world.actor("officer"), file=PNG, name="x.png", caption="ของศูนย์", answer_id=row.public_id
    )
    page = f"/applications/{application.public_id}/items/{row.public_id}/"
    said = "<small>ตรงกับรายการของส่วนกลาง ต้องแนบหลักฐานของศูนย์ด้วย</small>"
    assert said not in words(world.client("officer").get(page))
    published(world.actor("hq"), hq, world.round)
    assert said in words(world.client("officer").get(page))
