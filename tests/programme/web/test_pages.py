"""Pages: who opens them, what they show, what they keep when something is refused, what they cost."""

import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from saduak.foundation import clock
from saduak.programme import reading
from saduak.programme.models import CriteriaSet, InternalDeadline, Round
from tests.organisations.factories import AppointmentFactory, OrganisationFactory, ProgrammeFactory
from tests.programme.factories import MID_WINDOW, InternalDeadlineFactory, RoundFactory, published_set

pytestmark = pytest.mark.django_db
DAY = datetime.date
CEILING = 15


@pytest.fixture(autouse=True)
def _mid_window():
    with clock.travel(MID_WINDOW):
        yield


@pytest.fixture
def enter(client):
    """Sign in with a new appointment; the client."""

    def sign_in(role, organisation=None, **appointment):
        row = AppointmentFactory(role=role, organisation=organisation or OrganisationFactory(), **appointment)
        client.force_login(row.person.user)
        return client

    return sign_in


def page_of(response, status=200) -> str:
    text = response.content.decode()
    assert response.status_code == status, text[:2000]
    return text


def cost(client, url) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as seen:
        page_of(client.get(url))
    return len(
        [
            q
            for q in seen.captured_queries
            if not q["sql"].startswith(("BEGIN", "SAVEPOINT", "RELEASE", "PRAGMA"))
        ]
    )


def url(name, *args) -> str:
    return reverse(f"programme:{name}", args=args)


# --- Rounds --------------------------------------------------------------------------------------------------------------


def test_the_list_and_a_round(enter):
    row = RoundFactory()
    client = enter("officer")
    assert row.title in page_of(client.get(url("rounds")))
    text = page_of(client.get(url("round", row.public_id)))
    assert "1 ม.ค. – 28 ก.พ. 2570" in text
    assert "เปิดรับสมัคร" in text
    assert "เปิดรอบการรับรอง" not in text
    assert "เลื่อนช่วงเวลา" not in text
    assert "ตั้งกำหนดส่งภายใน" not in text


def test_a_round_shows_the_dates_for_me(enter):
    row = RoundFactory()
    province = OrganisationFactory(name_th="จังหวัดทดสอบ")
    district = OrganisationFactory(under=province)
    InternalDeadlineFactory(round=row, owner=province, note="ส่งทางระบบเท่านั้น")
    InternalDeadlineFactory(round=row, owner=OrganisationFactory(name_th="จังหวัดอื่น"))
    text = page_of(enter("officer", district).get(url("round", row.public_id)))
    assert "จังหวัดทดสอบ" in text
    assert "ส่งทางระบบเท่านั้น" in text
    assert "จังหวัดอื่น" not in text
    listed = page_of(enter("officer", district).get(url("deadlines", row.public_id)))
    assert "จังหวัดทดสอบ" in listed
    assert "จังหวัดอื่น" not in listed


def test_a_closed_round_says_so(enter):
    row = RoundFactory(closed_at=MID_WINDOW, closed_reason="ยกเลิกโครงการ")
    text = page_of(enter("secretariat", programme=row.programme).get(url("round", row.public_id)))
    assert "รอบนี้ปิดก่อนกำหนด" in text
    assert "ยกเลิกโครงการ" in text
    assert url("close", row.public_id) not in text


def opening(row, **changes):
    values = {
        "sure": "1",
        "programme": str(row.programme.public_id),
        "fiscal_year": "2570",
        "criteria_set": str(row.public_id),
        "validity_years": "3",
        "application_first": "1/1/2570",
        "application_last": "28 ก.พ. 2570",
        "visit_first": "๑ พฤษภาคม ๒๕๗๐",
        "visit_last": "15/07/2570",
    }
    return values | changes


def test_a_round_is_read_once_more_before_it_opens_for_the_whole_country(enter):
    criteria = published_set()
    client = enter("secretariat", programme=criteria.programme)
    typed = opening(criteria)
    del typed["sure"]
    text = page_of(client.post(url("open"), typed))
    assert "ยังไม่ได้เปิด อ่านอีกครั้ง" in text
    assert "1 ม.ค. – 28 ก.พ. 2570" in text
    assert 'name="application_first" value="1/1/2570"' in text
    assert not Round.objects.exists()
    back = page_of(client.post(url("open"), typed | {"back": "1"}))
    assert 'value="1/1/2570"' in back
    assert "ตรวจก่อนเปิดรอบ" in back
    assert not Round.objects.exists()
    wrong = page_of(client.post(url("open"), typed | {"application_last": "1/1/2569"}), 422)
    assert "วันสิ้นสุดต้องอยู่หลังวันเริ่ม" in wrong


