"""The board's columns, sorts, dates and parts; and that who sees a status alone learns nothing else by any way."""

import datetime
import io
import zipfile
from importlib import import_module

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saduak.applications import board_export, queries
from saduak.applications.actions.common import recount
from saduak.applications.models import Answer, Application, Extension
from saduak.applications.queries.board import SORTS
from saduak.applications.queries.board.units import order_of
from saduak.foundation import clock
from saduak.foundation.access import Actor
from tests.applications.factories import ApplicationFactory, answer, filled, submitted_application
from tests.applications.factories_board import filters, names
from tests.kept import kept
from tests.organisations.factories import (
    AppointmentFactory,
    AreaFactory,
    OrganisationFactory,
    PersonFactory,
    ServiceCentreFactory,
    actor_for,
)
from tests.programme.factories import MID_WINDOW, InternalDeadlineFactory

pytestmark = pytest.mark.django_db
DAY = datetime.date


@kept
def line(land, people, draft):
    """Three districts: nothing begun, a little written, everything there; and one without a centre."""
    made = {"little": draft, "nothing": None}
    rows = list(Answer.objects.filter(application=draft).order_by("pk")[:10])
    for row in rows:
        row.claim = "unmet"
    Answer.objects.bulk_update(rows, ["claim"])
    recount(draft, MID_WINDOW - datetime.timedelta(days=3))
    full = OrganisationFactory(kind="district", name_th="ฮอด", under=land.province)
    full_centre = ServiceCentreFactory(organisation=full, name_th="ฮอด")
    AppointmentFactory(organisation=full)
    made["full"] = filled(
        ApplicationFactory(
            centre=full_centre, round=land.round, actor=actor_for("officer", full, received_at=MID_WINDOW)
        )
    )
    OrganisationFactory(kind="district", name_th="กันทรลักษ์", under=land.province)
    ServiceCentreFactory(
        organisation=OrganisationFactory(kind="district", name_th="ขลุง", under=land.province), name_th="ขลุง"
    )
    return made


# --- Columns ---------------------------------------------------------------------------------------------------------


def test_written_counts_every_answer_also_a_no(both, land, line):
    rows = {row.organisation_name: row for row in queries.board(both, land.round).rows}
    little = rows["ที่ทำการปกครองอำเภอวังทอง"]
    assert (little.written, little.gates_met, little.evidenced) == (20, 0, 0)
    assert rows["ฮอด"].written == rows["ฮอด"].evidenced == 100
    assert (rows["ขลุง"].written, rows["กันทรลักษ์"].written) == (None, None)


@pytest.mark.postgres
@pytest.mark.parametrize("sort", sorted(SORTS))
def test_every_sort_lists_everybody_and_the_other_way_round(both, land, line, city, sort):
    InternalDeadlineFactory(round=land.round, owner=land.province, kind="check", reach="line")
    there = queries.board(both, land.round, filters(sort=sort)).rows
    back = queries.board(both, land.round, filters(sort=f"-{sort}")).rows
    assert len(there) == len(back) == 5
    assert {row.ref for row in there} == {row.ref for row in back}


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("sort", "wanted"),
    [
        ("written", ["กันทรลักษ์", "ขลุง", "ที่ทำการปกครองอำเภอวังทอง", "ฮอด"]),
        ("-written", ["ฮอด", "ที่ทำการปกครองอำเภอวังทอง", "กันทรลักษ์", "ขลุง"]),
        ("-gates", ["ฮอด", "ที่ทำการปกครองอำเภอวังทอง", "กันทรลักษ์", "ขลุง"]),
        ("evidence", ["กันทรลักษ์", "ขลุง", "ที่ทำการปกครองอำเภอวังทอง", "ฮอด"]),
        ("activity", ["กันทรลักษ์", "ขลุง", "ที่ทำการปกครองอำเภอวังทอง", "ฮอด"]),
        ("-name", ["ฮอด", "ที่ทำการปกครองอำเภอวังทอง", "ขลุง", "กันทรลักษ์"]),
        ("-officer", ["ที่ทำการปกครองอำเภอวังทอง", "ฮอด", "กันทรลักษ์", "ขลุง"]),
        ("officer", ["กันทรลักษ์", "ขลุง", "ที่ทำการปกครองอำเภอวังทอง", "ฮอด"]),
    ],
)
def test_what_has_no_value_stands_in_one_place_in_every_database(both, land, line, people, sort, wanted):
    assert names(queries.board(both, land.round, filters(sort=sort, group="line"))) == wanted


