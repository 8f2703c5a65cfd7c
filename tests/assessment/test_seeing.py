"""Who sees what: nothing of the others' before one's own is in, nothing at all of a case in which one has an interest."""

import datetime

import pytest

from saduak.applications import queries as applications
from saduak.applications.actions import reopen_readiness
from saduak.applications.models import (
    Answer,
    Application,
    Evidence,
    ReadinessEntry,
    SignOff,
    Submission,
)
from saduak.applications.queries.readiness import told_of
from saduak.assessment import actions, queries
from saduak.assessment.models import Case, Conflict, Panel, ScoreSheet, ScreeningReturn
from saduak.foundation.access import Actor
from tests.applications.factories_readiness import assessed, confirmed, sent
from tests.assessment import factories
from tests.assessment.factories import basis, full
from tests.organisations.factories import (
    AppointmentFactory,
    OrganisationFactory,
    PersonFactory,
    ServiceCentreFactory,
    actor_for,
    actor_of,
    relate,
)
from tests.programme.factories import MID_WINDOW, secretariat

pytestmark = pytest.mark.django_db


def seen(model, actor, **kwargs):
    return set(model.objects.visible_to(actor).filter(**kwargs).values_list("pk", flat=True))


def sheets(team, name):
    return seen(ScoreSheet, team.actor(name))


def test_sheets_open_one_by_one(team, given):
    chair, expert = team.sheet("chair", given).pk, team.sheet("expert", given).pk
    assert sheets(team, "chair") == {chair}
    assert sheets(team, "secretary") == set()
    team.score("expert", given)
    assert sheets(team, "chair") == {chair}
    assert sheets(team, "expert") == {expert}
    assert sheets(team, "secretary") == set()
    team.score("chair", given)
    for name in ("chair", "expert", "secretary"):
        assert sheets(team, name) == {chair, expert}


def test_who_supervises_and_has_an_interest_reads_no_reason(team):
    row = factories.case(team.round)
    actions.reject(actor=team.secretariat, case_id=row.public_id, reason="เอกสารไม่ใช่ของศูนย์นี้")
    parent = OrganisationFactory()
    relate(row.application.centre.organisation, parent)
    free, barred = PersonFactory(), PersonFactory()
    for person in (free, barred):
        AppointmentFactory(person=person, role="supervisor", organisation=parent, reach="line")
    Conflict.objects.create(case=row, person=barred, kind="declared", reason="ญาติ")

    def reads(person):
        return queries.screening_of(actor_of(person, received_at=MID_WINDOW), row.application.public_id)

    assert reads(free).rejected_reason == "เอกสารไม่ใช่ของศูนย์นี้"
    assert reads(barred) is None


def test_before_the_own_sheet_is_in_even_numbers_are_shut(team, given):
    chair = team.actor("chair")
    before = queries.comparison(chair, given.public_id)
    team.score("expert", given)
    after = queries.comparison(chair, given.public_id)
    for view in (before, after):
        assert view.is_shut
        assert (view.sheets, view.rows, view.out, view.conflicts) == ([], [], None, [])
    page = queries.case_page(chair, given.public_id)
    assert (page.sheets_all, page.sheets_in, page.conflicts) == (None, None, [])
    assert [row.pk for row in queries.my_sheets(chair)] == [team.sheet("chair", given).pk]
    assert [todo.kind for todo in queries.todos(chair)] == ["score"]
    team.score("chair", given, hand_in=False)
    assert queries.comparison(chair, given.public_id).is_shut


def test_after_the_own_sheet_the_others_and_how_many_are_out(team, given):
    team.score("chair", given)
    view = queries.comparison(team.actor("chair"), given.public_id)
    assert (len(view.sheets), view.out, view.complete) == (1, 1, False)
    secretary = queries.comparison(team.actor("secretary"), given.public_id)
    assert (secretary.sheets, secretary.out) == ([], 1)
    office = queries.comparison(team.secretariat, given.public_id)
    assert (office.sheets, office.out) == ([], 1)
    team.score("expert", given, "0.5")
    view = queries.comparison(team.actor("chair"), given.public_id)
    assert (len(view.sheets), view.out, view.complete) == (2, 0, True)
    assert [todo.kind for todo in queries.todos(team.actor("chair"))] == ["agree"]
    assert queries.todos(team.actor("expert")) == []
    assert queries.comparison(team.secretariat, given.public_id).sheets == []
    actions.agree(actor=team.actor("chair"), case_id=given.public_id, scores=full(given), basis=basis(given))
    assert len(queries.comparison(team.secretariat, given.public_id).sheets) == 2
    committee = actor_for("committee", programme=team.round.programme)
    assert len(queries.result(committee, given.public_id).comparison.sheets) == 2


