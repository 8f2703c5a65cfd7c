"""The pages: who reaches them, what they show, what a form does, and what they cost."""

import datetime
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from saduak.foundation import clock
from saduak.foundation.access import Actor
from saduak.foundation.models import User
from saduak.organisations.actions import Post, invite
from saduak.organisations.models import (
    Appointment,
    CentreEvent,
    Handover,
    Invitation,
    ServiceCentre,
)
from saduak.organisations.queries import Link, register_organisation_links
from saduak.organisations.queries.links import _organisation
from saduak.organisations.web.forms import InviteForm
from tests.counting import counted
from tests.organisations.factories import (
    AppointmentFactory,
    AreaFactory,
    OrganisationFactory,
    PersonFactory,
    ProgrammeFactory,
    ServiceCentreFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture
def sign_in(client):
    """Sign in as somebody with one appointment; returns the person."""

    def enter(role="head", organisation=None, **appointment):
        row = AppointmentFactory(role=role, organisation=organisation or OrganisationFactory(), **appointment)
        client.force_login(row.person.user)
        return row

    return enter


def url(name, *args):
    return reverse(f"organisations:{name}", args=args)


def text(response):
    return re.sub(r"<[^>]+>|\s+", " ", response.content.decode())


def test_everything_but_an_invitation_needs_a_sign_in(client, settings):
    settings.LOGIN_URL = "/accounts/login/"
    centre = ServiceCentreFactory()
    appointment = AppointmentFactory()
    for name, key in (
        ("search", None),
        ("rights", None),
        ("organisation", centre.organisation.public_id),
        ("access", centre.organisation.public_id),
        ("appoint", centre.organisation.public_id),
        ("centre", centre.public_id),
        ("hand-over", appointment.public_id),
    ):
        response = client.get(url(name, *([key] if key else [])))
        assert (response.status_code, response.url.startswith("/accounts/login")) == (302, True), name


def test_search_finds_and_says_when_it_does_not(client, sign_in):
    sign_in()
    OrganisationFactory(name_th="เทศบาลนครตัวอย่าง", kind="local_government")
    assert "เทศบาลนครตัวอย่าง" in text(client.get(url("search"), {"q": "ตัวอย่าง", "kind": "local_government"}))
    assert "ไม่พบหน่วยงาน" in text(client.get(url("search"), {"q": "ไม่มีชื่อนี้"}))


@pytest.mark.parametrize("count", [1, 3])
def test_what_the_list_of_organisations_costs(client, sign_in, exactly, count):
    sign_in(reach="line")
    for _ in range(count):
        OrganisationFactory(name_th="ค้นหาได้", area=AreaFactory())
    with exactly(8):
        assert text(client.get(url("search"), {"q": "ค้นหาได้"})).count("ค้นหาได้") >= count


@pytest.mark.parametrize("count", [1, 3])
def test_what_a_page_of_an_organisation_costs(client, sign_in, exactly, monkeypatch, count):
    monkeypatch.setattr("saduak.organisations.queries.links._organisation", [])  # other rooms count their own
    top = OrganisationFactory()
    row = OrganisationFactory(under=top)
    sign_in(organisation=top, reach="line")
    for _ in range(count):
        OrganisationFactory(under=row)
        ServiceCentreFactory(organisation=row)
        AppointmentFactory(organisation=row)
        AppointmentFactory(organisation=row, role="officer", person=PersonFactory(user=None))
    with exactly(13):
        response = client.get(url("organisation", row.public_id))
    assert len(response.context["people"]) == 2 * count
    assert len(response.context["centres"]) == count
    assert "มอบหมายผู้ปฏิบัติงาน" in text(response)


def test_what_a_page_of_an_organisation_costs_who_writes_in_the_name_above_it(
    client, sign_in, exactly, monkeypatch
):
    monkeypatch.setattr("saduak.organisations.queries.links._organisation", [])
    province = OrganisationFactory()
    row = OrganisationFactory(under=province)
    sign_in(organisation=OrganisationFactory(under=province, writes_for=province), reach="line")
    AppointmentFactory(organisation=row, role="officer", person=PersonFactory(user=None))
    with exactly(14):
        response = client.get(url("organisation", row.public_id))
    assert "มอบหมายผู้ปฏิบัติงาน" in text(response)


def test_a_stranger_sees_the_agency_but_not_its_people(client, sign_in):
    sign_in()
    row = AppointmentFactory(person=PersonFactory(name="ผู้ไม่ควรเห็น", phone="0 9999 9999"))
    shown = text(client.get(url("organisation", row.organisation.public_id)))
    assert row.organisation.name_th in shown
    assert "ผู้ไม่ควรเห็น" not in shown
    assert "มอบหมายผู้ปฏิบัติงาน" not in shown
    for name in ("appoint", "invite", "access", "contact", "centre-new"):
        response = client.get(url(name, row.organisation.public_id))
        assert response.status_code == 403, name
    assert client.get(url("end", row.public_id)).status_code == 404


def test_rooms_above_put_links_on_the_page(client, sign_in):
    source = register_organisation_links(lambda actor, organisation: [Link("หนังสือเข้า", "/letters/", "3 ฉบับ")])
    try:
        row = sign_in()
        assert "หนังสือเข้า" in text(client.get(url("organisation", row.organisation.public_id)))
    finally:
        _organisation.remove(source)


def test_who_does_not_lead_the_office_changes_its_contacts_but_not_what_it_shares(client, sign_in):
    row = sign_in("clerk")
    page = url("contact", row.organisation.public_id)
    assert "shares" not in client.get(page).context["form"].fields
    values = {"head_title": "นายอำเภอ", "address": "1 ถนนใหญ่", "phone": "0 4261 0000", "shares": "on"}
    assert client.post(page, values | {"email": "a@example.test"}).status_code == 302
    row.organisation.refresh_from_db()
    assert (row.organisation.phone, row.organisation.shares_with_supervisor) == ("0 4261 0000", False)


def test_contacts_are_changed_on_one_page(client, sign_in):
    row = sign_in("head")
    page = url("contact", row.organisation.public_id)
    assert client.get(page).status_code == 200
    values = {"head_title": "นายอำเภอ", "address": "1 ถนนใหญ่", "phone": "0 4261 0000", "shares": "on"}
    assert client.post(page, values | {"email": "nobody"}).status_code == 422
    assert client.post(page, values | {"email": "a@example.test"}).status_code == 302
    row.organisation.refresh_from_db()
    assert (row.organisation.phone, row.organisation.shares_with_supervisor) == ("0 4261 0000", True)


def test_appointing_somebody_new(client, sign_in):
    ProgrammeFactory(code="gecc")
    head = sign_in()
    centre = ServiceCentreFactory(organisation=head.organisation)
    page = url("appoint", head.organisation.public_id)
    once = client.get(page).context["form"]["once"].initial
    values = {
        "person": "new",
        "name": "ผู้มาใหม่",
        "role": "officer",
        "reach": "own",
        "centre": str(centre.public_id),
        "valid_from": "01/10/2569",
        "last_day": "30/09/2570",
        "once": str(once),
    }
    assert "กรอกชื่อและนามสกุล" in text(client.post(page, values | {"name": " "}))
    for _ in range(2):
        assert client.post(page, values).status_code == 302
    made = Appointment.objects.get(role="officer")
    assert (made.person.name, made.centre) == ("ผู้มาใหม่", centre)
    assert (made.valid_from, made.valid_to) == (datetime.date(2026, 10, 1), datetime.date(2027, 10, 1))
    assert made.last_day == datetime.date(2027, 9, 30)


def test_a_refusal_stands_at_the_form_and_keeps_what_was_typed(client, sign_in):
    head = sign_in()
    page = url("appoint", head.organisation.public_id)
    clerk = AppointmentFactory(organisation=head.organisation, role="clerk")
    values = {"person": str(clerk.person.public_id), "role": "clerk", "reach": "own", "title": "พิมพ์ไว้แล้ว"}
    response = client.post(page, values)
    assert response.status_code == 422
    assert "ได้รับมอบหมายหน้าที่นี้อยู่แล้ว" in text(response)
    assert "พิมพ์ไว้แล้ว" in response.content.decode()
    assert client.post(page, values | {"role": "secretariat"}).status_code == 422


def test_handing_over_on_one_page(client, sign_in):
    officer = sign_in("officer")
    page = url("hand-over", officer.public_id)
    assert "ผู้รับงาน" in text(client.get(page))
    response = client.post(page, {"person": "new", "name": "ผู้มาแทน", "note": "ดูข้อ 13"}, follow=True)
    made = Handover.objects.get()
    assert response.redirect_chain[-1][0] == url("handover", made.public_id)
    shown = text(response)
    assert "ผู้รับงานยังไม่มีบัญชี" in shown
    assert "ดูข้อ 13" in shown


def test_ending_names_the_last_day(client, sign_in):
    head = sign_in()
    other = AppointmentFactory(organisation=head.organisation)
    tomorrow = clock.today() + datetime.timedelta(days=1)
    page = url("end", other.public_id)
    assert client.get(page).status_code == 200
    response = client.post(page, {"last_day": f"{tomorrow:%d/%m}/{tomorrow.year + 543}", "reason": "ย้าย"})
    assert response.status_code == 302
    other.refresh_from_db()
    assert (other.last_day, other.ended_reason) == (tomorrow, "ย้าย")


def test_an_invitation_from_issue_to_account(client, sign_in):
    head = sign_in()
    page = url("invite", head.organisation.public_id)
    assert client.get(page).status_code == 200
    response = client.post(page, {"role": "clerk", "reach": "own", "email": "new@example.test"})
    address = response.context["address"]
    assert address in response.content.decode()
    assert "new@example.test" in text(client.get(page))
    client.logout()
    path = address.removeprefix("http://testserver")
    shown = client.get(path)
    assert shown.status_code == 200
    assert "เจ้าหน้าที่สารบรรณ" in text(shown)
    values = {"name": "ผู้มาใหม่", "email": "new@example.test", "password": "short"}
    bad = client.post(path, values)
    assert (bad.status_code, "12 ตัวอักษร" in text(bad)) == (422, True)
    assert 'value="short"' not in bad.content.decode()
    done = client.post(path, values | {"password": "ม้าสีเขียวกินข้าว"}, follow=True)
    assert done.redirect_chain == [(url("rights"), 302)]
    assert "เจ้าหน้าที่สารบรรณ" in text(done)
    assert User.objects.get(email="new@example.test").person.name == "ผู้มาใหม่"
    client.logout()
    closed = client.get(path)
    assert (closed.status_code, "คำเชิญใช้ไม่ได้แล้ว" in text(closed)) == (410, True)


def test_no_role_is_given_because_it_came_first(client, sign_in):
    head = sign_in()
    page = url("invite", head.organisation.public_id)
    answer = client.post(page, {"reach": "own"})
    assert (answer.status_code, "เลือกบทบาทที่จะให้" in text(answer)) == (422, True)
    assert not Invitation.objects.exists()
    # Who may give only one has nothing to choose.
    form = InviteForm()
    form.narrow(["clerk"], ["own"], [], [], every_programme=True)
    assert [value for value, _label in form.fields["role"].choices] == ["clerk"]


def test_an_invitation_runs_by_real_time_and_is_told_by_the_time_that_people_read(client, sign_in):
    head = sign_in()
    post = Post(organisation=head.organisation.public_id, role="clerk")
    with clock.travel(clock.wall() + datetime.timedelta(days=400)):
        issued = invite(actor=Actor.system("t"), post=post)
        assert (issued.invitation.until - clock.now()).days in {59, 60}
        assert (issued.invitation.expires_at - clock.wall()).days in {59, 60}


def test_who_is_signed_in_takes_an_invitation_with_one_button(client, sign_in):
    row = sign_in("officer")
    at = OrganisationFactory()
    issued = invite(actor=Actor.system("t"), post=Post(organisation=at.public_id, role="clerk"))
    page = url("invitation", issued.token)
    assert "รับคำเชิญ" in text(client.get(page))
    assert client.post(page).status_code == 302
    assert Appointment.objects.get(organisation=at).person == row.person


def test_revoking(client, sign_in):
    head = sign_in()
    issued = invite(
        actor=Actor.system("t"), post=Post(organisation=head.organisation.public_id, role="clerk")
    )
    revoke = url("revoke", issued.invitation.public_id)
    assert client.get(revoke).status_code == 405
    assert client.post(revoke).status_code == 302
    assert Invitation.objects.get().revoked_at is not None
    sign_in()
    assert client.post(revoke).status_code == 404


def test_my_rights_and_choosing_for_whom_i_act(client, sign_in):
    first = sign_in(title="นายอำเภอ", source="คำสั่งที่ 1/2570")
    second = AppointmentFactory(person=first.person, role="evaluator", stand_in=True)
    shown = client.get(url("rights"))
    assert "คำสั่งที่ 1/2570" in text(shown)
    assert [row.acting for row in shown.context["rows"]] == [True, False]
    client.post(url("act-as"), {"appointment": f"appointment:{second.public_id}"})
    assert [row.acting for row in client.get(url("rights")).context["rows"]] == [False, True]
    client.post(
        url("act-as"), {"appointment": "appointment:of-somebody-else", "next": "https://elsewhere.test/"}
    )
    assert [row.acting for row in client.get(url("rights")).context["rows"]] == [False, True]
    client.force_login(PersonFactory().user)
    assert "ยังไม่ได้รับมอบหมาย" in text(client.get(url("rights")))


@pytest.mark.parametrize("count", [1, 3])
def test_who_can_do_what_here(client, sign_in, exactly, count):
    head = sign_in(person=PersonFactory(name="หัวหน้าที่เห็นชื่อ"))
    for _ in range(count):
        AppointmentFactory(organisation=head.organisation)
    with exactly(9):
        shown = text(client.get(url("access", head.organisation.public_id)))
    assert "หัวหน้าที่เห็นชื่อ" in shown
    assert "ปฏิบัติงานในหน่วยงานนี้" in shown


def test_my_rights_and_open_invitations_cost_the_same_for_one_and_for_three(client, sign_in):
    head = sign_in()
    pages = {"rows": url("rights"), "waiting": url("invite", head.organisation.public_id)}
    costs: dict[str, list[int]] = {name: [] for name in pages}
    for number in range(1, 4):
        if number > 1:
            AppointmentFactory(person=head.person, role="head")
        post = Post(organisation=head.organisation.public_id, role="clerk")
        invite(actor=Actor.system("t"), post=post, email=f"new{number}@example.test")
        for name, page in pages.items():
            with CaptureQueriesContext(connection) as captured:
                shown = client.get(page)
            assert len(shown.context[name]) == number
            costs[name].append(len(counted(captured)))
    for name, found in costs.items():
        assert found[0] == found[2] <= 15, (name, found)


def test_a_centre_is_added_corrected_and_changed(client, sign_in):
    head = sign_in()
    hours = {"days_1": ["1", "2", "3", "4", "5"], "opens_1": "08.30", "closes_1": "16:30"}
    values = {"kind": "office", "services": "งานทะเบียน\n\nบัตรประชาชน", **hours}
    page = url("centre-new", head.organisation.public_id)
    assert client.get(page).status_code == 200
    assert client.post(page, values | {"closes_1": "07.00"}).status_code == 422
    assert client.post(page, values | {"opens_1": ""}).status_code == 422
    assert client.post(page, values | {"latitude": "16.8"}).status_code == 422
    assert client.post(page, values).status_code == 302
    centre = ServiceCentre.objects.get()
    assert centre.services == ["งานทะเบียน", "บัตรประชาชน"]
    shown = text(client.get(url("centre", centre.public_id)))
    assert "จันทร์ – ศุกร์" in shown
    assert "08.30 – 16.30 น." in shown
    edit = url("centre-edit", centre.public_id)
    assert client.get(edit).context["form"]["opens_1"].value() == "08:30"
    assert client.post(edit, values | {"phone": "0 5500 0000"}).status_code == 302
    renaming = url("centre-change", centre.public_id, "renamed")
    assert client.get(renaming).status_code == 200
    assert client.post(renaming, {"on": "1 ม.ค. 2570", "name_th": "ศูนย์ชื่อใหม่"}).status_code == 302
    shown = text(client.get(url("centre", centre.public_id)))
    assert f"จาก {head.organisation.name_th} เป็น ศูนย์ชื่อใหม่" in shown


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("upgraded", {"kind": "counter"}),
        ("moved", {"address": "ที่ใหม่"}),
        ("split", {"names": "หนึ่ง\nสอง", "goes_on": "on"}),
        ("closed", {"note": "ปิด"}),
    ],
)
def test_every_change_of_identity_has_its_page(client, sign_in, kind, values):
    head = sign_in()
    centre = ServiceCentreFactory(organisation=head.organisation)
    page = url("centre-change", centre.public_id, kind)
    assert client.get(page).status_code == 200
    assert client.post(page, values).status_code == 422
    assert client.post(page, values | {"on": "04/01/2570"}).status_code == 302
    assert CentreEvent.objects.get(centre=centre).kind == kind


