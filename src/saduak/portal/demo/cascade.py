"""The call of the current round on its way: from the programme down to the local governments of one province.

Written, signed and sent by the actions that officials use, on the days on which it could have been. Nobody in it is real.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from saduak.correspondence.actions import confirm, drafting, issuing, loading, receiving, signing
from saduak.correspondence.draft_values import DraftValues
from saduak.correspondence.inputs import Numbering
from saduak.correspondence.models import ChainStep, Delivery, Letter
from saduak.correspondence.queries import letter_page
from saduak.correspondence.queries.documents import digest_of
from saduak.foundation import clock, ids, jobs
from saduak.organisations.models import Organisation
from saduak.organisations.queries import by_code
from saduak.portal.demo.letters import as_read
from saduak.portal.rehearsal.calendar import at
from saduak.portal.rehearsal.world import Somebody, World, employ
from saduak.programme.models import Round

SUBJECT: Final = "ขอเชิญสมัครขอรับการรับรองมาตรฐานการให้บริการของศูนย์ราชการสะดวก (GECC) ประจำปีงบประมาณ พ.ศ. 2570"
OPENS: Final = "ด้วยสำนักงานปลัดสำนักนายกรัฐมนตรีเปิดรับสมัครขอรับการรับรองมาตรฐานการให้บริการของศูนย์ราชการสะดวก ประจำปีงบประมาณ พ.ศ. 2570"
CLOSES: Final = "จึงเรียนมาเพื่อทราบและดำเนินการ"
PROVINCE: Final = "province:65"
# How long each district of the province takes: days until it receives, and until it passes on. Only three have local
# governments among the samples; two have not opened it.
DISTRICTS: Final = {
    "district:6501": (0, 1),
    "district:6504": (1, 2),
    "district:6505": (1, None),
    "district:6506": (2, None),
    "district:6507": (1, None),
    "district:6508": (2, 5),
    "district:6509": (4, None),
}


@dataclass(frozen=True, slots=True)
class Hop:
    """One letter of the chain: who writes in whose name, under which number, to whom, and who signs."""

    office: str
    issuer: str
    signer: str
    number: str
    addressee: str
    recipients: str
    body: str
    kind: str = "external"


CALL: Final = Hop(
    "psc",
    "psc",
    "ผู้อำนวยการศูนย์บริการประชาชน",
    "นร 0105.05/ว 4012",
    "ปลัดกระทรวง ทุกกระทรวง",
    "ปลัดกระทรวง ทุกกระทรวง",
    f"{OPENS} ตั้งแต่วันที่ 1 มกราคม ถึงวันที่ 28 กุมภาพันธ์ 2570\n\nในการนี้ ขอความร่วมมือแจ้งหน่วยงานในสังกัดและหน่วยงานในกำกับดูแลสมัครเข้ารับการรับรอง",
)
MINISTRY: Final = Hop(
    "moi",
    "moi",
    "ปลัดกระทรวงมหาดไทย",
    "มท 0218/ว 8",
    "หัวหน้าส่วนราชการระดับกรมในสังกัดกระทรวงมหาดไทย",
    "หัวหน้าส่วนราชการระดับกรม",
    f"{OPENS}\n\nจึงขอให้แจ้งหน่วยงานในสังกัดที่มีงานบริการประชาชนทราบและสมัคร",
    kind="memo",
)
DEPARTMENT: Final = Hop(
    "dla",
    "dla",
    "อธิบดีกรมส่งเสริมการปกครองท้องถิ่น",
    "มท 0810.7/ว 112",
    "ผู้ว่าราชการจังหวัด ทุกจังหวัด",
    "ผู้ว่าราชการจังหวัด ทุกจังหวัด",
    f"{OPENS}\n\nขอความร่วมมือจังหวัดประชาสัมพันธ์เชิญชวนองค์กรปกครองส่วนท้องถิ่นสมัครขอรับการรับรอง",
)
ORDER: Final = Hop(
    "local-admin:65",
    PROVINCE,
    "ท้องถิ่นจังหวัดพิษณุโลก",
    "พล 0023.3/ว 214",
    "นายอำเภอ ทุกอำเภอ",
    "นายอำเภอ ทุกอำเภอ\nนายกองค์การบริหารส่วนจังหวัดพิษณุโลก\nนายกเทศมนตรีนครพิษณุโลก",
    f"{OPENS}\n\nขอให้อำเภอแจ้งองค์กรปกครองส่วนท้องถิ่นในเขตพื้นที่ทราบและดำเนินการ",
)


# A chain on paper as there were many: invented, in the true forms, with the days that such a chain took. Nobody in it is real.
PAPER: Final = """ที่ พล 0023.3/ว 553

ศาลากลางจังหวัดพิษณุโลก
ถนนวังจันทน์ พล 65000

19 มกราคม 2564

