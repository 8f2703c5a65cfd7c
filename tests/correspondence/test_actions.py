"""Loading, confirming, setting aside, answering."""

import dataclasses
import datetime
import io

import pytest
from PIL import Image

from saduak.correspondence import actions, inputs, intake, queries, rules
from saduak.correspondence.models import Duty, DutyRecipient, Letter, LetterFinding
from saduak.foundation import clock, files, ids
from saduak.foundation.access import Actor, Conflict, Invalid, Refused
from saduak.foundation.models import AuditEntry
from saduak.organisations.models import Programme
from saduak.programme.models import InternalDeadline, Round
from tests.correspondence import factories as f
from tests.organisations.factories import OrganisationFactory, ProgrammeFactory, actor_for
from tests.programme.factories import RoundFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(made_once):
    """A province with three districts and a town, and the round of 2566, on a day in December 2565."""
    with clock.travel(f.IN_2566):
        yield made_once(of_two_programmes)


def of_two_programmes():
    """The province; another programme has no round."""
    made = f.province()
    programme = ProgrammeFactory(short_name="GECC")
    made.round = RoundFactory(programme=programme, fiscal_year=2566, days=f.DAYS_2566)
    ProgrammeFactory(short_name="OTHER")
    made.clerk = actor_for("clerk", made.office)
    return made


def test_a_letter_is_kept_read_and_linked_to_its_round(place):
    letter = f.loaded(place.clerk, place.office)
    assert (letter.state, letter.round, letter.programme) == ("read", place.round, place.round.programme)
    assert letter.reading["documents"][0]["number"] == "ทส 0018.1/12"
    with files.open(letter.file) as stream:
        assert stream.read() == f.OWN
    assert [entry.verb for entry in AuditEntry.objects.order_by("pk")] == [
        "correspondence.loaded",
        "correspondence.read",
    ]


def test_loading_twice_with_one_key_is_loading_once(place):
    key = ids.public_id()
    values = {"actor": place.clerk, "holder_id": place.office.public_id, "file": f.OWN, "name": "a.txt"}
    first = actions.load(**values, idempotency_key=key)
    assert actions.load(**values, idempotency_key=key) == first
    assert Letter.objects.count() == 1


@pytest.mark.parametrize(
    ("data", "name", "code", "words"),
    [
        ("สวัสดี วันนี้อากาศดี".encode(), "note.txt", "not-a-letter", "หนังสือราชการ"),
        (b"MZ\x90\x00program", "letter.exe", "file-program", "โปรแกรม"),
        (b"<html><script>x</script>", "letter.html", "file-markup", "หน้าเว็บ"),
        (b"PK\x03\x04broken", "letter.docx", None, ""),
        (b"", "letter.txt", "file-empty", "ว่าง"),
    ],
)
def test_what_is_no_letter_is_refused_in_words_and_not_kept(place, data, name, code, words):
    with pytest.raises(Invalid) as refusal:
        f.loaded(place.clerk, place.office, data, name)
    assert code is None or refusal.value.code == code
    assert words in str(refusal.value.reason)
    assert not Letter.objects.exists()


def test_a_file_that_is_too_large_is_refused(place, settings):
    settings.UPLOAD_LIMIT_BYTES = 100
    with pytest.raises(Invalid, match="ใหญ่เกิน"):
        f.loaded(place.clerk, place.office)


def test_nobody_loads_a_letter_for_another_office(place):
    with pytest.raises(Refused, match="หน่วยงานที่คุณปฏิบัติงานอยู่"):
        f.loaded(place.clerk, place.districts[0])


def test_the_issuer_reaches_its_line_and_sets_its_date(place):
    letter = f.confirmed(place.clerk, place.office, kind="check")
    assert (letter.state, letter.for_issuer, letter.issuer) == ("confirmed", True, place.province)
    reached = DutyRecipient.objects.values_list("organisation", flat=True)
    assert set(reached) == {row.pk for row in place.districts}
    deadline = InternalDeadline.objects.get()
    assert (deadline.kind, deadline.reach, deadline.owner) == ("check", "line", place.province)
    assert deadline.source_letter == letter.public_id
    facts = AuditEntry.objects.get(verb="correspondence.confirmed").facts
    assert (facts["in_issuers_name"], facts["offices"], facts["internal_deadlines"]) == (True, 3, 1)


