import datetime
from decimal import Decimal
from unittest import mock

import pytest

from saduak.applications import actions, queries
from saduak.applications.models import Answer, AnswerVersion, SignOff
from saduak.foundation import clock
from saduak.foundation.access import Actor, Conflict, Holding, Invalid, Refused
from saduak.foundation.models import AuditEntry
from saduak.programme.models import Stage
from tests.applications.factories import answer, signed_application, submitted_application
from tests.applications.factories_renewing import held

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def save(actor, row, version=None, **change):
    now = Answer.objects.get(pk=row.pk).version if version is None else version
    return actions.save_answer(actor=actor, answer_id=row.public_id, version=now, **change)


def link_to(application, *capabilities):
    holding = Holding(
        ref="link:1",
        role="link",
        capabilities=frozenset(capabilities),
        target=("applications.Application", str(application.public_id)),
    )
    return Actor(
        kind="link", ref="link:1", received_at=application.started_at, name="ผู้ช่วยภายนอก", holdings=(holding,)
    )


def test_text_is_saved_and_says_so(draft, people):
    row = answer(draft, "2.1")
    saved = save(people.officer, row, narrative="สำรวจปีละสองครั้ง\r\nทุกกลุ่ม")
    row.refresh_from_db()
    assert row.narrative == "สำรวจปีละสองครั้ง\nทุกกลุ่ม"
    assert (saved.version, row.version, saved.counted, saved.voided) == (1, 1, False, False)
    assert row.updated_by_id == people.officer.user_id


def test_typing_costs_four_queries_and_claiming_five(draft, people, exactly):
    row = answer(draft, "2.1")
    with exactly(4):
        save_first = actions.save_answer(
            actor=people.officer, answer_id=row.public_id, version=0, narrative="ก"
        )
    with exactly(4):
        second = actions.save_answer(
            actor=people.officer, answer_id=row.public_id, version=save_first.version, narrative="กข"
        )
    with exactly(5):
        actions.save_answer(
            actor=people.officer, answer_id=row.public_id, version=second.version, claim="met"
        )


def test_a_sitting_is_one_version_and_another_person_begins_a_new_one(draft, people):
    row = answer(draft, "2.1")
    for text in ("ก", "กข", "กขค"):
        save(people.officer, row, narrative=text)
    save(people.helper, row, narrative="ผู้ช่วยแก้")
    save(people.officer, row, narrative="แก้กลับ")
    rows = list(AnswerVersion.objects.filter(answer=row).order_by("version"))
    assert [(v.first_version, v.version, v.narrative) for v in rows] == [
        (1, 3, "กขค"),
        (4, 4, "ผู้ช่วยแก้"),
        (5, 5, "แก้กลับ"),
    ]
    assert rows[1].by == people.helper.name
    assert queries.history(people.officer, row.public_id) == rows[::-1]
    assert queries.history(people.stranger, row.public_id) is None


def test_after_half_an_hour_of_real_time_a_new_sitting_begins(draft, people):
    row = answer(draft, "2.1")
    save(people.officer, row, narrative="ก")
    later = clock.wall() + datetime.timedelta(minutes=30)
    with mock.patch("saduak.foundation.clock.wall", return_value=later):
        save(people.officer, row, narrative="กข")
    assert AnswerVersion.objects.filter(answer=row).count() == 2


def test_two_people_see_both_versions_and_nothing_is_overwritten(draft, people):
    row = answer(draft, "2.1")
    save(people.officer, row, version=0, narrative="ของเจ้าหน้าที่")
    with pytest.raises(actions.AnswerConflict) as conflict:
        save(people.helper, row, version=0, narrative="ของผู้ช่วย")
    both = conflict.value
    assert (both.theirs, both.by, both.version, both.status) == ("ของเจ้าหน้าที่", people.officer.name, 1, 409)
    row.refresh_from_db()
    assert row.narrative == "ของเจ้าหน้าที่"
    saved = save(people.helper, row, version=both.version, narrative="รวมกันแล้ว")
    assert saved.version == 2


def test_who_chose_their_own_version_keeps_the_other_in_history(draft, people):
    row = answer(draft, "2.1")
    save(people.officer, row, version=0, narrative="แท็บหนึ่ง")
    save(people.officer, row, version=0, narrative="แท็บสอง", force=True)
    texts = AnswerVersion.objects.filter(answer=row).order_by("version").values_list("narrative", flat=True)
    assert list(texts) == ["แท็บหนึ่ง", "แท็บสอง"]


def test_a_conflict_over_a_claim_says_the_claim(draft, people):
    row = answer(draft, "1.4")
    save(people.officer, row, version=0, points=4)
    with pytest.raises(actions.AnswerConflict) as conflict:
        save(people.helper, row, version=0, points=6)
    assert conflict.value.theirs == "มีครบ (4)"
    assert (conflict.value.claim, conflict.value.points) == ("met", Decimal(4))
    save(people.officer, row, claim="")
    with pytest.raises(actions.AnswerConflict) as conflict:
        save(people.helper, row, version=0, claim="met")
    assert conflict.value.theirs == "ยังไม่ตอบ"


