"""The self-check: an honest range, a link for its holder alone, an end, and what it brings into an application."""

import datetime
from copy import deepcopy
from decimal import Decimal
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saduak.applications import actions, tasks
from saduak.applications.actions import selfcheck as at_work
from saduak.applications.models import Answer, AnswerVersion, PlanItem, SelfCheck
from saduak.applications.queries import selfcheck as queries
from saduak.applications.queries.selfcheck import Side, estimate_of
from saduak.foundation import clock
from saduak.foundation.access import Actor, Conflict, Invalid, Refused
from saduak.foundation.access.resolver import digest
from saduak.foundation.models import AuditEntry
from saduak.programme.levels import Item, LevelRule, PartRef, Scheme, evaluate
from saduak.programme.queries import contents
from tests.applications.factories import answer, fresh, signed_application
from tests.applications.factories_renewing import changed_set
from tests.applications.factories_selfcheck import answered, kept
from tests.programme.factories import MID_WINDOW, RoundFactory, document, published_set

DAY = datetime.timedelta(days=1)
BY = datetime.date(2027, 2, 20)
NOBODY = Actor.public(MID_WINDOW)

# --- The estimate, without a database -----------------------------------------------------------------------------------

SIDES = (
    Side("q.a", "q", 1, "ก", "", tuple(SimpleNamespace(points=points) for points in (10, 20))),
    Side("q.b", "q", 2, "ข", "", (SimpleNamespace(points=40),)),
    Side("o.", "o", 0, "ค", "", (SimpleNamespace(points=30),)),
)


def level(key, ordinal, least, **more):
    return LevelRule(key, key, key, ordinal, Decimal(least), **more)


def scheme(*levels):
    items = [Item(f"g{n}", str(n), "", "p", "gate", Decimal(0)) for n in (1, 2)]
    items += [
        Item(key, "1", "", part, "basic", Decimal(points))
        for key, part, points in (("a1", "q", 10), ("a2", "q", 20), ("b1", "q", 40), ("o1", "o", 30))
    ]
    parts = [
        PartRef(key, "", kind, Decimal(points))
        for key, kind, points in (("p", "gate", 0), ("q", "quality", 70), ("o", "outcome", 30))
    ]
    return Scheme(tuple(items), tuple(parts), levels, official=False)


PLAIN = scheme(level("basic", 1, 60), level("gold", 2, 90))
GATES = {"g1": "yes", "g2": "yes"}


@pytest.mark.parametrize(
    ("rest", "low", "high", "lowest", "highest"),
    [
        ({}, 0, 100, None, "gold"),
        ({"q.a": "most", "q.b": "most", "o.": "most"}, 20 + 26 + 20, 100, "basic", "gold"),
        ({"q.a": "some", "q.b": "some", "o.": "some"}, 10 + 13 + 10, 20 + 27 + 20, None, "basic"),
        ({"q.a": "little", "q.b": "little", "o.": "little"}, 0, 10 + 14 + 10, None, None),
        ({"q.a": "most", "q.b": "little"}, 20, 30 + 14 + 30, None, "basic"),
    ],
)
def test_a_share_of_a_side_is_a_range_of_points(rest, low, high, lowest, highest):
    found = estimate_of(PLAIN, SIDES, GATES, rest)
    assert (found.low, found.high, found.maximum, found.gates_open) == (low, high, 100, 0)
    assert (found.lowest and found.lowest.key, found.highest and found.highest.key) == (lowest, highest)


@pytest.mark.parametrize("said", ["no", "unsure"])
def test_no_level_while_a_gate_is_open(said):
    rest = dict.fromkeys(("q.a", "q.b", "o."), "most")
    found = estimate_of(PLAIN, SIDES, {"g1": "yes", "g2": said}, rest)
    assert (found.lowest, found.highest, found.gates_met, found.gates_open) == (None, None, 1, 1)
    assert (found.low, found.high) == (66, 100)


