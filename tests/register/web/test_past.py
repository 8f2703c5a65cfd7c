"""The secretariat's pages of past results: looking first, choosing line by line, entering; everybody reads what came in."""

import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from saduak.foundation import clock, jobs
from saduak.register.models import Certificate, PastImport
from tests.organisations.factories import (
    AppointmentFactory,
    OrganisationFactory,
    PersonFactory,
    ProgrammeFactory,
    ServiceCentreFactory,
)
from tests.programme.factories import published_set
from tests.register.factories import NOW

pytestmark = pytest.mark.django_db
TABLE = "ชื่อศูนย์,ระดับ\nศูนย์หนึ่ง,พื้นฐาน\nศูนย์ส่อง,พื้นฐาน\nห้องสมุด,พื้นฐาน\n"


@pytest.fixture(autouse=True)
def today():
    with clock.travel(NOW):
        yield


@pytest.fixture
def programme():
    row = ProgrammeFactory(code="gecc")
    published_set(row)
    office = OrganisationFactory(name_th="สำนักงาน")
    for name in ("ศูนย์หนึ่ง", "ศูนย์สอง"):
        ServiceCentreFactory(organisation=office, name_th=name)
    return row


def client_of(role):
    person = PersonFactory()
    AppointmentFactory(person=person, role=role, organisation=OrganisationFactory())
    client = Client()
    client.force_login(person.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def send(client, programme, table=TABLE, **more):
    data = {
        "programme": str(programme.public_id),
        "fiscal_year": "2564",
        "announcement": "ประกาศ ปี 2564",
        "announced_on": "02/09/2564",
        "validity_years": "3",
        "file": SimpleUploadedFile("2564.csv", table.encode()),
    }
    return client.post(reverse("register:past-new"), {**data, **more})


def test_from_the_file_to_the_public_register(programme):
    client = client_of("secretariat")
    assert "ยังไม่ได้นำเข้าผลของปีใด" in client.get(reverse("register:past")).content.decode()
    at = send(client, programme).url
    assert "ยังไม่มีอะไรเข้าทะเบียน" in client.get(at).content.decode()
    row = PastImport.objects.get()
    first, second = row.results.filter(how="open").order_by("line")
    line = reverse("register:past-line", args=[first.public_id])
    page = client.get(line).content.decode()
    assert "ศูนย์สอง" in page
    two = row.results.model.objects.get(pk=first.pk).candidates[0]
    centre = ServiceCentreFactory._meta.model.objects.get(pk=two)
    assert client.post(line, {"centre": "?"}).status_code == 422
    assert client.post(line, {"centre": str(row.public_id)}).status_code == 422
    onward = client.post(line, {"centre": str(centre.public_id)})
    assert onward.url == reverse("register:past-line", args=[second.public_id])
    taken = client.post(onward.url, {"centre": str(centre.public_id)})
    assert taken.status_code == 422
    assert "ศูนย์นี้ตรงกับบรรทัด 3" in taken.content.decode()
    assert "ไม่พบศูนย์ตามคำค้น" in client.get(onward.url, {"q": "xyz"}).content.decode()
    assert client.post(onward.url, {"centre": "none"}).url == at
    enter = reverse("register:past-enter", args=[row.public_id])
    assert f'href="{enter}">ลงทะเบียน 2 ศูนย์' in client.get(at).content.decode()
    asked = client.get(enter).content.decode()
    for words in ("ยืนยัน ลงทะเบียน 2 ศูนย์", "พื้นฐาน", "1 กันยายน 2567"):
        assert words in asked
    assert client.post(enter, {"count": "3"}).status_code == 409
    assert client.post(enter, {"count": "2"}).url == at
    assert "ลงทะเบียนแล้ว 0 จาก 2 บรรทัด" in client.get(at).content.decode()
    jobs.run_pending()
    assert "ไม่มีบรรทัดที่ต้องลงทะเบียนเพิ่ม" in client.get(enter).content.decode()
    assert "ครบแล้ว" in client.get(reverse("register:past")).content.decode()
    assert "บรรทัดนี้อยู่ในทะเบียนแล้ว" in client.get(line).content.decode()
    for show in ("open", "ready", "entered", "none", "other"):
        assert client.get(at, {"show": show}).status_code == 200
    made = Certificate.objects.get(centre=centre)
    public = Client().get(reverse("register:verify", args=[made.code])).content.decode()
    assert "นำเข้าจากประกาศผลที่มีก่อนทะเบียนนี้" in public
    assert "ใบรับรองหมดอายุแล้ว" in public


def test_a_bad_file_or_day_is_told_and_nothing_is_kept(programme):
    client = client_of("secretariat")
    bad = send(client, programme, table="ชื่อศูนย์,ระดับ\nศูนย์หนึ่ง,ทองคำ\n")
    assert bad.status_code == 422
    assert "ไม่รู้จักระดับ ทองคำ" in bad.content.decode()
    wrong = send(client, programme, announced_on="02/09/2560")
    assert wrong.status_code == 422
    assert "ตรวจปี พ.ศ." in wrong.content.decode()
    assert not PastImport.objects.exists()


def test_the_same_file_again_is_told_corrected_and_thrown_away(programme):
    client = client_of("secretariat")
    at = send(client, programme).url
    for more, words in (
        ({}, "ไฟล์นี้นำเข้าไว้แล้ว นี่คือรายการเดิม"),
        ({"validity_years": "2"}, "ปรับปีและประกาศตามที่กรอกครั้งนี้"),
    ):
        assert send(client, programme, **more).url == at
        assert words in client.get(at).content.decode()
    drop = reverse("register:past-drop", args=[PastImport.objects.get().public_id])
    assert f'href="{drop}"' in client.get(at).content.decode()
    assert "3 บรรทัด" in client.get(drop).content.decode()
    client.post(at + "enter/", {"count": "1"})
    jobs.run_pending()
    assert f'href="{drop}"' not in client.get(at).content.decode()
    assert client.post(drop).status_code == 409
    again = send(client, programme, validity_years="3")
    assert again.status_code == 409 or "อยู่ในทะเบียนแล้ว" in again.content.decode()
    assert PastImport.objects.get().validity_years == 2


def test_a_list_is_thrown_away(programme):
    client = client_of("secretariat")
    at = send(client, programme).url
    assert client.post(at + "drop/").url == reverse("register:past")
    assert not PastImport.objects.exists()


def test_a_result_of_a_year_without_levels_is_shown_without_one(programme):
    client = client_of("secretariat")
    at = send(
        client,
        programme,
        table="ชื่อศูนย์\nศูนย์หนึ่ง\n",
        fiscal_year="2561",
        announced_on="27/09/2561",
        validity_years="20",
    ).url
    client.post(at + "enter/", {"count": "1"})
    jobs.run_pending()
    made = Certificate.objects.get()
    nobody = Client()
    pages = {
        reverse("register:verify", args=[made.code]): "ประกาศปีนั้นไม่มีระดับ",
        reverse("register:search"): "ไม่มีระดับ",
        reverse("register:centre", args=[made.centre.public_id]): made.number,
    }
    for page, words in pages.items():
        assert words in nobody.get(page).content.decode()
    with clock.travel(NOW + datetime.timedelta(days=6000)):
        assert "เคยได้ระดับ" not in nobody.get(reverse("register:verify", args=[made.code])).content.decode()


def test_nobody_else_opens_these_pages(programme):
    client = client_of("secretariat")
    at = send(client, programme).url
    officer = client_of("officer")
    for page in (reverse("register:past"), reverse("register:past-new"), at, at + "enter/", at + "drop/"):
        assert officer.get(page).status_code == 403
    assert client.get(reverse("register:past-line", args=[programme.public_id])).status_code == 404
