"""What does not add up in a letter: answered before it speaks in the issuer's name, and never sent on in silence."""

import datetime

import pytest
from django.urls import reverse

from saduak.correspondence import actions, doubts, queries
from saduak.correspondence.models import Duty, DutyRecipient, Letter, LetterFinding
from saduak.correspondence.web import present
from saduak.foundation import clock
from saduak.foundation.access import Invalid
from tests.correspondence import factories as f
from tests.organisations.factories import actor_for

pytestmark = pytest.mark.django_db

# No signer, a weekday that does not fit, and a day that no calendar has.
DOUBTFUL = """ที่ ทส 0018.1/ว 120

ศาลากลางจังหวัดทดสอบ

12 ธันวาคม 2565

เรื่อง ขอให้รายงานความคืบหน้า ประจำปีงบประมาณ พ.ศ. 2566

เรียน นายอำเภอ ทุกอำเภอ

ด้วยจังหวัดได้กำหนดประชุมซักซ้อม ในวันพุธที่ 2 กุมภาพันธ์ 2566 เวลา 09.00 น.

จังหวัดจึงขอให้ที่ทำการปกครองอำเภอดำเนินการ ดังนี้

1. เตรียมผู้รับผิดชอบให้พร้อม

2. รายงานผลภายในวันที่ 31 กุมภาพันธ์ 2566

จึงเรียนมาเพื่อทราบและดำเนินการ

ขอแสดงความนับถือ
""".encode()
NOT_A_DAY = "วันที่ในหนังสือไม่มีในปฏิทิน: 31 กุมภาพันธ์ 2566"


def sent_as_shown(response) -> dict[str, str]:
    """What a browser sends of the form that nobody touched."""
    form, told = response.context["form"], response.context["compared"]
    values = {name: form[name].value() for name in form.fields}
    values |= {row.seen_name: row.seen for row in [*told.duties, told.extra]}
    values |= {"meeting-end": "12.00"} if "meeting-end" in values else {}
    return {
        name: "on" if value is True else str(value)
        for name, value in values.items()
        if value not in {None, False}
    }


def asked(letter: Letter) -> dict[str, LetterFinding]:
    return {row.code: row for row in letter.findings.all()}


def test_nothing_goes_out_over_an_unanswered_contradiction(place, sign_in):
    letter = f.loaded(place.clerk, place.office, DOUBTFUL)
    names = {f"finding-{row.public_id}" for row in letter.findings.all()}
    assert set(asked(letter)) == {"missing-field", "weekday-mismatch", "unsure-value"}
    client, url = sign_in(place.clerk), reverse("correspondence:confirm", args=[letter.public_id])
    sent = sent_as_shown(client.get(url)) | {"subject": "เรื่องที่พิมพ์แก้ไว้"}
    refused = client.post(url, sent)
    assert refused.status_code == 422
    assert set(refused.context["form"].errors) == names
    text = refused.content.decode()
    for row in letter.findings.all():
        # In the summary above, and at its own place.
        assert text.count(f"เลือกว่าจะทำอย่างไรกับข้อสังเกต: {row.text}") == 2
    assert "เรื่องที่พิมพ์แก้ไว้" in text
    assert not Duty.objects.exists()
    done = client.post(url, sent | dict.fromkeys(names, "leave"))
    assert done.url == reverse("correspondence:letter", args=[letter.public_id])
    assert set(letter.findings.values_list("settled", flat=True)) == {"leave"}
    # "Not sure" keeps the doubt in sight, and it can still be settled.
    page = client.get(done.url).content.decode()
    assert page.count("ไม่แน่ใจ ไม่ต้องแก้") == len(names)
    assert page.count('value="as_written"') == len(names)


def test_the_action_asks_too_and_counts_what_was_answered_before(place):
    letter = f.loaded(place.clerk, place.office, DOUBTFUL)
    first = letter.findings.first()
    actions.settle_finding(actor=place.clerk, finding_id=first.public_id, settled="as_written")
    said = f.as_read(place.clerk, letter, deadlines=(), meeting=None, settled={})
    with pytest.raises(Invalid) as refused:
        actions.confirm(actor=place.clerk, letter_id=letter.public_id, confirmation=said)
    left = letter.findings.exclude(pk=first.pk)
    assert refused.value.code == "open-findings"
    assert set(refused.value.fields) == {f"finding-{row.public_id}" for row in left}


def test_what_only_tells_needs_no_answer(place):
    letter = f.loaded(place.clerk, place.office)
    for severity, document in (("info", 0), ("warning", 1)):
        row = LetterFinding.objects.create(
            letter=letter, code="unsure-value", severity=severity, document=document, text="-"
        )
        assert not row.asks
    said = f.as_read(place.clerk, letter, settled={})
    assert actions.confirm(actor=place.clerk, letter_id=letter.public_id, confirmation=said).for_issuer