def test_the_secretariat_opens_a_round(enter):
    criteria = published_set()
    client = enter("secretariat", programme=criteria.programme)
    text = page_of(client.get(url("open")))
    assert 'value="01/01/2570"' in text
    assert 'value="28/02/2570"' in text
    response = client.post(url("open"), opening(criteria))
    row = Round.objects.get()
    assert response.url == url("round", row.public_id)
    assert {stage.key: stage.ends_at for stage in row.stages.all()} == {
        "application": datetime.datetime(2027, 3, 1, tzinfo=clock.BANGKOK),
        "visit": datetime.datetime(2027, 7, 16, tzinfo=clock.BANGKOK),
    }
    assert "เปิดรอบการรับรองแล้ว" in page_of(client.get(response.url))


@pytest.mark.parametrize(
    ("today", "year", "last"),
    [
        (datetime.datetime(2026, 11, 2, 9, tzinfo=clock.BANGKOK), 2571, "29/02/2571"),
        (datetime.datetime(2022, 12, 12, 9, tzinfo=clock.BANGKOK), 2566, "28/02/2566"),
    ],
)
def test_the_form_proposes_the_first_year_without_a_round(enter, today, year, last):
    row = RoundFactory(fiscal_year=2570)
    with clock.travel(today):
        client = enter("secretariat", programme=row.programme)
        form = client.get(url("open")).context["form"]
        assert form["fiscal_year"].value() == year
        assert form["application_last"].value() == last


def test_opening_twice_with_one_form_is_one_round(enter):
    criteria = published_set()
    client = enter("secretariat", programme=criteria.programme)
    once = client.get(url("open")).context["form"]["once"].value()
    for _ in range(2):
        assert client.post(url("open"), opening(criteria, once=str(once))).status_code == 302
    assert Round.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"application_last": ""}, "กรอกวันที่"),
        ({"visit_last": ""}, "กรอกทั้งวันแรกและวันสุดท้าย"),
        ({"application_last": "31 ธ.ค. 2569"}, "วันสิ้นสุดต้องอยู่หลังวันเริ่ม"),
        ({"application_last": "32/01/2570"}, "32/01/2570"),
        ({"fiscal_year": "2027"}, "2500"),
    ],
)
def test_what_was_typed_stays_and_the_error_says_what_to_do(enter, change, words):
    criteria = published_set()
    response = enter("secretariat", programme=criteria.programme).post(
        url("open"), opening(criteria, **change)
    )
    text = page_of(response, 422)
    assert words in text
    assert "๑ พฤษภาคม ๒๕๗๐" in text
    assert not Round.objects.exists()


def test_a_year_that_has_its_round_is_told_at_the_form(enter):
    row = RoundFactory()
    client = enter("secretariat", programme=row.programme)
    assert "ปี 2570 มีรอบการรับรองแล้ว" in page_of(client.post(url("open"), opening(row.criteria_set)), 422)


def test_the_form_offers_only_ones_own_programme(enter):
    own, other = published_set(), published_set()
    client = enter("secretariat", programme=own.programme)
    text = page_of(client.get(url("open")))
    assert str(own.public_id) in text
    assert str(other.public_id) not in text
    response = client.post(url("open"), opening(other))
    assert page_of(response, 422)
    assert not Round.objects.exists()


def test_without_criteria_the_page_says_what_comes_first(enter):
    assert "ยังไม่มีชุดเกณฑ์ที่ประกาศใช้" in page_of(
        enter("secretariat", programme=ProgrammeFactory()).get(url("open"))
    )


def test_a_window_is_moved_with_a_reason(enter):
    row = RoundFactory()
    client = enter("secretariat", programme=row.programme)
    assert "1 ม.ค. – 28 ก.พ. 2570" in page_of(client.get(url("move", row.public_id, "application")))
    typed = {"starts_at": "1/1/2570", "ends_at": "5 มีนาคม 2570", "reason": ""}
    assert "เหตุผล" in page_of(client.post(url("move", row.public_id, "application"), typed), 422)
    # The screening starts on 1 March, so the window may overlap it: only the order of starts counts.
    response = client.post(url("move", row.public_id, "application"), typed | {"reason": "น้ำท่วม"})
    assert response.status_code == 302
    assert row.stages.get(key="application").ends_at == datetime.datetime(2027, 3, 6, tzinfo=clock.BANGKOK)
    past = client.post(
        url("move", row.public_id, "application"), typed | {"ends_at": "1 ก.พ. 2570", "reason": "x"}
    )
    assert "ช่วงเวลานี้ยังเปิดอยู่ เลื่อนวันปิดให้ผ่านไปแล้วไม่ได้" in page_of(past, 422)