def test_an_unknown_sort_is_the_usual_one():
    assert order_of("nonsense") == order_of("risk") == SORTS["risk"]
    assert order_of("-risk")[1] == "-shown"


def test_whoever_has_no_officer_can_be_listed(both, land, line, people):
    found = names(queries.board(both, land.round, filters(officer="none")))
    assert sorted(found) == ["กันทรลักษ์", "ขลุง"]


# --- Both dates ------------------------------------------------------------------------------------------------------


def test_a_date_of_any_office_above_counts_and_the_closing_stands_beside_it(both, land, draft):
    far = InternalDeadlineFactory(
        round=land.round, owner=land.department, kind="submit", reach="line", due_on=DAY(2027, 2, 20)
    )
    row = queries.board(both, land.round, filters(group="line")).rows[0]
    assert (row.internal.due_at, row.internal.owner) == (far.due_at, "กรมการปกครอง")
    assert row.national.due_at == queries.closes_at(draft)
    assert row.due == row.internal
    assert not row.over
    near = InternalDeadlineFactory(
        round=land.round, owner=land.district, kind="submit", reach="own", due_on=DAY(2027, 2, 9)
    )
    assert queries.board(both, land.round, filters(group="line")).rows[0].internal.due_at == near.due_at


def test_of_whom_one_only_supervises_one_reads_no_date_of_its_own_house(both, land, city):
    ministry = OrganisationFactory(kind="ministry", name_th="กระทรวงมหาดไทย")
    InternalDeadlineFactory(
        round=land.round, owner=land.city, kind="submit", reach="own", due_on=DAY(2027, 2, 6)
    )
    row = queries.board(both, land.round, filters(group="supervised")).rows[0]
    assert row.internal is None
    InternalDeadlineFactory(
        round=land.round, owner=ministry, kind="submit", reach="supervision", due_on=DAY(2027, 2, 7)
    )
    assert queries.board(both, land.round, filters(group="supervised")).rows[0].internal is None
    mine = InternalDeadlineFactory(
        round=land.round, owner=land.province, kind="check", reach="supervision", due_on=DAY(2027, 2, 8)
    )
    row = queries.board(both, land.round, filters(group="supervised")).rows[0]
    assert row.internal.due_at == mine.due_at


def test_a_correction_and_more_time_are_closings_of_their_own(both, land, draft, people, city):
    until = MID_WINDOW + datetime.timedelta(days=90)
    Extension.objects.create(
        round=land.round, centre=land.centre, until=until, reason="น้ำท่วม", given_at=MID_WINDOW
    )
    Extension.objects.create(
        round=land.round, centre=land.city_centre, until=until, reason="น้ำท่วม", given_at=MID_WINDOW
    )
    own, supervised = queries.board(both, land.round).rows
    assert (own.national.kind, own.national.due_at) == ("window", until)
    assert supervised.national.due_at == queries.board(both, land.round).deadlines[-1].due_at
    due = MID_WINDOW + datetime.timedelta(days=9)
    Application.objects.filter(pk=draft.pk).update(
        state="correction", correction_due_at=due, submitted_at=MID_WINDOW
    )
    InternalDeadlineFactory(round=land.round, owner=land.province, kind="submit", reach="line")
    row = queries.board(both, land.round, filters(group="line")).rows[0]
    assert (row.national.kind, row.national.due_at, row.internal) == ("correction", due, None)


