"""Screening: taken, sent back, corrected, late, turned down, withdrawn; and filing again."""

import datetime
import functools

import pytest

from saduak.applications import actions as applications
from saduak.applications import queries as reading
from saduak.applications.models import Application
from saduak.assessment import actions, queries, signals
from saduak.assessment.models import Case, ScoreSheet
from saduak.foundation import clock, deadlines
from saduak.foundation.access import Actor, Conflict, Invalid, Refused
from saduak.foundation.models import AuditEntry, Deadline
from saduak.programme.queries import contents
from tests.applications.factories import fresh, head_of, officer_of
from tests.assessment import factories
from tests.kept import kept
from tests.organisations.factories import actor_for
from tests.programme.factories import MID_WINDOW

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@kept
def row(team):
    return factories.case(team.round)


def send_back(team, row, days=7, **kwargs):
    said = {"reason": "ภาพไม่ชัด", "due_on": MID_WINDOW.date() + days * DAY} | kwargs
    return actions.return_case(actor=team.secretariat, case_id=row.public_id, **said)


def sign(application, moment=MID_WINDOW):
    digest = reading.current_digest(fresh(application))
    head = head_of(application.centre, moment)
    applications.sign(actor=head, application_id=application.public_id, digest=digest)


def file_again(row, moment=MID_WINDOW):
    application = Application.objects.get(pk=row.application_id)
    sign(application, moment)
    applications.submit(actor=officer_of(application.centre, moment), application_id=application.public_id)
    return Case.objects.get(pk=row.pk)


def verbs(row):
    rows = AuditEntry.objects.filter(aggregate="assessment.case", aggregate_id=row.pk).order_by("seq")
    return [verb.removeprefix("assessment.") for verb in rows.values_list("verb", flat=True)]


def test_a_filed_application_opens_a_case_by_itself(row):
    assert (row.state, row.submission.ordinal, row.opened_at) == ("screening", 1, MID_WINDOW)
    assert verbs(row) == ["case_opened"]


def test_only_the_secretariat_of_the_programme_screens(team, row):
    other = factories.team().secretariat
    for actor in (other, actor_for("officer", row.application.centre.organisation), team.actor("chair")):
        for act in (
            lambda actor=actor: actions.accept(actor=actor, case_id=row.public_id),
            lambda actor=actor: actions.reject(actor=actor, case_id=row.public_id, reason="x"),
            lambda actor=actor: actions.return_case(
                actor=actor, case_id=row.public_id, reason="x", due_on=MID_WINDOW.date() + DAY
            ),
            lambda actor=actor: actions.extend_return(
                actor=actor, case_id=row.public_id, due_on=MID_WINDOW.date(), reason="น้ำท่วม"
            ),
        ):
            with pytest.raises(Refused):
                act()


def test_a_correction_goes_back_to_screening(team, row):
    key = contents(team.round.criteria_set).criteria[0].key
    entry = send_back(team, row, items=[{"criterion": key, "text": "ถ่ายใหม่"}])
    assert (entry.ordinal, entry.items[0]["text"]) == (1, "ถ่ายใหม่")
    application = Application.objects.get(pk=row.application_id)
    assert (application.state, application.correction_due_at) == ("correction", entry.due_at)
    assert deadlines.of(row, "correction").due_at == entry.due_at
    again = file_again(row)
    assert (again.state, again.submission.ordinal) == ("screening", 2)
    entry.refresh_from_db()
    assert entry.answered_at == MID_WINDOW
    assert deadlines.of(row, "correction").met_at == MID_WINDOW
    assert queries.filed(team.secretariat, queries.case(team.secretariat, row.public_id)).changed == 0
    assert send_back(team, again).ordinal == 2
    assert verbs(row) == ["case_opened", "returned", "resubmitted", "returned"]


