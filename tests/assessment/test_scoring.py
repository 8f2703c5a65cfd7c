"""Sheets: alone, part-way, in two tabs, handed in; then the panel together."""

from decimal import Decimal

import pytest
from django.urls import reverse

from saduak.assessment import actions, queries, signals
from saduak.assessment.actions import Given
from saduak.assessment.actions.scoring import basis_of
from saduak.assessment.models import Case, ConsensusScore, Score, ScoreSheet
from saduak.foundation.access import Conflict, Invalid, Refused
from saduak.foundation.models import AuditEntry
from saduak.programme.queries import contents
from tests.assessment.factories import basis, full
from tests.organisations.factories import AppointmentFactory, actor_for

pytestmark = pytest.mark.django_db


def save(team, name, row, scores, version=None, **kwargs):
    sheet = team.sheet(name, row)
    return actions.save_scores(
        actor=team.actor(name),
        sheet_id=sheet.public_id,
        version=sheet.version if version is None else version,
        scores=scores,
        **kwargs,
    )


def key_of(row, kind):
    known = contents(row.application.round.criteria_set)
    return next(item.key for item in known.criteria if item.kind == kind)


def test_scores_are_saved_part_way_and_changed(team, given):
    gate, basic = key_of(given, "gate"), key_of(given, "basic")
    sheet = save(team, "chair", given, {gate: Given(Decimal(1)), basic: Given(None, " ดูป้าย ")}, note="  รวม ")
    assert (sheet.version, sheet.note, sheet.state) == (1, "รวม", "draft")
    sheet = save(team, "chair", given, {basic: Given(Decimal("0.5"), "ดูป้าย")})
    rows = {
        s.criterion.key: (s.points, s.remark)
        for s in Score.objects.filter(sheet=sheet).select_related("criterion")
    }
    assert rows == {gate: (Decimal(1), ""), basic: (Decimal("0.5"), "ดูป้าย")}
    assert sheet.note == "รวม"
    page = queries.sheet_page(team.actor("chair"), sheet.public_id)
    assert page.done == 2
    save(team, "chair", given, {basic: Given(None)})
    assert queries.sheet_page(team.actor("chair"), sheet.public_id).done == 1


def test_two_tabs_do_not_overwrite_each_other(team, given):
    gate = key_of(given, "gate")
    save(team, "chair", given, {gate: Given(Decimal(1))}, version=0)
    with pytest.raises(Conflict) as caught:
        save(team, "chair", given, {gate: Given(Decimal(0))}, version=0)
    assert caught.value.code == "stale"
    assert Score.objects.get().points == 1


@pytest.mark.parametrize(
    ("kind", "points", "remark"),
    [
        ("gate", "0.5", ""),
        ("gate", "2", ""),
        ("gate", "NaN", ""),
        ("gate", "sNaN", ""),
        ("basic", "sNaN", ""),
        ("basic", "-1", ""),
        ("basic", "1.01", ""),
        ("advanced", "NaN", ""),
        ("advanced", "Infinity", ""),
        ("advanced", "0.001", ""),
        ("outcome", "10.5", ""),
        ("outcome", "1", "ก" * 1001),
    ],
)
def test_points_out_of_range_are_refused_at_their_criterion(team, given, kind, points, remark):
    key = key_of(given, kind)
    with pytest.raises(Invalid) as caught:
        save(team, "chair", given, {key: Given(Decimal(points), remark)})
    assert list(caught.value.fields) == [key]
    assert str(caught.value.fields[key])
    assert not Score.objects.exists()


@pytest.mark.parametrize("kind", ["gate", "basic"])
def test_what_only_looks_like_a_number_is_said_at_its_field(client, team, given, kind):
    sheet, key = team.sheet("chair", given), key_of(given, kind)
    client.force_login(team.people["chair"].user)
    address = reverse("assessment:sheet", args=[sheet.public_id])
    page = client.post(address, {"version": sheet.version, f"p-{key}": "sNaN", f"r-{key}": "ที่พิมพ์ไว้"})
    assert page.status_code == 422
    assert list(page.context["typed"].wrong) == [key]
    assert "ที่พิมพ์ไว้" in page.content.decode()


def test_an_unknown_criterion_and_too_long_a_note_are_refused(team, given):
    with pytest.raises(Invalid) as caught:
        save(team, "chair", given, {"nonsense": Given(Decimal(1))})
    assert list(caught.value.fields) == ["nonsense"]
    with pytest.raises(Invalid) as caught:
        save(team, "chair", given, {}, note="ก" * 5001)
    assert list(caught.value.fields) == ["note"]