def test_what_a_level_asks_of_a_part_or_an_item_is_neither_sure_nor_ruled_out():
    most = dict.fromkeys(("q.a", "q.b", "o."), "most")
    of_item = scheme(level("basic", 1, 60, required=(("a1", Decimal(5)),)))
    found = estimate_of(of_item, SIDES, GATES, most)
    assert (found.lowest, found.highest.key) == (None, "basic")
    of_part = scheme(level("basic", 1, 10, min_parts=(("o", Decimal(15)),)))
    assert estimate_of(of_part, SIDES, GATES, most | {"o.": "little"}).highest is None
    assert estimate_of(of_part, SIDES, GATES, most).lowest.key == "basic"


@given(
    st.lists(st.integers(0, 40), min_size=4, max_size=4),
    st.fixed_dictionaries({"g1": st.booleans(), "g2": st.booleans()}),
)
@settings(max_examples=30)
def test_what_is_really_there_lies_in_the_range_that_an_honest_answer_gives(points, gates):
    """Whoever answers with the true share is told nothing that the rules would not say."""
    worth = {"a1": 10, "a2": 20, "b1": 40, "o1": 30}
    held = {key: min(value, worth[key]) for (key, value) in zip(worth, points, strict=True)}
    real = evaluate(PLAIN, met=[key for key, there in gates.items() if there], points=held)
    rest = {}
    for side, keys in zip(SIDES, (("a1", "a2"), ("b1",), ("o1",)), strict=True):
        share = sum(held[key] for key in keys) / side.points
        rest[side.key] = "most" if share >= 2 / 3 else "some" if share >= 1 / 3 else "little"
    said = {key: "yes" if there else "no" for key, there in gates.items()}
    found = estimate_of(PLAIN, SIDES, said, rest)
    assert found.low <= real.total <= found.high
    ordinals = [rule.ordinal if rule else 0 for rule in (found.lowest, real.level, found.highest)]
    assert ordinals == sorted(ordinals)


# --- By a link ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def set_(db):
    return published_set()


@pytest.mark.django_db
def test_only_the_digest_of_the_secret_is_kept_and_nothing_of_who_it_was(set_):
    made = kept(set_, no=2, unsure=1, place="some", outcome="little")
    row = SelfCheck.objects.get()
    assert row.token_digest == digest(made.token) != made.token
    assert sorted(row.answers.values()) == ["no"] * 2 + ["unsure"] + ["yes"] * 11
    assert row.rest == {"quality.place": "some", "outcome.": "little"}
    assert (row.plan, row.version, row.application, row.taken_at) == ({}, 0, None, None)
    assert row.expires_at == row.made_at + at_work.KEPT_FIRST
    assert queries.kept_check(made.token) == row
    assert queries.kept_check(made.token[:-1]) is None
    assert not AuditEntry.objects.filter(verb__contains="self").exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("answers", "rest", "code"),
    [
        ({}, {}, "answers"),
        ({"c-f47b43": "perhaps"}, {}, "answers"),
        ({}, {"quality.place": "all"}, "rest"),
    ],
)
def test_every_gate_is_answered_and_only_with_what_there_is(set_, answers, rest, code):
    said = answered(set_)
    whole = {} if code == "answers" and not answers else said["answers"]
    with pytest.raises(Invalid) as refusal:
        actions.keep_self_check(
            actor=NOBODY, criteria_set_id=set_.public_id, answers=whole | answers, rest=rest
        )
    assert refusal.value.code == code
    assert not SelfCheck.objects.exists()


@pytest.mark.django_db
def test_nothing_is_kept_that_the_set_does_not_ask_for(set_):
    said = answered(set_)
    said["answers"]["x" * 5_000], said["rest"]["y"] = "yes", "most"
    made = actions.keep_self_check(actor=NOBODY, criteria_set_id=set_.public_id, **said)
    plan = {"z": actions.Planned("ก", BY), "c-f47b43": actions.Planned("  งาน\x00อาคาร \n ", BY)}
    row = actions.plan_self_check(actor=NOBODY, token=made.token, plan=plan, before={})
    assert len(row.answers) == 14
    assert (row.rest, row.plan) == ({}, {"c-f47b43": {"who": "งานอาคาร", "by": "2027-02-20"}})
    with pytest.raises(Invalid):
        plan = {"c-f47b43": actions.Planned("ก" * 201)}
        actions.plan_self_check(actor=NOBODY, token=made.token, plan=plan, before={})


