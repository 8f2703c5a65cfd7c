"""The head confirms, the list is sent as bytes that stay, corrections are new lists, and each centre reads its own line."""

import datetime
import hashlib
import json
from zipfile import ZipFile

import pytest

from saduak.applications import actions, content, readiness_papers, readiness_tasks, signals
from saduak.applications.actions import readiness as readiness_actions
from saduak.applications.models import (
    AssessorPlan,
    Readiness,
    ReadinessConfirmation,
    ReadinessCount,
    ReadinessEntry,
    ReadinessList,
)
from saduak.applications.queries import readiness as queries
from saduak.applications.queries.readiness import Desk, Wanted
from saduak.applications.queries.todos import todos
from saduak.applications.rules.readiness import Rule, rule_sets
from saduak.foundation import clock, files, jobs
from saduak.foundation.access import Conflict, Invalid, Refused
from saduak.foundation.models import AuditEntry, AuditPersonal
from tests.applications.factories import PNG
from tests.applications.factories_readiness import (
    DAY,
    assessed,
    confirmed,
    digest_of,
    ruled,
    sent,
    state_of,
)
from tests.kept import kept
from tests.organisations.factories import OrganisationFactory, ServiceCentreFactory, actor_for, me
from tests.programme.factories import MID_WINDOW

pytestmark = pytest.mark.django_db
CLOSING = datetime.datetime(2027, 3, 1, tzinfo=MID_WINDOW.tzinfo)
OVER = MID_WINDOW + datetime.timedelta(days=400)


@pytest.fixture
def governor(land):
    return actor_for("head", land.province, received_at=MID_WINDOW)


@kept
def both(land, people):
    """The district's unit is ready, the city's is not."""
    assessed(people.province, land.round, land.province, land.centre)
    assessed(people.province, land.round, land.province, land.city_centre, ready=False, reasons="ไม่มีทางลาด")


@kept
def one_list(land, people, governor, both):
    confirmed(governor, land.round, land.province)
    return sent(people.province, land.round, land.province, expected=2)


@pytest.fixture
def told():
    """What the rooms above were told: (the list's number, the centre, ready)."""
    heard = []
    signals.readiness_sent.connect(
        lambda sent, entries, **_: heard.extend((sent.ordinal, row.centre, row.ready) for row in entries),
        weak=False,
        dispatch_uid="t",
    )
    return heard


def reopened(actor, land, centre):
    return actions.reopen_readiness(
        actor=actor,
        round_id=land.round.public_id,
        office_id=land.province.public_id,
        centre_id=centre.public_id,
    )


# --- Confirming --------------------------------------------------------------------------------------------------------


def test_the_head_confirms_what_was_read(land, people, governor, both):
    page = queries.confirm_page(governor, Desk(land.round, land.province))
    assert (len(page.rows), page.ready, page.in_own_right) == (2, 1, True)
    assert (bool(page.may_confirm), bool(page.may_record)) == (True, False)
    made = confirmed(governor, land.round, land.province)
    assert (made.method, made.capacity, made.units, made.content_digest) == (
        "account",
        "self",
        2,
        page.digest,
    )
    assert made.signer_name == str(me(governor))
    assert set(Readiness.objects.values_list("state", "confirmation")) == {("confirmed", made.pk)}
    entry = AuditEntry.objects.get(verb="applications.readiness_signed")
    assert entry.facts["content_sha256"] == page.digest
    assert made.signer_name not in json.dumps(entry.facts)
    assert AuditPersonal.objects.get(entry=entry).values["name"] == made.signer_name
    with pytest.raises(Conflict) as nothing:
        confirmed(governor, land.round, land.province)
    assert nothing.value.code == "nothing"


def test_what_changed_since_is_not_confirmed(land, people, governor, both):
    digest = digest_of(governor, land.round, land.province)
    assessed(people.province, land.round, land.province, land.centre, reasons="เพิ่ม")
    with pytest.raises(Conflict) as changed:
        confirmed(governor, land.round, land.province, digest=digest)
    assert changed.value.code == "content-changed"


def test_only_the_head_confirms(land, people, both):
    for actor in (people.province, people.head, people.secretariat):
        with pytest.raises(Refused) as refused:
            confirmed(actor, land.round, land.province)
        assert refused.value.code == "not-head"


