"""What several people of one room do at the same moment. On SQLite writers queue; on PostgreSQL locks decide."""

import datetime
import time

import pytest

from saduak.applications import actions as applications
from saduak.assessment import actions, queries
from saduak.assessment.actions import Given
from saduak.assessment.models import Case, ConsensusScore, Panel, PanelMember, Score, ScoreSheet
from saduak.foundation import clock
from saduak.foundation.access import Conflict, Invalid, Refused
from tests.applications.factories import head_of
from tests.applications.test_concurrency import holding, together
from tests.assessment import factories
from tests.assessment.factories import basis, full
from tests.organisations.test_races import aside
from tests.programme.factories import MID_WINDOW, secretariat

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
DAY = datetime.timedelta(days=1)


def in_window(run):
    """The same in mid-window: another thread begins with the real time."""

    def go():
        with clock.travel(MID_WINDOW):
            return run()

    return go


def at_once(*runs):
    return together(*map(in_window, runs))


def meanwhile(first, second):
    """What `second` comes to when `first` is under way as it begins, and is done before it gets its locks."""
    with holding(in_window(first)) as go_on:
        outcome = aside(in_window(second))
        time.sleep(0.7)
        go_on.set()
        return outcome()


def codes(found):
    """What each came to: the code of a refusal, else nothing."""
    return sorted(one.code if isinstance(one, Refused) else "" for one in found)


def again(row):
    return type(row).objects.get(pk=row.pk)


def agreeing(team, row, name="chair", on=""):
    on = on or basis(row)
    return lambda: actions.agree(
        actor=team.actor(name), case_id=row.public_id, scores=full(row), basis=on, note=name
    )


def handing_in(team, row, name):
    sheet = team.score(name, row, hand_in=False)
    return lambda: actions.hand_in(actor=team.actor(name), sheet_id=sheet.public_id)


def saving(team, row, name, points="1"):
    sheet = team.sheet(name, row)
    key = next(key for key, given in full(row).items() if given.points > 1)
    scores = {key: Given(factories.Decimal(points))}
    return lambda: actions.save_scores(
        actor=team.actor(name), sheet_id=sheet.public_id, version=sheet.version, scores=scores
    )


def unassigning(team, row):
    return lambda: actions.unassign(actor=team.secretariat, case_id=row.public_id, reason="เปลี่ยนคณะ")


def declaring(team, row, name):
    return lambda: actions.declare_conflict(actor=team.actor(name), case_id=row.public_id, reason="ญาติ")


def removing(team, name):
    member = team.member(name).public_id
    return lambda: actions.remove_member(actor=team.secretariat, member_id=member, reason="ลาออก")


def test_all_who_hand_in_at_once_have_handed_in(team, given):
    entries = again(given).audit_seq
    found = at_once(handing_in(team, given, "chair"), handing_in(team, given, "expert"))
    assert [sheet.state for sheet in found] == ["in", "in"]
    assert again(given).audit_seq == entries + 2
    assert queries.comparison(team.actor("chair"), given.public_id).complete


def test_one_who_hands_in_twice_at_once_has_handed_in_once(team, given):
    run = handing_in(team, given, "chair")
    found = at_once(run, run)
    assert sorted(type(one).__name__ for one in found) == ["Conflict", "ScoreSheet"]


def test_two_windows_of_one_member_are_one_save_and_one_conflict(team, given):
    found = at_once(saving(team, given, "chair", "1"), saving(team, given, "chair", "0.5"))
    assert codes(found) == ["", "stale"]
    saved = next(one for one in found if isinstance(one, ScoreSheet))
    assert (saved.version, Score.objects.filter(sheet=saved).count()) == (1, 1)


def test_two_who_summarise_at_once_write_one_result(team, given):
    for name in ("chair", "expert"):
        team.score(name, given)
    found = at_once(agreeing(team, given, "chair"), agreeing(team, given, "secretary"))
    assert sorted(type(one).__name__ for one in found) == ["Case", "Conflict"]
    agreed = next(one for one in found if isinstance(one, Case))
    assert (again(given).state, again(given).agreed_note) == ("agreed", agreed.agreed_note)
    assert ConsensusScore.objects.filter(case=given).count() == len(full(given))


