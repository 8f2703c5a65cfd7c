"""The public pages: the verdict in words, the search in Thai, nothing under embargo, no session."""

import contextlib
import datetime

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import translation

from saduak.foundation import clock, files, ids
from saduak.foundation.access import Actor
from saduak.organisations.queries import centre_links
from saduak.register.models import Certificate
from tests.organisations.factories import AreaFactory, OrganisationFactory, ServiceCentreFactory
from tests.programme.factories import published_set
from tests.register.factories import NOW, CertificateFactory, PublicationFactory, many

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture(autouse=True)
def today():
    with clock.travel(NOW):
        yield


@pytest.fixture
def citizen() -> Client:
    return Client()


def verify(client, certificate, **kwargs):
    return client.get(f"/v/{certificate.code}/", **kwargs)


def test_a_certificate_that_holds(citizen):
    row = CertificateFactory(name="ศูนย์ราชการสะดวก อำเภอวังทอง")
    page = verify(citizen, row)
    text = page.content.decode()
    assert page.status_code == 200
    for words in ("ใบรับรองนี้ใช้ได้", "31 สิงหาคม 2572", row.number, row.organisation_name, "จังหวัดพิษณุโลก"):
        assert words in text
    assert citizen.get(f"/v/{row.code}").content.decode().count("ใบรับรองนี้ใช้ได้") >= 1


@pytest.mark.parametrize(
    ("name", "says_it"), [("ศูนย์บริการ เทศบาลตำบลท่าโพธิ์", True), ("ศูนย์บริการประชาชน", False)]
)
def test_the_office_is_named_where_the_name_of_the_centre_does_not_say_it(citizen, name, says_it):
    office = OrganisationFactory(name_th="เทศบาลตำบลท่าโพธิ์")
    centre = ServiceCentreFactory(organisation=office, name_th=name)
    row = CertificateFactory(centre=centre, centre_name=name, organisation_name=office.name_th)
    wanted = "" if says_it else office.name_th
    assert (row.office_name, centre.office_name) == (wanted, wanted)
    pages = {
        f"/v/{row.code}/": f"<dd>{office.name_th}</dd>",
        "/register/": f"<small>{office.name_th}</small>",
        f"/register/centres/{centre.public_id}/": f'class="overline">{office.name_th}<',
    }
    for address, apart in pages.items():
        assert (apart in citizen.get(address).content.decode()) == (not says_it), address


def test_what_ended_or_was_withdrawn_says_nothing_of_opening_hours(citizen):
    ended = CertificateFactory(valid_until=NOW.date() - DAY, level_name="ระดับดีเด่น", level_key="x")
    withdrawn = CertificateFactory(state="revoked", revoked_at=NOW)
    words = "ไม่ได้บอกว่าศูนย์เปิดหรือปิด"
    text = verify(citizen, ended).content.decode()
    assert words in text
    assert "เคยได้ระดับดีเด่น" in text
    assert words in verify(citizen, withdrawn).content.decode()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"valid_until": NOW.date()}, "ใบรับรองนี้ใช้ได้"),
        ({"valid_until": NOW.date() - DAY}, "ใบรับรองหมดอายุแล้ว"),
        ({"valid_from": NOW.date() + DAY}, "ใบรับรองยังไม่เริ่มใช้"),
        ({"state": "revoked", "revoked_at": NOW}, "ใบรับรองถูกเพิกถอน"),
        ({"state": "replaced"}, "มีใบรับรองใหม่แทนใบนี้แล้ว"),
    ],
)
def test_every_verdict_has_its_words(citizen, changes, words):
    row = CertificateFactory(**changes)
    text = verify(citizen, row).content.decode()
    assert words in text
    # Whatever it says, it says of when; and on paper where that can be asked again.
    assert "ตรวจกับทะเบียนเมื่อ" in text
    assert f"{settings.PUBLIC_URL}/v/{row.code}" in text
    assert f"{row.code[:5]}-{row.code[5:]}" in text
    assert 'class="qrline"' in text
    assert "ยังเปิดให้บริการ" not in text


def test_a_verdict_is_of_the_day_on_which_it_was_asked_also_after_midnight(citizen):
    row = CertificateFactory(valid_until=NOW.date())
    pages = {
        f"/v/{row.code}/": "ใบรับรองนี้ใช้ได้",
        "/register/": row.centre_name,
        f"/register/centres/{row.centre.public_id}/": "ใช้ได้",
    }
    for address, words in pages.items():
        with contextlib.ExitStack() as night:

            def past_midnight(execute, *asked, night=night):
                """The first look into the database takes until tomorrow."""
                night.enter_context(clock.travel(NOW + DAY))
                return execute(*asked)

            night.enter_context(connection.execute_wrapper(past_midnight))
            page = citizen.get(address).content.decode()
        assert words in page, address
        assert "หมดอายุแล้ว" not in page.partition("<main")[2], address