def test_the_secretariat_sees_counts_only(team, given):
    team.score("chair", given)
    page = queries.case_page(team.secretariat, given.public_id)
    assert (page.sheets_all, page.sheets_in) == (2, 1)
    assert seen(ScoreSheet, team.secretariat) == set()


def test_another_panels_member_sees_nothing(team, given):
    other = factories.team(team.round)
    for name in ("chair", "secretary"):
        actor = other.actor(name)
        assert seen(Case, actor) == seen(ScoreSheet, actor) == seen(Submission, actor) == set()
        assert queries.comparison(actor, given.public_id) is None
    assert seen(Panel, other.actor("chair")) == {other.panel.pk}


def test_a_member_reads_what_was_filed_and_nothing_more(team, given):
    chair = team.actor("chair")
    page = queries.sheet_page(chair, team.sheet("chair", given).public_id)
    assert page.rows[0].claim.answer["narrative"] == f"เรื่องของข้อ {page.rows[0].claim.criterion.number}"
    caption, evidence = page.rows[0].claim.evidence[0]
    assert caption["caption"] == "หลักฐานรวม"
    assert evidence in Evidence.objects.visible_to(chair)
    assert seen(Submission, chair) == {given.submission_id}
    assert seen(Answer, chair) == seen(SignOff, chair) == set()
    assert not applications.sees_content(chair, given.application)


def test_before_and_after_the_panel_has_it_nobody_on_it_sees_the_case(team):
    row = team.accepted()
    chair = team.actor("chair")
    assert seen(Case, chair) == seen(Evidence, chair) == set()
    given = actions.assign(actor=team.secretariat, case_id=row.public_id, panel_id=team.panel.public_id)
    assert seen(Case, chair) == {row.pk}
    sheet = team.sheet("chair", given)
    actions.unassign(actor=team.secretariat, case_id=row.public_id, reason="เปลี่ยน")
    assert (
        seen(Case, chair)
        == seen(ScoreSheet, chair)
        == seen(Evidence, chair)
        == seen(Submission, chair)
        == set()
    )
    assert queries.sheet_page(chair, sheet.public_id) is None


def everywhere(actor, row):
    """Every door through which a case could be seen."""
    application = row.application
    evidence = Evidence.objects.filter(uses__answer__application=application).values("pk")
    return {
        "case": seen(Case, actor, pk=row.pk),
        "list": {found.pk for found in queries.cases(actor)},
        "search": {found.pk for found in queries.cases(actor, text=application.centre.name_th)},
        "tally": set(queries.tally(actor)),
        "sheets": seen(ScoreSheet, actor, case=row),
        "returns": seen(ScreeningReturn, actor, case=row),
        "application": seen(Application, actor, pk=application.pk),
        "submission": seen(Submission, actor, application=application),
        "answers": seen(Answer, actor, application=application),
        "evidence": seen(Evidence, actor, pk__in=evidence),
        "comparison": {queries.comparison(actor, row.public_id) is not None} - {False},
        "page": {queries.case_page(actor, row.public_id) is not None} - {False},
        "todos": {todo.kind for todo in queries.todos(actor)},
        "task list": {applications.task_list(actor, application.public_id) is not None} - {False},
    }


def test_an_interest_hides_the_case_everywhere(team, given):
    expert = team.actor("expert")
    assert any(everywhere(expert, given).values())
    actions.declare_conflict(actor=expert, case_id=given.public_id, reason="ญาติเป็นหัวหน้า")
    assert {door for door, found in everywhere(expert, given).items() if found} == set()
    team.score("chair", given)
    actions.agree(
        actor=team.actor("secretary"), case_id=given.public_id, scores=full(given), basis=basis(given)
    )
    assert {door for door, found in everywhere(expert, given).items() if found} == set()


