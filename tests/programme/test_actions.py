"""Opening rounds, moving windows, setting dates, importing criteria: what happens, and what is refused."""

import datetime
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from saduak.foundation import clock, ids
from saduak.foundation.access import Actor, Conflict, Invalid, Refused
from saduak.foundation.models import AuditEntry
from saduak.programme import actions, queries, reading, signals
from saduak.programme.models import CriteriaSet, InternalDeadline, Round, Stage
from tests.organisations.factories import OrganisationFactory, ProgrammeFactory, actor_for
from tests.programme.factories import (
    DAYS_2570,
    MID_WINDOW,
    InternalDeadlineFactory,
    RoundFactory,
    published_set,
    secretariat,
    windows,
)

pytestmark = pytest.mark.django_db
DAY = datetime.date
HOUR = datetime.timedelta(hours=1)


@pytest.fixture(autouse=True)
def _mid_window():
    with clock.travel(MID_WINDOW):
        yield


@pytest.fixture
def programme():
    ProgrammeFactory()
    return ProgrammeFactory(code="gecc", short_name="GECC")


@pytest.fixture
def heard():
    """Signals of this room, as they come."""
    got = []

    def hear(signal_name):
        def receiver(**kwargs):
            got.append((signal_name, kwargs))

        return receiver

    names = ("round_opened", "window_moved", "round_closed", "internal_deadline_changed")
    receivers = {name: hear(name) for name in names}
    for name, receiver in receivers.items():
        getattr(signals, name).connect(receiver)
    yield got
    for name, receiver in receivers.items():
        getattr(signals, name).disconnect(receiver)


def opened(programme, actor=None, **changes):
    criteria = changes.pop("criteria_set", None) or published_set(programme)
    values = {"fiscal_year": 2570, "windows": windows(), "criteria_set": criteria} | changes
    return actions.open_round(actor=actor or secretariat(programme), programme=programme, **values)


def verbs(row):
    entries = AuditEntry.objects.filter(aggregate=row._meta.label_lower, aggregate_id=row.pk)
    return [entry.verb for entry in entries.order_by("seq")]


# --- Rounds ---------------------------------------------------------------------------------------------------------


def test_a_round_is_opened_with_its_stages(programme, heard):
    actor = secretariat(programme)
    row = opened(programme, actor)
    assert row.title == "รอบการรับรอง GECC ปีงบประมาณ พ.ศ. 2570"
    assert (row.opened_by_id, row.opened_at, row.validity_years) == (actor.user_id, MID_WINDOW, 3)
    assert row.certificate_series == "certificate-gecc-2570"
    assert [stage.key for stage in row.stages.all()] == Stage.Key.values
    assert queries.stage_of(row).ends_at == datetime.datetime(2027, 3, 1, tzinfo=clock.BANGKOK)
    assert verbs(row) == ["programme.round_opened"]
    assert [(name, got["round"]) for name, got in heard] == [("round_opened", row)]
    assert AuditEntry.objects.get(verb="programme.round_opened").facts["criteria"] == row.criteria_set.digest


@pytest.mark.parametrize(
    "role", ["supervisor", "clerk", "officer", "head", "administrator", "committee", "evaluator"]
)
def test_nobody_else_opens_a_round(programme, role):
    with pytest.raises(Refused) as refusal:
        opened(programme, actor_for(role, reach="line"))
    assert refusal.value.code == "not-secretariat"
    assert not Round.objects.exists()


def test_the_secretariat_of_another_programme_does_not_either(programme):
    with pytest.raises(Refused):
        opened(programme, secretariat(ProgrammeFactory()))


def test_a_year_has_one_round(programme):
    first = opened(programme)
    with pytest.raises(Conflict) as refusal:
        opened(programme, criteria_set=first.criteria_set)
    assert refusal.value.code == "round-exists"
    opened(programme, criteria_set=first.criteria_set, fiscal_year=2571)


def test_sent_twice_is_one_round(programme):
    actor, key, criteria = secretariat(programme), ids.public_id(), published_set(programme)
    made = [opened(programme, actor, criteria_set=criteria, idempotency_key=key) for _ in range(2)]
    assert made[0] == made[1]
    assert Round.objects.count() == 1