def test_the_successor_is_named_only_when_it_is_public(citizen):
    following = CertificateFactory(published=None)
    row = CertificateFactory(state="replaced", replaced_by=following)
    assert following.code not in verify(citizen, row).content.decode()
    following.publication.published_at = NOW
    following.publication.save()
    assert following.code in verify(citizen, row).content.decode()


def test_a_code_may_be_typed_as_it_is_read_out(citizen):
    row = CertificateFactory()
    typed = f" {row.code[:5].lower()}-{row.code[5:]} "
    sent = citizen.get("/verify/", {"code": typed})
    assert (sent.status_code, sent["Location"]) == (302, f"/v/{row.code}/")
    assert citizen.get(f"/v/{row.code.lower()}/").status_code == 200


def test_a_code_that_cannot_be_is_told_apart_from_one_that_is_not_there(citizen):
    wrong = ids.code()
    wrong = wrong[:-1] + next(letter for letter in ids.ALPHABET if letter != wrong[-1])
    page = citizen.get(f"/v/{wrong}/")
    assert page.status_code == 404
    assert "รหัสนี้พิมพ์ผิดบางตัว" in page.content.decode()
    assert "ไม่มีใบรับรองรหัสนี้ในทะเบียน" not in page.content.decode()
    unknown = citizen.get(f"/v/{ids.code()}/")
    assert unknown.status_code == 404
    assert "ไม่มีใบรับรองรหัสนี้ในทะเบียน" in unknown.content.decode()
    for typed in ("", "123", wrong):
        assert citizen.get("/verify/", {"code": typed}).status_code == 422
    assert citizen.get("/verify/").status_code == 200


def test_under_embargo_nothing_is_different_from_what_does_not_exist(citizen, exactly):
    hidden = CertificateFactory(name="ศูนย์ที่ยังไม่ประกาศ", published=None)
    hidden.pdf = files.put(b"%PDF-1.7", name="c.pdf", media_type="application/pdf")
    hidden.save()
    later = CertificateFactory(published=NOW + DAY)
    with exactly(1):
        missing = citizen.get("/v/" + (code := ids.code()) + "/")
    for row in (hidden, later):
        with exactly(1):
            page = verify(citizen, row)
        assert page.status_code == missing.status_code == 404
        assert page.content.decode().replace(row.code, code) == missing.content.decode()
        assert citizen.get(f"/v/{row.code}/certificate.pdf").status_code == 404
        for text in (row.code, row.number, row.centre_name):
            found = citizen.get("/register/", {"q": text, "every": "on"}).content.decode()
            assert "พบ 0 ใบรับรอง" in found
            assert row.number not in found.replace(f'value="{text}"', "")
        centre = citizen.get(f"/register/centres/{row.centre.public_id}/").content.decode()
        assert row.number not in centre
        assert row.code not in centre


def test_the_moment_of_publication_opens_everything(citizen):
    publication = PublicationFactory(published_at=None)
    rows = many(3, publication=publication)
    assert [verify(citizen, row).status_code for row in rows] == [404, 404, 404]
    publication.published_at = NOW
    publication.save()
    assert [verify(citizen, row).status_code for row in rows] == [200, 200, 200]
    with clock.travel(NOW - datetime.timedelta(microseconds=1)):
        assert [verify(citizen, row).status_code for row in rows] == [404, 404, 404]


def test_the_pdf_is_there_while_the_certificate_stands(citizen):
    row = CertificateFactory()
    address = f"/v/{row.code}/certificate.pdf"
    assert citizen.get(address).status_code == 404
    row.pdf = files.put(b"%PDF-1.7 sample", name="certificate.pdf", media_type="application/pdf")
    row.save()
    sent = citizen.get(address)
    assert (sent.status_code, sent["Content-Type"]) == (200, "application/pdf")
    assert "attachment" in sent["Content-Disposition"]
    assert b"".join(sent.streaming_content) == b"%PDF-1.7 sample"
    Certificate.objects.filter(pk=row.pk).update(state="revoked", revoked_at=NOW)
    assert citizen.get(address).status_code == 404
    assert citizen.get("/v/nonsense/certificate.pdf").status_code == 404