@pytest.mark.django_db
def test_a_flood_ends_at_a_number(set_, monkeypatch):
    """What nobody came back to gives way, the oldest first; what is over is not counted, what is in use stays."""
    monkeypatch.setattr(at_work, "MOST", 2)
    over, *tokens = (kept(set_).token for _n in range(2))
    SelfCheck.objects.filter(token_digest=digest(over)).update(
        made_at=clock.wall() - 2 * DAY, expires_at=clock.wall() - DAY
    )
    tokens += [kept(set_).token for _n in range(2)]
    assert [queries.kept_check(token) is not None for token in tokens] == [False, True, True]
    assert SelfCheck.objects.filter(token_digest=digest(over)).exists(), "the tick deletes it"
    row = actions.plan_self_check(actor=NOBODY, token=tokens[1], plan={}, before={})
    assert row.expires_at == row.changed_at + at_work.KEPT
    last = kept(set_).token
    assert [queries.kept_check(token) is not None for token in (*tokens, last)] == [False, True, False, True]
    actions.answer_self_check(actor=NOBODY, token=last, before={}, **answered(set_))
    with pytest.raises(Conflict) as refusal:
        kept(set_)
    assert refusal.value.code == "full"
    assert SelfCheck.objects.count() == 3


@pytest.mark.django_db
def test_answering_anew_keeps_the_plan_and_shows_what_is_missing_now(set_):
    token = kept(set_, no=2, place="some", service="most").token
    keys = ("c-f47b43", "c-93dc2d", "quality.place")
    plan = {key: actions.Planned("หัวหน้างาน", BY) for key in keys}
    check = actions.plan_self_check(actor=NOBODY, token=token, plan=plan, before={})
    today = BY + DAY
    rows = queries.rows_of(contents(set_), check, today)
    assert [(row.key, row.field, row.number, row.late) for row in rows] == [
        ("c-f47b43", "1", "1", True),
        ("c-93dc2d", "2", "2", True),
        ("quality.place", "s1", "", True),
    ]
    assert (str(rows[2].title), rows[2].wanted) == ("ด้านที่ 1 สถานที่", ())
    assert (rows[0].who, rows[0].by, rows[0].wanted[0]) == ("หัวหน้างาน", BY, "ป้ายวันและเวลาให้บริการที่หน้าศูนย์")
    check = actions.answer_self_check(
        actor=NOBODY,
        token=token,
        before=check.answers | check.rest,
        **answered(set_, no=1, technology="little"),
    )
    rows = queries.rows_of(contents(set_), check, BY)
    assert [(row.key, row.late) for row in rows] == [("c-f47b43", False), ("quality.technology", False)]
    assert (rows[1].who, rows[1].by) == ("", None)
    assert set(check.plan) == set(keys)
    assert check.version == 2


@pytest.mark.django_db
def test_it_ends_and_is_deleted_some_at_a_time(set_, monkeypatch):
    tokens = [kept(set_).token for _n in range(4)]
    over = clock.wall() - DAY
    SelfCheck.objects.exclude(token_digest=digest(tokens[0])).update(made_at=over - 2 * DAY, expires_at=over)
    assert queries.kept_check(tokens[1]) is None
    with pytest.raises(SelfCheck.DoesNotExist):
        actions.plan_self_check(actor=NOBODY, token=tokens[1], plan={}, before={})
    monkeypatch.setattr(at_work, "AT_ONCE", 2)
    assert [tasks.prune_self_checks() for _turn in range(3)] == [2, 1, 0]
    assert queries.kept_check(tokens[0]) is not None
    actions.drop_self_check(actor=NOBODY, token=tokens[0])
    actions.drop_self_check(actor=NOBODY, token=tokens[0])
    assert not SelfCheck.objects.exists()