def test_confirming_opens_no_round_and_moves_no_window(place):
    before = list(place.round.stages.values_list("key", "starts_at", "ends_at"))
    f.confirmed(place.clerk, place.office, f.OWN.replace(b"28 ", b"27 "))
    assert Round.objects.count() == 1
    assert list(place.round.stages.values_list("key", "starts_at", "ends_at")) == before


def test_a_national_date_that_differs_is_a_finding(place):
    letter = f.loaded(place.clerk, place.office, f.OWN.replace(b"28 ", b"27 "))
    row = LetterFinding.objects.get(letter=letter, code="window-differs")
    assert row.severity == "warning"
    assert row.evidence == ["1 ม.ค. – 27 ก.พ. 2566", "1 ม.ค. – 28 ก.พ. 2566"]
    again = f.loaded(place.clerk, place.office)
    assert not LetterFinding.objects.filter(letter=again, code="window-differs").exists()


def test_a_recipient_makes_duties_for_itself_only(place):
    office = place.districts[0]
    letter = f.confirmed(actor_for("clerk", office), office)
    assert not letter.for_issuer
    assert set(DutyRecipient.objects.values_list("organisation", "force")) == {(office.pk, "order")}
    assert not InternalDeadline.objects.exists()


def test_an_officer_of_the_issuing_office_gives_no_orders(place):
    letter = f.confirmed(actor_for("officer", place.office), place.office, duties=())
    assert not letter.for_issuer


def test_two_appointments_of_one_person_do_not_add_up_to_the_issuer(place):
    """Receiving a letter at a district is no way to issue it, even for somebody who also works for the province."""
    district = place.districts[0]
    clerk = actor_for("clerk", district)
    both = dataclasses.replace(place.clerk, holdings=(*place.clerk.holdings, *clerk.holdings))
    assert not f.confirmed(both, district).for_issuer


def test_an_order_to_those_only_supervised_becomes_a_request(place):
    duty = inputs.DutyInput("นายอำเภอ ทุกอำเภอ และองค์กรปกครองส่วนท้องถิ่น", "ส่งรายงาน", None, "order", 4)
    f.confirmed(place.clerk, place.office, duties=(duty,))
    forces = dict(DutyRecipient.objects.values_list("organisation__kind", "force"))
    assert forces == {"district": "order", "local_government": "request"}
    assert set(InternalDeadline.objects.values_list("reach", flat=True)) == {"line", "supervision"}


def test_an_audience_that_nobody_saw_is_not_served(place):
    duty = inputs.DutyInput("นายอำเภอ ทุกอำเภอ", "ส่งรายงาน", None, "order", 2)
    with pytest.raises(Invalid, match="ยังไม่ได้ส่งให้ใคร") as refusal:
        f.confirmed(place.clerk, place.office, duties=(duty,))
    assert "3 แห่ง" in str(refusal.value.fields["duty-0-who"])
    assert not Duty.objects.exists()
    assert Letter.objects.get().state == "read"


def test_words_that_name_nobody_reach_nobody(place):
    duty = inputs.DutyInput("หัวหน้าสถานีอวกาศ", "ส่งรายงาน", None, "order", 0)
    f.confirmed(place.clerk, place.office, duties=(duty,), deadlines=())
    assert Duty.objects.get().recipients.count() == 0


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (datetime.datetime(2023, 2, 20, tzinfo=clock.BANGKOK), "ผ่านไปแล้ว"),
        (datetime.datetime(2022, 12, 13, tzinfo=clock.BANGKOK), ""),
    ],
)
def test_a_date_that_is_over_is_no_deadline(place, moment, words):
    with clock.travel(moment):
        clerk = place.clerk.at(moment)
        page = queries.letter_page(clerk, f.loaded(clerk, place.office))
        assert words in str(page.deadlines[0].why_not)
        assert bool(page.deadlines[0].why_not) == bool(words)


