"""Pages for centres from a spreadsheet: the template, the look, the confirming, who is let in."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from saduak.organisations import branches
from saduak.organisations.models import BranchImport, ServiceCentre
from tests.organisations.factories import AppointmentFactory, AreaFactory, OrganisationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    return OrganisationFactory(kind="state_enterprise", name_th="การไฟฟ้า", area=AreaFactory(code="65"))


@pytest.fixture
def head(client, office):
    client.force_login(AppointmentFactory(role="head", organisation=office).person.user)
    return client


def url(name, row):
    return reverse(f"organisations:{name}", args=[row.public_id])


def send(client, office, text, name="สาขา.csv"):
    return client.post(url("branches-new", office), {"file": SimpleUploadedFile(name, text.encode())})


def words(page):
    return page.content.decode()


def test_from_the_template_to_the_centres(head, office):
    page = words(head.get(url("organisation", office)))
    assert url("branches-new", office) in page
    assert "อีเมลผู้รับผิดชอบ" in words(head.get(url("branches-new", office)))
    template = head.get(url("branches-template", office))
    assert template["Content-Disposition"] == 'attachment; filename="centres.xlsx"'
    with pytest.raises(branches.Invalid) as refusal:
        branches.read(template.content, "centres.xlsx")
    assert "ไม่มีรายชื่อ" in str(refusal.value.reason)
    assert io.BytesIO(template.content).read(2) == b"PK"
    sent = send(head, office, "ชื่อศูนย์,รหัสพื้นที่,ลำดับ\nสาขา ก,65,1\n,65,2\nสาขา ข,,3\n")
    table = BranchImport.objects.get()
    assert sent.url == url("branches", table)
    page = words(head.get(sent.url))
    for said in ("จะเพิ่ม 2 ศูนย์", "ต้องแก้ 1 บรรทัด", "ไม่มีชื่อศูนย์", "ช่องที่ระบบไม่รู้จัก", "ลำดับ"):
        assert said in page
    assert "สาขา ก" not in words(head.get(sent.url, {"show": "wrong"}))
    assert "สาขา ก" in words(head.get(sent.url, {"show": "nonsense"}))
    other = head.post(sent.url, {"count": "7"})
    assert other.status_code == 409
    assert "ไม่ใช่ 7" in words(other)
    assert head.post(sent.url, {"count": "x"}).status_code == 409
    done = head.post(sent.url, {"count": "2"}, follow=True)
    assert "เพิ่มศูนย์แล้ว 2 แห่ง" in words(done)
    assert set(ServiceCentre.objects.values_list("name_th", flat=True)) == {"สาขา ก", "สาขา ข"}
    assert sent.url in words(head.get(url("branches-new", office))), "it is found again"
    again = send(head, office, "ชื่อศูนย์\nสาขา ก\n")
    page = words(head.get(again.url))
    assert "ไม่มีศูนย์ที่ต้องเพิ่ม" in page
    assert "ทุกแห่งมีอยู่ในระบบแล้ว" in page


def test_many_are_told_to_be_on_their_way(head, office):
    sent = send(head, office, "name\n" + "".join(f"สาขา {n}\n" for n in range(201)))
    done = head.post(sent.url, {"count": "201"}, follow=True)
    assert "กำลังเพิ่ม เสร็จแล้ว 0 จาก 201 ศูนย์" in words(done)


@pytest.mark.parametrize(("text", "said"), [("", "ไฟล์นี้ว่างเปล่า"), ("ที่อยู่\nx\n", "ต้องมีช่อง ชื่อศูนย์")])
def test_what_is_no_table_is_said(head, office, text, said):
    bad = send(head, office, text)
    assert bad.status_code == 422
    assert said in words(bad)
    assert "เลือกไฟล์ก่อน" in words(head.post(url("branches-new", office)))


def test_who_is_let_in(client, office, head):
    sent = send(head, office, "name\nสาขา ก\n")
    client.force_login(AppointmentFactory(role="head").person.user)
    assert client.get(url("branches-new", office)).status_code == 403
    assert client.get(url("branches-template", office)).status_code == 403
    assert client.get(sent.url).status_code == 404
    client.force_login(AppointmentFactory(role="clerk", organisation=office).person.user)
    assert client.get(sent.url).status_code == 403