# --- Reading ------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_set_to_ask_for_is_that_of_the_round_to_speak_of(land):
    old = published_set(land.other, version=9)
    assert queries.current_set(NOBODY, MID_WINDOW) == land.round.criteria_set
    for moment in (MID_WINDOW + 60 * DAY, MID_WINDOW - 300 * DAY):
        assert queries.current_set(NOBODY, moment) == land.round.criteria_set, "begun, or still to come"
    later = MID_WINDOW + 3_000 * DAY
    assert queries.current_set(NOBODY, later) == old, "no round is left: the newest set"
    assert queries.named_set(NOBODY, str(old.public_id)) == old
    assert queries.named_set(NOBODY, "x") is None
    assert queries.named_set(NOBODY, str(land.centre.public_id)) is None


@pytest.mark.django_db
def test_without_a_set_there_is_nothing_to_ask():
    assert queries.current_set(NOBODY, MID_WINDOW) is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"unsure": 1, "rest": "most"}, "ยังไม่มีระดับ เพราะเกณฑ์ที่ต้องผ่านมีแล้ว 13 จาก 14 ข้อ"),
        ({"rest": "little"}, "ยังไม่ถึงระดับใด"),
        ({"rest": "most"}, "ตั้งแต่ยังไม่ถึงระดับใด จนถึงระดับเป็นเลิศ"),
    ],
)
def test_the_result_in_one_sentence(set_, said, words, exactly):
    sides = dict.fromkeys(("place", "service", "staff", "technology", "outcome"), said.pop("rest"))
    token = kept(set_, **said, **sides).token
    with exactly(1):
        page = queries.self_check_page(queries.kept_check(token), MID_WINDOW)
    assert words in str(queries.where_it_stands(page))
    assert len(page.ready) == page.estimate.gates_met
    with clock.travel(MID_WINDOW):
        page = queries.self_check_page(page.check, MID_WINDOW)
        assert abs(page.until - MID_WINDOW - at_work.KEPT_FIRST) < DAY


@pytest.mark.django_db
def test_a_result_that_is_kept_nowhere_says_the_same(set_):
    said = answered(set_, no=2, place="some")
    drawn = queries.drawn_page(set_, said["answers"], said["rest"] | {"outcome.": ""}, MID_WINDOW)
    assert not SelfCheck.objects.exists()
    page = queries.self_check_page(kept(set_, no=2, place="some").check, MID_WINDOW)
    assert (drawn.rows, drawn.estimate, drawn.ready) == (page.rows, page.estimate, page.ready)


@pytest.mark.django_db
@pytest.mark.parametrize(("least", "words"), [(60, "ระหว่างระดับต้น ถึงระดับสูง"), (101, "อยู่ที่ระดับต้น")])
def test_a_range_that_reaches_a_level_for_sure(land, least, words):
    levels = [
        {"key": "a", "name": "ต้น", "colour": "basic", "rule": {"gates": "all", "min_total": 50}},
        {"key": "b", "name": "สูง", "colour": "basic", "rule": {"gates": "all", "min_total": least + 10}},
    ]
    own = published_set(land.other, version=7, levels=levels)
    sides = dict.fromkeys(("place", "service", "staff", "technology", "outcome"), "most")
    page = queries.self_check_page(kept(own, **sides).check, MID_WINDOW)
    assert words in str(queries.where_it_stands(page))


# --- Into an application ------------------------------------------------------------------------------------------------


def take(actor, application, token):
    return actions.take_self_check(actor=actor, token=token, application_id=application.public_id)


def verbs(application):
    rows = AuditEntry.objects.filter(aggregate="applications.application", aggregate_id=application.pk)
    return [row.verb for row in rows.order_by("seq")]


@pytest.fixture
def _now():
    with clock.travel(MID_WINDOW):
        yield


