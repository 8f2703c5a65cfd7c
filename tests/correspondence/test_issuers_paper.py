"""In the issuer's name: the signed paper, who signed it, and the number that the register gave."""

import dataclasses
import datetime

import pytest

from saduak.correspondence import actions, queries
from saduak.correspondence.actions import registers_hand
from saduak.correspondence.actions.registers import Columns
from saduak.correspondence.actions.vouching import Paper, Vouched, bind
from saduak.correspondence.models import Duty, Letter, RegisterEntry
from saduak.correspondence.queries.standing import is_from_own_book, line_of, signer_like
from saduak.foundation import clock, files
from saduak.foundation.access import Conflict, Invalid
from saduak.foundation.models import AuditEntry
from tests.correspondence import factories as f
from tests.correspondence.factories_drafts import DelegationFactory
from tests.correspondence.factories_registers import CIRCULAR, SEND, SYSTEM, kept, letter_of, numbered
from tests.correspondence.factories_sending import pdf
from tests.foundation.files import samples
from tests.organisations.factories import actor_for

pytestmark = pytest.mark.django_db
DATED = datetime.date(2022, 12, 12)
TITLE = "ผู้ว่าราชการจังหวัดทดสอบ"


def on_paper(place, data: bytes = f.OWN, actor=None, holder=None) -> Letter:
    """The province's letter as its signed paper, read."""
    letter = f.loaded(actor or place.clerk, holder or place.office, data)
    Letter.objects.filter(pk=letter.pk).update(file=pdf())
    return Letter.objects.get(pk=letter.pk)


def confirm(actor, letter: Letter, *, paper: Paper | None = None, head=None, **changes) -> Letter:
    said = f.as_read(actor, letter, **changes)
    said = dataclasses.replace(said, head=dataclasses.replace(said.head, **(head or {})))
    return actions.confirm(actor=actor, letter_id=letter.public_id, confirmation=said, paper=paper or Paper())


def refused(actor, letter: Letter, **values) -> Invalid:
    with pytest.raises(Invalid) as refusal:
        confirm(actor, letter, **values)
    assert not Duty.objects.exists()
    assert Letter.objects.get(pk=letter.pk).state == "read"
    return refusal.value


@pytest.fixture
def governor(place):
    """Who may sign in the province's name: from then on nobody else."""
    return DelegationFactory(organisation=place.province, position=TITLE)


# --- The paper and who signed it --------------------------------------------------------------------------------------


def test_an_empty_register_asks_for_nothing(place):
    letter = f.loaded(place.clerk, place.office)
    page = queries.letter_page(place.clerk, letter)
    assert (page.standing.signers.kept, page.standing.lacks_paper) == (False, False)
    assert confirm(place.clerk, letter).for_issuer
    facts = AuditEntry.objects.get(verb="correspondence.confirmed").facts
    assert (facts["signed_by"], facts["register_line"]) == (None, None)


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("letter.txt", "text/plain"),
        ("letter.md", "text/plain"),
        ("letter.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ],
)
def test_a_text_is_no_signed_paper_once_powers_are_written_down(place, governor, name, media_type):
    letter = f.loaded(place.clerk, place.office)
    Letter.objects.update(file=files.put(b"x", name=name, media_type=media_type))
    letter = Letter.objects.get()
    assert queries.letter_page(place.clerk, letter).standing.lacks_paper
    refusal = refused(place.clerk, letter, paper=Paper(signer_id=governor.public_id))
    assert (refusal.code, set(refusal.fields)) == ("not-signed-paper", {"file"})
    assert "PDF" in str(refusal.reason)


def test_a_picture_of_the_signed_paper_is_one(place, governor):
    letter = on_paper(place)
    Letter.objects.update(file=files.store(samples.picture("PNG"), name="scan.png"))
    assert confirm(place.clerk, letter, paper=Paper(signer_id=governor.public_id)).for_issuer


def test_who_signed_is_named_and_told_to_the_audit(place, governor):
    letter = on_paper(place)
    assert confirm(place.clerk, letter, paper=Paper(signer_id=governor.public_id)).for_issuer
    entry = AuditEntry.objects.get(verb="correspondence.confirmed")
    assert entry.facts["signed_by"] == str(governor.public_id)
    assert entry.personal.values == {"signer": str(governor.person), "lines": [TITLE]}


@pytest.mark.parametrize(
    "power",
    [
        {"valid_from": DATED + datetime.timedelta(days=1)},
        {"valid_to": DATED},
        {"kinds": ["memo"]},
        {"organisation": None},
    ],
)
def test_whom_the_register_does_not_know_on_that_day_did_not_sign(place, governor, power):
    values = {"organisation": place.province} | power
    if values["organisation"] is None:
        del values["organisation"]
    other = DelegationFactory(**values)
    for signer in (other.public_id, None):
        refusal = refused(place.clerk, on_paper(place), paper=Paper(signer_id=signer))
        assert (refusal.code, set(refusal.fields)) == ("may-not-sign", {"signer"})
        assert "ตามทะเบียนผู้ลงนาม" in str(refusal.reason)


