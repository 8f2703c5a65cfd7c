"""One letter of the current round on its way: a province has passed it on, its districts have duties and a briefing."""

from datetime import date, time

from saduak.correspondence import actions
from saduak.correspondence.inputs import Confirmation, DutyInput, Head, MeetingInput
from saduak.correspondence.models import Letter
from saduak.correspondence.queries import LetterPage, letter_page
from saduak.organisations.models import Organisation
from saduak.portal.rehearsal.world import Somebody

OFFICE = "provincial-admin:49"

# Invented, in the form of a real one; nobody in it is real.
TEXT = """ที่ มห 0018.1/ว 96

ศาลากลางจังหวัดมุกดาหาร
ถนนวิจิตรสุรการ มห 49000

25 มกราคม 2570

เรื่อง การขอรับการรับรองมาตรฐานการให้บริการของศูนย์ราชการสะดวก (GECC) ประจำปีงบประมาณ พ.ศ. 2570

เรียน นายอำเภอ ทุกอำเภอ

สิ่งที่ส่งมาด้วย กำหนดการ จำนวน 1 ฉบับ

ด้วยสำนักงานปลัดสำนักนายกรัฐมนตรีได้กำหนดเปิดรับสมัครขอรับการรับรองมาตรฐานการให้บริการของศูนย์ราชการสะดวก \
ประจำปีงบประมาณ พ.ศ. 2570 ตั้งแต่วันที่ 1 มกราคม - 28 กุมภาพันธ์ 2570 และกำหนดประชุมซักซ้อมการเขียนใบสมัคร \
ในวันพุธที่ 10 กุมภาพันธ์ 2570 เวลา 09.00 - 12.00 น. ผ่านระบบ Webex Meet

จังหวัดจึงขอให้ที่ทำการปกครองอำเภอดำเนินการ ดังนี้

1. มอบหมายผู้รับผิดชอบเข้าร่วมประชุมตามวันและเวลาดังกล่าว

2. รายงานความคืบหน้าของใบสมัครภายในวันที่ 12 กุมภาพันธ์ 2570

จึงเรียนมาเพื่อทราบและดำเนินการ

ขอแสดงความนับถือ

ปลัดจังหวัด ปฏิบัติราชการแทน
ผู้ว่าราชการจังหวัดมุกดาหาร

ที่ทำการปกครองจังหวัด
กลุ่มงานปกครอง

กำหนดการ

ประชุมซักซ้อมการเขียนใบสมัครศูนย์ราชการสะดวก (GECC)
วันพุธที่ 10 กุมภาพันธ์ 2570
ผ่านระบบการประชุมทางไกล (Video Conference)

เวลา 09.00 - 09.30 น.\tลงทะเบียน
เวลา 09.30 - 12.00 น.\tซักซ้อมการเขียนใบสมัครรายข้อ
"""


def pass_down(clerk: Somebody) -> Letter:
    """Load it as the province's clerk, and confirm what was read."""
    office = Organisation.objects.get(code=OFFICE)
    actor = clerk.now()
    letter = actions.load(
        actor=actor, holder_id=office.public_id, file=TEXT.encode(), name="mukdahan-2570.txt"
    )
    page = letter_page(actor, letter)
    return actions.confirm(actor=actor, letter_id=letter.public_id, confirmation=as_read(page))


def as_read(page: LetterPage) -> Confirmation:
    """What somebody sends who changes nothing on the page."""
    first, issuer = page.first, page.issuer
    if issuer is None:
        raise RuntimeError("the demo's letter was not read as it was written")
    head = Head(
        kind=first["kind"],
        number=first["number"],
        dated=date.fromisoformat(first["date"]),
        subject=first["subject"],
        issuer=issuer,
    )
    duties = [
        DutyInput(
            row.who, row.what, row.due_on, row.force, len(row.resolved.offices) if page.as_issuer else None
        )
        for row in page.duties
        if row.resolved is not None and (page.as_issuer or row.mine)
    ]
    return Confirmation(
        head=head,
        duties=tuple(duties),
        meeting=_meeting(page) if page.meeting and page.as_issuer else None,
        round_id=page.round.public_id if page.round else None,
    )


def _meeting(page: LetterPage) -> MeetingInput:
    assert page.meeting is not None  # noqa: S101 - the caller looked
    return MeetingInput(
        title=page.meeting.get("title") or page.first["subject"],
        date=date.fromisoformat(page.meeting["date"]),
        start=time.fromisoformat(page.meeting["start"]),
        end=time.fromisoformat(page.meeting["end"]),
        place=page.meeting["where"] or "",
        channels=tuple(page.meeting["channels"]),
        items=tuple(page.agenda),
    )