NAMES = ("ศูนย์บริการประชาชน เทศบาลนครพิษณุโลก", "เขตบางรัก", "แขวงสีลม", "สำนักงานเขต ดุสิต")


def listed(citizen, **query):
    page = citizen.get("/register/", query)
    assert page.status_code == 200
    return [row.centre_name for row in page.context["page"]]


def test_search_understands_thai(citizen):
    for name in NAMES:
        CertificateFactory(name=name)
    assert listed(citizen, q="พิษณุโลก เทศบาล") == [NAMES[0]]
    assert listed(citizen, q="สำนักงานเขตดุสิต") == [NAMES[3]]
    assert set(listed(citizen, q="เขต")) == {NAMES[1], NAMES[3]}
    assert listed(citizen, q="ไม่มีชื่อนี้") == []
    assert listed(citizen) == ["เขตบางรัก", "แขวงสีลม", "ศูนย์บริการประชาชน เทศบาลนครพิษณุโลก", "สำนักงานเขต ดุสิต"]
    row = Certificate.objects.first()
    year, number = row.number.split("/")
    assert listed(citizen, q=f"{year}/{number}".translate(str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙"))) == [
        row.centre_name
    ]
    assert listed(citizen, q=row.code.lower()) == [row.centre_name]


def test_search_by_province_level_and_whether_it_holds(citizen):
    published_set()
    AreaFactory(code="65", name_th="พิษณุโลก")
    AreaFactory(code="63", name_th="ตาก")
    here = CertificateFactory(area_code="6508")
    there = CertificateFactory(area_code="63", level_key="excellent", level_name="ระดับเป็นเลิศ")
    over = CertificateFactory(area_code="65", valid_until=NOW.date() - DAY)
    gone = CertificateFactory(area_code="65", state="revoked", revoked_at=NOW)
    early = CertificateFactory(area_code="65", valid_from=NOW.date() + DAY)
    assert listed(citizen, province="65") == [here.centre_name]
    assert listed(citizen, province="63", level="excellent") == [there.centre_name]
    assert listed(citizen, province="63", level="basic") == []
    every = listed(citizen, province="65", every="on")
    assert set(every) == {row.centre_name for row in (here, over, gone, early)}
    assert set(listed(citizen, province="nonsense", level="nonsense")) == {
        here.centre_name,
        there.centre_name,
    }


def test_an_office_that_is_its_centre_is_named_once(citizen):
    alone = CertificateFactory(name="ที่ว่าการอำเภอวังทอง")
    Certificate.objects.update(organisation_name=alone.centre_name)
    assert verify(citizen, alone).content.decode().partition("<main")[2].count(alone.centre_name) == 1
    found = citizen.get("/register/").content.decode().partition("<tbody")[2]
    assert found.count(alone.centre_name) == 1
    Certificate.objects.update(organisation_name="ที่ทำการปกครองอำเภอวังทอง")
    for address in ("/register/", f"/v/{alone.code}/"):
        assert "ที่ทำการปกครองอำเภอวังทอง" in citizen.get(address).content.decode()


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        ({"level": "diamond"}, "ระดับ"),
        ({"province": "99"}, "จังหวัด"),
        ({"q": "ก" * 101}, "ชื่อศูนย์ หน่วยงาน หรือเลขที่ใบรับรอง"),
    ],
)
def test_a_filter_that_is_not_understood_is_left_out_and_named(citizen, asked, named):
    published_set()
    row = CertificateFactory()
    page = citizen.get("/register/", asked)
    text = page.content.decode()
    assert page.status_code == 200
    assert f"อ่านค่าในช่อง {named} ไม่ได้" in text
    assert row.centre_name in text
    assert "อ่านค่าในช่อง" not in citizen.get("/register/", {"level": "basic"}).content.decode()
    assert "อ่านค่าในช่อง" not in citizen.get("/register/").content.decode()


def test_a_centre_shows_its_certificates_and_never_what_is_pending(citizen):
    row = CertificateFactory()
    CertificateFactory(
        centre=row.centre, publication=row.publication, valid_until=datetime.date(2026, 12, 31)
    )
    CertificateFactory(centre=row.centre, publication=row.publication, state="revoked", revoked_at=NOW)
    CertificateFactory(centre=row.centre, publication=row.publication, state="replaced")
    CertificateFactory(centre=row.centre, publication=row.publication, valid_from=datetime.date(2028, 1, 1))
    text = citizen.get(f"/register/centres/{row.centre.public_id}/").content.decode()
    for words in ("ใช้ได้", "หมดอายุแล้ว", "เพิกถอนแล้ว", "ออกใหม่แทนแล้ว", "ยังไม่เริ่มใช้", row.number):
        assert words in text
    assert citizen.get(f"/register/centres/{ids.public_id()}/").status_code == 404