def test_a_conflict_with_oneself_names_the_other_window(draft, people):
    row = answer(draft, "2.1")
    save(people.officer, row, version=0, narrative="แท็บหนึ่ง")
    for who, by in ((people.officer, "คุณ (อีกหน้าต่าง)"), (people.helper, people.officer.name)):
        with pytest.raises(actions.AnswerConflict) as conflict:
            save(who, row, version=0, narrative="แท็บสอง")
        assert conflict.value.by == by


def test_a_conflict_without_a_writer_has_no_name(draft, people):
    row = answer(draft, "2.1")
    Answer.objects.filter(pk=row.pk).update(version=7, narrative="เดิม")
    with pytest.raises(actions.AnswerConflict) as conflict:
        save(people.officer, row, version=0, narrative="ใหม่")
    assert conflict.value.by == ""


@pytest.mark.parametrize("points", ["0.001", "1.005"])
def test_points_are_hundredths(draft, people, points):
    row = next(r for r in draft.answers.all() if not r.criterion.scale.get("choices") and r.criterion.points)
    with pytest.raises(Invalid) as invalid:
        save(people.officer, row, version=0, points=points)
    assert list(invalid.value.fields) == ["points"]
    assert save(people.officer, row, version=0, points="0.25").answer.points == Decimal("0.25")


def test_sending_again_what_arrived_is_no_conflict(draft, people):
    row = answer(draft, "2.1")
    save(people.officer, row, version=0, narrative="ส่งซ้ำ")
    again = save(people.officer, row, version=0, narrative="ส่งซ้ำ")
    assert again.version == 1
    assert AnswerVersion.objects.filter(answer=row).count() == 1


def test_counts_follow_claims(draft, people):
    gate, item, outcome = answer(draft, "1", "physical"), answer(draft, "1.4"), answer(draft, "2.1")
    assert save(people.officer, gate, claim="met").counted
    save(people.officer, item, points=4)
    save(people.officer, outcome, claim="met")
    draft.refresh_from_db()
    assert (draft.items_claimed, draft.items_evidenced, draft.gates_met) == (3, 0, 0)
    assert (draft.points_claimed, draft.points_evidenced) == (Decimal(5), Decimal(0))
    save(people.officer, item, points=0)
    save(people.officer, outcome, claim="unmet")
    draft.refresh_from_db()
    assert (draft.items_claimed, draft.points_claimed) == (1, Decimal(0))
    assert draft.last_edit_at == people.officer.received_at


def test_claiming_takes_the_full_points_and_keeps_fewer_when_chosen(draft, people):
    row = answer(draft, "1.4")
    save(people.officer, row, claim="met")
    row.refresh_from_db()
    assert row.points == 6
    save(people.officer, row, points=2)
    save(people.officer, row, claim="met")
    row.refresh_from_db()
    assert row.points == 2


def test_an_outcome_adds_its_parts_up_to_its_worth(draft, people):
    row = (
        Answer.objects.filter(application=draft, criterion__kind="outcome")
        .order_by("criterion__ordinal")
        .last()
    )
    parts = row.criterion.scale["parts"]
    for part in parts:
        save(people.officer, row, scale={part["key"]: str(part["choices"][-1]["points"])})
    row.refresh_from_db()
    assert len(row.scale) == len(parts)
    assert row.points == min(sum(p["choices"][-1]["points"] for p in parts), row.criterion.points)
    save(people.officer, row, scale={part["key"]: 0 for part in parts})
    row.refresh_from_db()
    assert (row.claim, row.points) == ("unmet", 0)
    save(people.officer, row, claim="unmet")
    row.refresh_from_db()
    assert row.scale == {}


def test_a_gate_never_carries_points(draft, people):
    row = answer(draft, "1", "physical")
    save(people.officer, row, claim="met")
    row.refresh_from_db()
    assert row.points == 0


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"claim": "perhaps"}, "claim"),
        ({"points": 7}, "points"),
        ({"points": 3}, "points"),
        ({"points": -1}, "points"),
        ({"points": "many"}, "points"),
        ({"points": "Infinity"}, "points"),
        ({"scale": {"s1": 1}}, "scale"),
        ({"narrative": "ก" * 20_001}, "narrative"),
    ],
)
def test_what_can_not_be_is_refused_in_words(draft, people, change, field):
    row = answer(draft, "1.4")
    with pytest.raises(Invalid) as invalid:
        save(people.officer, row, **change)
    assert list(invalid.value.fields) == [field]
    row.refresh_from_db()
    assert row.version == 0


