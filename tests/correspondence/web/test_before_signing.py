"""Pages before a signature: how many offices get the letter, everything it asks, and where the recipients are changed."""

import pytest
from django.urls import reverse

from saduak.correspondence.models import Draft
from saduak.programme.models import Round
from tests.correspondence.factories_drafts import ChainStepFactory, DraftFactory, colleague, delivered
from tests.organisations.factories import me

pytestmark = pytest.mark.django_db
MEETING = {
    "title": "ประชุมชี้แจง",
    "date": "2023-02-12",
    "start": "09:00",
    "end": "12:00",
    "place": "ห้องประชุมหนึ่ง",
    "channels": ["https://meet.example/1"],
}


def page_of(name, *args):
    return reverse(f"correspondence:{name}", args=args)


def written(place, **values):
    return DraftFactory(
        office=place.office, issuer=place.province, programme=Round.objects.get().programme, **values
    )


def test_the_editor_and_the_page_of_signing_say_whom_it_reaches(place, sign_in):
    client, row = sign_in(place.clerk), written(place, subject="เชิญ{{meeting.title}}", meeting=MEETING)
    count = len(place.districts)
    for name in ("draft", "draft-sign"):
        text = client.get(page_of(name, row.public_id)).content.decode()
        assert f"จะส่งถึง {count} แห่ง" in text
        assert place.districts[0].name_th in text
    text = client.get(page_of("draft", row.public_id)).content.decode()
    assert "<p>เชิญประชุมชี้แจง</p>" in text
    assert "ท้องถิ่นจังหวัด" in text
    assert "ยังไม่มีที่อยู่" in text
    Draft.objects.update(recipients="หน่วยงานที่ไม่มี")
    page = client.get(page_of("draft-sign", row.public_id))
    assert page.context["stops"].keys() == {"recipients"}
    parts = client.get(page_of("draft-preview", row.public_id), headers={"X-Requested-With": "fetch"}).json()[
        "html"
    ]
    assert "ยังไม่มีหน่วยงานผู้รับในระบบ" in parts["reach"]
    assert "#id_recipients" in parts["lacks"]


def test_a_correction_reaches_those_who_had_the_letter(place, sign_in):
    letter = delivered(place.town, issuer=place.province).letter
    row = written(place, corrects=letter)
    text = sign_in(place.clerk).get(page_of("draft", row.public_id)).content.decode()
    assert "จะส่งถึง 1 แห่งที่ได้ฉบับเดิม" in text


def test_who_signs_sees_everything_that_the_letter_does(place, sign_in):
    governor = colleague(place.province)
    deadlines = [{"due": "2023-02-16", "kind": "check"}, {"due": "", "kind": "check"}]
    row = written(place, state="circulating", lap=1, deadlines=deadlines, meeting=MEETING, advance=True)
    step = ChainStepFactory(draft=row, person=me(governor), lap=1)
    client = sign_in(governor)
    for url in (page_of("decide", step.public_id), page_of("draft", row.public_id)):
        text = client.get(url).content.decode()
        for said in ("กำหนดส่งภายใน", "16 กุมภาพันธ์ 2566", "ห้องประชุมหนึ่ง", "12 กุมภาพันธ์ 2566", "สำเนาล่วงหน้า"):
            assert said in text
        assert "เป็นหนังสือเพื่อทราบ" not in text
    assert f"รวม {len(place.districts)} แห่ง" in client.get(page_of("decide", step.public_id)).content.decode()


def test_a_meeting_without_its_day_is_shown_as_far_as_it_is_known(place, sign_in):
    row = written(place, state="out", meeting={"title": "ประชุมใด"})
    assert "ประชุมใด" in sign_in(place.clerk).get(page_of("draft", row.public_id)).content.decode()


@pytest.mark.parametrize("state", ["writing", "out", "signed"])
def test_the_page_of_sending_leads_to_where_the_recipients_can_be_changed(place, sign_in, state):
    row = written(place, state=state, recipients="หน่วยงานที่ไม่มี", body="")
    text = sign_in(place.clerk).get(page_of("issue", row.public_id)).content.decode()
    editor = page_of("draft", row.public_id)
    assert (f'href="{editor}#id_recipients"' in text) == (state == "writing")
    assert (f'href="{editor}#id_body"' in text) == (state == "writing")
    assert (f'href="{editor}#nx"' in text) == (state != "writing")
    assert ("พิมพ์และลงนามใหม่" in text) == (state == "out")
