"""Renewal: what was filed last is carried into today's criteria, what changed is shown, what may be stale is marked."""

import datetime
from types import SimpleNamespace

import pytest

from saduak.applications import actions, queries
from saduak.applications.models import (
    Answer,
    AnswerVersion,
    Application,
    CarriedAnswer,
    Evidence,
    EvidenceUse,
)
from saduak.applications.queries import renewing
from saduak.foundation import clock
from saduak.foundation.access import Conflict, Refused
from saduak.foundation.models import AuditEntry
from saduak.programme.queries import contents
from tests.applications.factories import answer, filled, fresh, head_of, officer_of
from tests.applications.factories_renewing import changed_set, held, round_after
from tests.applications.factories_sharing import published
from tests.kept import kept
from tests.organisations.factories import OrganisationFactory, ServiceCentreFactory, actor_for
from tests.programme.factories import MID_WINDOW

pytestmark = pytest.mark.django_db
LATER = MID_WINDOW.replace(year=2030)


def change(items, content):
    """What the criteria of 2573 differ in."""
    items["physical", "1"]["title"] = "ชื่อใหม่ของข้อแรก"
    items["quality", "1.1"]["scale"] = {"choices": [{"points": 1, "label": "มี"}]}
    items["quality", "1.2"] |= {"key": "c-aaaaa1", "replaces": ["c-d38175"]}
    items["quality", "1.3"] |= {"key": "c-aaaaa2"}
    items["quality", "2.1"] |= {"key": "c-aaaaa3", "replaces": ["c-e7af2a", items["quality", "2.2"]["key"]]}
    items["quality", "1.5"].pop("scale")
    quality = next(part for part in content["parts"] if part["key"] == "quality")
    quality["items"].remove(items["quality", "2.2"])


@pytest.fixture
def was(started_again):
    """What the centre filed in 2570, and its renewal in 2573, just started."""
    with clock.travel(LATER):
        yield started_again


@kept
def started_again(land):
    first = actions.start(
        actor=officer_of(land.centre), centre_id=land.centre.public_id, round_id=land.round.public_id
    )
    filled(first)
    parts = {
        part["key"]: part["choices"][-1]["points"] for part in outcome(first, "1").criterion.scale["parts"]
    }
    actions.save_answer(
        actor=officer_of(land.centre), answer_id=outcome(first, "1").public_id, version=0, scale=parts
    )
    for number in ("2.2", "2.3"):
        unmet = answer(first, number).public_id
        actions.save_answer(actor=officer_of(land.centre), answer_id=unmet, version=0, claim="unmet")
    signer, page = head_of(land.centre), queries.current_digest(fresh(first))
    actions.sign(actor=signer, application_id=first.public_id, digest=page)
    submission = actions.submit(actor=officer_of(land.centre), application_id=first.public_id)
    held(first, datetime.date(2030, 8, 31))
    row = round_after(land.round, changed_set(land.programme, 2, change), 2573)
    officer = officer_of(land.centre, LATER)
    with clock.travel(LATER):
        now = actions.start(actor=officer, centre_id=land.centre.public_id, round_id=row.public_id)
    return SimpleNamespace(
        first=first, submission=submission, now=now, officer=officer, round=row, scale=parts
    )


def outcome(application, number):
    return Answer.objects.select_related("criterion").get(
        application=application, criterion__number=number, criterion__kind="outcome"
    )


def carry(was):
    return actions.carry_over(actor=was.officer, application_id=was.now.public_id)


def test_what_was_filed_is_carried_over_as_far_as_it_fits(was):
    assert was.now.kind == "renewal"
    assert carry(was) == 48, "33 items less one that merged and one that is new, 14 gates, 3 outcomes"
    gate, kept = answer(was.now, "1", "physical"), answer(was.now, "1.4")
    assert (gate.claim, gate.narrative, gate.evidence_count) == ("met", "เรื่องของข้อ 1", 1)
    assert (kept.claim, kept.points, kept.version) == ("met", 6, 1)
    dropped, taken, new = answer(was.now, "1.1"), answer(was.now, "1.2"), answer(was.now, "1.3")
    assert (dropped.claim, dropped.points, dropped.narrative) == ("", 0, "เรื่องของข้อ 1.1")
    assert (taken.claim, taken.points) == ("met", 2)
    assert (new.claim, new.narrative, new.version) == ("", "", 0)
    merged, plain = answer(was.now, "2.1"), answer(was.now, "1.5")
    assert merged.narrative == "เรื่องของข้อ 2.1\n\nเรื่องของข้อ 2.2"
    assert (merged.claim, merged.points) == ("", 0), "what the two of then said was not the same"
    assert answer(was.now, "2.3").claim == "unmet"
    assert (plain.claim, plain.points) == ("met", 2)
    assert outcome(was.now, "1").scale == was.scale
    assert (outcome(was.now, "2").claim, outcome(was.now, "2").points) == ("", 0), "its points had no steps"