ADDRESSES = [
    "/v/{code}",
    "/v/{code}/",
    "/en/v/{code}/",
    "/verify/",
    "/register/",
    "/en/register/",
    "/register/centres/{centre}/",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_public_pages_know_nobody_and_may_be_kept_by_anyone(citizen, address):
    row = CertificateFactory()
    page = citizen.get(address.format(code=row.code, centre=row.centre.public_id))
    assert page.status_code == 200
    assert not page.cookies
    assert "Cookie" not in page.get("Vary", "")
    assert "Accept-Language" not in page.get("Vary", "")
    assert "public" in page["Cache-Control"]
    assert "max-age=60" in page["Cache-Control"]
    assert page["Content-Language"] == ("en" if address.startswith("/en/") else "th")


def test_lists_ask_the_same_for_one_three_and_two_thousand(citizen, exactly):
    row = many(1)[0]
    queries = {}
    for count in (0, 2, 1997):
        if count:
            many(count)
        for name, address in (
            ("search", "/register/"),
            ("verify", f"/v/{row.code}/"),
            ("words", "/register/?q=ศูนย์&page=2"),
        ):
            with exactly({"search": 4, "verify": 1, "words": 4}[name]):
                page = citizen.get(address)
            assert page.status_code == 200
            queries.setdefault(name, []).append(page)
    assert Certificate.objects.count() == 2000
    assert len(queries["search"][-1].context["page"]) == 25
    assert reverse("register:verify-code", args=[row.code]) == f"/v/{row.code}"


def test_the_page_of_a_centre_costs_the_same_for_one_certificate_and_for_three(citizen, exactly):
    row = CertificateFactory(centre=ServiceCentreFactory(phone="055 111 222"))
    for number in (1, 3):
        with exactly(2):
            page = citizen.get(f"/register/centres/{row.centre.public_id}/")
        assert len(page.context["certificates"]) == number
        for state in ("revoked", "replaced"):
            revoked_at = NOW if state == "revoked" else None
            CertificateFactory(
                centre=row.centre, publication=row.publication, state=state, revoked_at=revoked_at
            )


def test_readers_of_english_find_levels_and_provinces_by_english_names(citizen):
    published_set()
    certificate = CertificateFactory(level_key="advanced", level_name="ก้าวหน้า")
    AreaFactory(code="55", name_th="น่าน", name_en="Nan")
    assert certificate.level_words == "ก้าวหน้า"
    with translation.override("en"):
        assert certificate.level_words == "Advanced"
        assert Certificate(level_key="gold", level_name="ทอง").level_words == "ทอง"
    page = citizen.get("/en/register/?every=on").content.decode()
    assert ">Nan</option>" in page
    assert "น่าน" not in page
    assert ">น่าน</option>" in citizen.get("/register/").content.decode()


def test_readers_of_english_find_where_a_certificate_stands_in_english_when_its_names_are_known(
    citizen, exactly
):
    province = AreaFactory(code="65", name_th="พิษณุโลก", name_en="Phitsanulok")
    AreaFactory(code="6508", kind="district", name_th="วังทอง", name_en="Wang Thong", parent=province)
    AreaFactory(code="6509", kind="district", name_th="เนินมะปราง", name_en="", parent=province)
    row = CertificateFactory(area_code="6508", area_name="อำเภอวังทอง จังหวัดพิษณุโลก")
    half = CertificateFactory(area_code="6509", area_name="อำเภอเนินมะปราง จังหวัดพิษณุโลก")
    CertificateFactory(area_code="", area_name="")
    with exactly(2):
        page = citizen.get(f"/en/v/{row.code}/").content.decode()
    assert "<dd>Wang Thong, Phitsanulok</dd>" in page
    assert "พิษณุโลก" not in page
    assert "อำเภอเนินมะปราง จังหวัดพิษณุโลก" in citizen.get(f"/en/v/{half.code}/").content.decode()
    with exactly(5):
        listed_page = citizen.get("/en/register/").content.decode()
    assert "Wang Thong, Phitsanulok" in listed_page
    assert "อำเภอวังทอง จังหวัดพิษณุโลก" in verify(citizen, row).content.decode()


@pytest.mark.parametrize("known", [True, False])
def test_the_permanent_address_leads_to_the_other_language_too(citizen, known):
    code = CertificateFactory().code if known else ids.code()
    for address in (f"/v/{code}", f"/v/{code}/"):
        assert f'href="/en/v/{code}/" lang="en"' in citizen.get(address).content.decode()
    assert f'href="/v/{code}/" lang="th"' in citizen.get(f"/en/v/{code}/").content.decode()


HOURS = [{"days": [1, 2, 3, 4, 5], "opens": "08:30", "closes": "16:30"}]


@pytest.mark.parametrize(
    ("own", "office", "words"),
    [
        ({"hours": HOURS, "address": "1 หมู่ 2", "phone": "055 111 222"}, {}, "ดูเวลาเปิด ที่อยู่ และโทรศัพท์"),
        ({"hours": HOURS}, {"address": "9 หมู่ 9"}, "ดูเวลาเปิดและที่อยู่"),
        ({"hours": HOURS, "phone": "055 111 222"}, {"address": "9 หมู่ 9"}, "ดูเวลาเปิดและโทรศัพท์"),
        ({"hours": HOURS}, {}, "ดูเวลาเปิด"),
        ({}, {"address": "9 หมู่ 9", "phone": "055 999 999"}, "ดูที่อยู่และโทรศัพท์"),
        ({"address": "1 หมู่ 2"}, {"phone": "055 999 999"}, "ดูที่อยู่"),
        ({}, {"phone": "055 999 999"}, "ดูโทรศัพท์"),
        ({}, {}, "ดูข้อมูลและใบรับรองของศูนย์"),
    ],
)
def test_the_way_from_a_certificate_to_its_centre_promises_what_stands_there(
    citizen, exactly, own, office, words
):
    centre = ServiceCentreFactory(organisation=OrganisationFactory(**office), **own)
    row = CertificateFactory(centre=centre)
    with exactly(1):
        assert f">{words}</a>" in verify(citizen, row).content.decode()
    page = citizen.get(f"/register/centres/{centre.public_id}/").content.decode()
    has = own if own.keys() & {"address", "phone"} else office
    for value in has.values():
        if isinstance(value, str):
            assert value in page
    assert ("จันทร์ – ศุกร์" in page) == ("hours" in own)
    assert ("สอบถามจากหน่วยงานนี้" in page) == bool(has is office and office)


def test_the_office_above_by_line_is_named_where_neither_centre_nor_office_gave_a_contact(citizen, exactly):
    above = OrganisationFactory(phone="055 777 777", email="office@example.test")
    watching = OrganisationFactory(phone="055 888 888")
    office = OrganisationFactory(under=above, supervised_by=watching)
    days = [{"days": [6, 7], "opens": "09:00", "closes": "12:00"}]
    area = AreaFactory(code="6508", name_th="วังทอง", name_en="Wang Thong", parent=AreaFactory(code="65"))
    centre = ServiceCentreFactory(organisation=office, hours=days, area=area)
    with exactly(3):
        page = citizen.get(f"/register/centres/{centre.public_id}/").content.decode()
    assert "055 777 777" in page
    assert "office@example.test" in page
    assert "055 888 888" not in page
    assert "เสาร์ อาทิตย์" in page
    assert "09.00 – 12.00 น." in page
    english = citizen.get(f"/en/register/centres/{centre.public_id}/").content.decode()
    assert "Wang Thong" in english
    assert "Saturday Sunday" in english
    asked = ServiceCentreFactory(organisation=office, email="centre@example.test")
    own = citizen.get(f"/register/centres/{asked.public_id}/").content.decode()
    assert "055 777 777" not in own
    assert "ศูนย์ยังไม่ได้แจ้ง" not in own


def test_the_page_of_a_centre_leads_to_its_newest_certificate(exactly):
    old = CertificateFactory()
    with exactly(1):
        links = centre_links(Actor.public(NOW), old.centre)
    assert [(str(link.label), link.url) for link in links] == [
        (f"ใบรับรองเลขที่ {old.number}", f"/v/{old.code}")
    ]
    secret = CertificateFactory(publication=PublicationFactory(published_at=None))
    assert centre_links(Actor.public(NOW), secret.centre) == []


def test_an_old_certificate_leads_to_renewing_until_its_centre_has_renewed(citizen, exactly):
    row = CertificateFactory(valid_until=NOW.date() - DAY)
    words = "เข้าสู่ระบบแล้วดูเรื่องต่ออายุได้ที่"
    assert words in verify(citizen, row).content.decode()
    CertificateFactory(centre=row.centre, publication=row.publication)
    with exactly(1):
        page = verify(citizen, row)
    assert words not in page.content.decode()
    assert not page.cookies