def test_a_register_that_names_nobody_on_that_day_says_so(place, governor):
    governor.valid_to = DATED
    governor.save(update_fields=["valid_to"])
    refusal = refused(place.clerk, on_paper(place), paper=Paper(signer_id=governor.public_id))
    assert refusal.code == "may-not-sign"
    assert "เพิ่มหรือแก้ในทะเบียนก่อน" in str(refusal.fields["signer"])


def test_everything_that_is_missing_is_said_at_once(place, governor):
    refusal = refused(place.clerk, f.loaded(place.clerk, place.office))
    assert (refusal.code, set(refusal.fields)) == ("not-signed-paper", {"file", "signer"})
    assert str(refusal.reason) not in {str(words) for words in refusal.fields.values()}


def test_a_recipient_is_asked_for_none_of_it(place, governor):
    kept(place.province)
    district = place.districts[0]
    clerk = actor_for("clerk", district)
    letter = f.loaded(clerk, district)
    assert queries.letter_page(clerk, letter).standing is None
    assert not confirm(clerk, letter).for_issuer


def test_the_signature_that_was_read_is_offered_when_it_fits_one(place, governor):
    letter = on_paper(place)
    assert queries.letter_page(place.clerk, letter).signer == governor
    second = DelegationFactory(organisation=place.province, position=TITLE)
    assert queries.letter_page(place.clerk, letter).signer is None
    assert signer_like([governor, second], f"({second.person})", TITLE) == second
    assert signer_like([governor, second], "", "") is None


def test_the_page_follows_the_day_that_was_typed(place, governor):
    letter = on_paper(place)
    day = governor.valid_from - datetime.timedelta(days=1)
    page = queries.letter_page(place.clerk, letter, day=day)
    assert (page.standing.signers.kept, page.standing.signers.rows) == (True, ())
    undated = on_paper(place, f.OWN.replace("12 ธันวาคม 2565".encode(), b""))
    assert undated.reading["documents"][0]["date"] is None
    assert queries.letter_page(place.clerk, undated).standing.signers.rows == (governor,)


# --- The number -------------------------------------------------------------------------------------------------------


@pytest.fixture
def book(place):
    """The office's register, open since the first of December; its own book ended at 11, and circulars at 3."""
    with clock.travel(datetime.datetime(2022, 12, 1, 9, tzinfo=clock.BANGKOK)):
        return kept(place.office, start={(SEND, ""): 11, (SEND, CIRCULAR): 3})


def test_a_number_that_the_register_gave_is_bound_to_the_letter(place, book):
    line = numbered(book, SEND, dated=DATED)
    assert line.letter_number == "ทส 0018.1/12"
    done = confirm(place.clerk, on_paper(place))
    line.refresh_from_db()
    assert (done.for_issuer, line.letter) == (True, done)
    assert AuditEntry.objects.get(verb="correspondence.number_confirmed").facts["number"] == 12
    facts = AuditEntry.objects.get(verb="correspondence.confirmed").facts
    assert facts["register_line"] == str(line.public_id)


def test_a_line_written_by_hand_without_a_date_will_do(place, book):
    line = registers_hand.enter(
        actor=place.clerk,
        organisation_id=place.office.public_id,
        direction=SEND,
        series="",
        columns=Columns(subject="การขอรับการรับรอง", to_text="นายอำเภอ ทุกอำเภอ"),
    )
    assert RegisterEntry.objects.get(letter=confirm(place.clerk, on_paper(place))) == line


def test_a_reserved_number_is_used(place, book):
    registers_hand.reserve(
        actor=place.clerk,
        organisation_id=place.office.public_id,
        direction=SEND,
        series="",
        count=1,
        reason="ลงนามนอกระบบ",
    )
    done = confirm(place.clerk, on_paper(place), paper=Paper(secrecy="secret"))
    line = RegisterEntry.objects.get(letter=done)
    assert (line.state, line.dated, line.secrecy) == ("used", DATED, "secret")
    assert (line.subject, line.to_text) == (done.subject, "นายอำเภอ ทุกอำเภอ")


def test_a_number_that_it_did_not_give_is_refused_with_what_to_do(place, book):
    refusal = refused(place.clerk, on_paper(place))
    assert (refusal.code, set(refusal.fields)) == ("no-such-number", {"number"})
    for words in ("ร่างหนังสือในระบบ", "ลงทะเบียนส่งด้วยตนเอง"):
        assert words in str(refusal.reason)
    for number in ("", "ทส 0018.1/ว 12", "ทส 0018.2/12", "ด่วนที่สุด"):
        numbered(book, SEND, dated=DATED)
        assert refused(place.clerk, on_paper(place), head={"number": number}).code == "no-such-number"


def test_a_number_that_is_taken_cancelled_or_of_another_day_is_refused(place, book):
    line = numbered(book, SEND, dated=DATED)
    for change, words in (
        ({"letter": letter_of(place.office)}, "หนังสืออีกฉบับ"),
        ({"letter": None, "dated": DATED - datetime.timedelta(days=1)}, "ลงวันที่อื่น"),
        (
            {"state": "cancelled", "cancelled_at": clock.now(), "cancelled_because": "ลงผิด"},
            "ยกเลิกแล้ว",
        ),
    ):
        RegisterEntry.objects.filter(pk=line.pk).update(**change)
        refusal = refused_with_letters(place)
        assert set(refusal.fields) == {"number"}
        assert words in str(refusal.fields["number"])


