"""Pages by which a letter becomes work: where officers are named, the writer's choices, the QR of a paper to be signed."""

import re

import pypdfium2
import pytest
from django.urls import reverse

from saduak.correspondence.models import Draft, Duty, DutyRecipient
from tests.correspondence import factories_sending as f
from tests.correspondence.factories_drafts import DraftFactory
from tests.correspondence.web.pages import page, queries, words
from tests.organisations.factories import AppointmentFactory, PersonFactory, actor_for

pytestmark = pytest.mark.django_db


def test_a_duty_that_wants_an_officer_shows_where_one_is_named(world, sign_in):
    district = world.districts[0]
    letter = f.letter_of(world, world.province, world.office)
    duty = Duty.objects.create(letter=letter, ordinal=0, what="แต่งตั้งผู้รับผิดชอบ", force="order", wants="officer")
    f.sent_letter(world, f.targets_of([district]), letter=letter, duties={duty: None})
    share = DutyRecipient.objects.get()
    links = [reverse(f"organisations:{name}", args=[district.public_id]) for name in ("appoint", "invite")]
    shown = {}
    for role in ("head", "clerk", "helper"):
        answer = page(sign_in(actor_for(role, district)), "duty", share.public_id)
        shown[role] = [link in answer.content.decode() for link in links]
        assert "ยังไม่มีผู้รับผิดชอบ แต่งตั้งแล้วระบบจดว่าทำหน้าที่นี้เสร็จให้เอง" in words(answer)
    assert shown == {"head": [True, False], "clerk": [False, True], "helper": [False, False]}
    client = sign_in(actor_for("head", district))
    one = queries(client, reverse("correspondence:duty", args=[share.public_id]))
    for number in range(3):
        person = PersonFactory(name=f"ผู้รับผิดชอบคนที่ {number}")
        AppointmentFactory(organisation=district, role="officer", person=person)
    answer = page(client, "duty", share.public_id)
    assert "ผู้รับผิดชอบคนที่ 2" in words(answer)
    assert "ถ้ายังใช้คนเดิม กดแจ้งว่าทำเสร็จแล้วได้เลย" in words(answer)
    assert queries(client, reverse("correspondence:duty", args=[share.public_id])) == one


def test_the_writer_says_what_a_duty_wants_and_only_the_secretariat_sends_ahead(world, sign_in):
    draft = DraftFactory(office=world.office, issuer=world.province, programme=world.programme)
    client = sign_in(world.clerk(world.office))
    answer = page(client, "draft", draft.public_id)
    form = answer.context["form"]
    assert "advance" not in form.fields
    assert 'name="advance"' not in answer.content.decode()
    sent = {"version": "0", "kind": "external", "urgency": "", "secrecy": "", "round": ""}
    sent |= {"duty-0-what": "ดำเนินการตามแนบ", "duty-0-force": "order", "duty-0-wants": "officer"}
    assert client.post(reverse("correspondence:draft", args=[draft.public_id]), sent).status_code == 302
    draft.refresh_from_db()
    assert [row["wants"] for row in draft.duties] == ["officer"]
    assert page(client, "draft", draft.public_id).context["form"]["duty-0-wants"].value() == "officer"
    Draft.objects.filter(pk=draft.pk).update(advance=True)
    assert "ฝ่ายเลขานุการของโครงการเป็นผู้ตั้ง" in words(page(client, "draft", draft.public_id))
    # What the secretariat ticked stays when others save.
    draft.refresh_from_db()
    saved = client.post(
        reverse("correspondence:draft", args=[draft.public_id]),
        sent | {"version": str(draft.version), "subject": "ใหม่"},
    )
    assert saved.status_code == 302
    draft.refresh_from_db()
    assert (draft.advance, draft.subject) == (True, "ใหม่")
    own = DraftFactory(office=world.office, issuer=world.office, programme=world.programme)
    secretariat = actor_for("secretariat", world.office, programme=world.programme)
    assert 'name="advance"' in page(sign_in(secretariat), "draft", own.public_id).content.decode()


def test_the_paper_to_be_signed_carries_its_qr_and_the_page_says_that_it_is_not_out_yet(world, sign_in):
    draft = DraftFactory(office=world.office, issuer=world.province, programme=world.programme)
    client = sign_in(world.clerk(world.office))
    address = f"/l/{draft.page_token}/"
    paper = pypdfium2.PdfDocument(page(client, "draft-pdf", draft.public_id).content)
    said = "".join(sheet.get_textpage().get_text_range() for sheet in paper)
    # Where a line ends at a hyphen of the token, the text layer has another sign for it.
    assert re.sub(r"\W|_", "", address) in re.sub(r"\W|_", "", said)
    client.logout()
    answer = client.get(reverse("correspondence:letter_page", args=[draft.page_token]))
    assert (answer.status_code, answer["X-Robots-Tag"][:7]) == (404, "noindex")
    assert "ยังไม่ได้ออกหนังสือ" in words(answer)
    assert draft.subject not in words(answer)
    Draft.objects.filter(pk=draft.pk).update(kind="memo")
    assert "ยังไม่ได้ออกหนังสือ" not in words(
        client.get(reverse("correspondence:letter_page", args=[draft.page_token]))
    )
