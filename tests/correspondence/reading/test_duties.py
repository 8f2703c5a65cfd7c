"""Who must do what by when, with what force: single sentences in an invented letter."""

import pytest

from saduak.correspondence.reading import Duty, read_text

FRAME = """ที่ สม 0200/5

{issuer}

12 มิถุนายน 2567

เรื่อง ทดสอบ

เรียน {to}

ด้วยมีการสำรวจ

{body}

จึงเรียนมาเพื่อโปรดพิจารณา

ขอแสดงความนับถือ

(ลงชื่อ)
ผู้อำนวยการตัวอย่าง
"""


def duties(body: str, issuer: str = "ศาลากลางจังหวัดสมมุติ", to: str = "นายอำเภอทุกอำเภอ") -> list[Duty]:
    return read_text(FRAME.format(body=body, issuer=issuer, to=to), "a.txt").documents[0].actions


@pytest.mark.parametrize(
    ("body", "who", "force"),
    [
        ("จังหวัดจึงขอให้อำเภอส่งข้อมูล", "อำเภอ", "order"),
        ("จังหวัดจึงขอให้นายอำเภอรายงานผล", "นายอำเภอ", "order"),
        ("จังหวัดจึงขอให้เทศบาลส่งข้อมูล", "เทศบาล", "request"),
        ("จังหวัดจึงขอให้องค์การบริหารส่วนตำบลส่งข้อมูล", "องค์การบริหารส่วนตำบล", "request"),
        ("จังหวัดจึงมอบหมายให้อำเภอตรวจสอบข้อมูล", "อำเภอ", "order"),
        ("ในการนี้ จังหวัดขอความร่วมมืออำเภอประชาสัมพันธ์การรับสมัคร", "อำเภอ", "request"),
        ("จังหวัดจึงขอเชิญชวนองค์กรปกครองส่วนท้องถิ่นสมัครเข้าร่วมโครงการ", "องค์กรปกครองส่วนท้องถิ่น", "invite"),
        ("ทั้งนี้ ให้ที่ทำการปกครองอำเภอรวบรวมเอกสาร", "ที่ทำการปกครองอำเภอ", "order"),
        ("จึงขอให้กรมสนับสนุนงานตัวอย่างส่งข้อมูล", "กรมสนับสนุนงานตัวอย่าง", "request"),
        ("จึงขอให้หน่วยงานของรัฐส่งข้อมูล", "หน่วยงานของรัฐ", "request"),
        ("สำหรับอำเภอ ขอให้แจ้งกำนันทราบ", "อำเภอ", "order"),
        ("จึงขอให้ส่งข้อมูล", "นายอำเภอทุกอำเภอ", "order"),
    ],
)
def test_who_and_force(body: str, who: str, force: str) -> None:
    (duty,) = duties(body)
    assert (duty.who, duty.force) == (who, force)


def test_a_department_asks_a_province() -> None:
    (duty,) = duties("จึงขอให้จังหวัดส่งข้อมูล", issuer="กรมตัวอย่าง", to="ผู้ว่าราชการจังหวัด ทุกจังหวัด")
    assert (duty.who, duty.force) == ("จังหวัด", "request")


def test_a_ministry_orders_its_departments() -> None:
    (duty,) = duties("จึงขอให้กรมส่งข้อมูล", issuer="กระทรวงตัวอย่าง", to="อธิบดีทุกกรม")
    assert (duty.who, duty.force) == ("กรม", "order")


def test_a_list_gives_one_duty_an_item() -> None:
    body = (
        "จังหวัดจึงขอให้อำเภอดำเนินการ ดังนี้\n\n1. สำรวจข้อมูล ภายในวันที่ 20 มิถุนายน 2567\n\n2. รายงานผล ภายในวันที่ 30 มิถุนายน 2567\n\n"
        "ทั้งนี้ หากพบปัญหา ให้รายงานจังหวัดทราบ"
    )
    found = duties(body)
    assert [(duty.who, duty.what.split(" ")[0], str(duty.due), duty.force) for duty in found] == [
        ("อำเภอ", "สำรวจข้อมูล", "2024-06-20", "order"),
        ("อำเภอ", "รายงานผล", "2024-06-30", "order"),
        ("อำเภอ", "หากพบปัญหา", "None", "order"),
    ]


