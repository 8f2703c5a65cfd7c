"""Meetings and resolutions: a reason each, a level of the round, what departs from the panel, closed for good."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from saduak.applications.models import Application
from saduak.assessment.models import Case, Conflict, ConsensusScore
from saduak.certification import actions, queries
from saduak.certification.actions.meetings import AS_PROPOSED
from saduak.certification.models import Resolution
from saduak.certification.rules import decidable
from saduak.foundation import clock
from saduak.foundation.access import Actor, Invalid, Refused, registry
from saduak.foundation.access import Conflict as Moved
from saduak.foundation.models import AuditEntry
from saduak.organisations.models import Person, ServiceCentre
from saduak.register.models import Certificate, Publication
from tests.certification import factories
from tests.certification.factories import committee
from tests.organisations.factories import (
    AppointmentFactory,
    AreaFactory,
    OrganisationFactory,
    actor_for,
    actor_of,
)
from tests.programme.factories import MID_WINDOW, RoundFactory, secretariat
from tests.register.factories import CertificateFactory, PublicationFactory

pytestmark = pytest.mark.django_db


def decide(row, case, decision="certify", level="advanced", reason="เห็นชอบ", actor=None):
    return actions.decide(
        actor=actor or committee(row.round.programme),
        meeting_id=row.public_id,
        case_id=case.public_id,
        decision=decision,
        level_key=level,
        reason=reason,
    )


def test_a_meeting_has_a_number_of_its_own_in_a_round(round_):
    row = factories.meeting(round_, " 1/2570 ", place=" ห้อง 1 ")
    assert (row.number, row.place, row.state) == ("1/2570", "ห้อง 1", "open")
    for number in (" ", "1/2570"):
        with pytest.raises(Invalid) as caught:
            factories.meeting(round_, number)
        assert list(caught.value.fields) == ["number"]
    assert factories.meeting(RoundFactory(), "1/2570").number == "1/2570"


def test_who_may_do_what(round_):
    row, (case,) = factories.meeting(round_), factories.agreed(round_)
    office, other = secretariat(round_.programme, MID_WINDOW), committee(RoundFactory().programme)
    opened = actions.open_meeting(
        actor=office, round_id=round_.public_id, number="2/2570", held_on=MID_WINDOW.date()
    )
    assert opened.number == "2/2570"
    with pytest.raises(Refused):
        actions.open_meeting(
            actor=actor_for("officer"), round_id=round_.public_id, number="3", held_on=MID_WINDOW.date()
        )
    for actor in (office, other, actor_for("evaluator")):
        for act in (
            lambda actor=actor: decide(row, case, actor=actor),
            lambda actor=actor: actions.adopt_proposals(actor=actor, meeting_id=row.public_id),
            lambda actor=actor: actions.close(actor=actor, meeting_id=row.public_id),
        ):
            with pytest.raises(Refused) as caught:
                act()
            assert caught.value.code == "not-committee"
    with pytest.raises(Refused):
        actions.prepare(
            actor=committee(round_.programme),
            round_id=round_.public_id,
            number="1",
            dated=MID_WINDOW.date(),
            valid_from=MID_WINDOW.date(),
        )


def declare(row, case, actor, reason=" เคยเป็นที่ปรึกษา "):
    return actions.declare_interest(
        actor=actor, meeting_id=row.public_id, case_id=case.public_id, reason=reason
    )


def test_a_member_of_the_committee_declares_an_interest_and_the_others_decide(round_):
    row, (case, other) = factories.meeting(round_), factories.agreed(round_, 2)
    member, colleague = (committee(round_.programme) for _ in range(2))
    for _ in range(2):
        made = declare(row, case, member)
    assert (made.kind, made.reason, made.at) == ("declared", "เคยเป็นที่ปรึกษา", MID_WINDOW)
    assert (made.person_id, made.case, Conflict.objects.count()) == (member.person_id, case, 1)
    entry = AuditEntry.objects.get(aggregate_id=case.pk, verb="assessment.conflict_declared")
    assert (entry.actor, "ที่ปรึกษา" in str(entry.facts)) == (member.ref, False)
    case.refresh_from_db()
    assert case.state == "agreed"
    assert decidable(member, case).code == "conflict"
    with pytest.raises(Refused) as caught:
        decide(row, case, actor=member)
    assert caught.value.code == "conflict"
    assert list(queries.agenda(member, row)) == [other]
    assert [todo.count for todo in queries.todos(member)] == [1]
    assert actions.adopt_proposals(actor=member, meeting_id=row.public_id) == 1
    resolved = decide(row, case, actor=colleague)
    assert list(queries.resolutions(colleague, row).order_by("pk"))[-1] == resolved
    assert [shown.case for shown in queries.resolutions(member, row)] == [other]


@pytest.mark.parametrize("who", ["secretariat", "evaluator", "other programme", "nobody"])
def test_only_the_committee_declares_an_interest_on_the_agenda(round_, who):
    row, (case,) = factories.meeting(round_), factories.agreed(round_)
    actor = {
        "secretariat": lambda: secretariat(round_.programme, MID_WINDOW),
        "evaluator": lambda: actor_for("evaluator", programme=round_.programme, received_at=MID_WINDOW),
        "other programme": lambda: committee(RoundFactory().programme),
        "nobody": lambda: Actor.system("test"),
    }[who]()
    with pytest.raises(Refused) as caught:
        declare(row, case, actor)
    assert (caught.value.code, Conflict.objects.exists()) == ("not-committee", False)


@pytest.mark.parametrize("decision", ["certify", "refuse", "defer"])
def test_what_the_meeting_has_decided_is_too_late_for_an_interest(round_, decision):
    row, (case,) = factories.meeting(round_), factories.agreed(round_)
    member, level = committee(round_.programme), "advanced" if decision == "certify" else ""
    decide(row, case, decision, level)
    with pytest.raises(Moved) as caught:
        declare(row, case, member)
    assert caught.value.code == "not-on-agenda"
    actions.close(actor=member, meeting_id=row.public_id)
    with pytest.raises(Moved) as caught:
        declare(row, case, member)
    assert caught.value.code == "meeting-closed"
    second = factories.meeting(round_, "2/2570")
    if decision == "defer":
        assert declare(second, case, member).case == case
        return
    with pytest.raises(Moved) as caught:
        declare(second, case, member)
    assert caught.value.code == "not-on-agenda"


def test_an_interest_needs_words_and_a_case_on_the_agenda(round_):
    row, (case,) = factories.meeting(round_), factories.agreed(round_)
    member = committee(round_.programme)
    for reason in (" ", "ก" * 501):
        with pytest.raises(Invalid) as caught:
            declare(row, case, member, reason)
        assert list(caught.value.fields) == ["reason"]
    (elsewhere,) = factories.agreed(RoundFactory(programme=round_.programme, fiscal_year=2571))
    with pytest.raises(Case.DoesNotExist):
        declare(row, elsewhere, member)
    Case.objects.filter(pk=case.pk).update(state="scoring")
    with pytest.raises(Moved) as caught:
        declare(row, case, member)
    assert (caught.value.code, Conflict.objects.exists()) == ("not-on-agenda", False)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"reason": "  "}, "reason"),
        ({"decision": "maybe"}, "decision"),
        ({"level": ""}, "level_key"),
        ({"level": "platinum"}, "level_key"),
    ],
)
def test_a_resolution_needs_a_reason_and_a_level_of_the_round(round_, said, field):
    row, (case,) = factories.meeting(round_), factories.agreed(round_)
    with pytest.raises(Invalid) as caught:
        decide(row, case, **said)
    assert list(caught.value.fields) == [field]
    assert not Resolution.objects.exists()


@pytest.mark.parametrize(
    ("decision", "level", "kept", "departs"),
    [
        ("certify", "advanced", "advanced", False),
        ("certify", "basic", "basic", True),
        ("refuse", "advanced", "", True),
        ("defer", "advanced", "", False),
    ],
)
def test_departing_from_the_panel_is_marked(round_, decision, level, kept, departs):
    row, (case,) = factories.meeting(round_), factories.agreed(round_)
    made = decide(row, case, decision, level, " เหตุผล ")
    assert (made.decision, made.level_key, made.departs, made.reason) == (decision, kept, departs, "เหตุผล")
    assert (made.total, made.ordinal, made.number) == (85, 1, "")


def test_a_panel_that_proposed_no_level_and_a_committee_that_gives_one(round_):
    row, (case,) = factories.meeting(round_), factories.agreed(round_, level="", total=40)
    assert decide(row, case, "refuse", "").departs is False
    changed = decide(row, case, "certify", "basic")
    assert (changed.departs, changed.level_key, Resolution.objects.count()) == (True, "basic", 1)
    verbs = AuditEntry.objects.filter(verb="certification.decided", aggregate="assessment.case")
    assert verbs.count() == 2


@pytest.mark.parametrize("missing", [False, True])
def test_no_level_is_certified_while_a_gate_is_open(round_, missing):
    row, (case,) = factories.meeting(round_), factories.agreed(round_, level="", total=95)
    (gate, *_) = ConsensusScore.objects.filter(case=case, criterion__kind="gate").order_by("criterion")
    number = gate.criterion.number
    if missing:
        gate.delete()
    else:
        ConsensusScore.objects.filter(pk=gate.pk).update(points=0)
    with pytest.raises(Invalid) as caught:
        decide(row, case, "certify", "excellent")
    assert (caught.value.code, list(caught.value.fields)) == ("gate-open", ["decision"])
    assert f"ข้อ {number} " in str(caught.value.reason)
    assert not Resolution.objects.exists()
    assert decide(row, case, "defer", "").decision == "defer"
    assert decide(row, case, "refuse", "").departs is False


def test_deciding_asks_the_same_however_many_gates_there_are(round_):
    row = factories.meeting(round_)
    counts = []
    for gates in (1, 0):
        (case,) = factories.agreed(round_, gates=gates)
        actor = committee(round_.programme)
        with CaptureQueriesContext(connection) as captured:
            if gates:
                decide(row, case, actor=actor)
            else:
                with pytest.raises(Invalid):
                    decide(row, case, actor=actor)
        asked = [q["sql"] for q in captured if "assessment_consensusscore" in q["sql"]]
        counts.append(len(asked))
    assert counts == [1, 1]


def test_a_departure_says_why_in_words_of_its_own(round_):
    row, (case,) = factories.meeting(round_), factories.agreed(round_)
    for decision, level in (("refuse", ""), ("certify", "basic")):
        with pytest.raises(Invalid) as caught:
            decide(row, case, decision, level, f" {AS_PROPOSED} ")
        assert (caught.value.code, list(caught.value.fields)) == ("departs", ["reason"])
    assert not Resolution.objects.exists()
    assert decide(row, case, reason=AS_PROPOSED).reason == AS_PROPOSED


def test_only_agreed_cases_of_this_round_are_decided_and_each_once(round_):
    first, second = factories.meeting(round_), factories.meeting(round_, "2/2570")
    case, open_case = factories.agreed(round_, 2)
    Case.objects.filter(pk=open_case.pk).update(state="scoring")
    with pytest.raises(Refused) as caught:
        decide(first, open_case)
    assert caught.value.code == "not-agreed"
    (foreign,) = factories.agreed(RoundFactory())
    with pytest.raises(Case.DoesNotExist):
        decide(first, foreign)
    decide(first, case, "defer", "")
    decide(second, case)
    for decision in ("certify", "refuse", "defer"):
        with pytest.raises(Moved) as moved:
            decide(first, case, decision)
        assert moved.value.code == "decided-elsewhere"


def test_a_closed_meeting_takes_nothing_more(round_):
    row, cases = factories.meeting(round_), factories.agreed(round_, 2)
    with pytest.raises(Invalid) as empty:
        actions.close(actor=committee(round_.programme), meeting_id=row.public_id)
    assert empty.value.code == "empty-meeting"
    decide(row, cases[1])
    decide(row, cases[0], "refuse", "")
    done = actions.close(actor=committee(round_.programme), meeting_id=row.public_id)
    assert (done.state, done.closed_at) == ("closed", MID_WINDOW)
    numbers = Resolution.objects.order_by("ordinal").values_list("number", "case")
    assert list(numbers) == [("1/2570-1", cases[1].pk), ("1/2570-2", cases[0].pk)]
    for act in (
        lambda: decide(row, cases[0]),
        lambda: actions.adopt_proposals(actor=committee(round_.programme), meeting_id=row.public_id),
        lambda: actions.close(actor=committee(round_.programme), meeting_id=row.public_id),
    ):
        with pytest.raises(Moved) as caught:
            act()
        assert caught.value.code == "meeting-closed"


def test_adopting_takes_what_is_left_as_proposed_in_thai(round_):
    row = factories.meeting(round_)
    own, deferred, elsewhere, weak, plain = factories.agreed(round_, 5)
    Case.objects.filter(pk=weak.pk).update(agreed_level="")
    decide(row, own, "certify", "basic")
    earlier = factories.meeting(round_, "0/2570")
    decide(earlier, elsewhere)
    decide(earlier, deferred, "defer", "")
    with translation.override("en"):
        assert actions.adopt_proposals(actor=committee(round_.programme), meeting_id=row.public_id) == 3
    found = {r.case_id: (r.decision, r.level_key, r.reason) for r in Resolution.objects.filter(meeting=row)}
    assert found == {
        own.pk: ("certify", "basic", "เห็นชอบ"),
        deferred.pk: ("certify", "advanced", AS_PROPOSED),
        weak.pk: ("refuse", "", AS_PROPOSED),
        plain.pk: ("certify", "advanced", AS_PROPOSED),
    }
    assert actions.adopt_proposals(actor=committee(round_.programme), meeting_id=row.public_id) == 0
    assert list(queries.agenda(committee(round_.programme), row)) == []


def test_adopting_fifty_asks_as_much_as_three(round_):
    counts = []
    actor = committee(round_.programme)
    for number, count in (("1/2570", 3), ("2/2570", 50)):
        row = factories.meeting(round_, number)
        factories.agreed(round_, count)
        with CaptureQueriesContext(connection) as captured:
            assert actions.adopt_proposals(actor=actor, meeting_id=row.public_id) == count
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_adopting_locks_the_cases_before_it_asks_what_was_decided(round_):
    """What another meeting decided while this one waited for the lock is seen only by a statement after the wait."""
    row, (case, other) = factories.meeting(round_), factories.agreed(round_, 2)
    decide(factories.meeting(round_, "0/2570"), other)
    with CaptureQueriesContext(connection) as captured:
        assert actions.adopt_proposals(actor=committee(round_.programme), meeting_id=row.public_id) == 1
    asked = [q["sql"] for q in captured]
    locking = next(n for n, sql in enumerate(asked) if 'FROM "assessment_case"' in sql)
    assert "certification_resolution" not in asked[locking]
    assert "assessment_conflict" not in asked[locking]
    decided = [n for n, sql in enumerate(asked) if 'FROM "certification_resolution"' in sql]
    assert min(decided) > locking
    assert Resolution.objects.get(meeting=row).case == case


def test_who_has_an_interest_neither_decides_nor_sees(round_):
    row, (mine, other) = factories.meeting(round_), factories.agreed(round_, 2)
    actor, colleague = committee(round_.programme), committee(round_.programme)
    Conflict.objects.create(case=mine, person_id=actor.person_id, kind="declared", reason="ญาติ")
    assert decidable(actor, mine).code == "conflict"
    assert decidable(actor, other)
    assert [case.pk for case in queries.agenda(actor, row)] == [other.pk]
    with pytest.raises(Refused) as caught:
        decide(row, mine, actor=actor)
    assert caught.value.code == "conflict"
    assert actions.adopt_proposals(actor=actor, meeting_id=row.public_id) == 1
    assert actions.adopt_proposals(actor=colleague, meeting_id=row.public_id) == 1
    assert [r.case_id for r in queries.resolutions(actor, row)] == [other.pk]
    assert queries.resolutions(colleague, row).count() == 2


def test_the_meetings_are_listed_with_what_they_resolved(round_):
    row, cases = factories.meeting(round_), factories.agreed(round_, 3)
    decide(row, cases[0])
    decide(row, cases[1], "refuse", "")
    decide(row, cases[2], "defer", "")
    (listed,) = queries.meetings(committee(round_.programme))
    assert (listed.certified, listed.refused, listed.deferred) == (1, 1, 1)
    assert list(queries.meetings(committee(RoundFactory().programme))) == []
    assert queries.waiting(committee(round_.programme), round_.pk).total == 0
    actions.close(actor=committee(round_.programme), meeting_id=row.public_id)
    waiting = queries.waiting(secretariat(round_.programme), round_.pk)
    assert (waiting.certify, waiting.refuse, waiting.total) == (1, 1, 2)


def test_nobody_decides_on_the_own_office_also_when_nobody_noted_the_interest(round_):
    row = factories.meeting(round_)
    mine, other = factories.agreed(round_, 2)
    actor = committee(round_.programme)
    AppointmentFactory(
        person=Person.objects.get(pk=actor.person_id), organisation=mine.application.organisation, role="head"
    )
    assert decidable(actor, mine).code == "conflict"
    with pytest.raises(Refused) as caught:
        decide(row, mine, actor=actor)
    assert caught.value.code == "conflict"
    assert actions.adopt_proposals(actor=actor, meeting_id=row.public_id) == 1
    assert list(Resolution.objects.values_list("case", flat=True)) == [other.pk]


def test_opening_a_meeting_shuts_a_member_out_of_cases_of_the_own_office(round_):
    mine, other = factories.agreed(round_, 2)
    member = committee(round_.programme)
    AppointmentFactory(
        person=Person.objects.get(pk=member.person_id),
        organisation=mine.application.organisation,
        role="head",
    )
    assert set(Case.objects.visible_to(member)) == {mine, other}
    row = factories.meeting(round_)
    assert set(Case.objects.visible_to(member)) == {other}
    assert list(Conflict.objects.values_list("case", "person", "kind")) == [
        (mine.pk, member.person_id, "same_organisation")
    ]
    assert AuditEntry.objects.get(verb="certification.meeting_opened").facts["conflicts"] == 1
    noted = AuditEntry.objects.get(verb="assessment.conflicts_noted")
    assert (noted.aggregate_id, noted.facts) == (mine.pk, {"conflicts": 1})
    # Another meeting finds nothing new.
    factories.meeting(round_, "2/2570")
    assert Conflict.objects.count() == 1
    # Nor do the counts tell what became of it.
    actions.adopt_proposals(actor=committee(round_.programme), meeting_id=row.public_id)
    assert queries.meetings(committee(round_.programme)).get(pk=row.pk).certified == 2
    assert queries.meetings(member).get(pk=row.pk).certified == 1


def test_who_is_of_the_committee_is_asked_of_the_day_on_which_the_meeting_was_opened(round_):
    (case,) = factories.agreed(round_)
    last, next_day = MID_WINDOW.date(), MID_WINDOW.date() + timedelta(days=1)
    member = actor_for("committee", programme=round_.programme, valid_to=next_day, received_at=MID_WINDOW)
    later = actor_for("committee", programme=round_.programme, valid_from=next_day, received_at=MID_WINDOW)
    for actor in (member, later):
        person = Person.objects.get(pk=actor.person_id)
        AppointmentFactory(person=person, organisation=case.application.organisation, role="head")
    with clock.travel(MID_WINDOW + timedelta(days=1)):
        factories.meeting(round_, held_on=last)
    assert list(Conflict.objects.values_list("person", flat=True)) == [member.person_id]


@pytest.mark.parametrize(("name", "longest"), [("number", 40), ("place", 300)])
def test_what_is_too_long_for_its_column_is_said_at_its_field(round_, name, longest):
    factories.meeting(round_, **{"number": "9/2570", name: "ก" * longest})
    with pytest.raises(Invalid) as caught:
        factories.meeting(round_, **{"number": "8/2570", name: "ก" * (longest + 1)})
    assert list(caught.value.fields) == [name]


def test_the_certificate_of_a_case_in_which_one_has_an_interest_is_not_there_before_its_announcement(round_):
    (case,) = factories.agreed(round_)
    member = committee(round_.programme)
    Conflict.objects.create(case=case, person_id=member.person_id, kind="declared", at=MID_WINDOW)
    row = factories.closed(round_)
    resolution = Resolution.objects.get(meeting=row)
    embargoed = CertificateFactory(publication=PublicationFactory(published_at=None))
    resolution.certificate = embargoed
    resolution.save(update_fields=["certificate"])
    denied = registry.visible(Certificate, member)[1]
    assert list(Certificate.objects.filter(denied)) == [embargoed]
    Publication.objects.update(published_at=MID_WINDOW)
    assert list(Certificate.objects.filter(denied)) == []


def test_who_joins_the_committee_sees_nothing_of_the_own_office_or_province_from_the_first_moment(round_):
    """Before any meeting is opened, and whoever was appointed after it: nothing has to be noted first."""
    province, elsewhere = AreaFactory(code="65"), AreaFactory(code="49")
    (own,) = factories.agreed(round_)
    (here,) = factories.agreed(round_, area=province)
    (there,) = factories.agreed(round_, area=elsewhere)
    ServiceCentre.objects.filter(pk=own.application.centre_id).update(area=elsewhere)
    office = OrganisationFactory(kind="province", area=AreaFactory(code="6501", parent=province))
    for case in (own, here, there):
        decide(factories.meeting(round_, f"{case.pk}/2570"), case)
    late = committee(round_.programme)
    person = Person.objects.get(pk=late.person_id)
    AppointmentFactory(person=person, organisation=own.application.organisation, role="evaluator")
    AppointmentFactory(person=person, organisation=office, role="clerk")
    AppointmentFactory(person=person, organisation=OrganisationFactory(kind="ministry", area=elsewhere))
    late = actor_of(person, received_at=MID_WINDOW)
    assert not Conflict.objects.exists()
    assert set(Case.objects.visible_to(late)) == {there}
    assert [r.case for r in Resolution.objects.visible_to(late)] == [there]
    assert Case.objects.visible_to(committee(round_.programme)).count() == 3


def test_a_seat_on_the_committee_does_not_shut_the_work_of_the_own_office(round_):
    (own,) = factories.agreed(round_)
    actor = committee(round_.programme)
    person = Person.objects.get(pk=actor.person_id)
    AppointmentFactory(person=person, organisation=own.application.organisation, role="officer")
    both = actor_of(person, received_at=MID_WINDOW)
    assert set(Application.objects.visible_to(both)) == {own.application}
    assert not Case.objects.visible_to(both).exists()


def test_opening_a_meeting_asks_as_much_for_three_interests_as_for_one(round_):
    counts = []
    for number, count in (("1/2570", 1), ("2/2570", 3)):
        place = OrganisationFactory()
        factories.agreed(round_, count, organisation=place)
        member = committee(round_.programme)
        AppointmentFactory(person=Person.objects.get(pk=member.person_id), organisation=place, role="head")
        with CaptureQueriesContext(connection) as captured:
            actions.open_meeting(
                actor=member, round_id=round_.public_id, number=number, held_on=MID_WINDOW.date()
            )
        counts.append(len(captured))
    assert counts[0] == counts[1]
    assert AuditEntry.objects.filter(verb="assessment.conflicts_noted").count() == 4