def test_a_round_is_closed_by_hand(enter):
    row = RoundFactory()
    client = enter("secretariat", programme=row.programme)
    page_of(client.get(url("close", row.public_id)))
    assert client.post(url("close", row.public_id), {"reason": "ยกเลิก"}).status_code == 302
    assert "รอบนี้ปิดแล้ว" in page_of(client.post(url("close", row.public_id), {"reason": "ซ้ำ"}), 422)


@pytest.mark.parametrize(
    "role", ["officer", "supervisor", "clerk", "head", "committee", "evaluator", "auditor"]
)
def test_the_secretariats_pages_are_closed_to_others(enter, role):
    row = RoundFactory()
    client = enter(role)
    pages = [
        url("open"),
        url("move", row.public_id, "application"),
        url("close", row.public_id),
        url("criteria-import"),
        url("criteria-publish", row.criteria_set.public_id),
    ]
    for address in pages:
        for send in (client.get, client.post):
            assert send(address).status_code == 403, address


def test_the_secretariat_of_another_programme_is_refused(enter):
    row = RoundFactory()
    client = enter("secretariat", programme=ProgrammeFactory())
    for address in (url("move", row.public_id, "application"), url("close", row.public_id)):
        assert client.post(address, {"reason": "x"}).status_code == 403
    assert client.get(url("move", row.public_id, "nonsense")).status_code == 403


def test_an_unknown_stage_is_not_found(enter):
    row = RoundFactory()
    assert (
        enter("secretariat", programme=row.programme).get(url("move", row.public_id, "party")).status_code
        == 404
    )


def test_without_signing_in_one_is_led_to_the_door(client, settings):
    settings.LOGIN_URL = "/accounts/login/"
    row = RoundFactory()
    for address in (url("rounds"), url("round", row.public_id), url("criteria-sets"), url("open")):
        response = client.get(address)
        assert response.status_code == 302
        assert "login" in response.url


# --- Internal deadlines ----------------------------------------------------------------------------------------------------


def test_a_supervisor_sets_extends_and_withdraws(enter):
    row, province = RoundFactory(), OrganisationFactory(name_th="จังหวัดทดสอบ")
    client = enter("supervisor", province)
    assert "ตอนนี้คือ" not in page_of(client.get(url("deadline-new", row.public_id)))
    typed = {
        "owner": str(province.public_id),
        "kind": "check",
        "reach": "line",
        "due_on": "15 ก.พ. 2570",
        "note": "ส่งให้ทัน",
    }
    assert client.post(url("deadline-new", row.public_id), typed).url == url("round", row.public_id)
    set_ = InternalDeadline.objects.get()
    text = page_of(client.get(url("round", row.public_id)))
    assert url("deadline-extend", set_.public_id) in text
    late = client.post(
        url("deadline-new", row.public_id), typed | {"kind": "submit", "due_on": "1 มี.ค. 2570"}
    )
    assert "ต้องไม่เกินวันปิดรับสมัคร" in page_of(late, 422)
    assert "ส่งให้ทัน" in page_of(late, 422)
    page_of(client.get(url("deadline-extend", set_.public_id)))
    earlier = client.post(url("deadline-extend", set_.public_id), {"due_on": "10 ก.พ. 2570"})
    assert "ซึ่งเป็นกำหนดเดิม" in page_of(earlier, 422)
    assert client.post(url("deadline-extend", set_.public_id), {"due_on": "20 ก.พ. 2570"}).status_code == 302
    page_of(client.get(url("deadline-withdraw", set_.public_id)))
    assert client.post(url("deadline-withdraw", set_.public_id), {"reason": "ตั้งผิด"}).status_code == 302
    set_.refresh_from_db()
    assert set_.retired_at == MID_WINDOW


def test_another_offices_date_cannot_be_touched(enter):
    row, province = RoundFactory(), OrganisationFactory()
    set_ = InternalDeadlineFactory(round=row, owner=province)
    district = OrganisationFactory(under=province)
    below = enter("supervisor", district)
    assert below.post(url("deadline-extend", set_.public_id), {"due_on": "20 ก.พ. 2570"}).status_code == 403
    typed = {"owner": str(province.public_id), "kind": "check", "reach": "line", "due_on": "15 ก.พ. 2570"}
    assert "เลือกจากรายการ" in page_of(below.post(url("deadline-new", row.public_id), typed), 422)
    stranger = enter("supervisor")
    assert stranger.get(url("deadline-extend", set_.public_id)).status_code == 404


# --- Criteria ----------------------------------------------------------------------------------------------------------------


def upload(name="criteria.yaml", content=None):
    return SimpleUploadedFile(name, content if content is not None else reading.bundled())