@pytest.mark.django_db
@pytest.mark.postgres
@pytest.mark.usefixtures("_now")
def test_answers_where_there_are_none_and_the_plan(draft, people):
    set_ = draft.round.criteria_set
    token = kept(set_, no=2, unsure=1, technology="little", place="some").token
    plan = {
        "c-f47b43": actions.Planned("งานทะเบียน", BY),
        "quality.technology": actions.Planned("งานเทคโนโลยี"),
        "quality.staff": actions.Planned("ไม่ได้ถามถึง"),
    }
    actions.plan_self_check(actor=NOBODY, token=token, plan=plan, before={})
    known = answer(draft, "2", "physical")
    actions.save_answer(actor=people.officer, answer_id=known.public_id, version=0, claim="met")
    done = take(people.officer, draft, token)
    assert (done.claims, done.planned) == (1, 14 + 5)
    first, second, third = (answer(draft, number, "physical") for number in "123")
    assert (first.claim, first.version, first.updated_by_id) == ("unmet", 1, people.officer.user_id)
    assert (second.claim, second.version) == ("met", 1), "somebody answered it"
    assert (third.claim, third.version) == ("", 0), "nobody was sure"
    assert answer(draft, "4", "physical").claim == "", "what is there has still to be shown"
    version = AnswerVersion.objects.get(answer=first)
    assert (version.claim, version.version, version.audited_at) == ("unmet", 1, MID_WINDOW)
    items = {item.criterion.key: item for item in PlanItem.objects.select_related("criterion")}
    assert (items["c-f47b43"].who, items["c-f47b43"].by) == ("งานทะเบียน", BY)
    assert items["c-f47b43"].what.startswith("ป้ายวันและเวลาให้บริการที่หน้าศูนย์, ผลสำรวจ")
    assert {item.who for item in items.values()} == {"", "งานทะเบียน", "งานเทคโนโลยี"}
    assert sum(item.who == "งานเทคโนโลยี" for item in items.values()) == 5
    draft.refresh_from_db()
    assert (draft.items_answered, draft.items_claimed) == (2, 1)
    assert verbs(draft).count("applications.self_check_taken") == 1
    check = SelfCheck.objects.get()
    assert (check.application, check.taken_at is not None) == (draft, True)


@pytest.mark.django_db
@pytest.mark.usefixtures("_now")
def test_twice_is_once_and_what_is_planned_stays(draft, people):
    token = kept(draft.round.criteria_set, no=1, place="little").token
    gate, item = answer(draft, "1", "physical"), answer(draft, "1.1")
    actions.plan_item(actor=people.officer, answer_id=gate.public_id, who="คนเดิม")
    plan = {"quality.place": actions.Planned("ทีมสถานที่", BY)}
    actions.plan_self_check(actor=NOBODY, token=token, plan=plan, before={})
    actions.save_answer(actor=people.officer, answer_id=item.public_id, version=0, claim="unmet")
    assert take(people.helper, draft, token).planned == 13 + 4
    again = take(people.officer, draft, token)
    assert (again.claims, again.planned) == (0, 0)
    assert PlanItem.objects.get(criterion=gate.criterion).who == "คนเดิม"
    assert not PlanItem.objects.filter(criterion=item.criterion).exists()
    assert verbs(draft).count("applications.self_check_taken") == 1


@pytest.mark.django_db
@pytest.mark.usefixtures("_now")
def test_a_gate_that_asks_for_no_evidence_is_claimed_and_one_that_is_shown_needs_no_plan(land, people):
    parts = deepcopy(document()["parts"])
    parts[0]["items"][0]["evidence"] = []
    own = published_set(land.programme, version=5, parts=parts)
    row = RoundFactory(programme=land.programme, criteria_set=own, fiscal_year=2571)
    application = actions.start(actor=people.officer, centre_id=land.centre.public_id, round_id=row.public_id)
    shown = answer(application, "2", "physical")
    Answer.objects.filter(pk=shown.pk).update(claim="met", evidence_count=1)
    done = take(people.officer, application, kept(own).token)
    assert (done.claims, done.planned) == (1, 12)
    assert answer(application, "1", "physical").claim == "met"
    planned = set(PlanItem.objects.values_list("criterion__number", flat=True))
    assert planned == {str(number) for number in range(3, 15)}


@pytest.mark.django_db
@pytest.mark.usefixtures("_now")
def test_a_check_of_other_criteria_brings_what_both_know(draft, people):
    token = kept(draft.round.criteria_set, no=1).token
    row = SelfCheck.objects.get()
    row.answers = {"c-f47b43": "no", "c-of-then": "no"}
    row.save()
    done = take(people.officer, draft, token)
    assert (done.claims, done.planned, done.left_out) == (1, 1, 1)