def test_who_writes_in_the_name_of_the_office_confirms_for_its_head(land, both):
    writer = OrganisationFactory(kind="provincial_office", writes_for=land.province)
    chief = actor_for("head", writer, received_at=MID_WINDOW)
    assert not queries.confirm_page(chief, Desk(land.round, land.province)).in_own_right
    with pytest.raises(Invalid) as invalid:
        confirmed(chief, land.round, land.province)
    assert invalid.value.code == "not-in-own-right"
    with pytest.raises(Invalid) as invalid:
        confirmed(chief, land.round, land.province, capacity="on_behalf")
    assert list(invalid.value.fields) == ["on_behalf_of"]
    made = confirmed(
        chief, land.round, land.province, capacity="on_behalf", on_behalf_of="ผู้ว่าราชการจังหวัดพิษณุโลก"
    )
    assert (made.capacity, made.on_behalf_of) == ("on_behalf", "ผู้ว่าราชการจังหวัดพิษณุโลก")


def on_paper(actor, land, **more):
    values = {
        "file": PNG,
        "name": "list.png",
        "signer_name": " ชื่อ  สกุล ",
        "signer_position": "ผู้ว่าราชการจังหวัด",
        "signed_on": DAY,
    }
    return actions.record_readiness_paper(
        actor=actor,
        round_id=land.round.public_id,
        office_id=land.province.public_id,
        **values | more,
    )


def test_the_printed_list_is_signed_and_attached(land, people, both):
    digest = digest_of(people.province, land.round, land.province)
    with pytest.raises(Invalid) as other:
        on_paper(people.province, land, code="00000000")
    assert other.value.code == "other-content"
    with pytest.raises(Invalid) as early:
        on_paper(people.province, land, code="", signer_position="", signed_on=datetime.date(2027, 2, 5))
    assert set(early.value.fields) == {"signer_position", "signed_on"}
    with pytest.raises(Refused):
        on_paper(people.officer, land, code=content.code_of(digest))
    made = on_paper(people.province, land, code=f" {content.code_of(digest).lower()} ")
    assert (made.method, made.signer_name, made.paper.media_type) == ("paper", "ชื่อ สกุล", "image/png")
    assert state_of(land.round, land.province, land.centre) == "confirmed"


def test_the_printed_list_says_everything(land, people, both):
    page = queries.confirm_page(people.province, Desk(land.round, land.province))
    (said,) = readiness_papers._parts(page)
    assert (said["whole"], said["last"], said["first_row"]) == (True, True, 1)
    assert (said["office"], said["counts"], said["code"]) == ("จังหวัดพิษณุโลก", [2, 1], page.code)
    assert [(row["name"], row["ready"], row["reasons"]) for row in said["rows"]] == [
        ("หน่วยบริการงานทะเบียน", True, ""),
        ("ศูนย์บริการประชาชน", False, "ไม่มีทางลาด"),
    ]
    assert readiness_papers.signing_pdf(page).startswith(b"%PDF")


# --- Sending -----------------------------------------------------------------------------------------------------------


def test_a_list_is_bytes_that_stay(land, people, one_list):
    with files.open(one_list.file) as stored:
        data = stored.read()
    assert hashlib.sha256(data).hexdigest() == one_list.sha256
    told = json.loads(data)
    assert content.canonical(told) == data
    assert (one_list.ordinal, one_list.units, one_list.ready, one_list.not_ready) == (1, 2, 1, 1)
    assert told["assessor"]["name"] == "จังหวัดพิษณุโลก"
    assert told["replaces_sha256"] is None
    district, city = told["units"]
    assert (city["name"], city["ready"], city["reasons"]) == ("ศูนย์บริการประชาชน", False, "ไม่มีทางลาด")
    assert (district["area"], district["assessed_on"]) == ("วังทอง", "2027-02-03")
    assert set(district["gates"].values()) == {"unseen"}
    assert len(district["gates"]) == 14
    (confirmation,) = told["confirmations"]
    assert (confirmation["method"], confirmation["paper_sha256"]) == ("account", None)
    assert {unit["confirmation"] for unit in told["units"]} == {0}
    assert state_of(land.round, land.province, land.centre) == "sent"
    # Names of the day stay, whatever happens later.
    land.city_centre.name_th = "ชื่อใหม่"
    land.city_centre.save()
    rows = queries.entries(people.secretariat, one_list)
    assert [(row.ordinal, row.name, row.ready) for row in rows] == [
        (1, "หน่วยบริการงานทะเบียน", True),
        (2, "ศูนย์บริการประชาชน", False),
    ]