def test_a_round_pins_a_published_set_of_its_programme(programme):
    draft = actions.import_criteria(
        actor=secretariat(programme), programme=programme, content=reading.bundled()
    )
    for criteria, code in ((draft, "draft-criteria"), (published_set(), "other-programme")):
        with pytest.raises(Invalid) as refusal:
            opened(programme, criteria_set=criteria)
        assert refusal.value.code == code
        assert set(refusal.value.fields) == {"criteria_set"}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"application": None}, "application"),
        ({"application": (DAY(2027, 2, 28), DAY(2027, 1, 1))}, "application"),
        ({"visit": (DAY(2027, 1, 15), DAY(2027, 7, 1))}, "visit"),
        ({"application": (DAY(2570, 1, 1), DAY(2570, 2, 28))}, "application"),
    ],
)
def test_dates_that_cannot_be_are_refused(programme, change, field):
    days = {key: value for key, value in (DAYS_2570 | change).items() if value}
    with pytest.raises(Invalid) as refusal:
        opened(programme, windows=windows(days))
    assert field in refusal.value.fields


def test_an_unknown_stage_is_refused(programme):
    with pytest.raises(Invalid) as refusal:
        opened(programme, windows=windows(DAYS_2570 | {"party": (DAY(2027, 1, 1), DAY(2027, 1, 2))}))
    assert refusal.value.code == "unknown-stage"


LATER = DAY(2027, 3, 15)


def moved(row, actor=None, key="application", last=LATER, reason="น้ำท่วม"):
    dates = windows({key: (DAY(2027, 1, 1), last)})[key]
    return actions.move_window(
        actor=actor or secretariat(row.programme),
        round_id=row.public_id,
        key=key,
        starts_at=dates[0],
        ends_at=dates[1],
        reason=reason,
    )


def test_a_window_is_moved_with_its_reason(heard):
    row = RoundFactory(days=DAYS_2570 | {"screening": (DAY(2027, 3, 1), DAY(2027, 4, 30))})
    stage = moved(row)
    assert stage.ends_at == datetime.datetime(2027, 3, 16, tzinfo=clock.BANGKOK)
    entry = AuditEntry.objects.get(verb="programme.window_moved")
    assert (entry.aggregate_id, entry.facts["reason"], entry.facts["stage"]) == (
        row.pk,
        "น้ำท่วม",
        "application",
    )
    assert [name for name, _ in heard] == ["window_moved"]


def test_moving_needs_a_reason_and_the_secretariat():
    row = RoundFactory()
    with pytest.raises(Invalid) as refusal:
        moved(row, reason="  ")
    assert set(refusal.value.fields) == {"reason"}
    for actor in (actor_for("supervisor", reach="line"), secretariat(ProgrammeFactory()), Actor.public()):
        with pytest.raises(Refused):
            moved(row, actor)
    assert AuditEntry.objects.count() == 0


def test_an_open_window_is_not_closed_in_the_past():
    row = RoundFactory()
    with pytest.raises(Invalid) as refusal:
        moved(row, last=DAY(2027, 2, 3))
    assert refusal.value.code == "closes-in-the-past"
    moved(row, last=DAY(2027, 2, 4))


def test_a_window_that_is_over_may_be_reopened():
    row = RoundFactory()
    late = secretariat(row.programme).at(datetime.datetime(2027, 3, 3, tzinfo=clock.BANGKOK))
    assert moved(row, late, last=DAY(2027, 3, 10)).ends_at.day == 11


def test_a_missing_stage_can_be_added():
    row = RoundFactory(days={"application": DAYS_2570["application"]})
    stage = moved(row, key="screening", last=DAY(2027, 4, 1))
    assert (stage.ordinal, row.stages.count()) == (4, 2)


def test_a_round_is_closed_by_hand_once(heard):
    row = RoundFactory()
    actor = secretariat(row.programme)
    with pytest.raises(Invalid):
        actions.close_round(actor=actor, round_id=row.public_id, reason="")
    closed = actions.close_round(actor=actor, round_id=row.public_id, reason="ยกเลิกโครงการ")
    assert not queries.is_open(closed, MID_WINDOW)
    for again in (
        lambda: actions.close_round(actor=actor, round_id=row.public_id, reason="ซ้ำ"),
        lambda: moved(row, actor),
    ):
        with pytest.raises(Conflict) as refusal:
            again()
        assert refusal.value.code == "round-closed"
    assert verbs(row) == ["programme.round_closed"]
    assert [name for name, _ in heard] == ["round_closed"]


# --- Internal deadlines ------------------------------------------------------------------------------------------------


@pytest.fixture
def row():
    return RoundFactory()


@pytest.fixture
def province():
    return OrganisationFactory()