def test_a_date_outside_the_chosen_round_is_refused_and_nothing_is_made(place):
    other = RoundFactory(programme=place.round.programme, fiscal_year=2570)
    due = inputs.DeadlineInput(datetime.date(2023, 2, 15), "submit")
    with pytest.raises(Invalid) as refusal:
        f.confirmed(place.clerk, place.office, round_id=other.public_id, deadlines=(due,))
    assert "2570" in str(refusal.value.fields["deadline-0-due"])
    assert (Duty.objects.count(), InternalDeadline.objects.count()) == (0, 0)


def test_a_letter_without_a_round_gives_duties_but_no_date(place):
    data = f.OWN.replace(b"2566", b"2567")
    letter = f.loaded(place.clerk, place.office, data)
    page = queries.letter_page(place.clerk, letter)
    assert (page.round, page.year) == (None, 2567)
    assert "ยังไม่มีรอบ" in str(page.deadlines[0].why_not)
    actions.confirm(
        actor=place.clerk, letter_id=letter.public_id, confirmation=f.as_read(place.clerk, letter)
    )
    assert DutyRecipient.objects.exists()
    assert not InternalDeadline.objects.exists()


def test_a_letter_is_confirmed_once(place):
    letter = f.confirmed(place.clerk, place.office)
    with pytest.raises(Conflict):
        actions.confirm(
            actor=place.clerk, letter_id=letter.public_id, confirmation=f.as_read(place.clerk, letter)
        )
    with pytest.raises(Conflict, match="ยืนยันหนังสือฉบับนี้ไปแล้ว"):
        f.confirmed(place.clerk, place.office)
    with pytest.raises(Conflict, match="สำนักงานอื่น"):
        f.confirmed(actor_for("clerk", place.province), place.province)


def test_sending_the_form_twice_confirms_once(place):
    letter, key = f.loaded(place.clerk, place.office), ids.public_id()
    values = {"actor": place.clerk, "letter_id": letter.public_id, "idempotency_key": key}
    values["confirmation"] = f.as_read(place.clerk, letter)
    assert actions.confirm(**values) == actions.confirm(**values)
    assert DutyRecipient.objects.count() == 3 * Duty.objects.count()


def test_an_own_copy_gives_way_to_the_issuers_letter_and_is_not_doubled_after_it(place):
    first, second = place.districts[:2]
    own = f.confirmed(actor_for("clerk", first), first)
    f.confirmed(place.clerk, place.office)
    assert not DutyRecipient.objects.filter(duty__letter=own, superseded_at__isnull=True).exists()
    late = f.confirmed(actor_for("clerk", second), second)
    assert late.state == "confirmed"
    assert not DutyRecipient.objects.filter(duty__letter=late).exists()


def test_setting_aside_needs_a_reason_and_ends_it(place):
    letter = f.loaded(place.clerk, place.office)
    with pytest.raises(Invalid):
        actions.set_aside(actor=place.clerk, letter_id=letter.public_id, reason=" ")
    actions.set_aside(actor=place.clerk, letter_id=letter.public_id, reason="ส่งซ้ำ")
    with pytest.raises(Conflict):
        actions.set_aside(actor=place.clerk, letter_id=letter.public_id, reason="อีก")


def test_a_finding_is_settled_by_its_own_office(place):
    letter = f.loaded(place.clerk, place.office, f.OWN.replace(b"28 ", b"27 "))
    row = LetterFinding.objects.get(letter=letter)
    with pytest.raises(Refused):
        actions.settle_finding(
            actor=actor_for("clerk", place.districts[0]), finding_id=row.public_id, settled="leave"
        )
    with pytest.raises(Invalid):
        actions.settle_finding(actor=place.clerk, finding_id=row.public_id, settled="yes")
    settled = actions.settle_finding(actor=place.clerk, finding_id=row.public_id, settled="as_written")
    assert (settled.settled, settled.settled_by_id) == ("as_written", place.clerk.user_id)