def test_nobody_writes_on_somebody_elses_sheet(team, given):
    sheet = team.sheet("expert", given)
    for name in ("chair", "secretary"):
        with pytest.raises(Refused) as caught:
            actions.save_scores(actor=team.actor(name), sheet_id=sheet.public_id, version=0, scores={})
        assert caught.value.code == "not-mine"
        with pytest.raises(Refused):
            actions.hand_in(actor=team.actor(name), sheet_id=sheet.public_id)


def test_handing_in_needs_every_criterion_and_ends_editing(team, given):
    scores = full(given)
    left = scores.popitem()[0]
    save(team, "chair", given, {**scores, left: Given(None, "ยังคิดอยู่")})
    sheet = team.sheet("chair", given)
    with pytest.raises(Invalid) as caught:
        actions.hand_in(actor=team.actor("chair"), sheet_id=sheet.public_id)
    assert list(caught.value.fields) == [left]
    assert caught.value.code == "incomplete"
    heard = []

    def hear(sender, *, sheet, case, actor, **_):
        heard.append((sheet.pk, case.pk, actor.person_id))

    signals.sheet_handed_in.connect(hear)
    try:
        team.score("chair", given)
    finally:
        signals.sheet_handed_in.disconnect(hear)
    assert heard == [(sheet.pk, given.pk, team.people["chair"].pk)]
    with pytest.raises(Conflict) as caught:
        save(team, "chair", given, {left: Given(Decimal(0))})
    assert caught.value.code == "handed-in"
    with pytest.raises(Conflict):
        actions.hand_in(actor=team.actor("chair"), sheet_id=sheet.public_id)


def test_who_came_to_serve_the_same_office_cannot_hand_in(team, given):
    team.score("chair", given, hand_in=False)
    AppointmentFactory(
        person=team.people["chair"], role="officer", organisation=given.application.centre.organisation
    )
    with pytest.raises(Refused) as caught:
        actions.hand_in(actor=team.actor("chair"), sheet_id=team.sheet("chair", given).public_id)
    assert caught.value.code == "conflict"


def test_who_came_to_serve_the_same_office_after_handing_in_does_not_sum_up(team, given):
    for name in ("chair", "expert"):
        team.score(name, given)
    AppointmentFactory(
        person=team.people["chair"], role="officer", organisation=given.application.organisation
    )
    with pytest.raises(Refused) as refused:
        actions.agree(
            actor=team.actor("chair"), case_id=given.public_id, scores=full(given), basis=basis(given)
        )
    assert refused.value.code == "conflict"
    made = actions.agree(
        actor=team.actor("secretary"), case_id=given.public_id, scores=full(given), basis=basis(given)
    )
    assert made.state == "agreed"


def agree(team, row, name="chair", scores=None, seen=None, **kwargs):
    return actions.agree(
        actor=team.actor(name),
        case_id=row.public_id,
        scores=full(row) if scores is None else scores,
        basis=basis(row) if seen is None else seen,
        **kwargs,
    )


def test_agreeing_writes_points_total_and_level_and_settles_the_application(team, given):
    team.score("chair", given)
    team.score("expert", given, "0.9")
    done = agree(team, given, note=" ครบถ้วน ")
    assert (done.state, done.agreed_total, done.agreed_level, done.agreed_note) == (
        "agreed",
        Decimal(100),
        "excellent",
        "ครบถ้วน",
    )
    done.application.refresh_from_db()
    assert done.application.settled_at is not None
    assert ConsensusScore.objects.filter(case=done).count() == len(full(done))
    verbs = list(
        AuditEntry.objects.filter(aggregate_id=done.pk, aggregate="assessment.case").values_list(
            "verb", flat=True
        )
    )
    assert verbs[-1] == "assessment.agreed"
    with pytest.raises(Conflict):
        agree(team, given)


def test_no_level_while_a_gate_is_open(team, given):
    for name in ("chair", "expert"):
        team.score(name, given)
    done = agree(team, given, scores=full(given, **{key_of(given, "gate"): Given(Decimal(0))}))
    assert (done.agreed_total, done.agreed_level) == (Decimal(100), "")


def test_nobody_agrees_while_a_sheet_is_out(team, given):
    with pytest.raises(Conflict) as caught:
        agree(team, given)
    assert caught.value.code == "sheets-out"
    team.score("chair", given)
    for name in ("chair", "secretary"):
        with pytest.raises(Conflict):
            agree(team, given, name)
    team.score("expert", given)
    with pytest.raises(Refused) as caught:
        agree(team, given, "expert")
    assert caught.value.code == "not-chair"
    assert agree(team, given, "secretary").state == "agreed"


def test_nobody_agrees_when_every_sheet_is_void(team, given):
    ScoreSheet.objects.filter(case=given).update(state="void")
    with pytest.raises(Conflict) as caught:
        agree(team, given)
    assert caught.value.code == "sheets-out"