def test_an_outcome_takes_any_points_up_to_its_worth(draft, people):
    row = Answer.objects.filter(application=draft, criterion__kind="outcome").first()
    save(people.officer, row, points="7.5")
    row.refresh_from_db()
    assert row.points == Decimal("7.5")
    with pytest.raises(Invalid):
        save(people.officer, row, points="10.5")


@pytest.mark.parametrize("who", ["stranger", "province", "secretariat", "city_officer", "over_cities"])
def test_others_do_not_write(draft, people, who):
    with pytest.raises(Refused) as refused:
        save(getattr(people, who), answer(draft, "2.1"), narrative="x")
    assert refused.value.code == "not-yours"


def test_a_link_writes_in_its_own_application_only(draft, people, land):
    helper = link_to(draft, "applications.edit").at(people.officer.received_at)
    saved = save(helper, answer(draft, "2.1"), narrative="จากลิงก์")
    assert saved.answer.updated_by is None
    assert AnswerVersion.objects.get(answer=saved.answer).by == "ผู้ช่วยภายนอก"
    city = actions.start(
        actor=people.city_officer, centre_id=land.city_centre.public_id, round_id=land.round.public_id
    )
    with pytest.raises(Refused):
        save(helper, answer(city, "2.1"), narrative="x")
    with pytest.raises(Refused):
        save(link_to(draft, "applications.see"), answer(draft, "2.1"), narrative="x")


@pytest.mark.parametrize(("seconds", "open_"), [(-1, True), (0, False), (1, False)])
def test_writing_ends_with_the_window_to_the_second(draft, people, land, seconds, open_):
    closes_at = Stage.objects.get(round=land.round, key="application").ends_at
    actor = people.officer.at(closes_at + datetime.timedelta(seconds=seconds))
    row = answer(draft, "2.1")
    if open_:
        assert save(actor, row, narrative="ทันเวลา").version == 1
    else:
        with pytest.raises(Conflict) as closed:
            save(actor, row, narrative="ไม่ทัน")
        assert closed.value.code == "window-closed"


def test_a_round_that_was_closed_by_hand_takes_nothing(draft, people, land):
    land.round.closed_at = people.officer.received_at
    land.round.save(update_fields=["closed_at"])
    with pytest.raises(Conflict):
        save(people.officer, answer(draft, "2.1"), narrative="x")
    earlier = people.officer.at(people.officer.received_at - datetime.timedelta(seconds=1))
    assert save(earlier, answer(draft, "2.1"), narrative="x").version == 1


def test_a_round_without_a_window_takes_nothing(draft, people, land):
    Stage.objects.filter(round=land.round, key="application").delete()
    with pytest.raises(Conflict):
        save(people.officer, answer(draft, "2.1"), narrative="x")


@pytest.mark.parametrize("change", [{"narrative": "แก้คำ"}, {"claim": "unmet"}])
def test_editing_after_signing_voids_the_signature(draft, people, change):
    signed_application(draft, head=people.head)
    saved = save(people.officer, answer(draft, "2.1"), **change)
    draft.refresh_from_db()
    assert saved.voided
    assert draft.state == "draft"
    sign_off = SignOff.objects.get(application=draft)
    assert sign_off.voided_at == people.officer.received_at
    assert sign_off.void_reason == "มีการแก้ข้อ 2.1 หลังลงนาม"
    verbs = AuditEntry.objects.filter(aggregate_id=draft.pk, aggregate="applications.application")
    assert "applications.signature_voided" in verbs.values_list("verb", flat=True)


def test_saving_the_same_in_a_signed_application_keeps_the_signature(draft, people):
    signed_application(draft, head=people.head)
    row = answer(draft, "2.1")
    assert not save(people.officer, row, narrative=row.narrative).voided
    draft.refresh_from_db()
    assert draft.state == "signed"


def test_what_was_submitted_or_withdrawn_is_not_written(draft, people):
    submitted_application(draft, officer=people.officer)
    with pytest.raises(Conflict) as refused:
        save(people.officer, answer(draft, "2.1"), narrative="x")
    assert refused.value.code == "not-editable"
    actions.withdraw(actor=people.officer, application_id=draft.public_id, reason="ขอถอน")
    with pytest.raises(Conflict):
        save(people.officer, answer(draft, "2.1"), narrative="x")


def test_the_kind_can_be_chosen_and_voids_a_signature(draft, people):
    signed_application(draft, head=people.head)
    held(draft)
    same = actions.choose_kind(actor=people.officer, application_id=draft.public_id, kind="new")
    assert same.state == "signed"
    changed = actions.choose_kind(actor=people.officer, application_id=draft.public_id, kind="renewal")
    assert (changed.kind, changed.state) == ("renewal", "draft")
    for kind in ("x", "upgrade"):
        with pytest.raises(Invalid) as refused:
            actions.choose_kind(actor=people.officer, application_id=draft.public_id, kind=kind)
        assert set(refused.value.fields) == {"kind"}