def test_what_was_corrected_is_marked(team, row):
    send_back(team, row)
    application = Application.objects.get(pk=row.application_id)
    answer = application.answers.order_by("criterion__ordinal").first()
    applications.save_answer(
        actor=officer_of(application.centre),
        answer_id=answer.public_id,
        version=answer.version,
        narrative="เขียนใหม่ทั้งหมด",
    )
    sign(application)
    applications.submit(actor=officer_of(application.centre), application_id=application.public_id)
    filed = queries.filed(team.secretariat, queries.case(team.secretariat, row.public_id))
    assert filed.corrected
    assert [claim.criterion.pk for claim in filed.claims if claim.changed] == [answer.criterion_id]


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"reason": "  "}, "reason"),
        ({"reason": "ก" * 5001}, "reason"),
        ({"due_on": MID_WINDOW.date() - DAY}, "due_on"),
        ({"items": [{"criterion": "nonsense", "text": "x"}]}, "items"),
        ({"items": [{"text": "x"}]}, "items"),
    ],
)
def test_a_return_needs_words_a_day_to_come_and_known_criteria(team, row, said, field):
    with pytest.raises(Invalid) as caught:
        send_back(team, row, **said)
    assert list(caught.value.fields) == [field]
    assert Case.objects.get(pk=row.pk).state == "screening"


def test_each_criterion_is_named_once_and_with_words(team, row):
    key = contents(team.round.criteria_set).criteria[0].key
    for items in ([{"criterion": key, "text": " "}], [{"criterion": key, "text": "x"}] * 2):
        with pytest.raises(Invalid) as caught:
            send_back(team, row, items=items)
        assert list(caught.value.fields) == ["items"]


def test_today_is_a_day_to_answer_by(team, row):
    assert send_back(team, row, days=0).due_at > MID_WINDOW


def test_a_late_correction_is_told_and_can_get_more_time(team, row):
    entry = send_back(team, row)
    heard = []

    def hear(sender, *, case, actor, **more):
        heard.append((case.pk, actor.kind, more.get("days")))

    signals.correction_lapsed.connect(hear)
    signals.correction_near.connect(hear)
    try:
        with clock.travel(entry.due_at - 2 * DAY):
            deadlines.watch()
        with clock.travel(entry.due_at):
            deadlines.watch()
            deadlines.watch()
    finally:
        signals.correction_lapsed.disconnect(hear)
        signals.correction_near.disconnect(hear)
    assert heard == [(row.pk, "system", 3), (row.pk, "system", None)]
    assert verbs(row)[-1] == "correction_lapsed"
    late = team.secretariat.at(entry.due_at)
    assert [found.pk for found in queries.lapsed(late)] == [row.pk]
    assert [todo.kind for todo in queries.todos(late)] == ["lapsed"]
    assert list(queries.lapsed(team.secretariat)) == []
    moment = entry.due_at + DAY
    with clock.travel(moment):
        with pytest.raises(Conflict):
            file_again(row, moment)
        actions.extend_return(
            actor=late.at(moment), case_id=row.public_id, due_on=moment.date() + 3 * DAY, reason="น้ำท่วม"
        )
        assert list(queries.lapsed(late.at(moment))) == []
        assert file_again(row, moment).state == "screening"


def test_more_time_is_more_and_only_while_out(team, row):
    with pytest.raises(Conflict) as caught:
        actions.extend_return(
            actor=team.secretariat, case_id=row.public_id, due_on=MID_WINDOW.date() + DAY, reason="น้ำท่วม"
        )
    assert caught.value.code == "not-returned"
    entry = send_back(team, row)
    for day in (MID_WINDOW.date() - DAY, entry.due_at.astimezone(clock.BANGKOK).date() - DAY):
        with pytest.raises(Invalid) as problem:
            actions.extend_return(actor=team.secretariat, case_id=row.public_id, due_on=day, reason="น้ำท่วม")
        assert list(problem.value.fields) == ["due_on"]


def test_an_extension_takes_nothing_away_that_the_room_below_gave(team, row):
    entry = send_back(team, row)
    applications.extend_correction(
        actor=team.secretariat,
        application_id=row.application.public_id,
        due_at=entry.due_at + 5 * DAY,
        reason="น้ำท่วม",
    )
    last = entry.due_at.astimezone(clock.BANGKOK).date() - DAY

    def extend(days):
        return actions.extend_return(
            actor=team.secretariat, case_id=row.public_id, due_on=last + days * DAY, reason="น้ำท่วม"
        )

    with pytest.raises(Invalid) as problem:
        extend(5)
    assert list(problem.value.fields) == ["due_on"]
    assert extend(6).due_at == Application.objects.get(pk=row.application_id).correction_due_at