def test_every_carried_answer_is_marked_counted_and_told_once(was):
    carry(was)
    marks = {
        row.answer.criterion.number: row for row in CarriedAnswer.objects.select_related("answer__criterion")
    }
    assert (marks["1.1"].change, marks["1.1"].points_before, marks["1.1"].points_dropped) == (
        "rescaled",
        2,
        True,
    )
    assert (marks["1.2"].change, marks["1.2"].from_keys) == ("replaced", ["c-d38175"])
    merged = marks["2.1"]
    assert (merged.change, merged.points_before, merged.points_dropped) == ("replaced", 1, False)
    assert merged.from_keys == ["c-e7af2a", contents(was.first.round.criteria_set).criteria[20].key]
    assert (marks["1.4"].change, marks["1.4"].evidence_carried, marks["1.4"].evidence_left) == ("same", 1, 0)
    assert answer(was.now, "1", "physical").carried.change == "reworded"
    was.now.refresh_from_db()
    assert (was.now.gates_met, was.now.gates_total) == (14, 14)
    assert was.now.items_claimed == was.now.items_evidenced == 14 + 31 - 3 + 1
    versions = AnswerVersion.objects.filter(answer__application=was.now)
    assert versions.count() == 48
    assert not versions.filter(audited_at__isnull=True).exists(), "the sitting needs no telling of its own"
    entry = AuditEntry.objects.get(verb="applications.carried_over")
    assert entry.facts["answers"] == 48
    assert entry.facts["submission"] == str(was.submission.public_id)


def test_it_is_done_once(was):
    carry(was)
    row = answer(was.now, "1.4")
    actions.save_answer(actor=was.officer, answer_id=row.public_id, version=1, narrative="ของปีนี้")
    assert carry(was) == 0
    assert answer(was.now, "1.4").narrative == "ของปีนี้"
    assert AnswerVersion.objects.filter(answer=row).count() == 2


def test_where_everything_was_written_already_nothing_is_carried(was):
    Answer.objects.filter(application=was.now).update(version=1)
    assert carry(was) == 0
    assert not AuditEntry.objects.filter(verb="applications.carried_over").exists()


def test_what_somebody_wrote_is_left_alone(was):
    row = answer(was.now, "1.4")
    actions.save_answer(actor=was.officer, answer_id=row.public_id, version=0, narrative="เขียนใหม่แล้ว")
    assert carry(was) == 47
    assert answer(was.now, "1.4").narrative == "เขียนใหม่แล้ว"
    assert not CarriedAnswer.objects.filter(answer=row).exists()


def test_evidence_that_left_the_library_is_not_taken_along(was):
    Evidence.objects.filter(centre=was.now.centre).update(retired_at=clock.now())
    carry(was)
    row = answer(was.now, "1.4")
    assert (row.evidence_count, row.carried.evidence_left) == (0, 1)
    assert not EvidenceUse.objects.filter(answer__application=was.now).exists()


def test_what_a_headquarters_retired_is_not_taken_along(was, land):
    hq = actor_for("officer", land.department, received_at=LATER)
    item = published(hq, land.department, land.round, needs_local=False)
    Evidence.objects.filter(centre=was.now.centre).update(shared=item)
    actions.retire_shared(actor=hq, item_id=item.public_id)
    carry(was)
    row = answer(was.now, "1.4")
    assert (row.evidence_count, row.carried.evidence_left) == (0, 1)


def test_what_was_filed_counts_and_not_what_the_rows_say_today(was):
    Answer.objects.filter(application=was.first).update(claim="", narrative="")
    assert renewing.filed_answers(was.submission)["c-e7af2a"]["narrative"] == "เรื่องของข้อ 2.1"
    assert carry(was) == 48


def test_a_centre_that_never_filed_has_nothing_to_carry(land, people, draft):
    assert actions.carry_over(actor=people.officer, application_id=draft.public_id) == 0
    found = queries.changes(people.officer, draft.public_id)
    assert (found.submission, found.rows, found.may_carry) == (None, (), False)


def test_what_was_withdrawn_is_not_taken(was):
    Application.objects.filter(pk=was.first.pk).update(state="withdrawn", withdrawn_at=clock.now())
    assert carry(was) == 0


def test_a_centre_that_was_merged_into_this_one_passes_its_words_on(land, was):
    heir = ServiceCentreFactory(organisation=land.district)
    land.centre.successors.add(heir)
    application = actions.start(actor=was.officer, centre_id=heir.public_id, round_id=was.round.public_id)
    assert actions.carry_over(actor=was.officer, application_id=application.public_id) == 48
    row = answer(application, "1.4")
    assert (row.narrative, row.evidence_count) == ("เรื่องของข้อ 1.4", 0)
    assert row.carried.evidence_left == 1, "its files lie in the other library"