@pytest.mark.django_db
@pytest.mark.usefixtures("_now")
def test_a_plan_goes_where_the_criteria_went_and_what_went_nowhere_is_counted(land, people):
    """The next set: gate 1 is renamed, gate 2 an item with points, gate 3 gone; one item of a side is followed, or none."""
    application = actions.start(
        actor=people.officer,
        centre_id=land.centre.public_id,
        round_id=RoundFactory(
            programme=land.programme, criteria_set=changed_set(land.programme, 5, moved), fiscal_year=2571
        ).public_id,
    )
    token = kept(land.round.criteria_set, no=3, place="little", technology="some", staff="some").token
    plan = {
        key: actions.Planned(key) for key in ("c-f47b43", "c-93dc2d", "quality.place", "quality.technology")
    }
    actions.plan_self_check(actor=NOBODY, token=token, plan=plan, before={})
    done = take(people.officer, application, token)
    assert (done.claims, done.planned, done.left_out) == (0, 2 + 11 + 1, 2), "people read the new words"
    who = dict(PlanItem.objects.exclude(who="").values_list("criterion__key", "who"))
    assert who == {"c-aaaaa1": "c-f47b43", "c-aaaaa2": "c-93dc2d", "c-aaaaa3": "quality.place"}
    PlanItem.objects.all().delete()
    Answer.objects.filter(application=application, criterion__key="c-aaaaa2").update(claim="met")
    assert take(people.officer, application, token).planned == 13, "claimed since"


def moved(items, content):
    gates = content["parts"][0]["items"]
    for number in "23":
        gates.remove(items["physical", number])
    for (part, number), item in items.items():
        if part == "quality" and number[0] in "14":
            item["key"] = f"c-b{number[0]}{number[2:]:0>3}"
    items["physical", "1"] |= {"key": "c-aaaaa1", "replaces": ["c-f47b43"]}
    items["quality", "2.1"] |= {"key": "c-aaaaa2", "replaces": ["c-93dc2d"]}
    items["quality", "1.1"] |= {"key": "c-aaaaa3", "replaces": ["c-1fdfb9"]}


@pytest.mark.django_db
@pytest.mark.usefixtures("_now")
def test_a_signature_falls_only_when_an_answer_changes(land, people):
    application = signed_application(centre=land.centre, round=land.round, actor=people.officer)
    set_ = land.round.criteria_set
    assert take(people.officer, application, kept(set_).token).claims == 0
    application.refresh_from_db()
    assert application.state == "signed"
    assert "applications.self_check_taken" not in verbs(application)
    gate = answer(application, "1", "physical")
    Answer.objects.filter(pk=gate.pk).update(claim="")
    assert take(people.officer, application, kept(set_, no=1).token).claims == 1
    assert fresh(application).state == "draft"


@pytest.mark.django_db
@pytest.mark.usefixtures("_now")
def test_who_may_not_take_it_and_when(land, draft, people):
    token = kept(draft.round.criteria_set).token
    for who in (people.stranger, people.province, people.city_officer):
        with pytest.raises(Refused) as refusal:
            take(who, draft, token)
        assert refusal.value.code == "not-yours"
    with pytest.raises(SelfCheck.DoesNotExist):
        take(people.officer, draft, "x")
    check = queries.kept_check(token)
    assert [row.pk for row in queries.takers(people.officer, check)] == [draft.pk]
    assert queries.takers(people.province, check) == []
    elsewhere = kept(published_set(land.other, version=9))
    assert queries.takers(people.officer, elsewhere.check) == []
    with pytest.raises(Conflict) as foreign:
        take(people.officer, draft, elsewhere.token)
    assert foreign.value.code == "other-programme"
    actions.withdraw(actor=people.officer, application_id=draft.public_id, reason="พอแล้ว")
    assert queries.takers(people.officer, check) == []
    with pytest.raises(Conflict) as closed:
        take(people.officer, draft, token)
    assert closed.value.code == "not-editable"
    assert not PlanItem.objects.exists()