def test_merging_is_chosen_from_the_other_centres(client, sign_in):
    head = sign_in()
    kept = ServiceCentreFactory(organisation=head.organisation)
    page = url("centre-change", kept.public_id, "merged")
    assert "ไม่มีศูนย์อื่นให้รวม" in text(client.get(page))
    other = ServiceCentreFactory(organisation=head.organisation)
    assert client.post(page, {"on": "04/01/2570", "centres": [str(other.public_id)]}).status_code == 302
    other.refresh_from_db()
    assert other.retired_at is not None
    assert client.get(url("centre-change", kept.public_id, "unknown")).status_code == 404
    assert "สืบต่อโดย" in text(client.get(url("centre", other.public_id)))


def test_a_centre_is_read_by_all_and_changed_by_few(client, sign_in, exactly, monkeypatch):
    monkeypatch.setattr("saduak.organisations.queries.links._centre", [])  # other rooms count their own
    sign_in("officer")
    centre = ServiceCentreFactory()
    with exactly(9):
        assert client.get(url("centre", centre.public_id)).status_code == 200
    for page in (url("centre-edit", centre.public_id), url("centre-change", centre.public_id, "closed")):
        assert client.get(page).status_code == 403
        assert client.post(page, {"on": "04/01/2570"}).status_code == 403