def deadline(row, owner, actor=None, **changes):
    return actions.set_internal_deadline(
        **{
            "actor": actor or actor_for("supervisor", owner),
            "round_id": row.public_id,
            "owner": owner,
            "kind": "check",
            "reach": "line",
            "due_on": DAY(2027, 2, 15),
        }
        | changes
    )


def test_a_date_is_due_at_the_end_of_its_day(row, province, heard):
    set_ = deadline(row, province, note=" ส่งร่างให้จังหวัด ")
    assert set_.due_at == datetime.datetime(2027, 2, 16, tzinfo=clock.BANGKOK)
    assert set_.note == "ส่งร่างให้จังหวัด"
    assert verbs(set_) == ["programme.deadline_set"]
    assert [(name, got["deadline"]) for name, got in heard] == [("internal_deadline_changed", set_)]
    assert queries.effective_deadlines(row, province).check == set_


def test_only_the_owners_people_set_it(row, province):
    below = OrganisationFactory(under=province)
    for actor in (
        actor_for("supervisor", below, reach="line"),
        actor_for("officer", province),
        secretariat(row.programme),
        Actor.public(),
    ):
        with pytest.raises(Refused) as refusal:
            deadline(row, province, actor)
        assert refusal.value.code == "not-owner"


def test_it_is_not_later_than_the_national_closing(row, province):
    assert deadline(row, province, due_on=DAY(2027, 2, 28)).due_at == queries.stage_of(row).ends_at
    with pytest.raises(Invalid) as refusal:
        deadline(row, province, kind="submit", due_on=DAY(2027, 3, 1))
    assert refusal.value.code == "after-national-closing"
    assert str(refusal.value.fields["due_on"]) == "ต้องไม่เกินวันปิดรับสมัคร คือ อาทิตย์ 28 กุมภาพันธ์ 2570"


def test_a_past_day_comes_only_from_a_letter(row, province):
    with pytest.raises(Invalid) as refusal:
        deadline(row, province, due_on=DAY(2027, 2, 3))
    assert refusal.value.code == "in-the-past"
    deadline(row, province, due_on=DAY(2027, 2, 4))
    letter = ids.public_id()
    late = deadline(row, province, kind="submit", due_on=DAY(2027, 1, 20), source_letter=letter)
    assert late.source_letter == letter


def test_the_same_date_twice_is_one(row, province):
    first = deadline(row, province)
    assert deadline(row, province) == first
    with pytest.raises(Conflict) as refusal:
        deadline(row, province, due_on=DAY(2027, 2, 20))
    assert (refusal.value.code, InternalDeadline.objects.count()) == ("deadline-exists", 1)
    assert "จันทร์ 15 กุมภาพันธ์ 2570" in str(refusal.value.reason)


@pytest.mark.parametrize("change", [{"kind": "party"}, {"reach": "area"}])
def test_only_known_kinds_and_reaches(row, province, change):
    with pytest.raises(Invalid):
        deadline(row, province, **change)


def test_a_closed_round_takes_no_more_dates(province):
    row = RoundFactory(closed_at=MID_WINDOW - HOUR, closed_reason="ยกเลิก")
    with pytest.raises(Conflict):
        deadline(row, province)


def test_the_owner_extends(row, province, heard):
    set_ = InternalDeadlineFactory(round=row, owner=province)
    actor = actor_for("head", province)
    later = actions.extend_internal_deadline(
        actor=actor, deadline_id=set_.public_id, due_on=DAY(2027, 2, 20), reason="ฝนตก"
    )
    assert (later.due_at.astimezone(clock.BANGKOK).day, later.extended_at) == (21, MID_WINDOW)
    assert AuditEntry.objects.get(verb="programme.deadline_extended").facts["reason"] == "ฝนตก"
    for due_on, code in ((DAY(2027, 2, 20), "not-later"), (DAY(2027, 3, 1), "after-national-closing")):
        with pytest.raises(Invalid) as refusal:
            actions.extend_internal_deadline(actor=actor, deadline_id=set_.public_id, due_on=due_on)
        assert refusal.value.code == code
    with pytest.raises(Refused):
        actions.extend_internal_deadline(
            actor=secretariat(row.programme), deadline_id=set_.public_id, due_on=DAY(2027, 2, 25)
        )
    assert len(heard) == 1