def test_two_officers_who_give_one_case_to_two_panels_give_it_once(team):
    row, other = team.accepted(), factories.team(team.round)
    second = secretariat(team.round.programme, MID_WINDOW)
    found = at_once(
        lambda: actions.assign(actor=team.secretariat, case_id=row.public_id, panel_id=team.panel.public_id),
        lambda: actions.assign(actor=second, case_id=row.public_id, panel_id=other.panel.public_id),
    )
    assert sorted(type(one).__name__ for one in found) == ["Case", "Conflict"]
    assert set(ScoreSheet.objects.values_list("member__panel", "state")) == {(again(row).panel_id, "draft")}


def test_many_cases_in_two_orders_are_given_without_waiting_for_each_other_for_ever(team):
    rows, other = [team.accepted() for _ in range(3)], factories.team(team.round)
    ids = [row.public_id for row in rows]
    found = at_once(
        lambda: actions.assign_many(actor=team.secretariat, case_ids=ids, panel_id=team.panel.public_id),
        lambda: actions.assign_many(
            actor=team.secretariat, case_ids=ids[::-1], panel_id=other.panel.public_id
        ),
    )
    assert sorted(type(one).__name__ for one in found) == ["Assigned", "Conflict"]
    assert len(set(Case.objects.values_list("panel", flat=True))) == 1
    assert ScoreSheet.objects.count() == 6


def test_two_panels_of_one_number_set_up_at_once_are_one(team):
    def create():
        return actions.create_panel(actor=team.secretariat, round_id=team.round.public_id, number=7)

    found = at_once(create, create)
    assert sorted(type(one).__name__ for one in found) == ["Invalid", "Panel"]


def test_one_person_seated_twice_at_once_sits_once(team):
    person = factories.evaluator()

    def seat(role):
        return lambda: actions.add_member(
            actor=team.secretariat, panel_id=team.panel.public_id, person_id=person.public_id, role=role
        )

    found = at_once(seat("expert"), seat("opdc"))
    assert sorted(type(one).__name__ for one in found) == ["Invalid", "PanelMember"]


@pytest.mark.only_postgres
def test_what_is_typed_while_the_case_is_taken_back_is_refused_and_what_came_before_is_kept(team, given):
    outcome = meanwhile(unassigning(team, given), saving(team, given, "chair"))
    assert outcome.code == "void"
    assert (again(given).state, Score.objects.count()) == ("accepted", 0)
    row = team.given(again(given)) if again(given).state == "screening" else again(given)
    given = actions.assign(actor=team.secretariat, case_id=row.public_id, panel_id=team.panel.public_id)
    outcome = meanwhile(saving(team, given, "chair"), unassigning(team, given))
    assert outcome.state == "accepted"
    assert set(ScoreSheet.objects.values_list("state", flat=True)) == {"void"}
    assert Score.objects.count() == 1


@pytest.mark.only_postgres
@pytest.mark.parametrize("first", ["the centre", "the member"])
def test_a_withdrawal_and_scores_meanwhile_wait_for_each_other(team, given, first):
    head = head_of(given.application.centre)

    def withdraw():
        return applications.withdraw(
            actor=head, application_id=given.application.public_id, reason="ย้ายที่ทำการ"
        )

    hand_in = handing_in(team, given, "chair")
    outcome = meanwhile(withdraw, hand_in) if first == "the centre" else meanwhile(hand_in, withdraw)
    assert isinstance(outcome, Refused) == (first == "the centre")
    assert (again(given).state, again(given).panel) == ("withdrawn", None)
    assert set(ScoreSheet.objects.values_list("state", flat=True)) == {"void"}