เรื่อง ขอเชิญสมัครขอรับการรับรองมาตรฐานการให้บริการของศูนย์ราชการสะดวก (GECC) ประจำปีงบประมาณ พ.ศ. 2564

เรียน นายอำเภอ ทุกอำเภอ

อ้างถึง หนังสือกรมส่งเสริมการปกครองท้องถิ่น ที่ มท 0810.7/ว 51 ลงวันที่ 11 มกราคม 2564

ด้วยสำนักงานปลัดสำนักนายกรัฐมนตรีเปิดรับสมัครขอรับการรับรองมาตรฐานการให้บริการของศูนย์ราชการสะดวก \
ตั้งแต่วันที่ 1 มกราคม - 28 กุมภาพันธ์ 2564

จังหวัดจึงขอให้อำเภอแจ้งองค์กรปกครองส่วนท้องถิ่นในเขตพื้นที่ทราบ

จึงเรียนมาเพื่อทราบและดำเนินการ

ขอแสดงความนับถือ

รองผู้ว่าราชการจังหวัด ปฏิบัติราชการแทน
ผู้ว่าราชการจังหวัดพิษณุโลก

ที่ มท 0810.7/ว 51

กรมส่งเสริมการปกครองท้องถิ่น
ถนนนครราชสีมา เขตดุสิต กทม. 10300

11 มกราคม 2564

เรื่อง ขอเชิญสมัครขอรับการรับรองมาตรฐานการให้บริการของศูนย์ราชการสะดวก (GECC) ประจำปีงบประมาณ พ.ศ. 2564

เรียน ผู้ว่าราชการจังหวัด ทุกจังหวัด

ด้วยกรมส่งเสริมการปกครองท้องถิ่นได้รับแจ้งจากกระทรวงมหาดไทย ขอความร่วมมือจังหวัดประชาสัมพันธ์

จึงเรียนมาเพื่อโปรดพิจารณา

ขอแสดงความนับถือ

อธิบดีกรมส่งเสริมการปกครองท้องถิ่น

บันทึกข้อความ

ส่วนราชการ กระทรวงมหาดไทย สำนักงานปลัดกระทรวงมหาดไทย

ที่ มท 0218/ว 3366

วันที่ 29 ธันวาคม 2563

เรื่อง ขอเชิญสมัครขอรับการรับรองมาตรฐานการให้บริการของศูนย์ราชการสะดวก (GECC) ประจำปีงบประมาณ พ.ศ. 2564

เรียน หัวหน้าส่วนราชการระดับกรม

ด้วยสำนักงานปลัดสำนักนายกรัฐมนตรีแจ้งว่า ได้เปิดรับสมัคร จึงขอให้แจ้งหน่วยงานในสังกัดทราบ

จึงเรียนมาเพื่อพิจารณาดำเนินการ

