"""A panel whose work is done is closed: nobody gives it cases or members any more, and what it agreed stays its own."""

import pytest

from saduak.assessment import actions, queries
from saduak.assessment.models import Case, Panel, PanelMember
from saduak.assessment.rules import may_retire
from saduak.foundation.access import Conflict, Invalid, Refused
from saduak.foundation.models import AuditEntry
from tests.assessment import factories
from tests.programme.factories import MID_WINDOW

pytestmark = pytest.mark.django_db


def retired(team, reason="งานของคณะเสร็จแล้ว"):
    return actions.retire_panel(actor=team.secretariat, panel_id=team.panel.public_id, reason=reason)


def restored(team, reason="มีเรื่องเพิ่ม"):
    return actions.restore_panel(actor=team.secretariat, panel_id=team.panel.public_id, reason=reason)


def told(team):
    rows = AuditEntry.objects.filter(aggregate="assessment.panel", aggregate_id=team.panel.pk)
    return [(row.verb, row.facts) for row in rows.order_by("seq") if "panel_re" in row.verb]


def test_it_is_closed_with_a_reason_and_opened_again_and_both_are_told_once(team):
    with pytest.raises(Invalid) as caught:
        retired(team, " ")
    assert set(caught.value.fields) == {"reason"}
    assert Panel.objects.get(pk=team.panel.pk).retired_at is None
    assert restored(team).retired_at is None
    for _ in range(2):
        assert retired(team).retired_at == MID_WINDOW
    with pytest.raises(Invalid) as caught:
        restored(team, " ")
    assert (set(caught.value.fields), Panel.objects.get(pk=team.panel.pk).retired_at) == (
        {"reason"},
        MID_WINDOW,
    )
    for _ in range(2):
        assert restored(team).retired_at is None
    assert told(team) == [
        ("assessment.panel_retired", {"reason": "งานของคณะเสร็จแล้ว"}),
        ("assessment.panel_restored", {"reason": "มีเรื่องเพิ่ม"}),
    ]


def test_only_the_secretariat_closes_and_opens(team):
    for act in (
        lambda: actions.retire_panel(
            actor=team.actor("chair"), panel_id=team.panel.public_id, reason="เสร็จแล้ว"
        ),
        lambda: actions.restore_panel(
            actor=team.actor("chair"), panel_id=team.panel.public_id, reason="มีเรื่องเพิ่ม"
        ),
    ):
        with pytest.raises(Refused) as caught:
            act()
        assert caught.value.code == "not-secretariat"


def test_while_it_scores_it_stays_open(team, given):
    with pytest.raises(Conflict) as caught:
        retired(team)
    assert caught.value.code == "scoring"
    assert "1 เรื่อง" in str(may_retire(team.panel).reason)
    actions.unassign(actor=team.secretariat, case_id=given.public_id, reason="เปลี่ยนคณะ")
    assert may_retire(team.panel)
    assert retired(team).retired_at == MID_WINDOW


def test_closed_it_gets_neither_cases_nor_members(team):
    row, person = team.accepted(), factories.evaluator()
    retired(team)
    with pytest.raises(Invalid):
        actions.assign(actor=team.secretariat, case_id=row.public_id, panel_id=team.panel.public_id)
    seat = {"panel_id": team.panel.public_id, "person_id": person.public_id, "role": "expert"}
    with pytest.raises(Conflict) as caught:
        actions.add_member(actor=team.secretariat, **seat)
    assert caught.value.code == "retired"
    restored(team)
    actions.add_member(actor=team.secretariat, **seat)
    actions.assign(actor=team.secretariat, case_id=row.public_id, panel_id=team.panel.public_id)
    assert Case.objects.get(pk=row.pk).panel == team.panel
    assert PanelMember.objects.filter(panel=team.panel).count() == 4


def test_its_members_go_on_reading_what_they_agreed(team):
    done = team.agreed()
    retired(team)
    for name in ("chair", "expert", "secretary"):
        assert queries.result(team.actor(name), done.public_id).case == done
    page = queries.panel_page(team.secretariat, team.panel.public_id)
    assert ([row.pk for row in page.cases], len(page.members)) == ([done.pk], 3)


@pytest.mark.parametrize("count", [1, 3])
def test_closed_ones_are_listed_apart_and_their_numbers_are_not_given_again(team, exactly, count):
    others = [factories.team(team.round) for _ in range(count)]
    for other in others:
        retired(other)
    with exactly(2):
        assert list(queries.panels(team.secretariat, team.round.pk)) == [team.panel]
    with exactly(2):
        closed = list(queries.panels(team.secretariat, team.round.pk, retired=True))
    assert closed == [other.panel for other in others]
    assert [len(row.seated) for row in closed] == [3] * count
    with exactly(1):
        assert queries.next_number(team.secretariat, team.round.pk) == count + 2


def test_the_first_panel_of_a_round_has_number_one(team):
    empty = factories.RoundFactory(programme=team.round.programme, fiscal_year=2571)
    assert queries.next_number(team.secretariat, empty.pk) == 1


def test_the_page_says_whether_it_can_be_closed(team, given):
    page = queries.panel_page(team.secretariat, team.panel.public_id)
    assert (bool(page.may_retire), page.may_retire.code) == (False, "scoring")
    for name in ("chair", "expert"):
        team.score(name, given)
    actions.agree(
        actor=team.actor("chair"),
        case_id=given.public_id,
        scores=factories.full(given),
        basis=factories.basis(given),
    )
    assert queries.panel_page(team.secretariat, team.panel.public_id).may_retire