def test_a_correction_is_a_new_list(land, people, governor, one_list, told):
    reopened(people.province, land, land.centre)
    desk = Desk(land.round, land.province)
    assert [row.centre for row in queries.being_corrected(desk, one_list)] == [land.centre]
    third = ServiceCentreFactory(organisation=land.district, name_th="ที่สาม")
    assessed(people.province, land.round, land.province, third)
    confirmed(governor, land.round, land.province)
    with pytest.raises(Conflict) as waits:
        sent(people.province, land.round, land.province)
    assert waits.value.code == "being-corrected"
    assessed(people.province, land.round, land.province, land.centre, ready=False, reasons="ไฟดับ")
    confirmed(governor, land.round, land.province)
    with pytest.raises(Conflict) as changed:
        sent(people.province, land.round, land.province, expected=2)
    assert changed.value.code == "changed"
    second = sent(governor, land.round, land.province, expected=3)
    one_list.refresh_from_db()
    assert (second.ordinal, second.units, second.ready) == (2, 3, 1)
    assert one_list.superseded_at == MID_WINDOW
    assert queries.current_list(desk) == second
    with files.open(second.file) as stored:
        assert json.loads(stored.read())["replaces_sha256"] == one_list.sha256
    assert list(queries.lists_of(people.secretariat, land.round, land.province)) == [second, one_list]
    # Those whose line is new hear of it, whichever list was still to be told.
    jobs.run_pending()
    assert sorted((row[0], row[1].pk) for row in told) == sorted(
        [(2, land.city_centre.pk), (2, land.centre.pk), (2, third.pk), (2, land.centre.pk)]
    )


def test_every_centre_is_told_once_in_the_background(land, one_list, told):
    assert told == []
    jobs.run_pending()
    assert sorted((row[1].pk, row[2]) for row in told) == sorted(
        [(land.centre.pk, True), (land.city_centre.pk, False)]
    )
    stranger = ServiceCentreFactory()
    assert actions.tell_readiness(actor=None, list_id=one_list.public_id, centres=[stranger.pk]) == 0


def test_nothing_new_is_not_sent(land, people, one_list):
    with pytest.raises(Conflict) as nothing:
        sent(people.province, land.round, land.province)
    assert nothing.value.code == "nothing"
    with pytest.raises(Refused):
        sent(people.officer, land.round, land.province)
    with pytest.raises(Conflict) as over:
        sent(people.province.at(OVER), land.round, land.province)
    assert over.value.code == "round-over"


def test_a_unit_that_falls_to_another_office_keeps_its_line_until_that_one_sends(
    land, people, governor, one_list
):
    def names(rows):
        return {row.centre for row in rows}

    old = one_list.entries.get(centre=land.centre)
    named = Rule("named", office_id=land.department.pk)
    ruled(people.secretariat, land.round, Rule("supervision", assessor_kinds=("province",)), named)
    desk = Desk(land.round, land.province)
    other, retired = (ServiceCentreFactory(organisation=land.city) for _n in range(2))
    assessed(people.province, land.round, land.province, other, retired)
    confirmed(governor, land.round, land.province)
    assert names(queries.to_send(desk)) == {land.centre, land.city_centre, other, retired}
    assert [(row.centre, row.stays) for row in queries.moved(desk)] == [(land.centre, True)]
    second = sent(people.province, land.round, land.province, expected=4)
    kept = second.entries.get(centre=land.centre)
    assert (kept.ready, queries.told(people.officer, old.public_id)) == (True, kept)
    # Who assesses now has a list that counts: the earlier office's next one leaves the unit out, and says so before.
    assessed(people.department, land.round, land.department, land.centre, ready=False, reasons="ย้ายแล้ว")
    head = actor_for("head", land.department, received_at=MID_WINDOW)
    confirmed(head, land.round, land.department)
    theirs = sent(people.department, land.round, land.department).entries.get()
    assert queries.told(people.officer, old.public_id) == kept
    retired.retired_at = MID_WINDOW
    retired.save()
    third = ServiceCentreFactory(organisation=land.city)
    assessed(people.province, land.round, land.province, third)
    confirmed(governor, land.round, land.province)
    assert names(queries.to_send(desk)) == {land.city_centre, other, third}
    assert {(row.centre, row.stays) for row in queries.moved(desk)} == {
        (land.centre, False),
        (retired, False),
    }
    sent(people.province, land.round, land.province, expected=3)
    assert queries.told(people.officer, old.public_id) == theirs


def test_what_was_confirmed_for_an_office_that_lost_the_unit_is_named(land, people, governor, both):
    confirmed(governor, land.round, land.province)
    ruled(people.secretariat, land.round, Rule("supervision", assessor_kinds=("province",)))
    desk = Desk(land.round, land.province)
    assert [(row.centre, row.stays) for row in queries.moved(desk)] == [(land.centre, False)]
    made = sent(people.province, land.round, land.province, expected=1)
    assert [row.centre for row in made.entries.all()] == [land.city_centre]