def test_a_lapse_that_comes_too_late_changes_nothing(team, row):
    assert actions.note_lapse(actor=Actor.system("test"), case_pk=row.pk) is None
    with pytest.raises(Refused) as caught:
        actions.note_lapse(actor=team.secretariat, case_pk=row.pk)
    assert caught.value.code == "system-only"
    entry = send_back(team, row)
    Deadline.objects.update(effect="something.else")
    with clock.travel(entry.due_at):
        deadlines.watch()
    assert "correction_lapsed" not in verbs(row)


def test_reminders_of_others_and_of_what_was_answered_are_not_ours(team, row):
    entry = send_back(team, row)
    Case.objects.filter(pk=row.pk).update(state="screening")
    heard = []

    def hear(sender, **_):
        heard.append(sender)

    signals.correction_near.connect(hear)
    try:
        with clock.travel(entry.due_at - 3 * DAY):
            assert deadlines.watch() == (0, 1)
        Deadline.objects.update(kind="other")
        Case.objects.filter(pk=row.pk).update(state="returned")
        with clock.travel(entry.due_at - DAY / 2):
            assert deadlines.watch() == (0, 1)
    finally:
        signals.correction_near.disconnect(hear)
    assert heard == []


def test_a_rejection_is_final_settled_and_has_words(team, row):
    with pytest.raises(Invalid) as caught:
        actions.reject(actor=team.secretariat, case_id=row.public_id, reason="\x00 ")
    assert list(caught.value.fields) == ["reason"]
    done = actions.reject(actor=team.secretariat, case_id=row.public_id, reason=" ไม่ใช่ศูนย์ ")
    assert (done.state, done.rejected_reason) == ("rejected", "ไม่ใช่ศูนย์")
    centre = row.application.centre
    with pytest.raises(Conflict):
        applications.withdraw(actor=officer_of(centre), application_id=row.application.public_id, reason="x")
    with pytest.raises(Conflict):
        actions.accept(actor=team.secretariat, case_id=row.public_id)
    said = queries.screening_of(officer_of(centre), row.application.public_id)
    assert (said.rejected_reason, said.rejected_at, said.returns) == ("ไม่ใช่ศูนย์", MID_WINDOW, [])


def test_nobody_is_turned_down_while_there_is_time_to_correct(team, row):
    entry = send_back(team, row)
    with pytest.raises(Conflict) as caught:
        actions.reject(actor=team.secretariat, case_id=row.public_id, reason="ช้า")
    assert caught.value.code == "still-time"
    late = team.secretariat.at(entry.due_at)
    assert actions.reject(actor=late, case_id=row.public_id, reason="ไม่แก้").state == "rejected"
    assert deadlines.of(row, "correction") is None


@pytest.mark.parametrize(
    "decide",
    [
        actions.accept,
        functools.partial(actions.reject, reason="ไม่แก้"),
        functools.partial(actions.return_case, reason="ยังไม่ครบ", due_on=MID_WINDOW.date() + 9 * DAY),
    ],
    ids=["accept", "reject", "return"],
)
def test_nobody_decides_on_what_came_in_after_they_read(team, row, decide):
    read = row.submission.public_id
    send_back(team, row)
    again = file_again(row)
    with pytest.raises(Conflict) as caught:
        decide(actor=team.secretariat, case_id=row.public_id, read=read)
    assert caught.value.code == "filed-again"
    row.refresh_from_db()
    assert row.state == "screening"
    decide(actor=team.secretariat, case_id=row.public_id, read=again.submission.public_id)


def test_who_was_turned_down_does_not_come_back_in_this_round(team, row):
    entry = send_back(team, row)
    actions.reject(actor=team.secretariat.at(entry.due_at), case_id=row.public_id, reason="ไม่แก้")
    centre = row.application.centre
    with pytest.raises(Conflict) as caught:
        applications.withdraw(
            actor=officer_of(centre), application_id=row.application.public_id, reason="เลิก"
        )
    assert caught.value.code == "settled"
    application = Application.objects.get(pk=row.application_id)
    assert (application.state, application.settled_at) == ("correction", entry.due_at)
    with pytest.raises(Conflict) as caught:
        actions.open_case(actor=officer_of(centre), application=application, submission=row.submission)
    assert caught.value.code == "rejected"