@pytest.mark.postgres
def test_dates_sort_as_they_are_shown(both, land, line, city, people):
    for owner, kind, reach, day in (
        (land.province, "check", "line", DAY(2027, 2, 10)),
        (land.department, "submit", "line", DAY(2027, 2, 6)),
        (land.province, "submit", "supervision", DAY(2027, 2, 8)),
        (land.province, "submit", "name", DAY(2027, 2, 5)),
        (land.city, "submit", "own", DAY(2027, 2, 5)),
        (OrganisationFactory(), "submit", "line", DAY(2027, 2, 5)),
    ):
        InternalDeadlineFactory(round=land.round, owner=owner, kind=kind, reach=reach, due_on=day)
    never = datetime.datetime(9000, 1, 1, tzinfo=clock.BANGKOK)
    for sort, which in (("due", "internal"), ("closing", "national")):
        rows = queries.board(both, land.round, filters(sort=sort, group="line")).rows
        shown = [getattr(row, which).due_at if getattr(row, which) else never for row in rows]
        assert shown == sorted(shown), sort
    first = queries.board(both, land.round, filters(sort="due", group="line")).rows[0]
    assert first.organisation_name == "ที่ทำการปกครองอำเภอวังทอง"
    (supervised,) = queries.board(both, land.round, filters(sort="due", group="supervised")).rows
    assert supervised.internal.owner == "จังหวัดพิษณุโลก"


# --- Parts -----------------------------------------------------------------------------------------------------------


def test_by_area_provinces_first_then_districts(land, people, draft, exactly):
    actor = actor_for("supervisor", land.department, reach="line", received_at=MID_WINDOW)
    far = AreaFactory(code="91", name_th="สตูล")
    OrganisationFactory(kind="district", area=far, under=land.department)
    OrganisationFactory(kind="district", under=land.department)
    with exactly(2):
        found = queries.board_groups(actor, land.round, filters(), "area")
    told = [(g.key, g.name, g.total, g.not_started, g.submitted, g.deeper) for g in found.groups]
    assert told == [("65", "พิษณุโลก", 1, 0, 0, True), ("91", "สตูล", 1, 1, 0, True)]
    below = queries.board_groups(actor, land.round, filters(area="65"), "area")
    assert [(g.key, g.name, g.total, g.deeper) for g in below.groups] == [("6508", "วังทอง", 1, False)]
    assert below.trail == (("พิษณุโลก", "65"),)
    deepest = queries.board_groups(actor, land.round, filters(area="6508"), "area")
    assert deepest.trail == (("พิษณุโลก", "65"), ("วังทอง", "6508"))


def test_by_line_from_the_top_of_ones_own_line(land, people, draft, exactly):
    ministry = OrganisationFactory(kind="ministry", name_th="กระทรวง")
    for name in ("กรม ก", "กรม ข"):
        department = OrganisationFactory(kind="department", name_th=name, under=ministry)
        for number in range(2):
            branch = OrganisationFactory(kind="branch", name_th=f"{name} สาขา {number}", under=department)
            centre = ServiceCentreFactory(organisation=branch)
    actor = actor_for("supervisor", ministry, reach="line", received_at=MID_WINDOW)
    submitted_application(ApplicationFactory(centre=centre, round=land.round))
    with exactly(2):
        found = queries.board_groups(actor, land.round, filters(), "line")
    told = [(g.name, g.total, g.not_started, g.submitted, g.percent, g.deeper) for g in found.groups]
    assert told == [("กรม ก", 2, 2, 0, 0, True), ("กรม ข", 2, 1, 1, 50, True)]
    with exactly(3):
        below = queries.board_groups(actor, land.round, filters(of=found.groups[1].key), "line")
    assert [(g.name, g.total, g.deeper) for g in below.groups] == [
        ("กรม ข สาขา 0", 1, False),
        ("กรม ข สาขา 1", 1, False),
    ]
    assert [name for name, _key in below.trail] == ["กระทรวง", "กรม ข"]
    narrowed = queries.board(actor, land.round, filters(of=below.groups[0].key))
    assert names(narrowed) == ["กรม ข สาขา 0"]
    # What is no office narrows nothing, and an office that is not there has nothing below.
    assert len(names(queries.board(actor, land.round, filters(of="x")))) == 4
    assert names(queries.board(actor, land.round, filters(of=str(draft.public_id)))) == []