ปลัดกระทรวงมหาดไทย
"""


# Who brought in what came on paper, so that each of the demo's people has a chain to compare with: the district itself,
# another of its province, the programme, and a district of the other province, with the letter of its own.
_ON_PAPER: Final = ("district:6501", "district:6508", "psc", "district:4901")
_OTHER_PROVINCE: Final = (
    ("ถนนวังจันทน์ พล 65000", "ถนนวิจิตรสุรการ มห 49000"),
    ("พล 0023.3/ว 553", "มห 0023.3/ว 488"),
    ("พิษณุโลก", "มุกดาหาร"),
)


def came_on_paper(seed: int) -> None:
    """Offices bring in what they got on paper in 2564, with the letters of those above. It is long done."""
    for number, code in enumerate(_ON_PAPER):
        with ids.seeded(seed + 200 * number), clock.travel(at(date(2021, 1, 21), 10 + number)):
            _brought_in(by_code(code))


def _brought_in(office: Organisation) -> None:
    text, name = PAPER, "phitsanulok-2564.txt"
    if office.code.startswith("district:49"):
        name = "mukdahan-2564.txt"
        for there, here in _OTHER_PROVINCE:
            text = text.replace(there, here)
    actor = employ(office, "clerk", "เจ้าหน้าที่สารบรรณ").now()
    letter = loading.load(actor=actor, holder_id=office.public_id, file=text.encode(), name=name)
    told = replace(as_read(letter_page(actor, letter)), duties=())
    confirm(actor=actor, letter_id=letter.public_id, confirmation=told)


def go_down(world: World, seed: int) -> Letter:
    """Everything from the programme's call to what the districts have done by the demo's first day."""
    row = Round.objects.get(programme=world.programme, fiscal_year=2570)
    with ids.seeded(seed), clock.travel(at(date(2026, 12, 21), 10)):
        secretary = employ(
            by_code("psc"), "secretariat", "เจ้าหน้าที่ฝ่ายเลขานุการโครงการ", programme=world.programme.code
        )
        call = _send(CALL, row, secretary, advance=True)
    came = call
    for number, (hop, received, sent, days) in enumerate(_WAY, start=1):
        with ids.seeded(seed + number):
            came = _pass_on(hop, row, came, received, sent, days)
    _districts(row, came, seed + 10)
    return call


# What each level did and when: received, sent on, and until when those below shall pass it on.
_WAY: Final = (
    (MINISTRY, at(date(2026, 12, 22), 14), at(date(2026, 12, 24), 11), date(2027, 1, 5)),
    (DEPARTMENT, at(date(2026, 12, 25), 9), at(date(2026, 12, 28), 15), date(2027, 1, 12)),
    (ORDER, at(date(2027, 1, 4), 10), at(date(2027, 1, 6), 10), date(2027, 1, 15)),
)


def _pass_on(hop: Hop, row: Round, above: Letter, received: datetime, sent: datetime, until: date) -> Letter:
    """An office receives the letter from above, and passes it on with its own number."""
    office = by_code(hop.office)
    with clock.travel(received):
        clerk = employ(office, "clerk", "เจ้าหน้าที่สารบรรณ")
        came = Delivery.objects.get(letter=above, organisation__code=hop.issuer)
        receiving.receive(actor=clerk.now(), delivery_id=came.public_id, receipt_number=_receipt(office))
    with clock.travel(sent):
        return _send(hop, row, clerk, forwards=came, forward_by=until)


def _districts(row: Round, order: Letter, seed: int) -> None:
    """Most districts receive, some pass it on, two have not opened it yet."""
    first = date(2027, 1, 7)
    for number, (code, (waits, works)) in enumerate(sorted(DISTRICTS.items())):
        office = by_code(code)
        came = Delivery.objects.filter(letter=order, organisation=office).first()
        if came is None:
            continue
        with ids.seeded(seed + number):
            with clock.travel(at(first.replace(day=7 + waits), 9 + number / 10)):
                clerk = employ(office, "clerk", "เจ้าหน้าที่สารบรรณ")
                receiving.receive(
                    actor=clerk.now(), delivery_id=came.public_id, receipt_number=_receipt(office)
                )
            if works is None:
                continue
            with clock.travel(at(first.replace(day=7 + waits + works), 10 + number / 10)):
                hop = Hop(
                    code,
                    code,
                    office.head_title,
                    f"พล 01{code[-2:]}/ว {11 + number}",
                    "นายกเทศมนตรีและนายกองค์การบริหารส่วนตำบล ทุกแห่ง",
                    "องค์กรปกครองส่วนท้องถิ่นในเขตพื้นที่",
                    f"{OPENS}\n\nจึงขอประชาสัมพันธ์ให้หน่วยงานของท่านพิจารณาสมัคร",
                )
                _send(hop, row, clerk, forwards=came, acknowledge_by=date(2027, 1, 29))


def _receipt(office: Organisation) -> str:
    """A number of the office's own register: the same each time, and unlike its neighbours'."""
    return str(20 + office.pk % 900)


def _send(
    hop: Hop,
    row: Round,
    clerk: Somebody,
    *,
    forwards: Delivery | None = None,
    forward_by: date | None = None,
    acknowledge_by: date | None = None,
    advance: bool = False,
) -> Letter:
    """Write, have it signed in the system, number and send."""
    office, issuer = by_code(hop.office), by_code(hop.issuer)
    actor = clerk.now()
    draft = drafting.create_draft(
        actor=actor,
        office_id=office.public_id,
        issuer_id=issuer.public_id,
        programme_id=row.programme.public_id,
        round_id=row.public_id,
        kind=hop.kind,
        forwards=forwards.public_id if forwards else None,
    )
    head = employ(office, "head", hop.signer)
    values = DraftValues(
        kind=hop.kind,
        is_circular=True,
        subject=SUBJECT,
        addressee=hop.addressee,
        recipients=hop.recipients,
        body=hop.body,
        purpose=CLOSES,
        owner_unit=office.name_th,
        contact=f"โทร. {office.phone}" if office.phone else "",
        signer_name=head.person.name,
        signer_position=hop.signer,
        forward_by=forward_by,
        acknowledge_by=acknowledge_by,
        advance=advance,
        references="",
    )
    drafting.save_draft(actor=actor, draft_id=draft.public_id, values=values, version=draft.version)
    signing.propose(actor=actor, draft_id=draft.public_id, steps=[("sign", head.person.public_id)])
    step = ChainStep.objects.select_related("draft").get(draft=draft, decision="")
    signing.decide_step(actor=head.now(), step_id=step.public_id, approve=True, digest=digest_of(step.draft))
    letter = issuing.issue(
        actor=actor,
        draft_id=draft.public_id,
        numbering=Numbering(dated=clock.today(), number=hop.number),
    )
    jobs.run_pending()
    return letter