def test_agreeing_on_other_sheets_than_on_the_screen_is_refused(team, given):
    for name in ("chair", "expert"):
        team.score(name, given)
    seen = basis_of(ScoreSheet.objects.filter(case=given))
    actions.declare_conflict(actor=team.actor("expert"), case_id=given.public_id, reason="ญาติทำงานที่นั่น")
    for old in (seen, ""):
        with pytest.raises(Conflict) as caught:
            agree(team, given, seen=old)
        assert caught.value.code == "stale"
    now = basis_of(ScoreSheet.objects.filter(case=given, state="in"))
    assert agree(team, given, seen=now).state == "agreed"


def test_a_consensus_is_complete_and_within_range(team, given):
    for name in ("chair", "expert"):
        team.score(name, given)
    scores = full(given)
    gate, basic = key_of(given, "gate"), key_of(given, "basic")
    del scores[gate]
    scores[basic] = Given(None)
    with pytest.raises(Invalid) as caught:
        agree(team, given, scores=scores)
    assert set(caught.value.fields) == {gate, basic}
    with pytest.raises(Invalid) as caught:
        agree(team, given, scores=full(given, **{basic: Given(Decimal(5))}))
    assert set(caught.value.fields) == {basic}
    assert not ConsensusScore.objects.exists()
    assert Case.objects.get(pk=given.pk).state == "scoring"


def test_a_conflicted_chair_does_not_agree(team, given):
    team.score("expert", given)
    actions.declare_conflict(actor=team.actor("chair"), case_id=given.public_id, reason="เคยเป็นที่ปรึกษา")
    with pytest.raises(Refused) as caught:
        agree(team, given)
    assert caught.value.code == "conflict"
    assert agree(team, given, "secretary").state == "agreed"


def test_what_is_proposed_is_the_mean_and_a_gate_needs_everybody(given):
    known = contents(given.application.round.criteria_set)
    gate = next(item for item in known.criteria if item.kind == "gate")
    advanced = next(item for item in known.criteria if item.kind == "advanced")
    none = queries.Compared(advanced)
    assert (none.proposed, none.spread, none.is_split, none.is_compared) == (0, 0, False, False)
    row = queries.Compared(advanced, points=[Decimal(2), Decimal(1), Decimal(1), None])
    assert (row.proposed, row.spread, row.is_split, row.is_compared) == (Decimal("1.33"), 1, True, True)
    near = queries.Compared(advanced, points=[Decimal(2), Decimal("1.5")])
    assert near.is_split is False
    both = queries.Compared(gate, points=[Decimal(1), Decimal(0)])
    assert (both.proposed, both.is_split, both.most) == (0, True, 1)
    alone = queries.Compared(gate, points=[Decimal(1), None], agreed=Decimal(0))
    assert (alone.proposed, alone.is_compared) == (0, False)


def test_the_panel_talks_about_the_criteria_on_which_its_members_are_far_apart(team, given):
    gate, basic, advanced = (key_of(given, kind) for kind in ("gate", "basic", "advanced"))
    near = {advanced: full(given, "0.6")[advanced]}
    far = {gate: Given(Decimal(0)), basic: full(given, "0.5")[basic]}
    team.score("chair", given)
    assert queries.comparison(team.actor("expert"), given.public_id).split == []
    save(team, "expert", given, full(given, **near, **far))
    actions.hand_in(actor=team.actor("expert"), sheet_id=team.sheet("expert", given).public_id)
    found = queries.comparison(team.actor("chair"), given.public_id)
    assert {row.criterion.key for row in found.split} == {gate, basic}
    assert {row.criterion.key for row in found.rows if row.spread} == {gate, basic, advanced}


def test_a_result_is_the_case_with_what_was_agreed_and_its_level(team):
    done = team.agreed(share="0.9")
    found = queries.result(team.secretariat, done.public_id)
    assert (found.case, found.level.level.key, found.level.total) == (
        done,
        done.agreed_level,
        done.agreed_total,
    )


def test_a_committee_member_compares_after_the_panel_agreed(team, given):
    committee = actor_for("committee", programme=team.round.programme)
    assert queries.comparison(committee, given.public_id).out == 2
    assert queries.result(committee, given.public_id) is None
    assert queries.result(team.secretariat, team.round.public_id) is None
    fresh = team.accepted()
    assert queries.comparison(team.secretariat, fresh.public_id) is None


def test_parts_of_a_score_stay_when_only_the_other_is_written(team, given):
    basic = key_of(given, "basic")
    save(team, "chair", given, {basic: Given(Decimal(1), "ดี")})
    save(team, "chair", given, {basic: Given(Decimal(0), remark=None)})
    save(team, "chair", given, {basic: Given(None, "แก้", keep_points=True)})
    save(team, "chair", given, {basic: Given(None, None, keep_points=True)})
    row = Score.objects.get()
    assert (row.points, row.remark) == (0, "แก้")
    assert queries.scoring.progress(team.sheet("chair", given))[0] == 1