def test_several_lines_are_parts_and_a_programme_begins_at_the_top(land, people, draft):
    person = PersonFactory()
    other = OrganisationFactory(kind="department", name_th="กรมอื่น")
    ServiceCentreFactory(organisation=OrganisationFactory(kind="branch", under=other))
    actor_for("supervisor", land.department, reach="line", person=person)
    actor = actor_for("supervisor", other, reach="line", person=person, received_at=MID_WINDOW)
    found = queries.board_groups(actor, land.round, filters(), "line")
    assert [(g.name, g.total, g.deeper) for g in found.groups] == [
        ("กรมการปกครอง", 1, True),
        ("กรมอื่น", 1, True),
    ]
    top = queries.board_groups(people.secretariat, land.round, filters(), "line")
    assert {g.name for g in top.groups} >= {"กรมการปกครอง", "กรมอื่น", "จังหวัดพิษณุโลก"}
    # The office itself is no part of itself.
    ServiceCentreFactory(organisation=other, name_th="ศูนย์ของกรมเอง")
    own = actor_for("supervisor", other, reach="line", received_at=MID_WINDOW)
    assert [g.total for g in queries.board_groups(own, land.round, filters(), "line").groups] == [1]
    assert len(queries.board(own, land.round).rows) == 2
    assert queries.board_groups(people.officer, land.round, filters(), "line").groups == ()


def test_the_head_of_the_board_alone_asks_three_times(both, land, draft, exactly):
    rounds = type(land.round).objects.select_related("programme").prefetch_related("stages")
    round_ = rounds.get(pk=land.round.pk)
    with exactly(3):
        head = queries.board_head(both, round_)
    assert (head.rows, head.totals.total) == ((), 2)


# --- By criterion ----------------------------------------------------------------------------------------------------


def test_the_matrix_counts_what_one_may_read(both, land, draft, city, people, exactly):
    filled(city)
    row = answer(draft, "2.1")
    Answer.objects.filter(pk=row.pk).update(claim="met")
    with exactly(1):
        found = {line.criterion.pk: line for line in queries.matrix(both, land.round)}
    told = found[row.criterion_id]
    assert (told.met, told.claimed, told.missing, told.total, told.percent) == (0, 1, 0, 1, 0)
    assert told.criterion_id == row.criterion.public_id
    assert {line.total for line in found.values()} == {1}
    filled(draft)
    told = {line.criterion.pk: line for line in queries.matrix(both, land.round)}[row.criterion_id]
    assert (told.met, told.percent) == (1, 100)
    assert {line.total for line in queries.matrix(people.stranger, land.round)} == {0}
    assert {line.percent for line in queries.matrix(people.stranger, land.round)} == {0}
    land.city.shares_with_supervisor = True
    land.city.save(update_fields=["shares_with_supervisor"])
    assert {line.total for line in queries.matrix(both, land.round)} == {2}
    assert {line.total for line in queries.matrix(both, land.round, filters(area="6508"))} == {1}


def test_from_a_criterion_to_those_who_lack_it(both, land, draft, city):
    row = answer(draft, "2.1")
    lacking = filters(lacks=str(row.criterion.public_id))
    assert names(queries.board(both, land.round, lacking)) == ["ที่ทำการปกครองอำเภอวังทอง"]
    filled(draft)
    assert names(queries.board(both, land.round, lacking)) == []
    assert len(names(queries.board(both, land.round, filters(lacks="x")))) == 2


# --- Status alone ----------------------------------------------------------------------------------------------------


