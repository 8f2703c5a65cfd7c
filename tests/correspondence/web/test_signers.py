"""The page of who may sign in an organisation's name, as a browser without scripts uses it."""

import pytest

from saduak.correspondence.models import Absence, Delegation
from saduak.programme.models import Round
from tests.correspondence.factories_drafts import DelegationFactory, colleague
from tests.correspondence.web.test_drafts import page_of, typed
from tests.organisations.factories import ServiceCentreFactory, actor_for, me

pytestmark = pytest.mark.django_db
ACTING = {
    "person": "new",
    "name": "บุคคล ปลัด",
    "position": "ปลัดจังหวัด",
    "capacity": "acting_for",
    "principal": "ผู้ว่าราชการจังหวัดทดสอบ",
}
ORDER = {"order_number": "คำสั่งจังหวัด ที่ 5/2565", "order_dated": "1/10/2565"}


def test_somebody_is_written_down_by_the_order(place, sign_in):
    client = sign_in(place.clerk)
    page = client.get(page_of("signers"))
    assert "ยังไม่มีรายชื่อ" in page.content.decode()
    assert [view["label"] for view in page.context["views"]] == [place.province.name_th, place.office.name_th]
    new = page_of("signer-new", place.province.public_id)
    page = client.get(new)
    assert "นี่คือรายชื่อแรก" in page.content.decode()
    sent = typed(page.context["form"]) | ACTING
    assert client.post(new, sent | ORDER | {"name": ""}).status_code == 422
    assert set(client.post(new, sent).context["form"].errors) == {"order_number", "order_dated"}
    assert client.post(new, sent | ORDER).url == page_of("signers-of", place.province.public_id)
    row = Delegation.objects.get()
    page = client.get(new)
    assert "นี่คือรายชื่อแรก" not in page.content.decode()
    values = typed(page.context["form"]) | {"position": "รอง", "substitute_for": str(row.public_id)}
    own = client.post(new, values | {"person": str(me(place.clerk).public_id)})
    assert "จดอำนาจลงนามให้ตนเองไม่ได้" in str(own.context["form"].errors["person"])
    client.post(new, values | {"person": str(me(colleague(place.office)).public_id)})
    assert Delegation.objects.get(position="รอง").substitute_for == row


def test_a_substitute_is_not_offered_the_page_that_gives_the_power(place, sign_in):
    row = DelegationFactory(organisation=place.province)
    DelegationFactory(organisation=place.province, person=me(place.clerk), substitute_for=row)
    away = Absence.objects.create(delegation=row, valid_from="2022-12-13", valid_to="2022-12-14")
    client = sign_in(place.clerk)
    page = client.get(page_of("absence-new", row.public_id))
    assert page.status_code == 403
    assert "คุณลงนามแทนเมื่อผู้นี้ไม่อยู่" in page.content.decode()
    longer = client.post(page_of("absence-end", away.public_id), {"last_day": "20/12/2565"})
    assert longer.status_code == 422
    assert "คุณลงนามแทนเมื่อผู้นี้ไม่อยู่" in longer.content.decode()


def test_days_of_absence_and_the_last_day(place, sign_in):
    client, row = sign_in(place.clerk), DelegationFactory(organisation=place.province)
    absent = page_of("absence-new", row.public_id)
    assert client.post(absent, {"first_day": "14/12/2565", "last_day": "13/12/2565"}).status_code == 422
    assert client.post(absent, {"first_day": "12/12/2565"}).status_code == 422
    client.post(absent, {"first_day": "13/12/2565", "reason": "ไปราชการ"})
    shown = client.get(page_of("signers-of", place.province.public_id)).content.decode()
    assert "ไปราชการ" in shown
    assert "วันนี้ลงนามไม่ได้" in shown
    over = page_of("absence-end", Absence.objects.get().public_id)
    assert client.post(over, {"last_day": "1/12/2565"}).status_code == 422
    assert client.post(over, typed(client.get(over).context["form"])).status_code == 302
    end = page_of("signer-end", row.public_id)
    page = client.get(end)
    assert "วันนี้หรือวันหลังจากนี้" in page.content.decode()
    Delegation.objects.update(entered_at=row.entered_at.replace(year=2021))
    past = client.post(end, {"last_day": "12/12/2565"})
    assert "ผ่านไปแล้ว" in str(past.context["form"].errors["last_day"])
    assert client.post(end, typed(page.context["form"])).status_code == 302


def test_a_mistake_of_today_is_undone(place, sign_in):
    client = sign_in(place.clerk)
    new = page_of("signer-new", place.province.public_id)
    client.post(new, typed(client.get(new).context["form"]) | ACTING | ORDER)
    row = Delegation.objects.get()
    assert client.post(page_of("signer-end", row.public_id), {"last_day": "1/12/2565"}).status_code == 302
    assert "ยังไม่มีรายชื่อ" in client.get(page_of("signers")).content.decode()


def test_the_pages_are_for_those_who_keep_the_register(place, sign_in):
    row = DelegationFactory(organisation=place.province)
    absence = row.absences.create()
    new, end = page_of("signer-new", place.province.public_id), page_of("signer-end", row.public_id)
    pages = (
        *(new, end, page_of("absence-new", row.public_id), page_of("absence-end", absence.public_id)),
        page_of("letter-head", place.province.public_id),
    )
    bound = sign_in(actor_for("clerk", place.province, programme=Round.objects.get().programme))
    assert [bound.get(url).status_code for url in pages] == [403] * len(pages)
    assert "จดวันไม่อยู่" not in bound.get(page_of("signers")).content.decode()
    stranger = sign_in(actor_for("clerk"))
    assert stranger.get(new).status_code == 404
    assert stranger.get(end).status_code == 404
    helper = sign_in(actor_for("officer", centre=ServiceCentreFactory(organisation=place.town)))
    assert helper.get(page_of("signers")).status_code == 404