def test_only_the_centres_people_carry_and_only_while_it_is_written(was):
    with pytest.raises(Refused):
        actions.carry_over(
            actor=actor_for("officer", OrganisationFactory(), received_at=LATER),
            application_id=was.now.public_id,
        )
    late = was.officer.at(LATER.replace(month=4))
    with pytest.raises(Conflict):
        actions.carry_over(actor=late, application_id=was.now.public_id)


# --- What changed ------------------------------------------------------------------------------------------------------


def test_the_page_of_changes_shows_every_criterion_with_its_forerunner(was, exactly):
    carry(was)
    contents(was.first.round.criteria_set), contents(was.round.criteria_set)
    with exactly(8):
        found = queries.changes(was.officer, was.now.public_id)
    by_number = {
        row.changed.criterion.number: row for row in found.rows if row.changed.criterion.kind != "gate"
    }
    assert by_number["1.3"].changed.change == "new"
    assert by_number["1.3"].changed.label == ""
    assert by_number["1.2"].changed.label == "ข้อใหม่แทนข้อเดิม"
    assert by_number["2.1"].changed.before[0].key == "c-e7af2a"
    assert len(by_number["2.1"].changed.before) == 2
    assert by_number["1.4"].changed.change == "same"
    assert [old.number for old in found.gone] == ["1.3"]
    assert (found.carried, found.waiting, found.may_carry, found.may_edit) == (48, 48, False, True)
    assert found.submission == was.submission


def test_before_carrying_the_page_offers_it_and_readers_only_read(land, was):
    assert queries.changes(was.officer, was.now.public_id).may_carry
    reader = actor_for("supervisor", land.province, reach="line", received_at=LATER)
    assert not queries.changes(reader, was.now.public_id).may_carry
    stranger = actor_for("officer", OrganisationFactory(), received_at=LATER)
    assert queries.changes(stranger, was.now.public_id) is None


def test_a_key_is_followed_through_the_sets_between(was):
    new = contents(was.round.criteria_set)
    old = contents(was.first.round.criteria_set)
    replaces = {"c-aaaaa2": ["c-between"], "c-between": ["c-2780f3", "c-aaaaa2"], "c-aaaaa1": ["c-lost"]}
    found = {row.criterion.key: row for row in renewing.changes_of(old, new, replaces)}
    assert [row.key for row in found["c-aaaaa2"].before] == ["c-2780f3"]
    assert found["c-aaaaa1"].change == "new"


# --- What may be out of date -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("ปี 2570 มี 120 คน", ("2570",)),
        ("ปี ๒๕๖๙ และ 2571 เทียบ 2572", ("2569", "2571")),
        ("โทร 02571234 และ 2572", ()),
        ("", ()),
    ],
)
def test_years_before_the_last_whole_one_are_found(text, years):
    assert renewing.old_years(text, 2573) == years


def test_the_notice_says_what_is_old_and_is_ticked_off_once(was, exactly):
    carry(was)
    row = answer(was.now, "1.4")
    contents(was.first.round.criteria_set)
    application = queries.readable(was.officer).get(pk=was.now.pk)
    proof = [use.evidence for use in EvidenceUse.objects.filter(answer=row).select_related("evidence")]
    with exactly(1):
        notice = queries.carried_notice(application, row, proof)
    assert (notice.changed.change, notice.fiscal_year) == ("same", 2570)
    assert (notice.stale.evidence, notice.stale.since) == (1, datetime.date(2027, 9, 1))
    assert notice.stale
    for _ in range(2):
        seen = actions.see_change(actor=was.officer, answer_id=row.public_id)
    assert (seen.seen_at, seen.seen_by_id) == (LATER, was.officer.user_id)
    assert AuditEntry.objects.filter(verb="applications.change_seen").count() == 1
    other = answer(was.now, "1.3")
    with exactly(1):
        assert queries.carried_notice(application, other, []) is None
    assert queries.changes(was.officer, was.now.public_id).waiting == 47


def test_new_evidence_and_no_certificate_are_not_stale(was):
    carry(was)
    row = answer(was.now, "1.4")
    proof = [Evidence(taken_on=datetime.date(2029, 1, 1))]
    application = queries.readable(was.officer).get(pk=was.now.pk)
    assert not queries.carried_notice(application, row, proof).stale
    proof = [Evidence(taken_on=datetime.date(2020, 1, 1))]
    was.first.centre.certificates.update(state="revoked")
    assert not queries.carried_notice(application, row, proof).stale


def test_what_was_not_carried_is_not_ticked_off(was):
    carry(was)
    with pytest.raises(CarriedAnswer.DoesNotExist):
        actions.see_change(actor=was.officer, answer_id=answer(was.now, "1.3").public_id)