def test_a_withdrawn_date_counts_for_nobody(row, province):
    set_ = InternalDeadlineFactory(round=row, owner=province)
    actor = actor_for("clerk", province)
    with pytest.raises(Invalid):
        actions.withdraw_internal_deadline(actor=actor, deadline_id=set_.public_id, reason="")
    actions.withdraw_internal_deadline(actor=actor, deadline_id=set_.public_id, reason="ตั้งผิด")
    assert queries.effective_deadlines(row, province).internal == ()
    with pytest.raises(Conflict):
        actions.extend_internal_deadline(actor=actor, deadline_id=set_.public_id, due_on=DAY(2027, 2, 25))
    assert deadline(row, province).pk != set_.pk


# --- Criteria ----------------------------------------------------------------------------------------------------------


def brought(programme, content=None, actor=None):
    return actions.import_criteria(
        actor=actor or secretariat(programme), programme=programme, content=content or reading.bundled()
    )


def test_import_and_publish(programme):
    draft = brought(programme)
    assert (draft.state, draft.official, draft.criteria.count(), draft.levels.count()) == (
        "draft",
        False,
        50,
        3,
    )
    assert draft.digest == reading.digest_of(draft.document)
    published = actions.publish_criteria(actor=secretariat(programme), set_id=draft.public_id)
    assert (published.state, published.published_at) == ("published", MID_WINDOW)
    assert verbs(draft) == ["programme.criteria_imported", "programme.criteria_published"]
    with pytest.raises(Conflict):
        actions.publish_criteria(actor=secretariat(programme), set_id=draft.public_id)
    # Seeding again changes nothing; other content under the same version is refused.
    assert brought(programme) == published
    with pytest.raises(Conflict) as refusal:
        brought(programme, reading.bundled().replace(b"min_total: 70", b"min_total: 71"))
    assert refusal.value.code == "published"


def test_a_draft_is_replaced_by_the_next_import(programme):
    first = brought(programme)
    second = brought(programme, reading.bundled().replace(b"min_total: 70", b"min_total: 71"))
    assert (second.pk, second.levels.get(key="basic").rule["min_total"]) == (first.pk, 71)
    assert second.criteria.count() == 50
    assert CriteriaSet.objects.count() == 1


def test_a_real_title_takes_over_a_placeholder(programme):
    brought(programme)
    text = reading.bundled().decode()
    key = re.search(r'key: (c-[0-9a-f]+)\n        number: "1.4"', text).group(1)
    named = text.replace(
        "title: รอชื่อทางการ ข้อ 1.4\n        title_en: Awaiting the official title, item 1.4\n        placeholder: true",
        f"title: สิ่งอำนวยความสะดวกที่ทุกคนใช้ได้\n        replaces: [{key}]",
    ).replace(f"key: {key}", "key: c-fffff1", 1)
    second = brought(programme, named.replace("version: 1", "version: 2").encode())
    assert second.criteria.get(number="1.4").replaces == [key]
    assert queries.contents(second).placeholders == 24


def test_only_the_secretariat_keeps_criteria(programme):
    for actor in (actor_for("administrator"), secretariat(ProgrammeFactory()), Actor.public()):
        with pytest.raises(Refused):
            brought(programme, actor=actor)
        draft = brought(programme)
        with pytest.raises(Refused):
            actions.publish_criteria(actor=actor, set_id=draft.public_id)


def test_a_bad_file_changes_nothing(programme):
    draft = brought(programme)
    with pytest.raises(Invalid) as refusal:
        brought(programme, reading.bundled().replace(b"total: 100", b"total: 101"))
    assert "บรรทัด" in str(refusal.value.reason)
    assert "คะแนนรวมระบุ 101 แต่คะแนนของทุกส่วนรวมได้ 100" in str(refusal.value.fields["file"])
    assert CriteriaSet.objects.get().digest == draft.digest


def test_a_file_of_another_programme(programme):
    with pytest.raises(Invalid) as refusal:
        brought(ProgrammeFactory())
    assert refusal.value.code == "other-programme"


# --- Costs -------------------------------------------------------------------------------------------------------------


def test_actions_cost_the_same_however_much_there_is(programme, province):
    def cost(run):
        with CaptureQueriesContext(connection) as seen:
            run()
        return len([q for q in seen.captured_queries if "SAVEPOINT" not in q["sql"] and q["sql"] != "BEGIN"])

    row, actor = RoundFactory(programme=programme), actor_for("supervisor", province)
    first = cost(lambda: deadline(row, province, actor))
    for _ in range(3):
        InternalDeadlineFactory(round=row)
    later = cost(lambda: deadline(row, province, actor, kind="submit"))
    assert first == later <= 9
