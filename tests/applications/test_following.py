"""What a supervisor does about many units: views, targets, reminders once a day, calls, large files."""

import dataclasses
import datetime

import pytest

from saduak.applications import actions, following_tasks, queries, signals
from saduak.applications.actions.following import REMIND
from saduak.applications.models import BoardExport, Call, RemindedUnit, Reminder, SavedView, Target
from saduak.applications.rules import following as rules
from saduak.foundation import batches, clock, ids, spreadsheets
from saduak.foundation.access import Actor, Conflict, Invalid, Refused
from saduak.foundation.models import AuditEntry, Batch, JobRun
from tests.applications.factories import ApplicationFactory, submitted_application
from tests.applications.factories_board import filters
from tests.organisations.factories import (
    AppointmentFactory,
    AreaFactory,
    OrganisationFactory,
    PersonFactory,
    ServiceCentreFactory,
    actor_for,
    me,
)
from tests.programme.factories import MID_WINDOW

pytestmark = pytest.mark.django_db
WORDS = "ยังไม่ได้ยื่น โทรหาเราได้"


@pytest.fixture
def heard():
    """What this room tells of reminders and files."""
    told = []

    def reminded(sender, units, **_more):
        told.append([unit.centre_id or -unit.organisation_id for unit in units])

    def written(sender, export, **_more):
        told.append(export)

    signals.units_reminded.connect(reminded, weak=False)
    signals.board_written.connect(written, weak=False)
    return told


def send(actor, land, **more):
    return actions.send_reminder(actor=actor, round_id=land.round.public_id, text=WORDS, **more)


def work(reminder):
    batches.work(reminder.batch_id)


# --- Views -----------------------------------------------------------------------------------------------------------


def test_a_view_is_ones_own_and_its_name_keeps_the_newest(both, people):
    actions.save_view(actor=both, name=" ยังไม่เริ่ม ", query="state=none")
    kept = actions.save_view(actor=both, name="ยังไม่เริ่ม", query="state=none&sort=name")
    assert [(row.name, row.query) for row in queries.saved_views(both)] == [
        ("ยังไม่เริ่ม", "state=none&sort=name")
    ]
    assert queries.saved_views(people.department) == []
    assert actions.drop_view(actor=people.department, view_id=kept.public_id) == 0
    assert actions.drop_view(actor=both, view_id=kept.public_id) == 1
    assert not SavedView.objects.exists()


@pytest.mark.parametrize(("name", "query"), [(" ", ""), ("ก" * 81, ""), ("ก", "x" * 2001)])
def test_a_view_that_can_not_be_kept(both, name, query):
    with pytest.raises(Invalid):
        actions.save_view(actor=both, name=name, query=query)


def test_twenty_views_are_enough_and_nobody_keeps_none(both):
    for number in range(20):
        actions.save_view(actor=both, name=f"ที่ {number}", query="")
    with pytest.raises(Invalid):
        actions.save_view(actor=both, name="อีกหนึ่ง", query="")
    assert actions.save_view(actor=both, name="ที่ 3", query="state=none").query == "state=none"
    with pytest.raises(Refused):
        actions.save_view(actor=Actor.public(), name="ก", query="")
    assert queries.saved_views(Actor.public()) == []


# --- Targets ---------------------------------------------------------------------------------------------------------


def target(actor, land, **more):
    wanted = {"scope": "line", "wanted": 4} | more
    return actions.set_target(actor=actor, round_id=land.round.public_id, **wanted)