def test_questions_are_no_duty() -> None:
    assert [
        duty.what for duty in duties("จึงขอให้ส่งข้อมูล กรณีมีข้อสงสัย ขอให้สอบถามที่กองตัวอย่าง โทร. 0 2000 1111")
    ] == ["ส่งข้อมูล"]


def test_what_others_asked_is_no_duty_when_the_letter_asks_itself() -> None:
    found = duties("จังหวัดจึงขอให้อำเภอรายงานผล", issuer="ศาลากลางจังหวัดสมมุติ")
    assert [duty.what for duty in found] == ["รายงานผล"]


def test_service_words_are_no_duty() -> None:
    (duty,) = duties("เพื่อยกระดับการให้บริการประชาชนและอำนวยความสะดวก ให้เป็นมาตรฐาน จึงขอให้อำเภอส่งข้อมูล")
    assert duty.what == "ส่งข้อมูล"


def test_due_by_the_only_window_when_applying() -> None:
    body = "กรมตัวอย่างเปิดรับสมัคร ตั้งแต่วันที่ 1 - 31 กรกฎาคม 2567\n\nจังหวัดจึงขอเชิญชวนเทศบาลสมัครเข้าร่วม และขอให้อำเภอแจ้งกำนันทราบ"
    assert [(duty.force, str(duty.due)) for duty in duties(body)] == [
        ("invite", "2024-07-31"),
        ("order", "None"),
    ]


def test_what_an_earlier_letter_asked_is_no_duty() -> None:
    (duty,) = duties("ตามหนังสือที่อ้างถึง จังหวัดขอให้อำเภอรายงานผลภายในวันที่ 20 มิถุนายน 2567 ความละเอียดแจ้งแล้ว นั้น")
    assert (duty.what, duty.due) == ("เพื่อโปรดพิจารณา", None)


def test_a_reply_by_a_day_is_due_on_that_day_not_on_the_meetings() -> None:
    body = (
        "กำหนดประชุมในวันพุธที่ 26 มิถุนายน 2567 เวลา 09.00 น. ณ ห้องประชุมใหญ่ จังหวัดจึงขอเชิญท่านเข้าร่วมประชุม "
        "และขอความกรุณาแจ้งยืนยันการเข้าร่วมภายในวันที่ 20 มิถุนายน 2567"
    )
    assert [(duty.force, str(duty.due)) for duty in duties(body)] == [
        ("invite", "2024-06-26"),
        ("request", "2024-06-20"),
    ]


def test_who_was_charged_is_part_of_the_name() -> None:
    (duty,) = duties("ทั้งนี้ ให้ผู้ได้รับมอบหมายรายงานผลทุกเดือน")
    assert (duty.who, duty.what) == ("ผู้ได้รับมอบหมาย", "รายงานผลทุกเดือน")


def told(body: str, to: str = "นายอำเภอทุกอำเภอ") -> list[tuple[str | None, str, str | None, str]]:
    return [
        (duty.who, duty.what.split(" ")[0], duty.due.isoformat() if duty.due else None, duty.force)
        for duty in duties(body, to=to)
    ]


def test_a_sentence_with_two_days_lays_two_duties() -> None:
    assert told("จังหวัดจึงขอให้อำเภอส่งแผนภายในวันที่ 20 มิถุนายน 2567 และรายงานผลภายในวันที่ 5 กรกฎาคม 2567") == [
        ("อำเภอ", "ส่งแผนภายในวันที่", "2024-06-20", "order"),
        ("อำเภอ", "รายงานผลภายในวันที่", "2024-07-05", "order"),
    ]