# --- Who reads of it ---------------------------------------------------------------------------------------------------


def test_each_centre_reads_its_own_line_once_sent(land, people, draft, governor, both):
    assert queries.told_of(people.officer, draft) == []
    confirmed(governor, land.round, land.province)
    made = sent(people.province, land.round, land.province)
    (entry,) = queries.told_of(people.officer, draft)
    assert (entry.ready, entry.list, queries.told(people.officer, entry.public_id)) == (True, made, entry)
    for actor in (people.city_officer, people.stranger, people.department):
        assert queries.told_of(actor, draft) == []
        assert queries.told(actor, entry.public_id) is None
    assert queries.told(people.secretariat, entry.public_id) == entry
    reopened(people.province, land, land.centre)
    assert queries.told_of(people.officer, draft) == [entry]
    assessed(people.province, land.round, land.province, land.centre)
    confirmed(governor, land.round, land.province)
    second = sent(people.province, land.round, land.province)
    (now,) = queries.told_of(people.officer, draft)
    assert now == second.entries.get(centre=land.centre)
    # The notice of the first list leads to what counts today, also for the unit of which nothing changed.
    assert queries.told(people.officer, entry.public_id) == now
    unchanged = made.entries.get(centre=land.city_centre)
    assert queries.told(people.city_officer, unchanged.public_id) == second.entries.get(
        centre=land.city_centre
    )
    assert queries.told(people.officer, unchanged.public_id) is None


def test_who_reads_a_list(land, people, one_list):
    for actor in (people.secretariat, people.province):
        assert queries.readiness_list(actor, one_list.public_id) == one_list
    for actor in (people.other_secretariat, people.department, people.officer, people.auditor):
        assert queries.readiness_list(actor, one_list.public_id) is None
        assert not queries.entries(actor, one_list).filter(list__assessor=land.department).exists()
    narrowed = queries.entries(people.secretariat, one_list, ready="no", q="เทศบาล")
    assert [row.centre for row in narrowed] == [land.city_centre]
    assert queries.entries(people.secretariat, one_list, ready="yes").count() == 1
    assert queries.entries(people.secretariat, one_list, q="ไม่มี").count() == 0


def test_who_confirmed_a_list_is_read_by_the_programme_with_the_signed_page(land, people, governor):
    assessed(people.province, land.round, land.province, land.centre)
    code = content.code_of(digest_of(people.province, land.round, land.province))
    paper = on_paper(people.province, land, code=code)
    assessed(people.province, land.round, land.province, land.city_centre)
    account = confirmed(governor, land.round, land.province)
    made = sent(people.province, land.round, land.province)
    # Opened and confirmed again: the list still says who confirmed what it says.
    reopened(people.province, land, land.centre)
    assessed(people.province, land.round, land.province, land.centre, reasons="อื่น")
    confirmed(governor, land.round, land.province)
    for actor in (people.secretariat, people.province, governor):
        assert queries.confirmations_of(actor, made) == [paper, account]
        assert queries.signed_paper(actor, paper.public_id) == paper.paper
    for actor in (people.other_secretariat, people.department, people.officer):
        assert queries.confirmations_of(actor, made) == []
        assert queries.signed_paper(actor, paper.public_id) is None
    assert queries.signed_paper(people.secretariat, account.public_id) is None
    with readiness_papers.list_sheet(people.secretariat, made).file as sheet, ZipFile(sheet) as book:
        said = book.read("xl/worksheets/sheet2.xml").decode()
    assert "ผู้ว่าราชการจังหวัด" in said


@pytest.mark.postgres
def test_the_secretariat_sees_who_has_sent_and_who_has_not(land, people, one_list, exactly):
    other = OrganisationFactory(kind="province", name_th="จังหวัดมุกดาหาร")
    ServiceCentreFactory(organisation=OrganisationFactory(kind="district", under=other))
    ServiceCentreFactory()
    with exactly(4):
        found = queries.inbox(people.secretariat, land.round)
    assert [(row.office, row.units, row.sent) for row in found.offices] == [
        (other, 1, None),
        (land.province, 2, one_list),
    ]
    assert (found.sent, found.units, found.ready, found.nobody, found.is_set) == (1, 2, 1, 1, False)
    ruled(people.secretariat, land.round, Rule("line", assessor_kinds=("ministry",)))
    found = queries.inbox(people.secretariat, land.round)
    assert [(row.office, row.units, row.sent) for row in found.offices] == [(land.province, 0, one_list)]
    assert (found.nobody, found.is_set) == (4, True)
    assert (
        queries.round_of(people.secretariat, land.round.public_id, "applications.see_readiness") == land.round
    )
    assert queries.round_of(people.province, land.round.public_id, "applications.see_readiness") is None


