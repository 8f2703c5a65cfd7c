"""What pages say of letters that were called back, replaced, or are secret along the way."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Q
from django.urls import reverse

from saduak.correspondence.actions import issuing, recalling
from saduak.correspondence.models import Delivery, DutyRecipient, Letter
from saduak.foundation.access import Actor, registry
from saduak.foundation.access.registry import Rule
from saduak.outreach.models import Notice
from tests.correspondence import factories_sending as f
from tests.correspondence.test_issuing import SCAN, send, written
from tests.correspondence.test_recalling import asked
from tests.correspondence.web.looking import at, text_of, typed
from tests.correspondence.web.pages import queries
from tests.organisations.factories import actor_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(world):
    f.open_round(world)
    return world


def recall(world, dispatch, reason="วันปิดรับผิด"):
    return recalling.recall(actor=world.writer, dispatch_id=dispatch.public_id, reason=reason)


def correct(world, earlier: Letter, **values) -> Letter:
    later = f.letter_of(world, world.province, world.office, **values)
    dispatch = f.to_districts(world, letter=later)
    recalling.correct(actor=world.writer, dispatch=dispatch, earlier=Letter.locked(earlier.public_id))
    return later


@pytest.fixture
def chain(world):
    """(the province's sending, what came to a town by its district)."""
    top = f.to_districts(world)
    below = f.to_locals(world, 0, f.at(top, world.districts[0]))
    return top, f.at(below, world.locals[0][0])


# --- Further down -----------------------------------------------------------------------------------------------------


def test_a_notice_of_what_was_called_back_above_opens_ones_own_letter_and_says_why(world, chain, sign_in):
    top, came = chain
    recall(world, top)
    client = sign_in(actor_for("clerk", came.organisation))
    notice = Notice.objects.get(kind="above_recalled", organisation=came.organisation)
    answer = client.post(reverse("outreach:read", args=[notice.public_id]))
    assert answer.url == at("delivery", came)
    text = text_of(client.get(answer.url))
    assert f"จังหวัดทดสอบ เรียกหนังสือ ที่ {top.letter.number} คืน" in text
    assert "เหตุผล วันปิดรับผิด" in text
    # Its own letter stands until who sent it calls it back.
    assert client.post(at("receive", came)).status_code == 302
    assert client.get(at("letter", top.letter)).status_code == 404


def test_a_letter_above_that_was_replaced_is_told_with_a_link_where_one_may_open_it(world, chain, sign_in):
    top, came = chain
    later = correct(world, top.letter)
    client = sign_in(actor_for("clerk", came.organisation))
    page = client.get(at("delivery", came))
    assert f"หนังสือของจังหวัดทดสอบ ที่ {top.letter.number} ซึ่งแจ้งต่อมาถึงหน่วยงานของคุณ" in text_of(page)
    assert f"ฉบับใหม่ ที่ {later.number}" in text_of(page)
    assert page.context["above"][0]["later"]["url"] == ""
    own = f.sent_letter(world, f.targets_of([came.organisation]), letter=later)
    assert at("delivery", f.at(own, came.organisation)) in client.get(at("delivery", came)).content.decode()


def test_a_secret_letter_in_its_place_is_told_without_its_number(world, chain, sign_in):
    top, came = chain
    later = correct(world, top.letter, secrecy="secret", number="ลับ 7")
    clerk = sign_in(actor_for("clerk", came.organisation))
    assert later.number not in text_of(clerk.get(at("delivery", came)))
    first = f.at(top, world.districts[0])
    officer = sign_in(actor_for("officer", world.districts[0]))
    text = text_of(officer.get(at("delivery", first)))
    assert "มีหนังสือฉบับใหม่แทนฉบับนี้แล้ว" in text
    assert later.number not in text
    cleared = sign_in(actor_for("clerk", world.districts[0])).get(at("delivery", first))
    assert later.number in text_of(cleared)


def test_a_page_costs_the_same_for_one_hop_above_and_for_three(world, sign_in):
    """What is told of those above is read with the way itself."""
    row, costs, sendings = None, [], []
    for office in (world.province, world.districts[0], world.locals[0][0], world.locals[1][0]):
        sendings.append(f.sent_letter(world, f.targets_of([office]), forwards=row))
        row = f.at(sendings[-1], office)
    client, url = sign_in(actor_for("clerk", row.organisation)), at("delivery", row)
    for count in (1, 3):
        for sent in sendings[len(costs) : count]:
            recalling.recall(actor=Actor.system("test"), dispatch_id=sent.public_id, reason="ผิดฉบับ")
        assert len(client.get(url).context["above"]) == count
        costs.append(queries(client, url))
    assert costs[0] == costs[1]


# --- Secret letters along the way -------------------------------------------------------------------------------------


def test_the_way_shows_offices_and_dates_of_secret_letters_and_not_their_numbers(world, sign_in):
    secret = f.letter_of(
        world, world.province, world.office, secrecy="secret", number="ลับ 1", subject="ลับเรื่องนี้"
    )
    top = f.to_districts(world, letter=secret)
    district, town = world.districts[0], world.locals[0][0]
    passed = f.letter_of(world, district, secrecy="secret", number="ลับ 2")
    came = f.at(f.to_locals(world, 0, f.at(top, district), letter=passed), town)
    page = sign_in(actor_for("clerk", town)).get(at("delivery", came))
    text = text_of(page)
    assert "จังหวัดทดสอบ ออกหนังสือ เป็นหนังสือลับ ลงวันที่ 4 ก.พ. 2570" in text
    assert ("ลับ 1" in text, "ลับเรื่องนี้" in text, "ลับ 2" in text) == (False, False, True)
    recall(world, top, "เหตุผลลับ")
    text = text_of(sign_in(actor_for("clerk", town)).get(at("delivery", came)))
    assert "จังหวัดทดสอบ เรียกหนังสือต้นเรื่องคืน" in text
    assert ("ลับ 1" in text, "เหตุผลลับ" in text) == (False, False)


def test_a_secret_letter_in_which_it_was_passed_on_is_told_without_its_subject(world, sign_in):
    district = world.districts[0]
    came = f.at(f.to_districts(world), district)
    secret = f.letter_of(world, district, secrecy="secret", number="ลับ 3", subject="ลับเรื่องนี้")
    below = f.to_locals(world, 0, came, letter=secret)
    page = sign_in(actor_for("officer", district)).get(at("delivery", came))
    assert "หนังสือลับ ลงวันที่ 4 ก.พ. 2570" in text_of(page)
    for told in ("ลับ 3", "ลับเรื่องนี้", at("dispatch", below)):
        assert told not in page.content.decode()
    cleared = sign_in(actor_for("clerk", district)).get(at("delivery", came))
    assert at("dispatch", below) in cleared.content.decode()


def test_what_a_room_above_hides_of_a_letter_is_not_stamped_either(world, sign_in, monkeypatch):
    row = f.receive(
        f.at(f.to_districts(world, letter=f.letter_of(world, world.province)), world.districts[0])
    )
    client = sign_in(actor_for("clerk", world.districts[0]))
    denial = Rule("test.hidden", "", lambda _actor: Q(pk=row.letter_id))
    monkeypatch.setitem(registry._denials[Letter], "test.hidden", denial)
    assert client.get(at("stamped", row)).status_code == 404


# --- Duties -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def share(world):
    letter = f.letter_of(world, world.province, world.office)
    f.to_districts(world, letter=letter, duties={asked(letter): None})
    return DutyRecipient.objects.get(organisation=world.districts[0])


def duty_page(client, share) -> str:
    page = client.get(at("duty", share))
    for name in ("acknowledge", "done"):
        assert f'action="{at(name, share)}"' not in page.content.decode()
        assert client.post(at(name, share), {"note": "ทำแล้ว"}).url == at("duty", share)
    share.refresh_from_db()
    assert (share.acknowledged_at, share.done_at, share.note) == (None, None, "")
    return text_of(page)


def test_a_duty_that_was_called_back_says_why_and_has_no_buttons(world, share, sign_in):
    client = sign_in(actor_for("officer", world.districts[0]))
    assert f'action="{at("acknowledge", share)}"' in client.get(at("duty", share)).content.decode()
    recall(world, share.duty.letter.dispatches.get())
    text = duty_page(client, share)
    assert "ไม่ต้องทำแล้ว" in text
    assert "ผู้ส่งเรียกหนังสือนี้คืนแล้ว เหตุผล วันปิดรับผิด" in text
    assert "เรียกหนังสือนี้คืนแล้ว เพราะ วันปิดรับผิด" in text_of(client.get(at("duty", share)))


def test_a_duty_that_was_replaced_leads_to_the_later_letter(world, share, sign_in):
    later = correct(world, share.duty.letter)
    client = sign_in(actor_for("officer", world.districts[0]))
    assert f"เปิดฉบับใหม่ ที่ {later.number}" in duty_page(client, share)
    came = Delivery.objects.get(letter=later, organisation=world.districts[0])
    assert at("delivery", came) in client.get(at("duty", share)).content.decode()
    Delivery.objects.filter(letter=later).delete()
    Letter.objects.filter(pk=later.pk).update(page_token=None, secrecy="secret")
    assert later.number not in duty_page(client, share)


def test_a_duty_of_an_own_copy_says_that_the_issuers_came(world, share, sign_in):
    Letter.objects.filter(pk=share.duty.letter_id).update(for_issuer=False)
    DutyRecipient.objects.filter(pk=share.pk).update(superseded_at=f.NOW)
    client = sign_in(actor_for("officer", world.districts[0]))
    assert "หนังสือฉบับเดียวกันมาถึงจากผู้ออกหนังสือแล้ว" in duty_page(client, share)


# --- The last page before a letter goes out ---------------------------------------------------------------------------


def test_every_reason_stands_on_the_last_page_whichever_field_it_is_about(world, sign_in):
    row = {"due": "2027-02-20", "kind": "check"}
    send(written(world, deadlines=[row]), world.writer)
    draft = written(
        world,
        deadlines=[row | {"due": "2027-02-18"}],
        duties=[{"who": "กระทรวงทดสอบ", "what": "ส่งแบบ", "due": "", "force": "order"}],
    )
    client, url = sign_in(world.writer), at("issue", draft)
    values = typed(client.get(url)) | {"number": "ทส 0018.1/5"}
    first = client.post(url, values)
    assert first.status_code == 422
    assert "หน้าที่ที่ 1: ไม่มีผู้รับหนังสือฉบับนี้ตรงกับคำนี้" in text_of(first)
    draft.refresh_from_db()
    draft.duties = []
    draft.save(update_fields=["duties"])
    second = text_of(client.post(url, values))
    assert "กำหนดส่งภายในที่ 1: หน่วยงานนี้ตั้งกำหนดนี้ไว้แล้วเป็น เสาร์ 20 กุมภาพันธ์ 2570" in second
    assert not Letter.objects.filter(number="ทส 0018.1/5").exists()


def test_a_correction_that_moves_a_deadline_goes_out_from_its_page(world, sign_in):
    row = {"due": "2027-02-20", "kind": "check"}
    first = send(written(world, deadlines=[row]), world.writer)
    draft = written(world, corrects=first, scan=False, deadlines=[row | {"due": "2027-02-18"}])
    issuing.attach_signed(
        actor=world.writer, draft_id=draft.public_id, file=SimpleUploadedFile("a.pdf", SCAN)
    )
    client, url = sign_in(world.writer), at("issue", draft)
    sent = client.post(url, typed(client.get(url)) | {"number": "ทส 0018.1/6"})
    assert sent.status_code == 302
    assert Letter.objects.get(number="ทส 0018.1/6") == Letter.objects.get(pk=first.pk).superseded_by