@pytest.mark.postgres
def test_targets_count_who_has_filed_of_line_supervision_and_area(both, land, draft, people, exactly):
    submitted_application(draft, officer=people.officer)
    submitted_application(
        ApplicationFactory(centre=land.city_centre, round=land.round, actor=people.city_officer),
        officer=people.city_officer,
    )
    elsewhere = OrganisationFactory(kind="district", area=AreaFactory(code="91"))
    submitted_application(
        ApplicationFactory(centre=ServiceCentreFactory(organisation=elsewhere), round=land.round)
    )
    for scope in ("line", "supervision", "area"):
        target(both, land, scope=scope)
    with exactly(3):
        found = {row.target.scope: row for row in queries.targets(both, land.round)}
    assert {scope: row.filed for scope, row in found.items()} == {"line": 1, "supervision": 1, "area": 2}
    assert (found["line"].percent, found["line"].missing, found["line"].may_change) == (25, 3, True)
    target(people.secretariat, land, scope="country", wanted=2)
    (whole,) = queries.targets(people.secretariat, land.round)
    assert (whole.filed, whole.percent, whole.missing) == (3, 100, 0)
    assert queries.targets(people.stranger, land.round) == []


def test_an_office_without_an_area_has_nobody_in_it(land, people, draft):
    actor = people.department
    submitted_application(draft, officer=people.officer)
    target(actor, land, scope="area")
    assert queries.targets(actor, land.round)[0].filed == 0


def test_a_share_of_one_office_below_is_seen_there_too(land, people, draft):
    ministry = OrganisationFactory(kind="ministry", name_th="กระทรวง")
    department = OrganisationFactory(kind="department", name_th="กรม", under=ministry)
    branch = OrganisationFactory(kind="branch", under=department)
    submitted_application(
        ApplicationFactory(centre=ServiceCentreFactory(organisation=branch), round=land.round)
    )
    above = actor_for("supervisor", ministry, reach="line", received_at=MID_WINDOW)
    below = actor_for("supervisor", department, reach="line", received_at=MID_WINDOW)
    assert list(queries.offices_below(above, land.round)) == [department]
    target(above, land, about_id=department.public_id, wanted=2)
    (row,) = queries.targets(below, land.round)
    assert (row.target.about, row.filed, row.may_change) == (department, 1, False)
    with pytest.raises(Refused):
        actions.drop_target(actor=below, target_id=row.target.public_id)
    with pytest.raises(Invalid):
        target(above, land, about_id=land.city.public_id)


def test_the_same_scope_again_changes_the_number(both, land, people):
    first = target(both, land, wanted=4)
    again = target(both, land, wanted=7, note=" ตามที่ประชุม ")
    assert (again.pk, again.wanted, again.note) == (first.pk, 7, "ตามที่ประชุม")
    told = (
        AuditEntry.objects.filter(verb="applications.target_set")
        .order_by("pk")
        .values_list("facts", flat=True)
    )
    assert [facts["wanted"] for facts in told] == [4, 7]
    actions.drop_target(actor=both, target_id=first.public_id)
    assert not Target.objects.exists()


@pytest.mark.parametrize("more", [{"scope": "x"}, {"wanted": 0}, {"wanted": 100_001}, {"note": "ก" * 301}])
def test_a_target_that_can_not_be(both, land, more):
    with pytest.raises(Invalid):
        target(both, land, **more)


def test_who_follows_nobody_sets_no_target(people, land):
    with pytest.raises(Refused):
        target(people.officer, land)
    with pytest.raises(Refused):
        target(people.other_secretariat, land)


# --- Reminders -------------------------------------------------------------------------------------------------------


@pytest.mark.postgres
def test_a_reminder_reaches_each_once_and_not_who_has_filed(both, land, draft, people, heard):
    bare = OrganisationFactory(kind="district", name_th="อำเภอใหม่", under=land.province)
    submitted_application(
        ApplicationFactory(centre=land.city_centre, round=land.round, actor=people.city_officer),
        officer=people.city_officer,
    )
    told = queries.to_remind(both, land.round, filters())
    assert [unit.name for unit in told] == [
        "หน่วยบริการงานทะเบียน, ที่ทำการปกครองอำเภอวังทอง",
        "อำเภอใหม่",
    ]
    reminder = send(both, land, expected=2)
    assert (reminder.units, reminder.organisation, reminder.text) == (2, land.province, WORDS)
    assert heard == []
    work(reminder)
    work(reminder)
    assert heard == [[land.centre.pk, -bare.pk]]
    assert Batch.objects.get().state == "done"
    assert queries.to_remind(both, land.round, filters()) == []
    with pytest.raises(Invalid) as nobody:
        send(both, land)
    assert nobody.value.code == "nobody"
    rows = {row.organisation_name: row.reminded_at for row in queries.board(both, land.round).rows}
    assert rows["อำเภอใหม่"] is not None
    assert rows["เทศบาลเมืองอรัญญิก"] is None
    # Another office reminds for itself, and the next day is another day.
    assert len(queries.to_remind(people.department, land.round, filters())) == 1
    tomorrow = both.at(MID_WINDOW + datetime.timedelta(days=1))
    assert len(queries.to_remind(tomorrow, land.round, filters())) == 2