def everything(actor, round_):
    """All that the board says by any way."""
    asked = [{"sort": sort} for sort in (*SORTS, "-written", "-activity")]
    asked += [{"group": "supervised"}, {"officer": "none"}, {"state": "draft"}, {"state": "open"}]
    told = [queries.board(actor, round_, filters(**more)).rows for more in asked]
    criterion = queries.matrix(actor, round_)[0].criterion.public_id
    lacking = queries.board(actor, round_, filters(lacks=str(criterion)))
    sheet = board_export.write(actor, round_, filters())
    with sheet.file as content, zipfile.ZipFile(io.BytesIO(content.read())) as book:
        cells = book.read("xl/worksheets/sheet1.xml")
    head = queries.board_head(actor, round_)
    groups = [queries.board_groups(actor, round_, filters(), by) for by in ("line", "area")]
    return told, names(lacking), queries.matrix(actor, round_), cells, head.totals, groups


def test_two_drafts_that_differ_look_the_same_where_only_status_is_known(land, people, city):
    rows = list(Answer.objects.filter(application=city).order_by("pk"))
    with clock.travel(MID_WINDOW):
        before = everything(people.over_cities, land.round)

    @settings(max_examples=3, deadline=None, derandomize=True)
    @given(
        claims=st.lists(st.sampled_from(["", "met", "unmet"]), min_size=50, max_size=50),
        proofs=st.integers(min_value=0, max_value=50),
        state=st.sampled_from(["draft", "signed", "correction"]),
        hours=st.integers(min_value=0, max_value=400),
    )
    def unchanged_by(claims, proofs, state, hours):
        for at, (row, claim) in enumerate(zip(rows, claims, strict=True)):
            row.claim, row.evidence_count = claim, int(at < proofs)
        Answer.objects.bulk_update(rows, ["claim", "evidence_count"])
        recount(city, MID_WINDOW - datetime.timedelta(hours=hours))
        due = MID_WINDOW + datetime.timedelta(days=2) if state == "correction" else None
        Application.objects.filter(pk=city.pk).update(state=state, correction_due_at=due)
        assert everything(people.over_cities, land.round) == before

    with clock.travel(MID_WINDOW):
        unchanged_by()


# --- As a file -------------------------------------------------------------------------------------------------------


def test_the_file_has_the_same_lines_texts_are_texts_and_days_are_days(both, land, draft, city, exactly):
    land.centre.name_th = "=HYPERLINK(1)"
    land.centre.save(update_fields=["name_th"])
    filled(draft)
    rounds = type(land.round).objects.select_related("programme", "criteria_set").prefetch_related("stages")
    round_ = rounds.get(pk=land.round.pk)
    with clock.travel(MID_WINDOW), exactly(4):
        sheet = board_export.write(both, round_, filters())
    assert (sheet.lines, sheet.name) == (2, "board-2570-20270204.xlsx")
    with sheet.file as content, zipfile.ZipFile(io.BytesIO(content.read())) as book:
        page = book.read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in page
        assert "=HYPERLINK(1)" in page
        # As the set calls it, not as this program would.
        assert "เกณฑ์ด้านกายภาพ ที่มีครบ (ข้อ)" in page
        assert "xl/calcChain.xml" not in book.namelist()
    assert queries.board_size(both, land.round, filters()) == 2
    assert queries.board_size(both, land.round, filters(group="line")) == 1


def test_long_boards_are_written_in_parts(both, land, monkeypatch):
    for number in range(5):
        ServiceCentreFactory(organisation=land.district, name_th=f"จุดที่ {number}")
    monkeypatch.setattr(import_module("saduak.applications.queries.board"), "_AT_ONCE", 3)
    lines = list(queries.board_lines(both, land.round, filters(sort="name")))
    assert len(lines) == 7
    assert len({row.ref for row in lines}) == 7


def test_filters_go_into_an_address_and_back():
    wanted = filters(state="none", q="วัง ทอง", sort="-written")
    assert board_export.filters_of(board_export.query_of(wanted)) == wanted
    assert board_export.query_of(filters()) == ""
    assert board_export.filters_of("nonsense=1&state=none") == filters(state="none")


def test_the_program_itself_reaches_everything(land, draft):
    assert len(queries.board(Actor.system("test"), land.round).rows) == 2
