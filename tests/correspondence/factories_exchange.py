"""A letter with everything on its way to a district, and mailboxes of the other side."""

import dataclasses
import datetime
from dataclasses import dataclass

from saduak.correspondence.actions import exchanging
from saduak.correspondence.exchange import Bundle, Enclosure, to_message
from saduak.correspondence.models import (
    Delivery,
    Duty,
    LetterAttachment,
    LetterReference,
)
from saduak.foundation import clock, files
from saduak.foundation.access import Actor
from tests.correspondence import factories_sending as f

# A paper of which nothing can be read as a letter: a text, because a PDF is opened in a process of its own.
PAPER = Enclosure("หนังสือ.txt", "text/plain", "สำเนาหนังสือ\n".encode())
MEETING = {
    "title": "ประชุมชี้แจงการสมัคร",
    "date": "2027-02-10",
    "start": "09:00",
    "end": "12:00",
    "place": "ห้องประชุมศาลากลาง",
    "channels": ["ระบบประชุมทางไกล"],
    "items": [{"start": "09:00", "end": None, "what": "เปิดการประชุม", "parts": []}],
}


@dataclass
class Going:
    """The delivery to the first district, and a clerk of the sender."""

    row: Delivery
    clerk: Actor


def going(world: f.World, **values) -> Going:
    """The province's letter to its districts: attachments, references, duties, days and a meeting."""
    letter = f.letter_of(
        world,
        world.province,
        world.office,
        is_circular=True,
        urgency="urgent",
        meeting=MEETING,
        reading={
            "documents": [
                {
                    "deadlines": [
                        {"date": "2027-02-20", "what": "ส่งใบสมัคร"},
                        {"date": "2027-02-15", "what": ""},
                    ]
                }
            ]
        },
        **values,
    )
    stored = files.put(b"a,b\n1,2\n", name="ตาราง.csv", media_type="text/csv")
    LetterAttachment.objects.create(
        letter=letter, ordinal=1, title="กำหนดการ", copies="จำนวน 1 ฉบับ", file=stored
    )
    LetterAttachment.objects.create(letter=letter, ordinal=2, title="ไม่มีไฟล์")
    LetterReference.objects.create(letter=letter, text="หนังสือกรมทดสอบ ที่ มท 0810.7/ว 51")
    Duty.objects.create(
        letter=letter, ordinal=0, who="", what="ส่งแบบตอบรับ", force="order", due_at=clock.now() + 5 * f.DAY
    )
    Duty.objects.create(letter=letter, ordinal=1, who="", what="ทราบ", force="inform")
    dispatch = f.sent_letter(
        world,
        f.targets_of(world.districts),
        letter=letter,
        duties=dict.fromkeys(Duty.objects.all()),
        acknowledge_by=clock.now() + 3 * f.DAY,
        forward_by=clock.now() + 4 * f.DAY,
    )
    return Going(f.at(dispatch, world.districts[0]), world.clerk(world.office))


def bundle(row: Delivery, main: Enclosure | None = None, **head) -> Bundle:
    """What is packed of a delivery, with another paper; `head` changes what the manifest says."""
    made = exchanging.bundle_of(Delivery.objects.get(pk=row.pk))
    return dataclasses.replace(made, main=main or PAPER, head=dataclasses.replace(made.head, **head))


def mailed(made: Bundle, sender: str = "saraban@province.example", said: str = "") -> bytes:
    """An e-mail with it, as it lies in the mailbox of the receiver; `said` is what the server there says of signatures."""
    raw = to_message(
        made,
        sender=sender,
        recipient="saraban@district.example",
        text="หนังสือ",
        at=datetime.datetime(2027, 2, 4, tzinfo=datetime.UTC),
        host="saduak.example",
    )
    return (f"Authentication-Results: {said}\r\n".encode() if said else b"") + raw


def by_people(
    *parts: tuple[str, bytes], sender: str = "a@b.example", name: str = "y@b.example", subject: str = "letter"
) -> bytes:
    """An e-mail that somebody wrote, with files of these names and contents."""
    head = (
        f"From: {sender}\r\nSubject: {subject}\r\nMessage-ID: <{name}>\r\nMIME-Version: 1.0\r\n"
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    ).encode()
    kinds = {"txt": b"text/plain; charset=utf-8", "pdf": b"application/pdf"}
    found = [
        b"--b\r\nContent-Type: %s\r\nContent-Transfer-Encoding: 8bit\r\n" % kinds[file.rpartition(".")[2]]
        + f"Content-Disposition: attachment; filename={file}\r\n\r\n".encode()
        + data.replace(b"\n", b"\r\n")
        + b"\r\n"
        for file, data in parts
    ]
    return head + b"".join(found) + b"--b--\r\n"