@pytest.mark.postgres
def test_two_that_overlap_on_one_day_remind_once(both, land, draft, heard, people):
    first = send(both, land)
    second = send(both, land)
    work(first)
    submitted_application(draft, officer=people.officer)
    work(second)
    assert RemindedUnit.objects.filter(reminder=first).count() == 2
    assert not RemindedUnit.objects.filter(reminder=second).exists()
    assert len(heard) == 1


def test_who_files_between_the_press_and_the_work_is_left_alone(both, land, draft, people, heard):
    reminder = send(both, land, refs=[f"c:{land.centre.public_id}"])
    submitted_application(draft, officer=people.officer)
    work(reminder)
    assert heard == []


def test_a_killed_worker_goes_on_where_it_stood(both, land, draft, heard):
    for number in range(4):
        ServiceCentreFactory(organisation=land.district, name_th=f"จุดที่ {number}")
    reminder = send(both, land)
    kind = batches.KINDS[REMIND]
    assert batches._chunk(reminder.batch_id, kind, 2, last_turn=False) == 2
    work(reminder)
    found = [unit for part in heard for unit in part]
    assert len(found) == len(set(found)) == reminder.units == 6


def test_units_are_chosen_by_name_within_ones_reach(both, land, draft):
    far = ServiceCentreFactory(organisation=OrganisationFactory(kind="district"))
    refs = [f"c:{land.centre.public_id}", f"o:{land.district.public_id}", f"c:{far.public_id}", "x", "c:x"]
    (only,) = queries.to_remind(both, land.round, filters(state="submitted"), refs)
    assert only.item == f"c:{land.centre.pk}"


def test_a_constant_number_of_queries_however_many(both, land, draft, exactly):
    rounds = type(land.round).objects.select_related("programme").prefetch_related("stages")
    round_ = rounds.get(pk=land.round.pk)
    for count in (0, 2):
        for number in range(count):
            ServiceCentreFactory(organisation=land.district, name_th=f"จุดที่ {number}")
        with exactly(1):
            queries.to_remind(both, round_, filters())
    reminder = send(both, land)
    with exactly(4):
        actions.remind_units(
            actor=Actor.system("test"),
            reminder_id=reminder.public_id,
            items=list(reminder.batch.items.values_list("item", flat=True)),
        )


@pytest.mark.parametrize("text", ["", "  ", "ก" * 501])
def test_a_text_that_can_not_be_sent(both, land, draft, text):
    with pytest.raises(Invalid):
        actions.send_reminder(actor=both, round_id=land.round.public_id, text=text)


def test_other_numbers_than_the_preview_said_are_shown_again(both, land, draft):
    with pytest.raises(Conflict):
        send(both, land, expected=7)
    assert not Reminder.objects.exists()


def test_who_follows_nobody_reminds_nobody(people, land, draft):
    for actor in (people.officer, people.other_secretariat, Actor.public()):
        with pytest.raises(Refused):
            send(actor, land)
        assert not rules.may_chase(actor, land.round)