def refused_with_letters(place) -> Invalid:
    with pytest.raises(Invalid) as refusal:
        confirm(place.clerk, on_paper(place))
    return refusal.value


def test_a_text_is_no_signed_paper_where_numbers_are_kept(place, book):
    numbered(book, SEND, dated=DATED)
    assert refused(place.clerk, f.loaded(place.clerk, place.office)).code == "not-signed-paper"


def test_the_issuers_register_counts_where_the_office_keeps_none(place):
    with clock.travel(datetime.datetime(2022, 12, 1, 9, tzinfo=clock.BANGKOK)):
        kept(place.province)
    assert refused(place.clerk, on_paper(place)).code == "no-such-number"


@pytest.mark.parametrize("number", ["ทส 0018.1/11", "ทส ๐๐๑๘.๑/๑", "ทส 0018.1/ว 3", "ทส 0018.1/ว.2"])
def test_a_number_of_the_agencys_own_book_is_none_of_saduaks(place, book, number):
    assert is_from_own_book(book, number, DATED)
    done = confirm(place.clerk, on_paper(place), head={"number": number})
    assert (done.for_issuer, RegisterEntry.objects.exists()) == (True, False)


@pytest.mark.parametrize(
    ("number", "dated", "own"),
    [
        ("ทส 0018.1/12", DATED, False),
        ("ทส 0018.1/ว 4", DATED, False),
        ("ไม่มีเลข", DATED, False),
        ("ทส 0018.1/900", datetime.date(2022, 11, 30), False),
        ("ทส 0018.1/12", datetime.date(2022, 11, 30), False),
        ("ทส 0018.1/ว 4", datetime.date(2022, 11, 30), False),
        ("ทส 0018.1/11", datetime.date(2022, 11, 30), True),
        ("ทส 0018.1/900", datetime.date(2021, 11, 30), True),
        ("ไม่มีเลข", datetime.date(2022, 11, 30), True),
        ("ทส 0018.1/1", datetime.date(2023, 1, 4), False),
    ],
)
def test_what_stood_in_the_own_book(book, number, dated, own):
    assert is_from_own_book(book, number, dated) is own


def test_a_letter_from_before_the_register_is_a_doubt_to_be_answered(place, book):
    early = f.OWN.replace("12 ธันวาคม 2565".encode(), "30 พฤศจิกายน 2565".encode())
    early = early.replace(b"0018.1/12", b"0018.1/11")
    letter = on_paper(place, early)
    (doubt,) = letter.findings.filter(code="before-register")
    assert doubt.asks
    assert doubt.evidence[1] == "1 ธ.ค. 2565"
    head = {"number": "ทส 0018.1/11", "dated": datetime.date(2022, 11, 30)}
    refusal = refused(place.clerk, letter, head=head, settled={})
    assert set(refusal.fields) == {f"finding-{doubt.public_id}"}
    done = confirm(place.clerk, letter, head=head, settled={doubt.public_id: "as_written"})
    assert (done.for_issuer, done.dated) == (True, head["dated"])


def test_what_is_dated_since_or_is_anothers_is_no_such_doubt(place, book):
    early = f.OWN.replace("12 ธันวาคม 2565".encode(), "30 พฤศจิกายน 2565".encode())
    district = place.districts[0]
    undated = f.OWN.replace("12 ธันวาคม 2565".encode(), b"")
    for letter in (
        on_paper(place, undated),
        on_paper(place),
        f.loaded(actor_for("clerk", district), district, early),
    ):
        assert not letter.findings.filter(code="before-register").exists()


def test_a_number_is_found_in_whatever_hand_it_is_written(book):
    line = numbered(book, SEND, CIRCULAR, dated=DATED)
    for text in ("ทส 0018.1/ว 4", "ทส 0018.1/ว4", "ทส ๐๐๑๘.๑/ว ๔", "ทส0018.1/ว.4"):
        assert line_of(book, text, DATED) == line
    assert line_of(book, "ทส 0018.1/ว 4", datetime.date(2023, 1, 4)) is None


def test_a_line_that_was_given_away_meanwhile_binds_nothing(place, book):
    line = numbered(book, SEND, dated=DATED)
    letter = on_paper(place)
    RegisterEntry.objects.update(letter=letter_of(place.office))
    with pytest.raises(Conflict) as refusal:
        bind(SYSTEM, letter, Vouched(entry=line))
    assert refusal.value.code == "number-taken"


def test_one_who_may_sign_and_a_number_are_asked_together(place, governor, book):
    line = numbered(book, SEND, dated=DATED)
    refusal = refused(place.clerk, on_paper(place))
    assert set(refusal.fields) == {"signer"}
    done = confirm(place.clerk, on_paper(place), paper=Paper(signer_id=governor.public_id))
    assert RegisterEntry.objects.get(letter=done) == line