def test_an_office_acknowledges_and_finishes_its_own_duty(place):
    letter = f.confirmed(place.clerk, place.office)
    mine, other = (actor_for("officer", row) for row in place.districts[:2])
    share = DutyRecipient.objects.filter(duty__letter=letter, organisation=place.districts[0]).first()
    with pytest.raises(Refused):
        actions.acknowledge_duty(actor=other, recipient_id=share.public_id)
    actions.acknowledge_duty(actor=mine, recipient_id=share.public_id)
    done = actions.finish_duty(actor=mine, recipient_id=share.public_id, note="แจ้งแล้ว")
    assert (done.note, done.acknowledged_by_id, done.done_by_id) == ("แจ้งแล้ว", mine.user_id, mine.user_id)
    assert [t.kind for t in queries.todos(mine)] == ["acknowledge"] * (Duty.objects.count() - 1)


def test_a_letter_whose_issuer_is_unknown_finds_no_issuer(place):
    letter = f.loaded(place.clerk, place.office, f.OWN.replace("ทดสอบ".encode(), "ไม่มีจริง".encode()))
    page = queries.letter_page(place.clerk, letter)
    assert (page.issuer, page.as_issuer) == (None, False)
    assert all(duty.resolved is None for duty in page.duties)


@pytest.mark.parametrize("number", [1, 60])
def test_giving_duties_costs_the_same_however_many_offices(place, number, django_assert_max_num_queries):
    for n in range(number):
        OrganisationFactory(code=f"more-{n}", kind="district", under=place.province)
    letter = f.loaded(place.clerk, place.office)
    confirmation = f.as_read(place.clerk, letter)
    with django_assert_max_num_queries(60):
        actions.confirm(actor=place.clerk, letter_id=letter.public_id, confirmation=confirmation)
    assert DutyRecipient.objects.count() == (3 + number) * Duty.objects.count()


def test_a_letter_needs_an_office_and_a_programme(place):
    with pytest.raises(Invalid) as refusal:
        actions.load(actor=place.clerk, holder_id=ids.public_id(), file=f.OWN, name="a.txt")
    assert (refusal.value.code, set(refusal.value.fields)) == ("no-holder", {"holder"})
    Programme.objects.update(retired_at=f.IN_2566)
    with pytest.raises(Invalid) as refusal:
        f.loaded(place.clerk, place.office)
    assert refusal.value.code == "no-programme"
    assert not Letter.objects.exists()


def test_what_a_job_could_not_read_says_why_and_is_not_told_twice(place):
    picture = io.BytesIO()
    Image.new("L", (60, 60), 200).save(picture, "PNG")
    letter = f.loaded(place.clerk, place.office, picture.getvalue(), "scan.png")
    assert letter.state == "waiting"
    for problem in ("ภาพเบลอ", "อีกครั้ง"):
        actions.keep_reading(
            actor=Actor.system("tests"), letter_id=letter.public_id, reading=None, problem=problem
        )
    letter.refresh_from_db()
    assert (letter.state, letter.unreadable_why) == ("unreadable", "ภาพเบลอ")
    assert AuditEntry.objects.filter(verb="correspondence.unreadable").count() == 1


def test_what_a_job_read_is_written_down_once(place):
    picture = io.BytesIO()
    Image.new("L", (60, 60), 200).save(picture, "PNG")
    letter = f.loaded(place.clerk, place.office, picture.getvalue(), "scan.png")
    reading = intake.read(f.OWN, "letter.txt")
    for _time in range(2):
        actions.keep_reading(actor=Actor.system("tests"), letter_id=letter.public_id, reading=reading)
    letter.refresh_from_db()
    assert (letter.state, letter.round) == ("read", place.round)
    assert AuditEntry.objects.filter(verb="correspondence.read").count() == 1


def test_a_letter_without_a_number_cannot_be_told_from_another(place):
    for _time in range(2):
        letter = f.loaded(place.clerk, place.office)
        confirmation = f.as_read(place.clerk, letter, deadlines=())
        confirmation = dataclasses.replace(
            confirmation, head=dataclasses.replace(confirmation.head, number=" ")
        )
        done = actions.confirm(actor=place.clerk, letter_id=letter.public_id, confirmation=confirmation)
        assert (done.state, done.number) == ("confirmed", "")