def test_a_step_on_the_way_to_one_day_is_one_duty() -> None:
    body = "จังหวัดจึงขอให้อำเภอจัดทำแผนและส่งให้จังหวัดภายในวันที่ 20 มิถุนายน 2567"
    assert [row[2:] for row in told(body)] == [("2024-06-20", "order")]


def test_an_answer_to_an_invitation_is_asked_for() -> None:
    body = "จังหวัดขอเชิญท่านเข้าร่วมประชุม ในวันพุธที่ 26 มิถุนายน 2567 เวลา 09.00 น. ณ ศาลากลาง โดยส่งแบบตอบรับภายในวันที่ 20 มิถุนายน 2567"
    assert told(body) == [
        ("ท่าน", "เข้าร่วมประชุม", "2024-06-26", "invite"),
        ("ท่าน", "ส่งแบบตอบรับภายในวันที่", "2024-06-20", "request"),
    ]


def test_to_whom_something_is_sent_is_not_who_must_act() -> None:
    body = "จังหวัดจึงขอให้ส่งข้อมูล ให้กองกลาง ภายในวันที่ 20 มิถุนายน 2567 ทางไปรษณีย์ หากพ้นกำหนดจะถือว่าไม่มี"
    assert [(row[0], row[2]) for row in told(body)] == [("นายอำเภอทุกอำเภอ", "2024-06-20")]


@pytest.mark.parametrize(
    ("body", "who", "what"),
    [
        ("หากพบปัญหาให้รายงานจังหวัดทราบ", "นายอำเภอทุกอำเภอ", "หากพบปัญหา"),
        ("จังหวัดจึงแจ้งมา สำหรับกำนันให้ประชาสัมพันธ์ในตำบล", "กำนัน", "ประชาสัมพันธ์"),
        ("หากหน่วยงานใดประสงค์จะเข้าร่วม ขอให้แจ้งชื่อ", "หน่วยงาน", "หากหน่วยงานใด"),
        ("จังหวัดจึงขอให้ท่านไประวังแนวเขต", "ท่าน", "ไประวังแนวเขต"),
        ("จังหวัดจึงขอให้ผู้มีสิทธิเข้ารับการประเมินไปรายงานตัว", "ผู้มีสิทธิเข้ารับการประเมิน", "ไปรายงานตัว"),
        ("จังหวัดจึงขอใช้ห้องประชุม", "นายอำเภอทุกอำเภอ", "ใช้ห้องประชุม"),
        ("ผลเป็นประการใดโปรดแจ้งจังหวัด", "นายอำเภอทุกอำเภอ", "แจ้งจังหวัด"),
    ],
)
def test_ways_to_say_who(body: str, who: str, what: str) -> None:
    (duty,) = duties(body)
    assert duty.who == who
    assert duty.what.startswith(what)


@pytest.mark.parametrize(
    "body",
    [
        "โดยจังหวัดได้มอบหมายให้นายหนึ่ง ตัวอย่าง เป็นผู้ประสานงาน",
        "ตามหนังสือที่อ้างถึง จังหวัดขอให้อำเภอส่งแผน นั้น",
        "กรณีมีข้อสงสัย ขอให้สอบถามที่กองกลาง",
        "เพื่อให้การดำเนินการเป็นไปด้วยความเรียบร้อย",
        "ครบกำหนดส่งมอบงานแล้ว",
    ],
)
def test_what_lays_no_duty(body: str) -> None:
    assert [duty.what for duty in duties(body)] == ["เพื่อโปรดพิจารณา"]  # only the closing words ask


def test_a_stray_line_does_not_end_a_list() -> None:
    body = "จังหวัดจึงขอให้อำเภอดำเนินการ ดังนี้\n1. ส่งแผน\n\nข้อความแทรก\n\n2. รายงานผล"
    assert [row[1] for row in told(body)] == ["ส่งแผน", "รายงานผล"]