@pytest.mark.parametrize("role", ["secretariat", "committee", "supervisor"])
def test_another_office_held_besides_opens_nothing(team, given, role):
    person = team.people["expert"]
    above = OrganisationFactory()
    AppointmentFactory(person=person, role=role, organisation=above, reach="line")
    actions.declare_conflict(actor=team.actor("expert"), case_id=given.public_id, reason="ญาติเป็นหัวหน้า")
    assert {door for door, found in everywhere(team.actor("expert"), given).items() if found} == set()


def test_the_own_office_goes_on_with_its_own_application(team):
    row = team.accepted()
    officer = factories.evaluator(row.application.centre.organisation)
    AppointmentFactory(person=officer, role="officer", organisation=row.application.centre.organisation)
    actions.add_member(
        actor=team.secretariat, panel_id=team.panel.public_id, person_id=officer.public_id, role="expert"
    )
    given = actions.assign(actor=team.secretariat, case_id=row.public_id, panel_id=team.panel.public_id)
    actor = factories.acting(officer)
    doors = everywhere(actor, given)
    assert doors["application"] == {given.application_id}
    assert doors["answers"]
    assert doors["case"] == doors["sheets"] == doors["comparison"] == doors["list"] == set()


@pytest.mark.parametrize("sister", [False, True])
def test_an_officer_of_one_centre_goes_on_with_that_centre_s_application_only(team, sister):
    row = team.accepted()
    centre = row.application.centre
    officer = factories.evaluator(centre.organisation)
    at = factories.centre_at(centre.organisation) if sister else centre
    AppointmentFactory(person=officer, role="officer", organisation=centre.organisation, centre=at)
    actions.add_member(
        actor=team.secretariat, panel_id=team.panel.public_id, person_id=officer.public_id, role="expert"
    )
    given = actions.assign(actor=team.secretariat, case_id=row.public_id, panel_id=team.panel.public_id)
    doors = everywhere(factories.acting(officer), given)
    assert doors["application"] == (set() if sister else {given.application_id})
    assert doors["case"] == set()


def test_a_conflict_by_an_office_without_content_is_not_opened_by_the_panel(team):
    """A committee member of the very office sits on the panel: the seat must not open what the conflict hides."""
    row = team.accepted()
    place = row.application.centre.organisation
    member = factories.evaluator(place)
    AppointmentFactory(person=member, role="clerk", organisation=place)
    actions.add_member(
        actor=team.secretariat, panel_id=team.panel.public_id, person_id=member.public_id, role="expert"
    )
    given = actions.assign(actor=team.secretariat, case_id=row.public_id, panel_id=team.panel.public_id)
    assert {door for door, found in everywhere(factories.acting(member), given).items() if found} == set()


def test_a_member_who_left_sees_nothing_any_more(team, given):
    team.score("expert", given)
    team.score("chair", given)
    expert = team.actor("expert")
    assert len(seen(ScoreSheet, expert)) == 2
    actions.remove_member(actor=team.secretariat, member_id=team.member("expert").public_id, reason="ลาออก")
    assert {door for door, found in everywhere(expert, given).items() if found} == set()
    assert seen(Panel, expert) == set()
    assert team.sheet("expert", given).state == "void"
    assert queries.comparison(team.actor("chair"), given.public_id).complete