def test_what_is_missing_is_said_at_its_field_and_nothing_is_made(place):
    letter = f.loaded(place.clerk, place.office)
    confirmation = f.as_read(place.clerk, letter)
    nameless = dataclasses.replace(confirmation, head=dataclasses.replace(confirmation.head, subject=" "))
    empty = dataclasses.replace(
        confirmation, duties=(inputs.DutyInput("นายอำเภอ ทุกอำเภอ", " ", None, "please", 3),)
    )
    for values, fields in ((nameless, {"subject"}), (empty, {"duty-0-force", "duty-0-what"})):
        with pytest.raises(Invalid) as refusal:
            actions.confirm(actor=place.clerk, letter_id=letter.public_id, confirmation=values)
        assert set(refusal.value.fields) == fields
    assert (Duty.objects.count(), Letter.objects.get().state) == (0, "read")


def test_findings_are_settled_with_the_letter(place):
    letter = f.loaded(place.clerk, place.office, f.OWN.replace(b"28 ", b"27 "))
    row = LetterFinding.objects.get(letter=letter)
    confirmation = dataclasses.replace(f.as_read(place.clerk, letter), settled={row.public_id: "as_written"})
    actions.confirm(actor=place.clerk, letter_id=letter.public_id, confirmation=confirmation)
    row.refresh_from_db()
    assert (row.settled, row.settled_by_id) == ("as_written", place.clerk.user_id)


def test_a_date_without_duties_counts_for_the_issuers_line(place):
    f.confirmed(place.clerk, place.office, duties=())
    assert list(InternalDeadline.objects.values_list("reach", flat=True)) == ["line"]


def test_an_internal_date_of_no_known_kind_is_said_at_its_field(place):
    due = inputs.DeadlineInput(datetime.date(2023, 2, 15), "someday")
    with pytest.raises(Invalid) as refusal:
        f.confirmed(place.clerk, place.office, deadlines=(due,))
    assert set(refusal.value.fields) == {"deadline-0-kind"}
    assert not InternalDeadline.objects.exists()


def test_acknowledging_and_finishing_again_change_nothing_but_the_line(place):
    f.confirmed(place.clerk, place.office)
    mine = actor_for("officer", place.districts[0])
    share = DutyRecipient.objects.filter(organisation=place.districts[0]).first()
    first = actions.acknowledge_duty(actor=mine, recipient_id=share.public_id).acknowledged_at
    later = mine.at(f.IN_2566 + datetime.timedelta(days=1))
    assert actions.acknowledge_duty(actor=later, recipient_id=share.public_id).acknowledged_at == first
    done = actions.finish_duty(actor=mine, recipient_id=share.public_id, note="ส่งแล้ว").done_at
    again = actions.finish_duty(actor=later, recipient_id=share.public_id, note="ส่งทางไปรษณีย์")
    assert (again.acknowledged_at, again.done_at, again.note) == (first, done, "ส่งทางไปรษณีย์")


def test_the_program_itself_speaks_for_every_issuer(place):
    programme = place.round.programme_id
    assert rules.may_issue(Actor.system("tests"), place.districts[0].pk, place.province, programme)


def test_a_round_that_is_not_there_is_said_at_its_field(place):
    with pytest.raises(Invalid) as refusal:
        f.confirmed(place.clerk, place.office, round_id=ids.public_id())
    assert (refusal.value.code, set(refusal.value.fields)) == ("no-round", {"round"})


def test_a_finding_about_the_window_goes_when_the_window_moves_there(place):
    letter = f.loaded(place.clerk, place.office, f.OWN.replace(b"28 ", b"27 "))
    assert LetterFinding.objects.filter(letter=letter, code="window-differs").exists()
    stage = place.round.stages.get(key="application")
    stage.ends_at -= datetime.timedelta(days=1)
    stage.save(update_fields=["ends_at"])
    letter = Letter.objects.get(pk=letter.pk)
    actions.loading.note_window(letter)
    assert not LetterFinding.objects.filter(letter=letter, code="window-differs").exists()


def test_what_is_done_counts_as_read_too(place):
    f.confirmed(place.clerk, place.office)
    mine = actor_for("officer", place.districts[0])
    share = DutyRecipient.objects.filter(organisation=place.districts[0]).first()
    done = actions.finish_duty(actor=mine, recipient_id=share.public_id)
    assert (done.acknowledged_at, done.acknowledged_by_id) == (mine.received_at, mine.user_id)