def test_the_post_chosen_for_the_visit_sends(land, draft):
    person = PersonFactory()
    first = actor_for("supervisor", land.department, reach="line", person=person)
    actor = actor_for("supervisor", land.province, reach="line", person=person, received_at=MID_WINDOW)
    assert send(actor, land).organisation == land.department
    chosen = next(h.ref for h in actor.holdings if h.organisation_id == land.province.pk)
    acting = dataclasses.replace(actor, acting_ref=chosen)
    assert send(acting, land).organisation == land.province
    assert first.person_id == actor.person_id


# --- Calls and whom to appoint ---------------------------------------------------------------------------------------


def call(actor, land, ref, **more):
    wanted = {"outcome": "reached"} | more
    return actions.log_call(actor=actor, round_id=land.round.public_id, ref=ref, **wanted)


def test_a_call_is_noted_and_seen_by_the_callers_office(both, land, draft, people, exactly):
    person = PersonFactory(position="ปลัดอำเภอ", phone="08 1000 0000")
    AppointmentFactory(organisation=land.district, centre=land.centre, person=person)
    ref = f"c:{land.centre.public_id}"
    call(both, land, ref, outcome="no_answer")
    call(both.at(MID_WINDOW + datetime.timedelta(hours=1)), land, ref, outcome="promised", note=" พรุ่งนี้ ")
    unit = queries.called_unit(both, land.round, ref)
    assert unit.name == "หน่วยบริการงานทะเบียน, ที่ทำการปกครองอำเภอวังทอง"
    with exactly(1):
        calls = queries.calls_of(both, land.round, unit)
    assert [(row.outcome, row.note) for row in calls] == [("promised", "พรุ่งนี้"), ("no_answer", "")]
    assert queries.calls_of(people.department, land.round, unit) == []
    assert queries.phone_of(both, unit) == ("ปลัดอำเภอ", "08 1000 0000")
    row = queries.board(both, land.round, filters(group="line")).rows[0]
    assert (str(row.call_outcome), row.called_at) == ("รับปากว่าจะทำ", MID_WINDOW + datetime.timedelta(hours=1))
    assert queries.board(people.department, land.round).rows[0].called_at is None


def test_an_office_without_a_centre_and_a_supervised_one_are_called_at_the_office(both, land):
    bare = OrganisationFactory(kind="district", name_th="อำเภอใหม่", under=land.province, phone="055 2")
    AppointmentFactory(organisation=land.city, person=PersonFactory(phone="08 2"))
    call(both, land, f"o:{bare.public_id}")
    office = queries.called_unit(both, land.round, f"o:{bare.public_id}")
    assert (office.name, queries.phone_of(both, office)) == ("อำเภอใหม่", ("อำเภอใหม่", "055 2"))
    city = queries.called_unit(both, land.round, f"c:{land.city_centre.public_id}")
    assert queries.phone_of(both, city) == ("เทศบาลเมืองอรัญญิก", land.city_centre.phone)
    AppointmentFactory(organisation=bare, person=PersonFactory(position="", phone="08 3"))
    assert queries.phone_of(both, office) == ("อำเภอใหม่", "08 3")


@pytest.mark.parametrize("ref", ["", "x", "c:", "x:{}", "c:{}", "o:{}"])
def test_a_unit_that_is_not_followed_is_not_called(both, land, ref):
    far = OrganisationFactory(kind="district")
    with pytest.raises(Refused):
        call(both, land, ref.format(far.public_id))


def test_a_call_that_can_not_be_noted(both, land, people):
    ref = f"c:{land.centre.public_id}"
    for more in ({"outcome": "x"}, {"note": "ก" * 301}):
        with pytest.raises(Invalid):
            call(both, land, ref, **more)
    with pytest.raises(Refused):
        call(people.officer, land, ref)
    assert not Call.objects.exists()


def test_who_may_appoint_and_who_may_carry_the_first_invitation(both, land):
    own, supervised = queries.board(both, land.round).rows
    assert (own.may_appoint, own.may_invite) == (True, False)
    assert (supervised.may_appoint, supervised.may_invite) == (False, True)
    actor_for("head", land.city)
    assert not queries.board(both, land.round).rows[1].may_invite
    officer = actor_for("officer", land.district, received_at=MID_WINDOW)
    row = queries.board(officer, land.round).rows[0]
    assert (row.may_appoint, row.may_invite) == (False, False)