def test_import_read_and_publish(enter):
    programme = ProgrammeFactory(code="gecc")
    client = enter("secretariat", programme=programme)
    page_of(client.get(url("criteria-import")))
    sent = {"programme": str(programme.public_id), "file": upload()}
    response = client.post(url("criteria-import"), sent)
    row = CriteriaSet.objects.get()
    assert response.url == url("criteria-set", row.public_id)
    text = page_of(client.get(response.url))
    assert "รอชื่อทางการ ข้อ 1.4" in text
    assert "เกณฑ์ชุดนี้ยังไม่เป็นทางการ" in text
    assert "แผนให้บริการต่อเนื่องในภาวะฉุกเฉิน" in text
    assert "ประกาศใช้ชุดเกณฑ์นี้" in text
    page_of(client.get(url("criteria-publish", row.public_id)))
    assert client.post(url("criteria-publish", row.public_id)).status_code == 302
    assert client.post(url("criteria-publish", row.public_id)).status_code == 409
    row.refresh_from_db()
    assert row.state == "published"
    assert url("criteria-publish", row.public_id) not in page_of(client.get(response.url))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"total: [", "รูปแบบ YAML ไม่ถูกต้อง"),
        (b"\x89PNG\r\n\x1a\n\x00\xff", "ไฟล์ต้องเป็นข้อความ UTF-8"),
        (b"", "ไฟล์นี้ว่างเปล่า"),
        (reading.bundled().replace(b"total: 100", b"total: 99"), "คะแนนรวมระบุ 99"),
        (b"#" * 1_500_000, "ไฟล์ใหญ่เกิน 1 เมกะไบต์"),
    ],
)
def test_a_bad_file_is_told_by_line(enter, content, words):
    programme = ProgrammeFactory(code="gecc")
    client = enter("secretariat", programme=programme)
    response = client.post(
        url("criteria-import"), {"programme": str(programme.public_id), "file": upload(content=content)}
    )
    assert words in page_of(response, 422)
    assert not CriteriaSet.objects.exists()


def test_a_draft_is_seen_by_its_secretariat_only(enter, client):
    row = published_set()
    draft = CriteriaSet.objects.create(
        programme=row.programme, code="draft", title="ฉบับลับ", imported_at=MID_WINDOW, digest="0" * 64
    )
    assert enter("officer").get(url("criteria-set", draft.public_id)).status_code == 404
    assert "ฉบับลับ" not in page_of(client.get(url("criteria-sets")))
    assert "ฉบับลับ" in page_of(enter("secretariat", programme=row.programme).get(url("criteria-sets")))


# --- Open to all ---------------------------------------------------------------------------------------------------------------


def test_everybody_reads_criteria_and_rounds(client):
    row = RoundFactory()
    criteria = row.criteria_set
    draft = CriteriaSet.objects.create(
        programme=row.programme, code="draft", title="ฉบับลับ", imported_at=MID_WINDOW, digest="0" * 64
    )
    listed = page_of(client.get("/criteria/"))
    assert criteria.title in listed
    assert "ฉบับลับ" not in listed
    assert client.get(f"/criteria/{draft.public_id}/").status_code == 404
    response = client.get(f"/criteria/{criteria.public_id}/")
    assert "รอชื่อทางการ ข้อ 4.1" in page_of(response)
    assert "Cookie" not in response.get("Vary", "")
    assert "Awaiting the official title, item 4.1" in page_of(
        client.get(f"/en/criteria/{criteria.public_id}/")
    )
    text = page_of(client.get(f"/rounds/2570/{row.programme.code}/"))
    assert "1 ม.ค. – 28 ก.พ. 2570" in text
    assert "1 Jan – 28 Feb 2027" in page_of(client.get(f"/en/rounds/2570/{row.programme.code}/"))
    assert client.get("/rounds/2599/nothing/").status_code == 404


# --- Costs ---------------------------------------------------------------------------------------------------------------------


def test_pages_cost_the_same_for_one_and_for_three(enter):
    row, province = RoundFactory(), OrganisationFactory()
    district = OrganisationFactory(under=province)
    InternalDeadlineFactory(round=row, owner=province)
    InternalDeadlineFactory(round=row, owner=district)
    client = enter("supervisor", district, reach="line")
    addresses = [
        url("rounds"),
        url("round", row.public_id),
        url("deadlines", row.public_id),
        url("criteria-sets"),
        url("criteria-set", row.criteria_set.public_id),
        url("deadline-new", row.public_id),
        "/criteria/",
        f"/rounds/2570/{row.programme.code}/",
    ]
    first = {address: cost(client, address) for address in addresses}
    for _ in range(2):
        RoundFactory()
    for owner in (province, district):
        for kind, reach in (("submit", "line"), ("check", "supervision")):
            InternalDeadlineFactory(round=row, owner=owner, kind=kind, reach=reach)
    assert {address: cost(client, address) for address in addresses} == first
    assert max(first.values()) <= CEILING, first