def test_doubts_never_stop_an_office_from_receiving_a_letter(place, sign_in):
    district = place.districts[0]
    clerk = actor_for("clerk", district)
    letter = f.loaded(clerk, district, DOUBTFUL)
    client, url = sign_in(clerk), reverse("correspondence:confirm", args=[letter.public_id])
    page = client.get(url)
    assert page.content.decode().count("(ไม่บังคับ)") >= letter.findings.count()
    assert client.post(url, sent_as_shown(page)).status_code == 302
    assert set(DutyRecipient.objects.values_list("organisation", flat=True)) == {district.pk}


def test_a_day_that_no_calendar_has_is_said_wherever_the_duty_stands(place, sign_in):
    letter = f.loaded(place.clerk, place.office, DOUBTFUL)
    client = sign_in(place.clerk)
    confirm = client.get(reverse("correspondence:confirm", args=[letter.public_id]))
    first, second = confirm.context["compared"].duties
    assert (first.doubt, first.due) == ("", None)
    assert "due" in {bound.name.rpartition("-")[2] for bound in first.fields}
    assert (str(second.doubt), second.due.name) == (NOT_A_DAY, "duty-1-due")
    assert "due" not in {bound.name.rpartition("-")[2] for bound in second.fields}
    text = confirm.content.decode()
    assert text.count(NOT_A_DAY) == 1
    assert text.count('name="duty-1-due"') == 1
    assert "วันที่ถูกต้อง" in text
    said = f.as_read(place.clerk, letter, meeting=None, deadlines=())
    actions.confirm(actor=place.clerk, letter_id=letter.public_id, confirmation=said)
    assert NOT_A_DAY in client.get(reverse("correspondence:letter", args=[letter.public_id])).content.decode()
    clerk = actor_for("clerk", place.districts[0])
    share = queries.shares(clerk).get(duty__ordinal=1)
    todo = next(row for row in queries.todos(clerk) if row.target_id == share.public_id)
    assert (str(todo.why), todo.due_at) == (f"จังหวัดทดสอบ ที่ ทส 0018.1/ว 120 {NOT_A_DAY}", None)
    client = sign_in(clerk)
    for url in (reverse("correspondence:duties"), reverse("correspondence:duty", args=[share.public_id])):
        assert NOT_A_DAY in client.get(url).content.decode()


def test_the_right_day_takes_the_place_of_the_doubt(place, sign_in):
    letter = f.loaded(place.clerk, place.office, DOUBTFUL)
    client, url = sign_in(place.clerk), reverse("correspondence:confirm", args=[letter.public_id])
    names = [f"finding-{row.public_id}" for row in letter.findings.all()]
    sent = sent_as_shown(client.get(url)) | {"duty-1-due": "28 ก.พ. 2566"}
    shown = client.post(url, sent | {"refresh": "1"})
    assert NOT_A_DAY not in shown.content.decode()
    assert client.post(url, sent | dict.fromkeys(names, "corrected")).status_code == 302
    duty = Duty.objects.get(ordinal=1)
    assert duty.due_at == datetime.datetime(2023, 3, 1, tzinfo=clock.BANGKOK)
    assert duty.date_doubt == ""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("รายงานภายในวันที่ ๓๑ กุมภาพันธ์ ๒๕๗๐", "วันที่ในหนังสือไม่มีในปฏิทิน: ๓๑ กุมภาพันธ์ ๒๕๗๐"),
        (
            "ยื่นตั้งแต่วันที่ 1 - 31 เมษายน 2570",
            "ช่วงวันที่ในหนังสือไม่มีในปฏิทินหรือสลับกัน: 1 - 31 เมษายน 2570",
        ),
        ("รายงานภายในวันที่ 28 กุมภาพันธ์ 2570", ""),
        ("รายงานโดยเร็ว", ""),
    ],
)
def test_which_days_no_calendar_has(text, words):
    assert str(doubts.of_date(text)) == words


def test_no_name_of_the_readers_own_is_shown(place, sign_in):
    letter = f.loaded(place.clerk, place.office, DOUBTFUL)
    rows = asked(letter)
    assert (rows["missing-field"].evidence, rows["missing-field"].shown) == (["signer"], [])
    assert rows["weekday-mismatch"].shown == rows["weekday-mismatch"].evidence
    client = sign_in(place.clerk)
    url = reverse("correspondence:confirm", args=[letter.public_id])
    for state in ("read", "confirmed"):
        text = client.get(url, follow=True).content.decode()
        assert "ไม่พบผู้ลงนาม" in text, state
        assert ">signer<" not in text, state
        if state == "read":
            # Two halves only where there is something to compare.
            assert text.count('class="versus"') == 1
            said = f.as_read(place.clerk, letter, meeting=None, deadlines=())
            actions.confirm(actor=place.clerk, letter_id=letter.public_id, confirmation=said)


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        ("09.00", "12.00", "09.00 – 12.00 น."),
        ("09.00", "", "ตั้งแต่ 09.00 น. ไม่ระบุเวลาเลิก"),
        ("", "12.00", "ถึง 12.00 น. ไม่ระบุเวลาเริ่ม"),
        ("", "", "ไม่ระบุเวลา"),
    ],
)
def test_what_is_not_known_of_a_meetings_hours_is_said_in_words(start, end, words):
    assert str(present._hours(start, end)) == words