@pytest.mark.only_postgres
def test_who_returns_and_who_accepts_and_gives_away_wait_for_each_other(team):
    row, other = factories.case(team.round), factories.case(team.round)
    due = MID_WINDOW.date() + 7 * DAY

    def accept(case):
        return lambda: actions.accept(actor=team.secretariat, case_id=case.public_id)

    def give_back(case):
        return lambda: actions.return_case(
            actor=team.secretariat, case_id=case.public_id, reason="ภาพไม่ชัด", due_on=due
        )

    assert isinstance(meanwhile(give_back(row), accept(row)), Conflict)
    assert (again(row).state, again(row).application.state) == ("returned", "correction")
    assert isinstance(meanwhile(accept(other), give_back(other)), Conflict)
    assert (again(other).state, again(other).application.state) == ("accepted", "submitted")
    # Nobody sends it back over the head of the panel that gets it at this moment.
    outcome = meanwhile(
        lambda: actions.assign(
            actor=team.secretariat, case_id=other.public_id, panel_id=team.panel.public_id
        ),
        lambda: applications.return_for_correction(
            actor=team.secretariat,
            application_id=other.application.public_id,
            due_at=MID_WINDOW + 7 * DAY,
            reason="ภาพไม่ชัด",
        ),
    )
    assert outcome.code == "screened"
    assert (again(other).state, again(other).application.state) == ("scoring", "submitted")


@pytest.mark.only_postgres
def test_the_result_waits_for_the_last_sheet_that_is_on_its_way(team, given):
    team.score("chair", given)
    outcome = meanwhile(handing_in(team, given, "expert"), agreeing(team, given))
    assert outcome.state == "agreed"


@pytest.mark.only_postgres
@pytest.mark.parametrize("who", ["declares", "leaves"])
def test_no_result_rests_on_the_sheet_of_one_who_goes_meanwhile(team, given, who):
    for name in ("chair", "expert"):
        team.score(name, given)
    go = declaring(team, given, "expert") if who == "declares" else removing(team, "expert")
    assert meanwhile(go, agreeing(team, given)).code == "stale"
    assert agreeing(team, given)().state == "agreed"


@pytest.mark.only_postgres
@pytest.mark.parametrize(("who", "code"), [("declares", "conflict"), ("leaves", "not-chair")])
def test_who_goes_meanwhile_writes_no_result(team, given, who, code):
    for name in ("chair", "expert"):
        team.score(name, given)
    go = declaring(team, given, "chair") if who == "declares" else removing(team, "chair")
    assert meanwhile(go, agreeing(team, given)).code == code
    assert again(given).state == "scoring"


@pytest.mark.only_postgres
def test_who_declares_while_handing_in_leaves_no_sheet_that_counts(team, given):
    outcome = meanwhile(handing_in(team, given, "expert"), declaring(team, given, "expert"))
    assert outcome.kind == "declared"
    assert team.sheet("expert", given).state == "void"


@pytest.mark.only_postgres
def test_who_joins_while_the_panel_agrees_owes_no_sheet_of_that_case(team, given):
    for name in ("chair", "expert"):
        team.score(name, given)
    person = factories.evaluator()

    def join():
        return actions.add_member(
            actor=team.secretariat,
            panel_id=team.panel.public_id,
            person_id=person.public_id,
            role="expert",
            running=True,
        )

    assert isinstance(meanwhile(agreeing(team, given), join), PanelMember)
    assert not ScoreSheet.objects.filter(member__person=person).exists()
    late = team.given(factories.case(team.round))
    for name in ("chair", "expert"):
        team.score(name, late)
    ScoreSheet.objects.filter(case=late, member__person=person).delete()
    PanelMember.objects.filter(person=person).delete()
    assert meanwhile(join, agreeing(team, late)).code == "sheets-out"


@pytest.mark.only_postgres
def test_a_panel_that_is_closed_meanwhile_gets_no_case_and_one_that_gets_a_case_is_not_closed(team):
    row = team.accepted()
    panel = team.panel.public_id

    def retire():
        return actions.retire_panel(actor=team.secretariat, panel_id=panel, reason="งานหมดแล้ว")

    def give():
        return actions.assign(actor=team.secretariat, case_id=row.public_id, panel_id=panel)

    assert isinstance(meanwhile(retire, give), Invalid)
    assert again(row).state == "accepted"
    actions.restore_panel(actor=team.secretariat, panel_id=panel, reason="มีเรื่องเพิ่ม")
    assert meanwhile(give, retire).code == "scoring"
    assert Panel.objects.get(public_id=panel).retired_at is None
