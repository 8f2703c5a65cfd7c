"""Who commands whom, by kinds of office."""

import pytest

from saduak.correspondence.reading.forces import force
from saduak.correspondence.reading.model import Document


def said(
    kind: str,
    who: str,
    *,
    purpose: str = "เพื่อโปรดพิจารณา",
    issuer: str = "กรมตัวอย่าง",
    to: tuple[str, ...] = (),
    of: str = "external",
) -> str:
    document = Document(of, issuer=issuer, purpose=purpose, recipients=list(to))
    return force(document, kind, who, named=not to)


@pytest.mark.parametrize(
    ("issuer", "who"),
    [
        ("จังหวัดสมมุติ", "อำเภอ"),
        ("อำเภอสมมุติ", "กำนัน ผู้ใหญ่บ้าน"),
        ("กระทรวงตัวอย่าง", "กรม"),
        ("สำนักงานปลัดกระทรวงตัวอย่าง", "อธิบดีทุกกรม"),
        ("สำนักงานเขตพื้นที่การศึกษาตัวอย่าง เขต 1", "โรงเรียน"),
        ("สำนักงานสาธารณสุขจังหวัดสมมุติ", "สาธารณสุขอำเภอ"),
        ("กรมตัวอย่าง", "หน่วยงานในสังกัด"),
    ],
)
def test_those_under_the_issuer_are_commanded(issuer: str, who: str) -> None:
    assert said("please", who, issuer=issuer) == "order"


@pytest.mark.parametrize("who", ["จังหวัด", "เทศบาล", "องค์การบริหารส่วนตำบล", "บริษัท ตัวอย่าง จำกัด", "สมาคมตัวอย่าง"])
def test_others_are_asked(who: str) -> None:
    assert said("please", who) == "request"


@pytest.mark.parametrize(
    ("purpose", "meant"),
    [("เพื่อทราบและดำเนินการ", "order"), ("เพื่อโปรดดำเนินการ", "request"), ("เพื่อกรุณาทราบ", "request")],
)
def test_words_to_those_below_are_plain_and_to_others_kind(purpose: str, meant: str) -> None:
    assert said("please", "หน่วย", purpose=purpose) == meant


@pytest.mark.parametrize(
    "to", [("นายอำเภอทุกอำเภอ", "นายกเทศมนตรี"), ("นายหนึ่ง ตัวอย่าง",), ("กรรมการผู้จัดการ บริษัท ก",)]
)
def test_one_addressee_who_is_not_commanded_makes_it_a_request(to: tuple[str, ...]) -> None:
    assert said("please", "", issuer="จังหวัดสมมุติ", purpose="เพื่อทราบและดำเนินการ", to=to) == "request"


def test_an_order_orders_and_an_invitation_invites() -> None:
    assert said("please", "ผู้ใด", of="order") == "order"
    assert said("invite", "ทุกกอง", of="memo") == "invite"
    assert said("plain", "ทุกกอง") == "order"