def test_who_writes_in_a_governors_name_appoints_below_and_not_at_sister_offices(land):
    office = OrganisationFactory(
        kind="provincial_office", name_th="ที่ทำการปกครองจังหวัด", writes_for=land.province, under=land.province
    )
    sister = OrganisationFactory(kind="provincial_office", writes_for=land.province, under=land.province)
    ServiceCentreFactory(organisation=sister, name_th="สำนักงานที่ดินจังหวัด")
    actor = actor_for("supervisor", office, reach="line", received_at=MID_WINDOW)
    rows = {row.centre_name: row.may_appoint for row in queries.board(actor, land.round).rows}
    assert rows == {"หน่วยบริการงานทะเบียน": True, "สำนักงานที่ดินจังหวัด": False}


# --- Large files -----------------------------------------------------------------------------------------------------


def test_a_large_board_is_written_in_the_background_for_one_reader(both, land, draft, people, heard):
    made = actions.request_export(actor=both, round_id=land.round.public_id, query="group=line")
    job = JobRun.objects.get(path="applications.following_tasks.write_board")
    assert job.kwargs == {"export_id": str(made.public_id)}
    with clock.travel(MID_WINDOW):
        for _ in range(2):
            following_tasks.write_board(export_id=str(made.public_id))
    made.refresh_from_db()
    assert (made.lines, made.file.media_type) == (1, spreadsheets.XLSX_TYPE)
    assert heard == [made]
    assert queries.board_export(both, made.public_id) == made
    assert queries.board_export(people.department, made.public_id) is None
    kept = actions.keep_export(
        actor=Actor.system("test"), export_id=made.public_id, stored=made.file, lines=9
    )
    assert (kept.lines, len(heard)) == (1, 1)


@pytest.mark.postgres
def test_a_file_that_could_not_be_made_is_made_once_more_when_asked(both, land, people):
    made = actions.request_export(actor=both, round_id=land.round.public_id, query="")
    first = made.job

    def again():
        return actions.request_export_again(actor=both, export_id=made.public_id).job

    assert again() == first, "it is being made"
    JobRun.objects.filter(key=first).update(failed_at=clock.wall())
    second = again()
    assert second != first
    assert again() == second, "pressed twice"
    with pytest.raises(BoardExport.DoesNotExist):
        actions.request_export_again(actor=people.department, export_id=made.public_id)
    with clock.travel(MID_WINDOW):
        following_tasks.write_board(export_id=str(made.public_id))
    JobRun.objects.all().delete()
    assert again() == second, "it is there"


def test_a_board_goes_with_the_post_that_it_was_made_by(both, land, people):
    made = actions.request_export(actor=both, round_id=land.round.public_id, query="")
    assert actions.request_export(actor=both, round_id=land.round.public_id, query="") == made
    lost = dataclasses.replace(both, holdings=both.holdings[:1])
    assert queries.board_export(lost, made.public_id) == made, "nothing stands in it yet"
    with clock.travel(MID_WINDOW):
        following_tasks.write_board(export_id=str(made.public_id))
    assert queries.board_export(both, made.public_id) == made
    assert queries.board_export(lost, made.public_id) is None
    with pytest.raises(BoardExport.DoesNotExist):
        actions.request_export_again(actor=lost, export_id=made.public_id)


def test_a_file_that_can_not_be_asked_for(both, land):
    with pytest.raises(Invalid):
        actions.request_export(actor=both, round_id=land.round.public_id, query="x" * 2001)
    with pytest.raises(Refused):
        actions.request_export(actor=Actor.public(), round_id=land.round.public_id, query="")
    assert queries.board_export(Actor.public(), ids.public_id()) is None
    assert not BoardExport.objects.exists()
    assert me(both) is not None