def test_returns_are_read_by_the_line_and_not_by_who_only_supervises(team):
    line, above = OrganisationFactory(), OrganisationFactory()
    place = OrganisationFactory(under=line, supervised_by=above)
    row = factories.case(team.round, centre=factories.centre_at(place))
    actions.return_case(
        actor=team.secretariat,
        case_id=row.public_id,
        reason="ภาพไม่ชัด",
        due_on=MID_WINDOW.date() + factories.DAY,
    )
    entry = set(row.returns.values_list("pk", flat=True))
    assert seen(ScreeningReturn, actor_for("officer", place)) == entry
    assert seen(ScreeningReturn, actor_for("supervisor", line, reach="line")) == entry
    assert seen(ScreeningReturn, actor_for("supervisor", above, reach="supervision")) == set()
    assert seen(ScreeningReturn, actor_for("officer")) == set()
    assert queries.screening_of(actor_for("officer"), row.application.public_id) is None
    assert queries.screening_of(Actor.public(), row.application.public_id) is None
    fresh = factories.case(team.round)
    assert (
        queries.screening_of(
            actor_for("officer", fresh.application.centre.organisation), fresh.application.public_id
        )
        is None
    )


def test_an_auditor_reads_a_round_that_ended_by_its_dates(team):
    done = team.agreed()
    last = max(stage.ends_at for stage in team.round.stages.all())
    auditor = actor_for("auditor")
    second = datetime.timedelta(seconds=1)
    assert seen(Case, auditor.at(last - second)) == set()
    assert seen(Case, auditor.at(last)) == {done.pk}


def test_an_auditor_reads_closed_rounds_only(team):
    done = team.agreed()
    auditor = actor_for("auditor")
    assert seen(Case, auditor) == seen(ScoreSheet, auditor) == seen(Panel, auditor) == set()
    type(team.round).objects.filter(pk=team.round.pk).update(closed_at=MID_WINDOW)
    assert seen(Case, auditor) == {done.pk}
    assert len(seen(ScoreSheet, auditor)) == 2


def test_powers_bound_to_another_programme_open_nothing(team, given):
    stranger = secretariat(factories.team().round.programme)
    assert given.pk not in seen(Case, stranger)
    person = factories.evaluator(programme=factories.team().round.programme)
    assert list(queries.evaluators(team.secretariat, team.round.programme_id).filter(pk=person.pk)) == []
    assert list(queries.evaluators(actor_for("officer"), team.round.programme_id)) == []
    assert queries.panel_page(team.actor("chair"), team.panel.public_id) is None


def test_the_public_and_links_see_nothing(team, given):
    for actor in (Actor.public(), actor_of(PersonFactory())):
        for model in (Case, ScoreSheet, Panel, ScreeningReturn, Application, Submission, Evidence):
            assert seen(model, actor) == set()
        assert queries.todos(actor) == []
        assert list(queries.my_sheets(actor)) == []


def test_the_panel_reads_what_was_sent_of_the_units_readiness_and_nothing_before(team, given, exactly):
    application = given.application
    province = OrganisationFactory(kind="province", name_th="จังหวัดพิษณุโลก")
    relate(application.centre.organisation, province)
    other = ServiceCentreFactory(organisation=OrganisationFactory(under=province))
    supervisor = actor_for("supervisor", province, reach="line", received_at=MID_WINDOW)
    governor = actor_for("head", province, received_at=MID_WINDOW)
    assessed(supervisor, team.round, province, application.centre, other)
    confirmed(governor, team.round, province)
    chair, stranger = team.actor("chair"), factories.acting(factories.evaluator())
    assert told_of(chair, application) == []
    listed = sent(supervisor, team.round, province)
    with exactly(1):
        (entry,) = told_of(chair, application)
    assert (entry.list, entry.ready) == (listed, True)
    assert seen(ReadinessEntry, chair) == {entry.pk}
    assert seen(ReadinessEntry, stranger) == seen(ReadinessEntry, Actor.public()) == set()
    # A correction that is being written says nothing; a list that took its place says it anew.
    at = {"actor": supervisor, "round_id": team.round.public_id, "office_id": province.public_id}
    reopen_readiness(**at, centre_id=application.centre.public_id)
    assert told_of(chair, application) == [entry]
    assessed(supervisor, team.round, province, application.centre, ready=False, reasons="ไม่มีทางลาด")
    confirmed(governor, team.round, province)
    newer = sent(supervisor, team.round, province)
    assert [(row.list, row.reasons) for row in told_of(chair, application)] == [(newer, "ไม่มีทางลาด")]
    Conflict.objects.create(case=given, person=team.people["chair"], kind="declared", reason="ญาติ")
    assert told_of(chair, application) == []