def test_withdrawing_mid_scoring_ends_everything(team, row):
    given = team.given(row)
    team.score("chair", given)
    centre = given.application.centre
    applications.withdraw(actor=officer_of(centre), application_id=given.application.public_id, reason="ย้าย")
    gone = Case.objects.get(pk=given.pk)
    assert (gone.state, gone.panel, gone.assigned_at) == ("withdrawn", None, None)
    assert set(ScoreSheet.objects.values_list("state", flat=True)) == {"void"}
    with pytest.raises(Refused) as caught:
        team.score("expert", given)
    assert caught.value.code == "void"
    for name in ("chair", "secretary"):
        with pytest.raises(Refused):
            actions.agree(actor=team.actor(name), case_id=given.public_id, scores={}, basis="")
    assert list(queries.my_sheets(team.actor("chair"))) == []
    applications.reopen(actor=officer_of(centre), application_id=given.application.public_id)
    again = file_again(given)
    assert (again.state, again.submission.ordinal) == ("screening", 2)
    assert verbs(given)[-2:] == ["withdrawn", "resubmitted"]


def test_a_draft_that_is_withdrawn_has_no_case(team):
    application = factories.ApplicationFactory(round=team.round)
    applications.withdraw(
        actor=officer_of(application.centre), application_id=application.public_id, reason="ไม่พร้อม"
    )
    assert not Case.objects.exists()


def test_nobody_sends_back_over_the_head_of_a_panel(team, row):
    given = team.given(row)
    with pytest.raises(Conflict) as caught:
        applications.return_for_correction(
            actor=team.secretariat,
            application_id=given.application.public_id,
            due_at=MID_WINDOW + DAY,
            reason="แก้",
        )
    assert caught.value.code == "screened"


def test_sent_back_by_the_room_below_alone_it_still_comes_home(team, row):
    applications.return_for_correction(
        actor=team.secretariat, application_id=row.application.public_id, due_at=MID_WINDOW + DAY, reason="แก้"
    )
    assert file_again(row).state == "screening"


def test_after_the_panel_agreed_nobody_withdraws(team, row):
    done = team.agreed(row)
    with pytest.raises(Conflict):
        applications.withdraw(
            actor=officer_of(row.application.centre), application_id=done.application.public_id, reason="x"
        )


def test_the_queue_is_filtered_and_counted(team, row):
    other = factories.case(team.round)
    team.accepted(other)
    assert queries.tally(team.secretariat) == {"screening": 1, "accepted": 1}
    assert [todo.kind for todo in queries.todos(team.secretariat)] == ["screening", "accepted"]
    found = queries.cases(team.secretariat, text=row.submission.receipt_code.lower())
    assert [case.pk for case in found] == [row.pk]
    assert list(queries.cases(team.secretariat, panel="1")) == []
    assert list(queries.cases(team.secretariat, panel="x")) == []
    assert queries.case(team.actor("chair"), row.public_id) is None
    assert queries.case_page(team.actor("chair"), row.public_id) is None


def test_what_the_program_sends_back_is_nobody_s_and_comes_home_all_the_same(team, row):
    due = MID_WINDOW.date() + 7 * DAY
    program = Actor.system("assessment")
    entry = actions.return_case(actor=program, case_id=row.public_id, reason="ภาพไม่ชัด", due_on=due)
    entry.refresh_from_db()
    assert (entry.returned_by, entry.ordinal, entry.reason) == (None, 1, "ภาพไม่ชัด")
    assert Case.objects.get(pk=row.pk).state == "returned"
    (shown, _items), *others = queries.screening_of(
        officer_of(row.application.centre), row.application.public_id
    ).returns
    assert (shown, others) == (entry, [])
    assert file_again(row).state == "screening"
    by_hand = actions.return_case(actor=team.secretariat, case_id=row.public_id, reason="ยังไม่ชัด", due_on=due)
    assert (by_hand.returned_by_id, by_hand.ordinal) == (team.secretariat.user_id, 2)
