"""Papers kept as evidence."""

from saduak.correspondence.reading import read_text


def test_minutes_without_hours_or_place() -> None:
    text = "รายงานการประชุมคณะทำงาน\nครั้งที่ 2/2566\nเมื่อวันที่ 5 มีนาคม 2566\nผู้มาประชุม\n1. ประธาน\nที่ประชุมรับทราบ"
    (document,) = read_text(text, "a.txt").documents
    assert (document.kind, document.subject) == ("other", "รายงานการประชุมคณะทำงาน ครั้งที่ 2/2566")
    (meeting,) = document.meetings
    assert (meeting.date.isoformat(), meeting.start, meeting.end, meeting.where) == (
        "2023-03-05",
        None,
        None,
        None,
    )


def test_a_certificate_has_a_title_and_no_meeting() -> None:
    text = "หนังสือรับรองการปฏิบัติงาน\nหนังสือรับรองฉบับนี้ให้ไว้เพื่อแสดงว่า นายหนึ่ง ตัวอย่าง ปฏิบัติงาน ณ กองกลาง\nให้ไว้ ณ วันที่ 5 มีนาคม 2566"
    (document,) = read_text(text, "a.txt").documents
    assert (document.kind, document.subject, document.meetings) == ("other", "หนังสือรับรองการปฏิบัติงาน", [])