def test_lists_as_spreadsheets(land, people, one_list):
    with readiness_papers.units_sheet(Desk(land.round, land.province), Wanted()).file as made:
        assert made.read(2) == b"PK"
    sheet = readiness_papers.list_sheet(
        people.secretariat, queries.readiness_list(people.secretariat, one_list.public_id)
    )
    with sheet.file as made:
        assert (made.read(2), sheet.lines) == (b"PK", 2)


# --- To do -------------------------------------------------------------------------------------------------------------


def kinds(actor):
    return [(row.kind, str(row.title), row.due_at) for row in todos(actor)]


@pytest.mark.postgres
def test_work_waits_only_where_the_secretariat_said_who_assesses(land, people, governor, exactly):
    with exactly(0):
        assert list(queries.waiting(people.head)) == list(queries.waiting(people.officer)) == []
    assert kinds(people.province) == kinds(governor) == []
    ruled(people.secretariat, land.round)
    assert kinds(people.province) == [
        ("assess-readiness", "ประเมินความพร้อมของหน่วยงาน 2 แห่ง", CLOSING),
    ]
    with exactly(1):
        assert list(queries.waiting(people.department)) == []
    assessed(people.province, land.round, land.province, land.centre)
    assert [kind for kind, _title, _due in kinds(people.province)] == ["assess-readiness"]
    # Who is both sees what waits for the head; a head alone is told by a notice.
    both = actor_for("head", land.province, person=me(people.province), received_at=MID_WINDOW)
    assert ("confirm-readiness", "ยืนยันผลประเมินความพร้อม 1 แห่ง", CLOSING) in kinds(both)
    assert kinds(governor) == []
    confirmed(governor, land.round, land.province)
    assert {kind for kind, _title, _due in kinds(people.province)} == {"assess-readiness", "send-readiness"}
    assert kinds(people.province.at(OVER)) == []
    # Units come and go: a tick counts anew.
    ServiceCentreFactory(organisation=land.district)
    with clock.travel(MID_WINDOW):
        assert readiness_tasks.count_what_is_left() == 1
    row = ReadinessCount.objects.get(office=land.province)
    assert (row.to_assess, row.assessed, row.confirmed) == (2, 0, 1)
    with clock.travel(OVER):
        assert readiness_tasks.count_what_is_left() == 0
    actions.drop_assessors(actor=people.secretariat, round_id=land.round.public_id)
    assert (ReadinessCount.objects.count(), kinds(people.province)) == (0, [])
    assert actions.count_readiness(actor=people.secretariat, round_id=land.round.public_id) == 0


def test_what_was_counted_under_rules_that_were_replaced_meanwhile_is_not_kept(land, people):
    ruled(people.secretariat, land.round)
    old = AssessorPlan.objects.get()
    later = people.secretariat.at(MID_WINDOW + datetime.timedelta(minutes=1))
    actions.set_assessors(actor=later, round_id=land.round.public_id, rules_=())
    assert ReadinessCount.objects.count() == 0
    assert (
        readiness_actions._keep_counts(
            actor=later, plan=old, counts=queries.counted(land.round, queries.plan_from(old))
        )
        == 0
    )
    assert ReadinessCount.objects.count() == 0
    jobs.run_pending()
    ruled(people.secretariat, land.round)
    assert ReadinessCount.objects.get().to_assess == 2


def test_a_change_of_rules_is_of_what_the_page_showed(land, people):
    def seen():
        return queries.fingerprint(queries.plan_of(land.round))

    here = {"actor": people.secretariat, "round_id": land.round.public_id}
    usual = seen()
    ruled(people.secretariat, land.round, *rule_sets()["usual"].rules)
    assert seen() != usual  # set, although the rules are the same
    for change in (
        lambda: actions.set_assessors(**here, rules_=(), seen=usual),
        lambda: actions.drop_assessors(**here, seen=usual),
    ):
        with pytest.raises(Conflict) as changed:
            change()
        assert changed.value.code == "changed"
    actions.set_assessors(**here, rules_=(), source="คำสั่ง", seen=seen())
    actions.drop_assessors(**here, seen=seen())
    assert seen() == usual


def test_nothing_is_left_behind_by_what_was_refused(land, people, both):
    with pytest.raises(Conflict):
        sent(people.province, land.round, land.province)
    assert (ReadinessList.objects.count(), ReadinessEntry.objects.count()) == (0, 0)
    assert ReadinessConfirmation.objects.count() == 0
